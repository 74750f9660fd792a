"""R independent copies of a network, run as one."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_map

from gbench.errors import UserError

Mode = Literal["vmap", "loop"]


class Replicas:
    """The stacked parameters of R networks of one architecture, callable on `[R, B, ...]`.

    `parameters` and `buffers` map names to tensors `[R, ...]`; parameters are leaves, so one
    elementwise optimizer on them is R independent optimizers. The author of a network writes an
    ordinary `nn.Module` for `[B, ...]`; here it runs under `vmap`, or replica by replica where
    that is faster (convolutions on a CPU) or where vmap cannot.

    resting: names of parameters that no update changes for now; models that train in stages set it.
    """

    def __init__(self, modules: Sequence[nn.Module], mode: Mode, device: torch.device):
        self.mode = mode
        self.size = len(modules)
        self.module = modules[0].to(device)
        self.parameters = {
            name: stacked.requires_grad_()
            for name, stacked in _stack(modules, nn.Module.named_parameters, device).items()
        }
        self.buffers = _stack(modules, nn.Module.named_buffers, device)
        self._slots = _slots(self.module)
        self.resting: frozenset[str] = frozenset()

    def __call__(self, *inputs: Tensor) -> Any:
        """Runs every replica on its own slice of the inputs, `[R, ...] -> [R, ...]`.

        A network may return several tensors, as a tuple, a list or a dictionary.
        """
        return self._run(self.module, inputs)

    def call(self, method: str, *inputs: Tensor) -> Any:
        """Runs a method of the network other than `forward`, such as a discriminator's `features`."""
        return self._run(getattr(self.module, method), inputs)

    def _run(self, function: Callable[..., Any], inputs: tuple[Tensor, ...]) -> Any:
        # The tensors of one replica take the place of the module's own before it runs. Under vmap they are
        # batched tensors, which `nn.Parameter` would not take, so they go straight into the tables that
        # `forward` reads; nothing puts the former ones back, because every call installs its own.
        def one(parameters: dict[str, Tensor], buffers: dict[str, Tensor], *x: Tensor) -> Any:
            self._install(parameters)
            self._install(buffers)
            return function(*x)

        if self.mode == "vmap":
            return torch.vmap(one, randomness="different")(self.parameters, self.buffers, *inputs)
        parameters, buffers = _unstack(self.parameters, self.size), _unstack(self.buffers, self.size)
        rows = zip(parameters, buffers, *(x.unbind() for x in inputs), strict=True)
        outputs = [one(*row) for row in rows]
        return tree_map(lambda *parts: torch.stack(parts), outputs[0], *outputs[1:])

    def _install(self, tensors: dict[str, Tensor]) -> None:
        for name, tensor in tensors.items():
            for slots, key in self._slots[name]:
                slots[key] = tensor

    @contextmanager
    def using(self, parameters: dict[str, Tensor]) -> Iterator[None]:
        """Runs with other parameters for a while: averages, or those after differentiable steps."""
        former, self.parameters = self.parameters, parameters
        try:
            yield
        finally:
            self.parameters = former

    @contextmanager
    def evaluating(self) -> Iterator[None]:
        """Evaluation mode (running statistics, no dropout) and no gradients for a while."""
        self.module.eval()
        try:
            with torch.no_grad():
                yield
        finally:
            self.module.train()

    def state(self) -> dict[str, dict[str, Tensor]]:
        return {
            "parameters": {name: value.detach() for name, value in self.parameters.items()},
            "buffers": dict(self.buffers),
        }

    def load_state(self, state: dict[str, dict[str, Tensor]]) -> None:
        with torch.no_grad():
            for name, value in state["parameters"].items():
                self.parameters[name].copy_(value)
            for name, value in state["buffers"].items():
                self.buffers[name].copy_(value)


def choose_mode(wanted: str, modules: Sequence[nn.Module], device: torch.device, hindrance: str = "") -> Mode:
    """`auto`: vmap, except for convolutions on a CPU, where batching over replicas does not pay.

    hindrance: why these networks cannot run under vmap, if they cannot. `UserError` where it is wanted then.
    """
    if wanted == "vmap" and hindrance:
        raise UserError(f"these networks cannot run under vmap: {hindrance}; use mode auto or loop")
    if wanted == "vmap":
        return "vmap"
    if wanted == "loop" or hindrance:
        return "loop"
    convolves = any(isinstance(part, nn.modules.conv._ConvNd) for m in modules for part in m.modules())
    return "loop" if convolves and device.type == "cpu" else "vmap"


def _stack(
    modules: Sequence[nn.Module],
    named: Callable[[nn.Module], Iterator[tuple[str, Tensor]]],
    device: torch.device,
) -> dict[str, Tensor]:
    rows = [dict(named(module)) for module in modules]
    return {name: torch.stack([row[name].detach().to(device) for row in rows]) for name in rows[0]}


def _unstack(tensors: dict[str, Tensor], size: int) -> list[dict[str, Tensor]]:
    rows = {name: tensor.unbind() for name, tensor in tensors.items()}
    return [{name: parts[r] for name, parts in rows.items()} for r in range(size)]


def _slots(module: nn.Module) -> dict[str, list[tuple[dict, str]]]:
    """Where each named tensor lives, so that a call can put a replica's own there.

    `torch.func.functional_call` does the same with checks that cost as much as a small layer.
    A tensor shared by two layers has one name and two places.
    """
    owners: dict[int, str] = {}
    places: dict[str, list[tuple[dict, str]]] = {}
    for prefix, part in module.named_modules():
        for slots in (part._parameters, part._buffers):
            for key, tensor in slots.items():
                if tensor is not None:
                    name = owners.setdefault(id(tensor), f"{prefix}.{key}" if prefix else key)
                    places.setdefault(name, []).append((slots, key))
    return places
