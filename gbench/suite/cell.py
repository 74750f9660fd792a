"""A cell: one resolved technique on one data set with one budget, as plain data."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One point of a suite's grid; see `docs/architecture.md` for each field."""

    suite: str
    label: str
    technique: str
    dataset: str
    identity: Json
    replicas: int
    scores: dict[str, tuple[str, float | None]]
    primary: str | None
    thresholds: dict[str, float] = field(default_factory=dict)
    point: Json = field(default_factory=dict)
    resources: Json = field(default_factory=dict)
    sampling: int = 0
    keep_networks: bool = False
    probed: dict[str, tuple[str, float | None]] = field(default_factory=dict)

    @cached_property
    def id(self) -> str:
        """16 hexadecimal digits that change when, and only when, the numbers may change."""
        return identify(self.identity)

    @property
    def name(self) -> str:
        """What people call it, as `ring/wgan-gp[optimizer.lr=0.0001]`."""
        point = ",".join(f"{path}={value}" for path, value in self.point.items())
        return f"{self.dataset}/{self.label}" + (f"[{point}]" if point else "")

    def to_json(self) -> Json:
        return {"id": self.id, "name": self.name} | asdict(self)

    @classmethod
    def from_json(cls, data: Json) -> "Cell":
        fields = {key: value for key, value in data.items() if key not in ("id", "name")}
        for name in ("scores", "probed"):
            fields[name] = {key: tuple(score) for key, score in fields.get(name, {}).items()}
        return cls(**fields)


def identify(identity: Json) -> str:
    """The id of an identity: sha256 of its canonical JSON (sorted keys, no spaces, no NaN)."""
    text = json.dumps(identity, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
