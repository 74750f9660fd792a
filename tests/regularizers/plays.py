"""Turns and stages made by hand, for regularizers whose numbers are known."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn

from gbench.engine.play import Play
from gbench.engine.regularizer import Regularizer
from gbench.engine.replicas import Replicas
from gbench.engine.streams import Streams
from gbench.plugins import load_registry

CPU = torch.device("cpu")


def regularizer(name: str, **options: Any) -> Any:
    """A built-in regularizer that nobody has begun."""
    registry = load_registry()
    built: Regularizer = registry.load(registry.find("regularizer", name))(**options)
    return built


def make_stage(replicas: int = 2, **parts: Any) -> Any:
    """What a regularizer looks at in `begin` and `weigh`; `takes` is the loss's."""
    stage = {
        "networks": {},
        "loss": SimpleNamespace(takes=parts.pop("takes", "scores")),
        "random": Streams(range(replicas), CPU),
        "size": replicas,
        "batch_size": 8,
        "progress": torch.tensor(1.0),
    }
    return SimpleNamespace(**(stage | parts))


def make_play(
    score: Callable[[Tensor], Tensor],
    batch: int = 7,
    shape: tuple[int, ...] = (2,),
    replicas: int = 2,
    **parts: Any,
) -> Play:
    """A discriminator's turn with normal samples, in double precision."""
    generator = torch.Generator().manual_seed(batch)
    real, fake = (
        torch.randn(replicas, batch, *shape, generator=generator, dtype=torch.double).requires_grad_()
        for _ in range(2)
    )
    samples = {"real": real, "fake": fake} | {k: parts.pop(k) for k in ("real", "fake") if k in parts}
    return Play(
        objective=parts.pop("objective", torch.zeros(replicas, dtype=torch.double)),
        score=score,
        random=Streams(range(replicas), CPU),
        real_scores=score(samples["real"]),
        fake_scores=score(samples["fake"]),
        **samples,
        **parts,
    )


def replicas_of(*modules: nn.Module) -> Replicas:
    """Networks of one architecture, in double precision."""
    return Replicas([module.double() for module in modules], "loop", CPU)
