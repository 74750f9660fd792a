"""What a run is called and tagged with in MLflow, and its parameters."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from gbench.colours import colours_of
from gbench.suite.cell import Cell

LONGEST_VALUE = 500  # characters of a parameter; what MLflow servers since 1.28 take


def colours(cells: Sequence[Cell]) -> dict[str, str]:
    """A colour for each technique's label, the same in every chart."""
    return colours_of(cell.label for cell in cells)


def cell_note(cell: Cell) -> str:
    """What a cell's run is, in Markdown."""
    budget = cell.recipe.budget
    return (
        f"`{cell.technique}` on `{cell.dataset}`: {cell.replicas} seeds, "
        f"{budget.steps} steps with batches of {budget.batch_size}."
    )


def cell_tags(cell: Cell, colour: str, directory: str, origin: str) -> dict[str, str]:
    """The tags of a cell's own run; `origin` names the training that its curves come from."""
    return {
        "gbench.cell": cell.id,
        "gbench.kind": "cell",
        "gbench.name": cell.name,
        "gbench.technique": cell.technique,
        "gbench.label": cell.label,
        "gbench.dataset": cell.dataset,
        "gbench.suite": cell.suite,
        "gbench.directory": directory,
        "gbench.origin": origin,
        "mlflow.runColor": colour,
        "mlflow.note.content": cell_note(cell),
        "mlflow.source.name": f"gbench run {cell.suite}",
    }


def replica_tags(cell: Cell, colour: str, directory: str, origin: str, replica: int) -> dict[str, str]:
    """The tags of a replica's run."""
    return cell_tags(cell, colour, directory, origin) | {
        "gbench.kind": "replica",
        "gbench.replica": str(replica),
        "mlflow.note.content": f"Seed {replica} of `{cell.name}`.",
    }


def parameters(cell: Cell) -> dict[str, str]:
    """The recipe as flat text, `optimizers.generator.lr` -> `0.0001`.

    A component's options stand under its name: `regularizers.gradient-penalty.weight`.
    """
    return {metric_key(key): _text(value)[:LONGEST_VALUE] for key, value in _flat("", cell.recipe.to_json())}


def suite_run_tags(suite: str, directory: str) -> dict[str, str]:
    """The tags of a run directory's own run."""
    return {
        "gbench.kind": "suite",
        "gbench.suite": suite,
        "gbench.directory": directory,
        "gbench.rank": "(report)",  # before every cell's
        "mlflow.runColor": "#888888",
        "mlflow.source.name": f"gbench run {suite}",
    }


def _flat(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            if key != "options":
                yield from _flat(_join(path, key), item)
            elif item:
                yield from _flat(path, item)
    elif _are_components(value):
        yield path, ", ".join(item["use"] for item in value)
        for name, item in _named(value):
            yield from _flat(_join(path, name), {key: item[key] for key in item if key != "use"})
    elif path:
        yield path, value


def _are_components(value: Any) -> bool:
    return (
        isinstance(value, list)
        and value != []
        and all(isinstance(item, dict) and "use" in item for item in value)
    )


def _named(components: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each component under its name; a second one of that name as `name.2`."""
    seen: dict[str, int] = {}
    for component in components:
        name = component["use"]
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name}.{seen[name]}"), component


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _text(value: Any) -> str:
    if value is None or value in ([], {}):
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return str(value)


def picture_name(name: str) -> str:
    """`name` as a part of a file's name.

    >>> picture_name("drift: a/b")
    'drift_ a_b'
    """
    return re.sub(r"[^\w\-. ]", "_", name, flags=re.ASCII)[:100]


def metric_key(key: str) -> str:
    """`key` with every character that MLflow refuses replaced, at most 250 long.

    >>> metric_key("lipschitz(λ)")
    'lipschitz___'
    """
    return re.sub(r"[^\w\-. /:]", "_", key, flags=re.ASCII)[:250]
