"""The replicas of a cell that train together: everything that a cell's identity names, built."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from gbench.engine.average import Average
from gbench.engine.batch import Batch
from gbench.engine.device import generator_states, seeded, set_generator_states
from gbench.engine.game import Game
from gbench.engine.health import Health
from gbench.engine.loss import Loss
from gbench.engine.model import Model
from gbench.engine.optimizers import build_optimizer
from gbench.engine.player import Player
from gbench.engine.regularizer import Regularizer
from gbench.engine.replicas import Replicas, choose_mode
from gbench.engine.rule import Rule
from gbench.engine.schedule import Annealing
from gbench.engine.seeds import derive
from gbench.engine.shuffle import Shuffle
from gbench.engine.stage import Stage
from gbench.engine.stateful import Stateful
from gbench.engine.streams import Streams
from gbench.errors import UserError, suggestion

if TYPE_CHECKING:
    from gbench.data.dataset import Data
    from gbench.plugins import Registry

Identity = dict[str, Any]
SAMPLING_CHUNK = 500  # samples generated at once, for each replica


class Cohort:
    """Trains the replicas of one cell, a round at a time.

    replicas: their numbers, in the order of the leading axis.
    """

    def __init__(
        self,
        identity: Identity,
        data: "Data",
        replicas: Sequence[int],
        registry: "Registry",
        device: torch.device,
        mode: str = "auto",
    ):
        self.identity = identity
        self.replicas = list(replicas)
        self.device = device
        self.steps: int = identity["budget"]["steps"]
        self.step = 0
        self.seeds = [
            derive(identity["seed"], identity["dataset"]["use"], str(identity["dataset"]["options"]), r)
            for r in self.replicas
        ]
        create = registry.create
        self.game: Game = create(identity["game"], "game")
        self.rule: Rule = create(identity["rule"], "rule")
        self.regularizers: list[Regularizer] = [create(r, "regularizer") for r in identity["regularizers"]]
        # a game that declares no use for a model or a loss gets one that refuses to be used
        self.model: Model = create(identity["model"], "model") if identity["model"] else Model()
        loss: Loss = create(identity["loss"], "loss") if identity["loss"] else Loss()

        self.networks = self._build_networks(data, mode)
        _check_targets(self.regularizers, self.networks)
        self.stage = self._build_stage(loss, {name: data.train[name] for name in self.game.needs})
        self.shuffle = Shuffle(self.stage.data, self.stage.batch_size, self.seeds, device, data.groups)
        self.health = Health(len(self.replicas), device)
        self.players = self._build_players()
        self.components: list[Stateful] = [self.game, loss, self.rule, *self.regularizers]
        self.annealing = Annealing(identity.get("schedules", {}), self._parts())
        self._advance(0.0)
        for component in self.components:
            component.begin(self.stage)
        decay = identity["ema"]
        sampler = self.networks[self.game.sampler()]
        self.average = Average(sampler, decay) if decay is not None else None
        torch.manual_seed(derive(*self.seeds, "layers"))

    def _build_stage(self, loss: Loss, fields: dict[str, Tensor]) -> Stage:
        return Stage(
            networks=self.networks,
            model=self.model,
            loss=loss,
            regularizers=self.regularizers,
            random=Streams(self.seeds, self.device),
            batch_size=self.identity["budget"]["batch_size"],
            progress=torch.zeros((), device=self.device),
            data=fields,
        )

    def _build_networks(self, data: "Data", mode: str) -> dict[str, Replicas]:
        rows = []
        for number, seed in zip(self.replicas, self.seeds, strict=True):
            with seeded(derive(seed, "init"), self.device):
                networks = self._shaped(data, number)
                rows.append({name: self._wrap(name, network) for name, network in networks.items()})
        self.mode = choose_mode(mode, list(rows[0].values()), self.device, self.model.vmap)
        return {name: Replicas([row[name] for row in rows], self.mode, self.device) for name in rows[0]}

    def _shaped(self, data: "Data", number: int) -> dict[str, nn.Module]:
        """The networks of one replica; those that are shown samples of another shape are built for it."""
        networks = self.game.networks(self.model, data.shape, data.classes, number)
        for name in networks:
            shape = data.shape
            for regularizer in self.regularizers:
                shape = regularizer.shape_seen(shape) if regularizer.on == name else shape
            if shape != data.shape:
                networks[name] = self.game.networks(self.model, shape, data.classes, number)[name]
        return networks

    def _wrap(self, name: str, network: nn.Module) -> nn.Module:
        for regularizer in self.regularizers:
            if regularizer.on == name:
                network = regularizer.wrap(network)
        return network

    def _build_players(self) -> list[Player]:
        players = []
        for turn in self.game.turns(self.stage):
            parameters = [p for name in turn.moves for p in self.networks[name].parameters.values()]
            optimizer = build_optimizer(self.identity["optimizers"][turn.name], parameters)
            players.append(Player(turn, self.networks, self.regularizers, optimizer, self.health, self.stage))
        return players

    def _parts(self) -> dict[str, Any]:
        """What has options that a schedule may change, by the path that leads there."""
        regularizers = zip(self.identity["regularizers"], self.regularizers, strict=True)
        return {
            "game": self.game,
            "loss": self.stage.loss,
            "rule": self.rule,
            **{f"regularizers.{chosen['use']}": regularizer for chosen, regularizer in regularizers},
            **{f"optimizers.{player.name}": player.optimizer for player in self.players},
        }

    def draw(self) -> Batch:
        """A fresh batch: a minibatch of the data, and whatever else the game draws."""
        real: dict[str, Tensor] = {}

        def data(field: str) -> Tensor:
            if not real:
                real.update(self.shuffle.next())
            return real[field]

        return Batch(self.game.draws(self.stage, data))

    def round(self) -> dict[str, Tensor]:
        """One round of the rule; returns what the players' last gradients saw, `[R]` each."""
        self._advance(self.step / self.steps)
        self.step += 1
        self.health.step.fill_(self.step)
        self.rule.round(self.players, self.draw)
        if self.average is not None:
            self.average.update()
        seen = {name: value for player in self.players for name, value in player.latest.items()}
        for component in self.components:
            seen |= component.observe(self.stage)
        return seen

    def _advance(self, progress: float) -> None:
        """Tells everybody how much of the budget is done."""
        self.stage.progress.fill_(progress)
        self.annealing.apply(progress)
        self.model.grow(self.networks, progress)

    def sample(self, count: int, repeat: int = 0) -> Tensor:
        """Generated samples `[R, count, *shape]`; equal repeats have equal latents, at every call."""
        return self.labelled(count, repeat)[0]

    def labelled(self, count: int, repeat: int = 0) -> tuple[Tensor, Tensor | None]:
        """What `sample` gives, and their classes `[R, count]` where the game asks for classes."""
        purpose = ("evaluation", repeat) if repeat else ("evaluation",)
        random = Streams([derive(seed, *purpose) for seed in self.seeds], self.device)
        sampler = self.networks[self.game.sampler()]
        with self._averaged(sampler), sampler.evaluating():
            sizes = [min(SAMPLING_CHUNK, count - start) for start in range(0, count, SAMPLING_CHUNK)]
            drawn = [self.game.labelled(self.stage, random, size) for size in sizes]
        labels = [label for _, label in drawn if label is not None]
        return torch.cat([fake for fake, _ in drawn], dim=1), torch.cat(labels, dim=1) if labels else None

    def judge(self, samples: Tensor) -> Tensor | None:
        """The discriminator's scores `[R, N]` of samples `[R, N, *shape]`, in evaluation mode, or None."""
        with ExitStack() as stack:
            for network in self.networks.values():
                stack.enter_context(network.evaluating())
            return self.game.judge(self.stage, samples)

    @contextmanager
    def _averaged(self, sampler: Replicas) -> Iterator[None]:
        with sampler.using(self.average.parameters) if self.average else nullcontext():
            yield

    def trained(self) -> dict[str, Any]:
        """What sampling and judging depend on: the state without what only the next round needs."""
        return {
            "step": self.step,
            "replicas": self.replicas,
            "networks": {name: network.state() for name, network in self.networks.items()},
            "average": self.average.parameters if self.average else {},
            "memories": [component.memory for component in self.components],
            "health": self.health.state(),
        }

    def state(self) -> dict[str, Any]:
        """Everything that the next round depends on: plain containers of tensors and numbers."""
        return self.trained() | {
            "optimizers": {player.name: player.optimizer.state_dict() for player in self.players},
            "draws": {"data": self.shuffle.count, "streams": self.stage.random.counters},
            "generators": generator_states(self.device),
        }

    def load_trained(self, state: dict[str, Any]) -> None:
        """Samples and judges as the cohort did of which `state` was taken."""
        if state["replicas"] != self.replicas:
            raise UserError(f"the checkpoint holds replicas {state['replicas']}, not {self.replicas}")
        self.step = state["step"]
        self._advance(max(self.step - 1, 0) / self.steps)  # as the last round was played
        for name, network in self.networks.items():
            network.load_state(state["networks"][name])
        if self.average:
            self.average.load_state(state["average"])
        for component, memory in zip(self.components, state["memories"], strict=True):
            component.load_memory(memory)
        self.health.load_state(state["health"])

    def load_state(self, state: dict[str, Any]) -> None:
        """Goes on where `state` was taken."""
        self.load_trained(state)
        for player in self.players:
            player.optimizer.load_state_dict(state["optimizers"][player.name])
        self.shuffle.count = state["draws"]["data"]
        self.stage.random.resume(state["draws"]["streams"])
        set_generator_states(state["generators"], self.device)


def _check_targets(regularizers: Sequence[Regularizer], networks: dict[str, Replicas]) -> None:
    for regularizer in regularizers:
        if regularizer.on not in networks:
            name = type(regularizer).__name__
            raise UserError(f"{name} acts on '{regularizer.on}'{suggestion(regularizer.on, networks)}")
