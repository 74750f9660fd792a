"""Ranks across data sets (Demšar 2006), with Wilcoxon-Holm for the pairs (Benavoli et al. 2016)."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from gbench.statistics.arrays import Floats, Values
from gbench.statistics.scores import Score

MIN_DATASETS = 6  # with fewer, Wilcoxon's test cannot reach 5 % whatever the numbers


@dataclass(frozen=True)
class Ranking:
    """Techniques `T` over data sets.

    mean_ranks: `[T]`, 1 is the best. friedman: p-value of "all alike" (None for two techniques, which
    the test does not take). pairs: p-values of "these two alike", adjusted by Holm's method.
    """

    mean_ranks: Floats
    friedman: float | None
    pairs: dict[tuple[int, int], float]

    def cliques(self, alpha: float = 0.05) -> list[tuple[int, ...]]:
        """The bars of a critical-difference diagram.

        Each is a longest run of techniques, in order of rank, of which no two differ.
        """
        order = [int(t) for t in np.argsort(self.mean_ranks, kind="stable")]
        runs: list[tuple[int, int]] = []
        for start in range(len(order)):
            end = start + 1
            while end < len(order) and all(self._alike(t, order[end], alpha) for t in order[start:end]):
                end += 1
            if end - start > 1 and all(end > other for _, other in runs):
                runs.append((start, end))
        return [tuple(order[start:end]) for start, end in runs]

    def _alike(self, a: int, b: int, alpha: float) -> bool:
        return self.pairs[min(a, b), max(a, b)] >= alpha


def dataset_ranks(values: Values, score: Score) -> Floats:
    """`[D, T]`: the rank of each technique on each data set, 1 the best, ties shared."""
    return stats.rankdata(score.costs(values), axis=-1)


def rank_techniques(values: Values, score: Score) -> Ranking | None:
    """The ranking of `[D, T]` scores of at least two techniques; None below six data sets."""
    costs = score.costs(values)
    datasets, techniques = costs.shape
    if datasets < MIN_DATASETS:
        return None
    pairs = list(combinations(range(techniques), 2))
    raw = [_wilcoxon(costs[:, i], costs[:, j]) for i, j in pairs]
    return Ranking(
        mean_ranks=dataset_ranks(values, score).mean(axis=0),
        friedman=_friedman(costs) if techniques > 2 else None,
        pairs=dict(zip(pairs, holm(raw), strict=True)),
    )


def holm(p_values: ArrayLike) -> list[float]:
    """Holm's step-down adjustment of `[P]` p-values, in their order (Holm 1979)."""
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted.tolist()


def _friedman(costs: Floats) -> float:
    """Friedman's test looks at ranks alone; where all tie everywhere it is undefined, and nothing differs."""
    ranks = stats.rankdata(costs, axis=-1)
    if (ranks == ranks[:, :1]).all():
        return 1.0
    return float(stats.friedmanchisquare(*ranks.T).pvalue)


def _wilcoxon(a: Floats, b: Floats) -> float:
    """The two-sided p-value of the signed ranks of a − b; two infinities do not differ."""
    differences = np.subtract(a, b, out=np.zeros_like(a), where=a != b)
    if not differences.any():
        return 1.0
    return float(stats.wilcoxon(differences, zero_method="zsplit").pvalue)
