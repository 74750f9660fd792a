"""A cell: one recipe under the names that a suite gives it, as plain data."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from gbench.recipe import Json, Recipe, Resources, identify


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One point of a suite's grid. What changes its numbers is its recipe; all else may change freely."""

    suite: str

    label: str
    """What the suite calls the technique; unique with point and data set."""

    technique: str
    """The preset that the technique started from."""

    dataset: str
    """What the suite calls the data set."""

    recipe: Recipe
    replicas: int

    scores: dict[str, tuple[str, float | None]]
    """Direction, `min` or `max`, and worst possible value of every key that its metrics record."""

    primary: str | None
    """The key that ranks."""

    thresholds: dict[str, float] = field(default_factory=dict)
    """A replica that reaches all of them has converged."""

    point: Json = field(default_factory=dict)
    """The grid's values at this cell."""

    resources: Resources = field(default=Resources())

    sampling: int = 0
    """How often the last measurement is taken again, with fresh latents."""

    keep_networks: bool = False
    """Whether the final networks are kept, because the suite has contests."""

    probed: dict[str, tuple[str, float | None]] = field(default_factory=dict)
    """As `scores`, of its probes."""

    place: str | None = field(default=None, compare=False)
    """Where the suite names the technique, as `suites/x.yaml:13`; not recorded."""

    @cached_property
    def id(self) -> str:
        """16 hexadecimal digits that change when, and only when, the numbers may change."""
        return identify(self.recipe)

    @property
    def name(self) -> str:
        """What people call it, as `ring/wgan-gp[optimizer.lr=0.0001]`."""
        point = ",".join(f"{path}={value}" for path, value in self.point.items())
        return f"{self.dataset}/{self.label}" + (f"[{point}]" if point else "")

    def to_json(self) -> Json:
        data = {name: value for name, value in vars(self).items() if name in self.__dataclass_fields__}
        data |= {"recipe": self.recipe.to_json(), "resources": asdict(self.resources)}
        del data["place"]
        return {"id": self.id, "name": self.name} | data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Cell":
        """Raises KeyError or TypeError on data of another form."""
        fields = {key: value for key, value in data.items() if key not in ("id", "name")}
        for name in ("scores", "probed"):
            fields[name] = {key: tuple(score) for key, score in fields.get(name, {}).items()}
        fields["recipe"] = Recipe.from_json(fields["recipe"])
        fields["resources"] = Resources(**fields.get("resources", {}))
        return cls(**fields)
