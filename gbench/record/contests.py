"""What contests between trained models found: `contests/<data set>/<name>.json`."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from itertools import islice
from math import inf
from pathlib import Path
from statistics import median
from typing import Any

from gbench.record.files import is_number, read_json, require, write_json
from gbench.record.plain import plain
from gbench.record.run import RunDirectory
from gbench.record.status import owned
from gbench.suite.cell import Cell

MOST = 1000  # contests of a run that are read

Values = dict[str, dict[str, list[float | None]]]


@dataclass(frozen=True, kw_only=True)
class ContestRecord:
    """A contest on a data set."""

    #: The component's name, version and options.
    contest: str
    version: str
    options: dict[str, Any]
    #: The features that it compares by, as a cell's identity names them.
    features: dict[str, Any]
    dataset: str
    #: The ids of the cells that were invited.
    cells: list[str]
    #: By a cell's id: which trainings its replicas are of, see `trainings`.
    participants: dict[str, list[str]]
    #: By key: direction and worst possible value.
    scores: dict[str, tuple[str, float | None]] = field(default_factory=dict)
    #: Key -> id of a cell -> its replicas in order, None counting as the worst. A cell that took no part has
    #: none, and `notes` say why.
    values: Values = field(default_factory=dict)
    #: Name -> {"columns", "rows"}.
    tables: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    #: Why there are no values, in one line.
    error: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain data; numbers that do not exist become null."""
        return dict(plain(asdict(self)))

    def median(self, key: str, cell: str) -> float | None:
        """Over a cell's replicas, those without a number as the worst; None where it took no part."""
        values = self.values.get(key, {}).get(cell)
        if not values:
            return None
        direction, worst = self.scores[key]
        if worst is None:
            worst = inf if direction == "min" else -inf
        return float(median(worst if value is None else value for value in values))

    def answers(self, request: dict[str, Any], participants: dict[str, list[str]]) -> bool:
        """Whether it is of this contest with these options between these trainings, and has values."""
        own = {
            "use": self.contest,
            "version": self.version,
            "options": self.options,
            "features": self.features,
        }
        return self.error is None and own == request and self.participants == participants


def trainings(run: RunDirectory, cells: Iterable[Cell]) -> dict[str, list[str]]:
    """By cell, which training from scratch each of its finished replicas is of, as `3 of 5f0e...`."""
    found: dict[str, list[str]] = {}
    for cell in cells:
        found[cell.id] = [
            f"{replica} of {(cohort.attempt() or {}).get('origin')}"
            for cohort, own in owned(run.cohorts(cell.id))
            if cohort.result() is not None
            for replica in own
            if replica < cell.replicas
        ]
    return found


def load_contests(run: RunDirectory) -> list[ContestRecord]:
    """Every contest recorded, by data set and name. Raises UserError on a damaged one."""
    paths = sorted((run.root / "contests").glob("*/*.json"))
    return [record for path in islice(paths, MOST) if (record := load_contest(path)) is not None]


def load_contest(path: Path) -> ContestRecord | None:
    """The contest in a file; None where there is no such file."""
    data = read_json(path)
    return None if data is None else contest_of(data, path)


def contest_of(data: Any, path: Path) -> ContestRecord:
    """The contest in the data of a file. Raises UserError where these are damaged."""
    require(isinstance(data, dict), path, "not a contest's")
    known = {name: data[name] for name in (one.name for one in fields(ContestRecord)) if name in data}
    require(_is_well_typed(known), path, "not a contest's")
    known["scores"] = {key: tuple(score) for key, score in known["scores"].items()}
    return ContestRecord(**known)


def save_contest(run: RunDirectory, record: ContestRecord) -> Path:
    """Replace what is recorded of the contest; numbers that do not exist become null."""
    path = contest_path(run, record.dataset, record.contest)
    write_json(path, record.to_json())
    return path


def contest_path(run: RunDirectory, dataset: str, contest: str) -> Path:
    return run.root / "contests" / dataset / f"{contest}.json"


def _is_well_typed(data: dict[str, Any]) -> bool:
    wanted = {
        **dict.fromkeys(("contest", "version", "dataset"), str),
        **dict.fromkeys(("options", "features", "participants", "scores", "values", "tables"), dict),
        **dict.fromkeys(("cells", "notes"), list),
    }
    return (
        all(isinstance(data.get(name), kind) for name, kind in wanted.items())
        and isinstance(data.get("error"), str | None)
        and all(isinstance(score, list) and len(score) == 2 for score in data["scores"].values())
        and all(key in data["scores"] and _are_values(of) for key, of in data["values"].items())
        and all(_is_table(table) for table in data["tables"].values())
    )


def _are_values(of: Any) -> bool:
    return isinstance(of, dict) and all(
        isinstance(row, list) and all(value is None or is_number(value) for value in row)
        for row in of.values()
    )


def _is_table(table: Any) -> bool:
    return isinstance(table, dict) and all(isinstance(table.get(part), list) for part in ("columns", "rows"))
