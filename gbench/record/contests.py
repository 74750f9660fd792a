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
    """A contest on a data set.

    cells: the ids of those invited. values: key -> id of a cell -> its replicas in order, null counting as
    the worst; a cell that took no part has none, and `notes` say why. scores: key -> [direction, worst].
    tables: name -> {"columns", "rows"}. participants: id -> which trainings its replicas are of.
    error: why there are no values, in one line.
    """

    contest: str
    version: str
    options: dict[str, Any]
    features: dict[str, Any]
    dataset: str
    cells: list[str]
    participants: dict[str, list[str]]
    scores: dict[str, tuple[str, float | None]] = field(default_factory=dict)
    values: Values = field(default_factory=dict)
    tables: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    error: str | None = None

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


def contest_of(data: dict[str, Any], path: Path) -> ContestRecord:
    """The contest in the data of a file. Raises UserError where these are damaged."""
    known = {name: data[name] for name in (one.name for one in fields(ContestRecord)) if name in data}
    require(_is_well_typed(known), path, "not a contest's")
    known["scores"] = {key: tuple(score) for key, score in known["scores"].items()}
    return ContestRecord(**known)


def save_contest(run: RunDirectory, record: ContestRecord) -> Path:
    """Replace what is recorded of the contest; numbers that do not exist become null."""
    path = contest_path(run, record.dataset, record.contest)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, plain(asdict(record)))
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
