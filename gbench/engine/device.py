"""Where a cohort trains."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


def choose_device(gpus: float) -> torch.device:
    """A GPU if the cell asks for (a share of) one and the scheduler has given one, else the CPU."""
    if gpus > 0 and torch.cuda.is_available():
        if gpus < 1:
            torch.cuda.set_per_process_memory_fraction(gpus)
        return torch.device("cuda", torch.cuda.current_device())
    return torch.device("cpu")


@contextmanager
def seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Torch's global generators seeded for a while, and put back afterwards."""
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        yield


def generator_states(device: torch.device) -> dict[str, torch.Tensor]:
    """The state of torch's global generators, which layers such as dropout draw from."""
    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device)
    return states


def set_generator_states(states: dict[str, torch.Tensor], device: torch.device) -> None:
    torch.set_rng_state(states["cpu"].cpu())
    if device.type == "cuda" and "cuda" in states:
        torch.cuda.set_rng_state(states["cuda"].cpu(), device)
