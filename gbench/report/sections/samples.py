"""What the generators make: samples of the best, the median and the worst seed over training."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gbench.report.blocks import Gallery, Section, Strip
from gbench.report.numerals import significant
from gbench.report.study import DatasetResults, Entry

SHOWN = 8  # techniques whose samples are shown
STEPS = 6  # pictures of a replica


def samples(results: DatasetResults) -> Section:
    """The best techniques' pictures, and the worst one's to compare with."""
    with_pictures = [entry for entry in results.leaders or results.waiting if entry.shots]
    chosen = with_pictures[:SHOWN]
    if len(with_pictures) > SHOWN:
        chosen = [*with_pictures[: SHOWN - 1], with_pictures[-1]]
    rows = [(entry.label, entry.title, strips(entry, results.primary)) for entry in chosen]
    if not rows:
        return Section("Samples")
    hidden = len(results.leaders) - len(rows)
    caption = "Best, median and worst seed by the primary metric at the end."
    caption += f" {hidden} techniques are left out, the last shown is the worst." if hidden > 0 else ""
    return Section("Samples", [Gallery(f"samples-{results.dataset}", "Samples over training", rows, caption)])


def strips(entry: Entry, key: str | None) -> list[Strip]:
    """The pictures of the best, the median and the worst replica, those among them that are the same once."""
    replicas = [replica for replica in entry.replicas if replica in entry.shots]
    if key is not None and entry.ended:
        costs = dict(zip(entry.replicas, entry.score(key).costs(entry.last(key)), strict=True))
        replicas.sort(key=lambda replica: (costs[replica], replica))
    if not replicas:
        return []
    places = {0: "best", (len(replicas) - 1) // 2: "median", len(replicas) - 1: "worst"}
    if len(replicas) < 3:
        places = {0: "best", len(replicas) - 1: "worst"} if len(replicas) == 2 else {0: "only"}
    return [
        Strip(f"{word}: {_seed(entry, replicas[place], key)}", _thin(entry.shots[replicas[place]]))
        for place, word in places.items()
    ]


def _seed(entry: Entry, replica: int, key: str | None) -> str:
    status, step = entry.outcomes[replica]
    if status == "diverged":
        return f"seed {replica}, diverged at step {step:,}"
    if key is None or not entry.ended:
        return f"seed {replica}"
    value = entry.last(key)[list(entry.replicas).index(replica)]
    return f"seed {replica}, {significant(value) if np.isfinite(value) else 'no score'}"


def _thin(shots: Sequence[tuple[int, Path]]) -> list[tuple[int, Path]]:
    chosen = np.unique(np.linspace(0, len(shots) - 1, STEPS).round().astype(int))
    return [shots[index] for index in chosen]
