"""A turn with its optimizer: what a rule moves."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property

import torch
from torch import Tensor

from gbench.engine.batch import Batch
from gbench.engine.game import Game, Turn
from gbench.engine.health import Health
from gbench.engine.optimizer import Optimizer
from gbench.engine.play import Play
from gbench.engine.regularizer import Regularizer
from gbench.engine.replicas import Replicas
from gbench.engine.stage import Stage
from gbench.errors import UserError, suggestion


class Player:
    """Evaluates a turn's objective with its penalties, differentiates it, and moves its networks.

    `latest` holds what the last gradient saw, `[R]` each, for the traces.
    """

    def __init__(
        self,
        turn: Turn,
        game: Game,
        optimizer: Optimizer,
        health: Health,
        stage: Stage,
    ):
        self.turn = turn
        self.name = turn.name
        self.game = game
        self.optimizer = optimizer
        self.health = health
        self.stage = stage
        self.latest: dict[str, Tensor] = {}
        self.names = moved_parameters(turn, stage.networks)
        self.moving = frozenset(network for network, _ in self.names)
        self._penalties = [r for r in self._acting("penalty") if turn.name in penalised(r, game, stage)]
        self._updates = [r for r in self._acting("update") if r.on in self.moving]
        self._projections = [r for r in self._acting("project") if r.on in self.moving]
        self._played: Play | None = None

    def _acting(self, method: str) -> list[Regularizer]:
        return [regularizer for regularizer in self.stage.regularizers if regularizer.offers(method)]

    @property
    def judges(self) -> bool:
        """Whether a discriminator moves in this turn."""
        return not self.moving.isdisjoint(self.stage.discriminators)

    @cached_property
    def networks(self) -> dict[str, Replicas]:
        """The networks that move in this turn, wholly or in part."""
        return {name: network for name, network in self.stage.networks.items() if name in self.moving}

    @property
    def parameters(self) -> list[Tensor]:
        """Every parameter that moves in this turn, `[R, ...]` each, in the order of `names`."""
        return [self.stage.networks[network].parameters[name] for network, name in self.names]

    @contextmanager
    def using(self, values: Sequence[Tensor]) -> Iterator[None]:
        """The turn's networks with other values of its parameters for a while."""
        moved = dict(zip(self.names, values, strict=True))
        with ExitStack() as stack:
            for network, replicas in self.networks.items():
                own = {name: moved.get((network, name), p) for name, p in replicas.parameters.items()}
                stack.enter_context(replicas.using(own))
            yield

    def objective(self, batch: Batch) -> Tensor:
        """`[R]`: the turn's objective and its penalties."""
        return self._evaluate(batch, coupled=False)[1]

    def gradient(
        self, batch: Batch, create_graph: bool = False, retain_graph: bool | None = None
    ) -> list[Tensor]:
        """The gradient of the objective, one tensor `[R, ...]` for each parameter.

        create_graph: the gradient can be differentiated again, through the networks of all players.
        retain_graph: what other players' parameters were computed from is differentiated again, by the next.
        A replica whose objective or gradient is not finite is marked as diverged.
        """
        play, objective = self._evaluate(batch, create_graph)
        gradients = torch.autograd.grad(
            objective.sum(),
            self.parameters,
            retain_graph=retain_graph,
            create_graph=create_graph,
            materialize_grads=True,
        )
        self._watch(play, objective.detach(), gradients)
        self._played = play
        return list(gradients)

    def check(self, gradients: Sequence[Tensor]) -> None:
        """Marks the replicas for which a gradient that a rule has made is not finite."""
        self.health.check(replica_norm(gradients))

    def step(self, gradients: Sequence[Tensor]) -> None:
        """One step of the optimizer, then the projections and what components remember of the turn.

        Diverged replicas stay where they are, and those that the turn lets rest.
        """
        with self._moving():
            self._optimize(gradients)

    def displacement(self, gradients: Sequence[Tensor]) -> list[Tensor]:
        """What the optimizer would add to each parameter: its own state moves on, the parameters stay."""
        parameters = self.parameters
        with self._gated(), torch.no_grad():
            former = [p.detach().clone() for p in parameters]
            self._optimize(gradients)
            moved = [p - before for p, before in zip(parameters, former, strict=True)]
            torch._foreach_copy_(parameters, former)
        return (
            [torch.where(self._like(move), move, 0) for move in moved] if self._gates() is not None else moved
        )

    def put(self, values: Sequence[Tensor]) -> None:
        """Sets each parameter, then does as `step` does. Diverged replicas stay where they are."""
        with self._moving():
            torch._foreach_copy_(self.parameters, list(values))

    @contextmanager
    def _moving(self) -> Iterator[None]:
        """Projects what becomes of the parameters inside; undoes it for diverged replicas and what rests."""
        parameters = self.parameters
        resting = [p for p, rests in zip(parameters, self._rests(), strict=False) if rests]
        with self.health.freezing(parameters), keeping(resting), self._gated(), torch.no_grad():
            yield
            for regularizer in self._projections:
                self._ask(regularizer, "project")
                regularizer.project(self.stage.networks[regularizer.on].parameters)
        self._remember()

    @contextmanager
    def _gated(self) -> Iterator[None]:
        """Keeps parameters and the optimizer's state of the replicas that the turn lets rest."""
        if self._gates() is None:
            yield
            return
        before = {key: tensor.detach().clone() for key, tensor in self._movable().items()}
        yield
        with torch.no_grad():
            for key, tensor in self._movable().items():
                # an optimizer makes its state in its first step: what was not there before started from zero
                former = before.get(key, torch.zeros_like(tensor))
                tensor.copy_(torch.where(self._like(tensor), tensor, former))

    def _gates(self) -> Tensor | None:
        """Which replicas move by the last play, `[R]`; None: all of them."""
        return None if self._played is None else self._played.moves

    def _like(self, tensor: Tensor) -> Tensor:
        """The gates with as many axes as a tensor `[R, ...]`."""
        gates = self._gates()
        assert gates is not None
        return gates.view(-1, *[1] * (tensor.dim() - 1))

    def _movable(self) -> dict[tuple[int, str], Tensor]:
        """The turn's parameters, and what its optimizer keeps of each replica; counts of steps are shared."""
        found = {(number, ""): parameter for number, parameter in enumerate(self.parameters)}
        for number, parameter in enumerate(self.parameters):
            for name, value in self.optimizer.state_of(parameter).items():
                if isinstance(value, Tensor) and value.dim() > 0 and len(value) == len(parameter):
                    found[number, name] = value
        return found

    def _remember(self) -> None:
        """Lets components change their memory, once for each play that came to a step."""
        play, self._played = self._played, None
        if play is None:
            return
        with torch.no_grad():
            for look in play.looks.values():
                look.update()
            for regularizer in self._updates:
                self._ask(regularizer, "update")
                regularizer.update(play)
            self.game.update(self.stage, play)

    def _optimize(self, gradients: Sequence[Tensor]) -> None:
        parameters = self.parameters
        resting = self._rests() or [False] * len(parameters)
        for parameter, gradient, rests in zip(parameters, gradients, resting, strict=True):
            # Fused optimizers walk memory and ignore strides, but vmap hands out transposed gradients.
            # What rests has no gradient, so that its moments and its count of steps begin when it wakes.
            parameter.grad = None if rests else self.health.mask(gradient).contiguous()
        self.optimizer.step()

    def _rests(self) -> list[bool]:
        """Whether each parameter stays where it is, whatever its gradient; empty where none does."""
        if not any(network.resting for network in self.networks.values()):
            return []
        return [name in self.stage.networks[network].resting for network, name in self.names]

    def _evaluate(self, batch: Batch, coupled: bool) -> tuple[Play, Tensor]:
        with self.stage.playing(self.moving, coupled):
            play = self.turn.play(batch)
            objective = play.objective
            for regularizer in self._penalties:
                self._ask(regularizer, "penalty")
                objective = objective + regularizer.penalty(play)
        return play, objective

    def _ask(self, regularizer: Regularizer, method: str) -> None:
        self.stage.asked.add((id(regularizer), method))

    def _watch(self, play: Play, objective: Tensor, gradients: Sequence[Tensor]) -> None:
        norm = replica_norm(gradients)
        self.health.check(objective, norm)
        self.latest = {f"objective/{self.name}": objective, f"gradient/{self.name}": norm}
        self.latest |= {name: curve.detach() for name, curve in play.curves.items()}
        if play.moves is not None:
            self.latest[f"moves/{self.name}"] = play.moves.to(norm.dtype)
        for by, look in play.looks.items():
            if look.side == "discriminator" and (scores := look.scored()) is not None:
                suffix = "" if len(self.stage.discriminators) == 1 else f"/{by}"
                for kind, values in zip(("real", "fake"), scores, strict=True):
                    self.latest[f"score/{kind}{suffix}"] = values.mean(-1)


def moved_parameters(turn: Turn, networks: dict[str, Replicas]) -> list[tuple[str, str]]:
    """Network and name of each parameter that moves. Raises UserError on a network that is not there."""
    names: list[tuple[str, str]] = []
    for moves in turn.moves:
        network, _, part = moves.partition(".")
        if network not in networks:
            raise UserError(f"turn {turn.name} moves '{network}'{suggestion(network, networks)}")
        own = [n for n in networks[network].parameters if not part or n == part or n.startswith(f"{part}.")]
        if part and not own:
            raise UserError(f"turn {turn.name} moves '{moves}', but {network} has no such part")
        names += [(network, name) for name in own]
    return names


def penalised(regularizer: Regularizer, game: Game, stage: Stage) -> list[str]:
    """The turns whose objectives get a regularizer's penalty. Raises UserError on an unknown turn."""
    for turn in regularizer.turns or ():
        if turn not in game.moves:
            hint = suggestion(turn, game.moves)
            raise UserError(f"{regularizer.name} acts in turn '{turn}'{hint}")
    if regularizer.turns is not None:
        return list(regularizer.turns)
    return [
        turn.name
        for turn in game.turns(stage)
        if any(moves.partition(".")[0] == regularizer.on for moves in turn.moves)
    ]


@contextmanager
def keeping(tensors: Sequence[Tensor]) -> Iterator[None]:
    """Puts back what the tensors held before, whatever happens to them inside."""
    before = [tensor.detach().clone() for tensor in tensors]
    yield
    with torch.no_grad():
        for tensor, former in zip(tensors, before, strict=True):
            tensor.copy_(former)


def replica_norm(tensors: Sequence[Tensor]) -> Tensor:
    """The Euclidean norm over all tensors `[R, ...]`, for each replica: `[R]`."""
    norms = [torch.linalg.vector_norm(t.detach().reshape(len(t), -1), dim=1) for t in tensors]
    return torch.linalg.vector_norm(torch.stack(norms), dim=0)
