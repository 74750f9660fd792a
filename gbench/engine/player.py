"""A turn with its optimizer: what a rule moves."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor

from gbench.engine.batch import Batch
from gbench.engine.game import Turn
from gbench.engine.health import Health
from gbench.engine.play import Play
from gbench.engine.regularizer import Regularizer
from gbench.engine.replicas import Replicas
from gbench.engine.stage import Stage


class Player:
    """Evaluates a turn's objective with its penalties, differentiates it, and moves its networks.

    `latest` holds what the last gradient saw, `[R]` each, for the traces.
    """

    def __init__(
        self,
        turn: Turn,
        networks: dict[str, Replicas],
        regularizers: Sequence[Regularizer],
        optimizer: torch.optim.Optimizer,
        health: Health,
        stage: Stage,
    ):
        self.turn = turn
        self.name = turn.name
        self.networks = {name: networks[name] for name in turn.moves}
        self.optimizer = optimizer
        self.health = health
        self.stage = stage
        self.latest: dict[str, Tensor] = {}
        self._penalties = [r for r in regularizers if r.on == turn.name and r.offers("penalty")]
        self._projections = [r for r in regularizers if r.on in turn.moves and r.offers("project")]

    @property
    def parameters(self) -> list[Tensor]:
        """Every parameter that moves in this turn, `[R, ...]` each."""
        return [p for network in self.networks.values() for p in network.parameters.values()]

    def objective(self, batch: Batch) -> Tensor:
        """`[R]`: the turn's objective and its penalties."""
        return self._evaluate(batch)[1]

    def gradient(self, batch: Batch, create_graph: bool = False) -> list[Tensor]:
        """The gradient of the objective, one tensor `[R, ...]` for each parameter.

        create_graph: the gradient can be differentiated again, through the networks of all players.
        A replica whose objective or gradient is not finite is marked as diverged.
        """
        with self.stage.coupling(create_graph):
            play, objective = self._evaluate(batch)
        gradients = torch.autograd.grad(
            objective.sum(), self.parameters, create_graph=create_graph, materialize_grads=True
        )
        self._watch(play, objective.detach(), gradients)
        return list(gradients)

    def check(self, gradients: Sequence[Tensor]) -> None:
        """Marks the replicas for which a gradient that a rule has made is not finite."""
        self.health.check(replica_norm(gradients))

    def step(self, gradients: Sequence[Tensor]) -> None:
        """One update of the optimizer, then the projections. Diverged replicas stay where they are."""
        with self._moving():
            self._optimize(gradients)

    def update(self, gradients: Sequence[Tensor]) -> list[Tensor]:
        """What the optimizer would add to each parameter: its own state moves on, the parameters stay."""
        parameters = self.parameters
        with torch.no_grad():
            former = [p.detach().clone() for p in parameters]
            self._optimize(gradients)
            updates = [p - before for p, before in zip(parameters, former, strict=True)]
            torch._foreach_copy_(parameters, former)
        return updates

    def place(self, values: Sequence[Tensor]) -> None:
        """Puts each parameter there, then the projections. Diverged replicas stay where they are."""
        with self._moving():
            torch._foreach_copy_(self.parameters, list(values))

    @contextmanager
    def _moving(self) -> Iterator[None]:
        """Projects what becomes of the parameters inside; undoes it for diverged replicas and what rests."""
        resting = [p for p, rests in zip(self.parameters, self._rests(), strict=True) if rests]
        with self.health.freezing(self.parameters), keeping(resting), torch.no_grad():
            yield
            for regularizer in self._projections:
                regularizer.project(self.networks[regularizer.on].parameters)

    def _optimize(self, gradients: Sequence[Tensor]) -> None:
        for parameter, gradient, rests in zip(self.parameters, gradients, self._rests(), strict=True):
            # fused optimizers walk memory and ignore strides; vmap hands out transposed gradients
            # what rests has no gradient, so that its moments and its count of steps begin when it wakes
            parameter.grad = None if rests else self.health.mask(gradient).contiguous()
        self.optimizer.step()

    def _rests(self) -> list[bool]:
        """Whether each parameter stays where it is, whatever its gradient."""
        return [name in net.resting for net in self.networks.values() for name in net.parameters]

    def _evaluate(self, batch: Batch) -> tuple[Play, Tensor]:
        play = self.turn.play(batch)
        objective = play.objective
        for regularizer in self._penalties:
            objective = objective + regularizer.penalty(play)
        return play, objective

    def _watch(self, play: Play, objective: Tensor, gradients: Sequence[Tensor]) -> None:
        norm = replica_norm(gradients)
        self.health.check(objective, norm)
        self.latest = {f"objective/{self.name}": objective, f"gradient/{self.name}": norm}
        if play.real_scores is not None and play.fake_scores is not None:
            self.latest["score/real"] = play.real_scores.detach().mean(-1)
            self.latest["score/fake"] = play.fake_scores.detach().mean(-1)


@contextmanager
def keeping(tensors: Sequence[Tensor]) -> Iterator[None]:
    """They are afterwards what they were before."""
    before = [tensor.detach().clone() for tensor in tensors]
    yield
    with torch.no_grad():
        for tensor, former in zip(tensors, before, strict=True):
            tensor.copy_(former)


def replica_norm(tensors: Sequence[Tensor]) -> Tensor:
    """The Euclidean norm over all tensors `[R, ...]`, for each replica: `[R]`."""
    norms = [torch.linalg.vector_norm(t.detach().reshape(len(t), -1), dim=1) for t in tensors]
    return torch.linalg.vector_norm(torch.stack(norms), dim=0)
