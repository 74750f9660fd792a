"""Everything that changes a cell's numbers, and nothing else, as typed plain data."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from gbench.plugins.component import Chosen

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How long a cell trains."""

    steps: int
    """Rounds of the rule."""

    batch_size: int
    """Samples of each replica in a minibatch."""

    measurements: int
    """How often its metrics are taken."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One technique on one data set with one budget."""

    schema: int
    """The version of this class."""

    engine: str
    """The version of the engine's numbers."""

    seed: int
    """The suite's seed."""

    dataset: Chosen
    game: Chosen

    model: Chosen | None
    """None where the game takes none; so is `loss`."""

    loss: Chosen | None
    rule: Chosen
    regularizers: tuple[Chosen, ...]

    optimizers: Mapping[str, Chosen]
    """One for each turn of the game, by the turn's name."""

    ema: float | None
    """The decay of the generator's average, where one is kept."""

    budget: Budget
    metrics: tuple[Chosen, ...]

    features: Mapping[str, Chosen]
    """The features that metrics and probes name."""

    probes: tuple[Chosen, ...] = ()

    schedules: Mapping[str, Json] = field(default_factory=dict)
    """By the path of an option, `optimizers.generator.lr`: {"shape", "start", "end", "from", "until"}."""

    def to_json(self) -> Json:
        """Plain data; probes and schedules are left out where there are none."""
        data = {name: _plain(value) for name, value in vars(self).items()}
        return {name: value for name, value in data.items() if value or name not in ("probes", "schedules")}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Recipe":
        """Raises KeyError or TypeError on data of another form."""
        fields = dict(data)
        for name in ("dataset", "game", "rule"):
            fields[name] = Chosen.from_json(fields[name])
        for name in ("model", "loss"):
            fields[name] = None if fields[name] is None else Chosen.from_json(fields[name])
        for name in ("regularizers", "metrics", "probes"):
            fields[name] = tuple(Chosen.from_json(chosen) for chosen in fields.get(name, ()))
        for name in ("optimizers", "features"):
            fields[name] = {key: Chosen.from_json(chosen) for key, chosen in fields[name].items()}
        return cls(**fields | {"budget": Budget(**fields["budget"])})


@dataclass(frozen=True, kw_only=True)
class Resources:
    """Where and how a cell's cohorts train; changes rounding at most."""

    cpus: float = 1.0
    """CPU cores of a cohort."""

    gpus: float = 0.0
    """GPUs of a cohort, a share of one or a whole number."""

    cohort: int | None = None
    """Replicas that train together; None: all of the cell's."""

    mode: str = "auto"
    """How replicas run: `auto`, `vmap` or `loop`."""


def canonical(data: Any) -> str:
    """The one text of plain data: JSON with sorted keys, no spaces and no NaN."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)


def identify(recipe: Recipe) -> str:
    """16 hexadecimal digits: sha256 of the recipe's canonical text."""
    return hashlib.sha256(canonical(recipe.to_json()).encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if isinstance(value, Chosen):
        return value.to_json()
    if isinstance(value, Budget):
        return asdict(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
