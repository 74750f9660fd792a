"""The vector field of a game: each player's gradient of its own objective, all as one vector."""

from collections.abc import Sequence

import torch
from torch import Tensor

from gbench.api import Trained


class VectorField:
    """v(ω) = (∇_1 L_1, …, ∇_n L_n) [R, P], of every player's parameters and penalties.

    It is the mean over a few minibatches that are drawn once. Latents, noise, buffers and memories start
    anew at every evaluation, so v is a function of ω alone.
    """

    def __init__(self, trained: Trained, batches: int):
        self.cohort = trained.cohort
        self.batches = [self.cohort.draw() for _ in range(batches)]
        self._counters = dict(self.cohort.stage.random.counters)
        self._buffers = {name: copied(network.buffers) for name, network in self.cohort.networks.items()}
        self._memories = [copied(component.memory) for component in self.cohort.components]

    @property
    def parameters(self) -> list[Tensor]:
        """Every player's, `[R, ...]` each."""
        return [parameter for player in self.cohort.players for parameter in player.parameters]

    def point(self) -> Tensor:
        """The players' parameters ω, [R, P]."""
        return flat(self.parameters).detach()

    def __call__(self, create_graph: bool = False) -> Tensor:
        """v(ω), [R, P]; with `create_graph` it can be differentiated again."""
        self._rewind()
        total: list[Tensor] = []
        for batch in self.batches:
            found = [g for player in self.cohort.players for g in player.gradient(batch, create_graph)]
            total = [a + b for a, b in zip(total, found, strict=True)] if total else found
        return flat(total) / len(self.batches)

    def at(self, point: Tensor) -> Tensor:
        """v(ω) [R, P] at any ω [R, P]. It moves the players there."""
        start = 0
        with torch.no_grad():
            for parameter in self.parameters:
                count = parameter[0].numel()
                parameter.copy_(point[:, start : start + count].view_as(parameter))
                start += count
        return self().detach()

    def _rewind(self) -> None:
        self.cohort.stage.random.resume(self._counters)
        for name, network in self.cohort.networks.items():
            for key, value in self._buffers[name].items():
                network.buffers[key].copy_(value)
        for component, memory in zip(self.cohort.components, self._memories, strict=True):
            component.load_memory(memory)


class TransposedJacobian:
    """w ↦ Jᵀw [R, P], with J the Jacobian of v at the players' parameters.

    It keeps one graph, and each product is a backward pass.
    """

    def __init__(self, field: VectorField):
        self.parameters = field.parameters
        self.values = field(create_graph=True)

    def __call__(self, vectors: Tensor) -> Tensor:
        if not self.values.requires_grad:  # a game that is linear in every player alone
            return torch.zeros_like(vectors)
        product = (self.values * vectors).sum()
        found = torch.autograd.grad(product, self.parameters, retain_graph=True, materialize_grads=True)
        return flat(found)


def flat(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors [R, ...] as one, [R, P]."""
    return torch.cat([tensor.reshape(len(tensor), -1) for tensor in tensors], dim=1)


def copied(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Copies without a graph."""
    return {name: tensor.detach().clone() for name, tensor in tensors.items()}
