"""The answer in words: which technique is best on a data set, how surely, and what speaks against it."""

from collections.abc import Sequence

import numpy as np

from gbench.report.numerals import interval, significant
from gbench.report.study import DatasetResults, Entry
from gbench.statistics.comparison import Improvement, paired_improvement

NAMED = 4  # techniques that a sentence lists before it counts


def compare_last(a: Entry, b: Entry, key: str) -> Improvement | None:
    """How probably A is better than B by a metric, over the replicas that both have; None without any."""
    common = sorted(set(a.replicas) & set(b.replicas))
    if not common or not a.ended or not b.ended:
        return None
    first, second = (
        entry.last(key)[[list(entry.replicas).index(replica) for replica in common]] for entry in (a, b)
    )
    return paired_improvement(first, second, a.score(key))


def rivals(results: DatasetResults, best: Entry, others: Sequence[Entry]) -> list[Entry]:
    """Those of `others` that are not surely worse than `best`: the interval reaches one half."""
    key = results.primary
    if key is None:
        return []
    found = ((other, compare_last(best, other, key)) for other in others if other is not best)
    return [other for other, improvement in found if improvement is None or improvement.low <= 0.5]


def answer(results: DatasetResults) -> list[tuple[str, str]]:
    """Sentences with their tone: the answer first, then what speaks against it."""
    if not results.ranked:
        return [(_nothing(results), "warning")]
    if all(entry.statistic("diverged") == 1 for entry in results.ranked):
        return [
            (f"Every seed of every technique diverged on {results.dataset}: there is no answer.", "warning")
        ]
    sentences = [(_best(results), "stressed")]
    sentences += [(text, "warning") for text in (_failing(results), _few_seeds(results)) if text]
    sentences += [(text, "") for text in (_disagreement(results), _unfinished(results)) if text]
    return sentences


def _nothing(results: DatasetResults) -> str:
    states = sorted({entry.state for entry in results.waiting})
    return f"Nothing has been trained to its end on {results.dataset} yet ({', '.join(states)})."


def _best(results: DatasetResults) -> str:
    pick, key = _pick(results), results.primary
    if key is None:
        return f"On {results.dataset}, nothing was measured that ranks."
    scored = f"{key} {score_text(pick, key)}"
    if pick.fails:
        lead = f"On {results.dataset}, no technique is reliable"
        return f"{lead}: {pick.title}, the best by {scored}, {failure_text(pick)}."
    head = (
        "does best" if pick is results.ranked[0] else "is the best that works in at least half of the seeds"
    )
    others = _others(results, pick)
    if not others:
        return f"On {results.dataset}, only {pick.label} ran: {pick.title} ends with {scored}."
    return f"On {results.dataset}, {pick.title} {head}: {scored}. {_surely(results, pick, others)}"


def _pick(results: DatasetResults) -> Entry:
    """The first that does not fail in most seeds; where all do, the first."""
    return next((entry for entry in results.ranked if not entry.fails), results.ranked[0])


def _others(results: DatasetResults, pick: Entry) -> list[Entry]:
    """The best point that works, else the best, of each other technique; best first."""
    points = [entry for entry in results.ranked if entry.label != pick.label]
    chosen: dict[str, Entry] = {}
    for entry in sorted(points, key=lambda entry: entry.fails):  # stable: the better one of two stays ahead
        chosen.setdefault(entry.label, entry)
    return [entry for entry in points if chosen[entry.label] is entry]


def _surely(results: DatasetResults, pick: Entry, others: Sequence[Entry]) -> str:
    key = results.primary
    assert key is not None
    fit = [entry for entry in others if not entry.fails]
    if not fit:
        return "No other technique works in at least half of the seeds."
    improvement = compare_last(pick, fit[0], key)
    alike = rivals(results, pick, fit)
    parts = []
    if improvement is not None:
        chance = chance_text(improvement)
        parts.append(f"On the same seed it beats the runner-up, {fit[0].title}, with probability {chance}.")
    parts.append(_alike(alike, len(fit)))
    return " ".join(parts)


def chance_text(improvement: Improvement) -> str:
    """`0.80 [0.38, 0.96]`"""
    return interval(improvement.probability, improvement.low, improvement.high)


def _alike(alike: Sequence[Entry], among: int) -> str:
    if not alike:
        return "All others that work are surely worse." if among > 1 else "The other is surely worse."
    names = listing([entry.title for entry in alike])
    if len(alike) == among and among > 1:
        return f"That is not sure: with these seeds none of the others that work is surely worse: {names}."
    return f"Not surely worse with these seeds: {names}."


def listing(names: Sequence[str]) -> str:
    """
    >>> listing(["a", "b", "c", "d", "e", "f"])
    'a, b, c, d and 2 more'
    """
    shown, rest = list(names[:NAMED]), len(names) - NAMED
    if rest > 0:
        return f"{', '.join(shown)} and {rest} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def _failing(results: DatasetResults) -> str:
    """A word about a leader of the ranking that fails."""
    top, pick = results.ranked[0], _pick(results)
    if not top.fails:
        return ""
    failure = failure_text(top)
    if pick is top:
        return ""
    return f"Ranked first by {results.primary}, but no winner: {top.title} {failure}."


def failure_text(entry: Entry) -> str:
    """What a cell that fails does wrong, in words."""
    total = entry.summary.replicas
    if (entry.statistic("diverged") or 0) > 0.5:
        return f"diverges on {entry.count('diverged')} of {total} seeds"
    missed = total - entry.count("converged")
    return f"misses the thresholds ({threshold_words(entry)}) on {missed} of {total} seeds"


def threshold_words(entry: Entry) -> str:
    """Its thresholds, as `modes ≥ 8, high-quality ≥ 0.5`."""
    return ", ".join(
        f"{key} {'≤' if entry.score(key).direction == 'min' else '≥'} {significant(value)}"
        for key, value in entry.cell.thresholds.items()
    )


def _few_seeds(results: DatasetResults) -> str:
    most = max(entry.summary.replicas for entry in results.ranked)
    if most == 1:
        return "A single seed: nothing is known about the spread, and another seed may turn the order around."
    if most < 4:
        return f"Only {most} seeds: too few to tell any two techniques apart."
    return ""


def _disagreement(results: DatasetResults) -> str:
    """Which metrics would have ranked another technique first, and what becomes of the winner there."""
    pick = _pick(results)
    dissent = []
    for key in results.keys[1:] if results.primary else ():
        ranks = ranks_by(results.leaders, key)
        mine = ranks.get(pick.cell.id)
        if mine is not None and mine > 1:
            first = next(entry for entry in results.leaders if ranks.get(entry.cell.id) == 1)
            dissent.append(f"{key} puts {first.title} first and {pick.title} at rank {mine} of {len(ranks)}")
    return f"The metrics disagree: {'; '.join(dissent)}." if dissent else ""


def ranks_by(entries: Sequence[Entry], key: str) -> dict[str, int]:
    """The rank of each cell, by id, by the median of a metric; ties share the better rank."""
    costs = {entry.cell.id: _cost(entry, key) for entry in entries if key in entry.cell.scores}
    return {cell: 1 + sum(other < cost for other in costs.values()) for cell, cost in costs.items()}


def ranks_by_convergence(entries: Sequence[Entry]) -> dict[str, int]:
    """The same by the share of seeds that reach the thresholds, where a cell has some."""
    shares = {
        entry.cell.id: share for entry in entries if (share := entry.statistic("converged")) is not None
    }
    return {cell: 1 + sum(other > share for other in shares.values()) for cell, share in shares.items()}


def _cost(entry: Entry, key: str) -> float:
    score = entry.score(key)
    return score.sign * (entry.summary.statistics.get(f"median/{key}", score.floor))


def _unfinished(results: DatasetResults) -> str:
    left_out = [f"{entry.title} ({entry.state})" for entry in results.waiting]
    left_out += [f"{entry.title} (measured by other metrics)" for entry in results.others]
    if not left_out:
        return ""
    named = listing(left_out)
    return f"Not in this answer: {named}."


def score_text(entry: Entry, key: str) -> str:
    """`median [low, high]` of the last scores, a dash with the reason where there is none."""
    text = entry.row.score(key)
    if text == "–":
        return "– (not measured)"
    alone = entry.summary.replicas == 1
    return significant(entry.summary.statistics[f"median/{key}"]) + " (one seed)" if alone else text


def converged(entry: Entry) -> str:
    """`7/8`; a dash without thresholds."""
    return entry.row.count("converged")


def finite_steps(results: DatasetResults) -> float:
    """The last step that anybody was measured at, 1 at least."""
    steps = [curves.steps[-1] for entry in results.everyone for curves in entry.curves.values()]
    return float(np.max([1.0, *steps]))
