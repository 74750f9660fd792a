"""The folder that `gbench export` writes: plain JSON for each cell, checked by its hashes and its numbers."""

import hashlib
import json
import math
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gbench import __version__
from gbench.errors import UserError
from gbench.recipe import Json
from gbench.record import plain
from gbench.record.contests import contest_of
from gbench.record.files import read_json, require
from gbench.record.history import Probed, numbers_of
from gbench.report.study import Entry, Study
from gbench.statistics.curves import Curves
from gbench.statistics.summary import Summary, summarise
from gbench.suite.cell import Cell

INDEX = "results.json"
FORMAT = 1
FROM_TRACES = ("saturated", "vanishing-gradients")  # of the full traces, which are not exported
CLOSE = 1e-9  # relative; rounding of another machine's numpy


def is_export(folder: Path) -> bool:
    return (folder / INDEX).is_file()


# Writing


def write_export(study: Study, folder: Path, *, pictures: bool = False) -> None:
    """Write a study as files that need no gbench to be read. UserError where the folder holds others."""
    if folder.exists() and any(folder.iterdir()) and not is_export(folder):
        raise UserError("there are other files; name a new folder", str(folder))
    try:
        _clear(folder)
        _write(study, folder, pictures)
    except OSError as error:
        raise UserError(f"cannot write there: {error.strerror}", str(folder)) from error


def _clear(folder: Path) -> None:
    """Remove what an earlier export wrote, and nothing else."""
    for name in _listed(folder) if is_export(folder) else ():
        (folder / name).unlink(missing_ok=True)


def _write(study: Study, folder: Path, pictures: bool) -> None:
    (folder / "cells").mkdir(parents=True, exist_ok=True)
    names = []
    for entry in study.entries:
        shots = _copy_pictures(entry, folder) if pictures else {}
        name = f"cells/{entry.cell.id}.json"
        _write_json(folder / name, cell_json(entry, shots))
        names += [name, *(copy for own in shots.values() for _, copy in own)]
    if study.suite:
        (folder / "suite.yaml").write_text(study.suite, encoding="utf-8")
        names.append("suite.yaml")
    if study.contests:
        _write_json(folder / "contests.json", {"contests": [contest.to_json() for contest in study.contests]})
        names.append("contests.json")
    files = {name: _digest(folder / name) for name in sorted(names)}
    about = {"format": FORMAT, "gbench": __version__, "suite": study.name, "summary": study.summary}
    _write_json(folder / INDEX, about | {"files": files})


def _copy_pictures(entry: Entry, folder: Path) -> dict[str, list[list[Any]]]:
    """Copies the samples; replica -> [step, file]."""
    target = folder / "samples" / entry.cell.id
    copied: dict[str, list[list[Any]]] = {}
    for replica, shots in entry.shots.items():
        for step, path in shots:
            if path.is_file():
                target.mkdir(parents=True, exist_ok=True)
                name = f"{step:06}-r{replica:02}.png"
                shutil.copyfile(path, target / name)
                copied.setdefault(str(replica), []).append([step, f"samples/{entry.cell.id}/{name}"])
    return copied


def cell_json(entry: Entry, shots: dict[str, list[list[Any]]]) -> Json:
    """All about a cell; null stands for a number that does not exist, "inf" for an infinite statistic."""
    return {
        "cell": entry.cell.to_json(),
        "state": entry.state,
        "errors": list(entry.errors),
        "replicas": [
            {"replica": replica, "status": entry.outcomes[replica][0], "step": entry.outcomes[replica][1]}
            for replica in entry.replicas
        ],
        "statistics": {name: _written(value) for name, value in entry.summary.statistics.items()},
        "measurements": {key: _curves_json(curves) for key, curves in entry.curves.items()},
        "traces": {key: _curves_json(curves) for key, curves in entry.traces.items()},
        "seconds": dict(entry.seconds),
        "facts": list(entry.facts),
        "samples": shots,
        "sampling": entry.sampling,
        "probes": {name: _probe_json(found) for name, found in entry.probes.items()},
    }


def _written(value: float) -> float | str:
    return value if math.isfinite(value) else ("inf" if value > 0 else "-inf")


def _curves_json(curves: Curves) -> Json:
    return {"steps": plain(curves.steps.astype(int)), "values": plain(curves.values)}


def _write_json(path: Path, data: Json) -> None:
    text = json.dumps(plain(data), allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# Reading


def read_export(folder: Path) -> Study:
    """The study of an exported folder. Raises UserError where a file is missing or damaged."""
    index = _index(folder)
    entries = [read_cell(folder, name) for name in _listed(folder) if name.startswith("cells/")]
    entries.sort(key=lambda entry: (entry.cell.name, entry.cell.id))
    suite = folder / "suite.yaml"
    text = suite.read_text(encoding="utf-8") if suite.is_file() else ""
    path = folder / "contests.json"
    listed = (read_json(path) or {}).get("contests", [])
    require(isinstance(listed, list), path, "'contests' is not a list")
    contests = [contest_of(data, path) for data in listed]
    return Study(str(index.get("suite")), entries, str(index.get("summary", "")), text, contests)


def _index(folder: Path) -> Json:
    path = folder / INDEX
    index = read_json(path) or {}
    require(index.get("format") == FORMAT, path, f"'format' is not {FORMAT}")
    require(isinstance(index.get("files"), dict), path, "'files' is not a mapping")
    return index


def _listed(folder: Path) -> list[str]:
    """The files that the index names, each below the folder."""
    names = sorted(_index(folder)["files"])
    root = folder.resolve()
    for name in names:
        inside = (folder / name).resolve().is_relative_to(root)
        require(inside and name != INDEX, folder / INDEX, f"'{name}' leads out of the folder")
    return names


def _inside(folder: Path, name: str) -> Path:
    """A file of the folder. Raises ValueError for a path that leads out of it."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(name)
    return path


def read_cell(folder: Path, name: str) -> Entry:
    """One cell's file."""
    path = folder / name
    data = read_json(path)
    require(data is not None, path, "named by results.json, but not there")
    assert data is not None
    try:
        return _entry(data, folder)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise UserError("damaged record: not a cell as `gbench export` writes it", str(path)) from None


def _entry(data: Json, folder: Path) -> Entry:
    cell = Cell.from_json(data["cell"])
    if data["cell"]["id"] != cell.id:
        raise ValueError
    outcomes = {row["replica"]: (str(row["status"]), int(row["step"])) for row in data["replicas"]}
    statistics = {str(name): float(value) for name, value in data["statistics"].items()}
    ended = sum(status != "unfinished" for status, _ in outcomes.values())
    return Entry(
        cell,
        Summary(ended if statistics else 0, statistics),
        list(outcomes),
        outcomes,
        {key: _curves(part) for key, part in data["measurements"].items()},
        {key: _curves(part) for key, part in data["traces"].items()},
        {str(name): float(spent) for name, spent in data["seconds"].items()},
        str(data["state"]),
        [str(error) for error in data["errors"]],
        {
            int(replica): [(int(step), _inside(folder, name)) for step, name in own]
            for replica, own in data["samples"].items()
        },
        list(data["facts"]),
        _by_replica(data["sampling"]),
        {str(name): _probe(found) for name, found in data["probes"].items()},
    )


def _probe_json(found: Probed) -> Json:
    """Without the pictures."""
    return {"values": found.values, "tables": found.tables, "reasons": found.reasons}


def _probe(data: Json) -> Probed:
    reasons = {int(replica): str(reason) for replica, reason in data["reasons"].items()}
    return Probed(_by_replica(data["values"]), _by_replica(data["tables"]), {}, reasons)


def _by_replica(data: Json) -> dict[str, dict[int, Any]]:
    return {str(key): {int(replica): value for replica, value in own.items()} for key, own in data.items()}


def _curves(data: Json) -> Curves:
    steps = np.array(data["steps"], dtype=np.float64)
    values = np.array(data["values"], dtype=np.float64)
    return Curves(steps, values.reshape(len(data["values"]), steps.size))


# Checking


def check_export(folder: Path) -> list[str]:
    """What is wrong with an exported folder, a line each: a hash, an identity or a statistic that differs."""
    if not is_export(folder):
        raise UserError(f"no {INDEX} here; `gbench export RUN FOLDER` makes one", str(folder))
    wrong = []
    for name, digest in _index(folder)["files"].items():
        path = folder / name
        if name not in _listed(folder) or not path.is_file():
            wrong.append(f"{name}: not there")
        elif _digest(path) != digest:
            wrong.append(f"{name}: changed since it was exported (sha256 differs)")
        if path.is_file() and name.startswith("cells/"):
            wrong += [f"{name}: {text}" for text in _check_cell(folder, name)]
    return wrong


def _check_cell(folder: Path, name: str) -> list[str]:
    try:
        entry = read_cell(folder, name)
    except UserError as error:
        return [str(error)]
    if not entry.ended:
        return []
    found, told = recomputed(entry).statistics, entry.summary.statistics
    compared = [key for key in told if key not in FROM_TRACES]
    return [
        f"{key} is {told[key]:.6g} there, {found.get(key, math.nan):.6g} from the measurements"
        for key in compared
        if not math.isclose(told[key], found.get(key, math.nan), rel_tol=CLOSE, abs_tol=1e-12)
    ] + [f"{key} is missing" for key in found if key not in told]


def recomputed(entry: Entry) -> Summary:
    """The statistics from the measurements."""
    points = {
        key: {replica: _points(curves, row) for row, replica in enumerate(entry.replicas)}
        for key, curves in entry.curves.items()
    }
    return summarise(entry.cell, points, entry.outcomes, {}, entry.sampling, numbers_of(entry.probes))


def _points(curves: Curves, row: int) -> Sequence[tuple[int, float | None]]:
    return [(int(step), float(value)) for step, value in zip(curves.steps, curves.values[row], strict=True)]
