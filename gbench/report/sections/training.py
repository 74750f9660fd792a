"""How training went: curves, survival, profiles, sensitivity and dynamics."""

from functools import reduce

import numpy as np

from gbench.report.blocks import Block, Figure, Section, Text
from gbench.report.figures.bands import draw_bands, metric_curves, trace_curves
from gbench.report.figures.canvas import COLOURED, is_wide
from gbench.report.figures.steps import Stair, draw_stairs
from gbench.report.study import DatasetResults, Entry, Study
from gbench.report.verdict import finite_steps
from gbench.statistics.convergence import thresholds_hold, times_to_threshold
from gbench.statistics.profiles import performance_profile
from gbench.statistics.survival import kaplan_meier

LEVELS = 200  # of a profile
TRACES = {
    "score/real": "discriminator's mean score of real samples",
    "score/fake": "discriminator's mean score of generated samples",
    "gradient/generator": "norm of the generator's gradient",
    "gradient/discriminator": "norm of the discriminator's gradient",
}
MOST_TRACES = 8


def curves(study: Study, results: DatasetResults) -> Section:
    """A drawing for each metric."""
    blocks: list[Block] = []
    for key in results.keys:
        name = f"curves-{results.dataset}-{key}"
        threshold = _threshold(results, key)
        svg = draw_bands(
            name, results.leaders, metric_curves(key), results.arrow(key), study.colours, threshold
        )
        if svg:
            blocks.append(Figure(name, key, svg))
    if blocks:
        blocks.insert(0, Text(_legend(results), "note"))
    return Section("Over training", blocks)


def _threshold(results: DatasetResults, key: str) -> float | None:
    return next(
        (entry.cell.thresholds[key] for entry in results.ranked if key in entry.cell.thresholds), None
    )


def _legend(results: DatasetResults) -> str:
    text = "Line: median over seeds; band: from quartile to quartile; dashed: a threshold. "
    text += "A seed that has diverged counts as the worst: its line runs along the edge."
    if results.has_grid:
        text += (
            " Of each technique the point of the grid that ranks best is drawn, which flatters it a little."
        )
    if len(results.leaders) > COLOURED:
        text += f" The {COLOURED} that rank best are in colour; choose others above the page."
    return text


def convergence(study: Study, results: DatasetResults) -> Section:
    """Survival curves and performance profiles."""
    name, blocks = f"survival-{results.dataset}", list[Block]()
    stairs = {
        entry.cell.id: stair
        for entry in results.leaders
        if (stair := _survival(entry, finite_steps(results)))
    }
    labels = ("step", "share of seeds that has not reached the thresholds")
    if svg := draw_stairs(name, results.leaders, stairs, labels, study.colours):
        caption = (
            "Lower and earlier is better; a stair that stays at 1 never converges (Kaplan and Meier 1958)."
        )
        blocks.append(Figure(name, "Not yet converged", svg, caption))
    if profile := _profiles(study, results):
        blocks.append(profile)
    return Section("How reliably", blocks)


def _survival(entry: Entry, last: float) -> Stair | None:
    thresholds = entry.cell.thresholds
    if not thresholds or any(key not in entry.curves for key in thresholds):
        return None
    steps = reduce(np.intersect1d, [entry.curves[key].steps for key in thresholds])
    if not steps.size:
        return None
    diverged = np.array([entry.outcomes[replica][0] == "diverged" for replica in entry.replicas])
    held = thresholds_hold(
        {key: entry.curves[key].at(steps).values for key in thresholds},
        {key: entry.score(key) for key in thresholds},
        thresholds,
    )
    times = times_to_threshold(steps, held & ~diverged[:, None])
    ends = np.array([entry.outcomes[replica][1] for replica in entry.replicas], dtype=np.float64)
    found = kaplan_meier(times, np.where(diverged, np.inf, ends))
    where = np.concatenate([[0.0], found.steps, [last]])
    return where, np.concatenate([[1.0], found.share, [found.share[-1] if found.share.size else 1.0]])


def _profiles(study: Study, results: DatasetResults) -> Figure | None:
    key = results.primary
    if key is None:
        return None
    lasts = {entry.cell.id: entry.last(key) for entry in results.leaders}
    values = np.concatenate([[], *lasts.values()])
    finite = values[np.isfinite(values)]
    if finite.size < 2 or finite.min() == finite.max():
        return None
    low, high = float(finite.min()), float(finite.max())
    logarithmic = is_wide(finite)
    levels = np.geomspace(low, high, LEVELS) if logarithmic else np.linspace(low, high, LEVELS)
    stairs = {
        entry.cell.id: (levels, performance_profile(lasts[entry.cell.id], levels, entry.score(key)))
        for entry in results.leaders
    }
    name, labels = (
        f"profile-{results.dataset}",
        (f"{results.arrow(key)}: level", "share of seeds at least so good"),
    )
    svg = draw_stairs(name, results.leaders, stairs, labels, study.colours, logarithmic=logarithmic)
    caption = "Of two stairs the one that is nowhere lower is stochastically better (Agarwal et al. 2021)."
    return Figure(name, "Performance profile", svg, caption)


def dynamics(study: Study, results: DatasetResults) -> Section:
    """Traces of scores and gradients; the four usual ones, or else whatever the game has."""
    known = sorted({key for entry in results.leaders for key in entry.traces})
    keys = [key for key in TRACES if key in known] or known[:MOST_TRACES]
    blocks: list[Block] = []
    for key in keys:
        name = f"trace-{results.dataset}-{key.replace('/', '-')}"
        title = TRACES.get(key, key)
        if svg := draw_bands(name, results.leaders, trace_curves(key), title, study.colours):
            blocks.append(Figure(name, title, svg))
    if blocks:
        blocks.insert(0, Text("Medians over the seeds that have not diverged, in their quartiles.", "note"))
    return Section("Dynamics", blocks)
