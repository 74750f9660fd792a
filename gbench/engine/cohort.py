"""The replicas of a cell that train together: everything that a recipe names, built."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from gbench.engine.average import Average
from gbench.engine.batch import Batch
from gbench.engine.blueprint import OWN
from gbench.engine.builder import Builder
from gbench.engine.device import generator_states, seeded, set_generator_states
from gbench.engine.examples import example_batch
from gbench.engine.game import Game
from gbench.engine.health import Health
from gbench.engine.inference import Inference
from gbench.engine.loss import Loss
from gbench.engine.model import Model
from gbench.engine.optimizer import Optimizer
from gbench.engine.player import Player, moved_parameters
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
from gbench.recipe import Recipe, canonical

if TYPE_CHECKING:
    from gbench.data.dataset import Data
    from gbench.plugins import Registry


class Cohort:
    """Trains the replicas of one cell, a round at a time.

    replicas: their numbers, in the order of the leading axis.
    """

    def __init__(
        self,
        recipe: Recipe,
        data: "Data",
        replicas: Sequence[int],
        registry: "Registry",
        device: torch.device,
        mode: str = "auto",
    ):
        self.recipe = recipe
        self.replicas = list(replicas)
        self.device = device
        self.steps = recipe.budget.steps
        self.step = 0
        self.seeds = replica_seeds(recipe, self.replicas)
        self._create = create = registry.create
        self.game: Game = create(recipe.game, "game")
        self.rule: Rule = create(recipe.rule, "rule")
        self.regularizers: list[Regularizer] = [create(r, "regularizer") for r in recipe.regularizers]
        # a game that declares no use for a model or a loss gets one that refuses to be used
        self.model: Model = create(recipe.model, "model") if recipe.model else Model()
        loss: Loss = create(recipe.loss, "loss") if recipe.loss else Loss()

        self.model.shape = data.shape
        self.networks = self._build_networks(data, mode)
        _check_targets(self.regularizers, self.networks)
        self.stage = self._build_stage(loss, {name: data.train[name] for name in self.game.needs})
        self.shuffle = Shuffle(self.stage.data, self.stage.batch_size, self.seeds, device, data.groups)
        self.health = Health(len(self.replicas), device)
        self.players = self._build_players()
        self.components: list[Stateful] = [self.game, loss, self.rule, *self.regularizers]
        self.annealing = Annealing(recipe.schedules, self._parts())
        self._advance(0.0)
        for component in self.components:
            component.begin(self.stage)
        self.rule.check(self.players)
        self.averages: dict[str, Average] = {}
        if recipe.ema is not None:
            self.averages = {name: Average(self.networks[name], recipe.ema) for name in self.game.samplers}
        self.inference = Inference(self.game, self.stage, self.averages, self.seeds)
        torch.manual_seed(derive(*self.seeds, "layers"))

    def _build_stage(self, loss: Loss, fields: dict[str, Tensor]) -> Stage:
        stage = Stage(
            networks=self.networks,
            model=self.model,
            loss=loss,
            regularizers=self.regularizers,
            random=Streams(self.seeds, self.device),
            batch_size=self.recipe.budget.batch_size,
            progress=torch.zeros((), device=self.device),
            examples=lambda network, purpose, count: example_batch(
                stage, self.game.roles, network, purpose, count
            ),
            data=fields,
            told=self.model.takes,
            looks_at=loss.takes,
            discriminators=tuple(name for name, role in self.game.roles.items() if judges(name, role)),
        )
        return stage

    def _build_networks(self, data: "Data", mode: str) -> dict[str, Replicas]:
        rows = [self._row(data, seed) for seed in self.seeds]
        self.mode = choose_mode(mode, list(rows[0].values()), self.device, self.model.vmap)
        return {name: Replicas([row[name] for row in rows], self.mode, self.device) for name in rows[0]}

    def _row(self, data: "Data", seed: int) -> dict[str, nn.Module]:
        """The networks of one replica."""
        build = Builder(
            game=self.game,
            model=self.model,
            data=data,
            shape_seen=self._shape_seen,
            seed=seed,
            device=self.device,
        )
        with seeded(derive(seed, "init"), self.device):
            networks = self.game.networks(build)
        return {name: self._wrapped(name, network, seed) for name, network in networks.items()}

    def _shape_seen(self, network: str, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of a sample as a network gets it."""
        for regularizer in self.regularizers:
            shape = regularizer.shape_seen(shape) if regularizer.on == network else shape
        return shape

    def _wrapped(self, name: str, network: nn.Module, seed: int) -> nn.Module:
        with seeded(derive(seed, "init", name, "wrap"), self.device):
            for regularizer in self.regularizers:
                if regularizer.on == name:
                    network = regularizer.wrap(network)
        return network

    def _build_players(self) -> list[Player]:
        players = []
        for turn in self.game.turns(self.stage):
            if turn.name not in self.recipe.optimizers:
                hint = suggestion(turn.name, self.recipe.optimizers)
                raise UserError(f"game {self.game.name} has a turn '{turn.name}' without an optimizer{hint}")
            names = moved_parameters(turn, self.networks)
            parameters = [self.networks[network].parameters[name] for network, name in names]
            optimizer: Optimizer = self._create(self.recipe.optimizers[turn.name], "optimizer")
            optimizer.begin(parameters, self.stage.random, turn.name)
            players.append(Player(turn, self.game, optimizer, self.health, self.stage))
        return players

    def _parts(self) -> dict[str, Any]:
        """What has options that a schedule may change, by the path that leads there."""
        regularizers = zip(self.recipe.regularizers, self.regularizers, strict=True)
        return {
            "game": self.game,
            "loss": self.stage.loss,
            "rule": self.rule,
            **{f"regularizers.{chosen.use}": regularizer for chosen, regularizer in regularizers},
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
        self.rule.round(self._active(), self.draw)
        for average in self.averages.values():
            average.update()
        seen = {name: value for player in self.players for name, value in player.latest.items()}
        for component in self.components:
            seen |= component.observe(self.stage)
        return seen

    def _active(self) -> list[Player]:
        """The players whose turn is taken at this share of the budget."""
        progress = (self.step - 1) / self.steps
        return [player for player in self.players if player.turn.active(progress)]

    def _advance(self, progress: float) -> None:
        """Tells everybody how much of the budget is done."""
        self.stage.progress.fill_(progress)
        self.annealing.apply(progress)
        self.model.grow(self.networks, progress)

    def trained(self) -> dict[str, Any]:
        """What sampling and judging depend on: the state without what only the next round needs."""
        return {
            "step": self.step,
            "replicas": self.replicas,
            "networks": {name: network.state() for name, network in self.networks.items()},
            "averages": {name: average.parameters for name, average in self.averages.items()},
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
        for name, average in self.averages.items():
            average.load_state(state["averages"][name])
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


def replica_seeds(recipe: Recipe, replicas: Sequence[int]) -> list[int]:
    """A seed for each replica: a function of the suite's seed, the data set and the replica's number."""
    data = canonical(recipe.dataset.options)
    return [derive(recipe.seed, recipe.dataset.use, data, replica) for replica in replicas]


def judges(network: str, role: str) -> bool:
    """Whether a network of that role gives scores; a network that the game builds goes by its name."""
    return "discriminator" in (network if role == OWN else role) or role == "recogniser"


def _check_targets(regularizers: Sequence[Regularizer], networks: dict[str, Replicas]) -> None:
    for regularizer in regularizers:
        if regularizer.on not in networks:
            hint = suggestion(regularizer.on, networks)
            raise UserError(f"{regularizer.name} acts on '{regularizer.on}', which the game has not{hint}")
