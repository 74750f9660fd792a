"""A cell as a suite of its own, to be pasted into a file and run."""

from typing import Any

from gbench.suite.cell import Cell
from gbench.suite.dump import to_yaml

Json = dict[str, Any]


def suite_of(cell: Cell) -> Json:
    """A suite whose one cell has the same identity, so that it gives the same numbers."""
    identity = cell.identity
    return {
        "name": cell.suite,
        "seeds": cell.replicas,
        "seed": identity.get("seed", 0),
        "budget": identity.get("budget"),
        "datasets": [_choice(identity["dataset"]) | _label(cell)],
        "techniques": [_technique(cell)],
        "metrics": [_choice(metric) for metric in identity.get("metrics", [])],
        "features": [_choice(part) for part in identity.get("features", {}).values()],
        "probes": [_choice(probe) for probe in identity.get("probes", [])],
        "primary": {cell.dataset: cell.primary} if cell.primary else {},
        "thresholds": {cell.dataset: cell.thresholds} if cell.thresholds else {},
    }


def paste(cell: Cell) -> str:
    """The suite as YAML."""
    return to_yaml({key: value for key, value in suite_of(cell).items() if value not in ({}, [])})


def _technique(cell: Cell) -> Json:
    identity = cell.identity
    parts: Json = {
        name: _choice(identity[name]) for name in ("game", "model", "loss", "rule") if identity.get(name)
    }
    parts["regularizers"] = [_choice(part) for part in identity.get("regularizers", [])]
    parts["optimizers"] = {turn: _choice(part) for turn, part in identity.get("optimizers", {}).items()}
    rest = {name: identity[name] for name in ("ema", "schedules") if identity.get(name) is not None}
    return {"label": cell.label} | parts | rest


def _label(cell: Cell) -> Json:
    return {"label": cell.dataset} if cell.identity["dataset"]["use"] != cell.dataset else {}


def _choice(component: Json) -> Json:
    return {"use": component["use"]} | component.get("options", {})
