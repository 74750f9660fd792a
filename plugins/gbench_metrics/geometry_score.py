"""Geometry score: how much the numbers of holes in samples and in data differ over all scales."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from torch import Tensor

from gbench.api import Keys, Metric, Reference, Samples, UserError, evenly, option

Floats = NDArray[np.float64]


@dataclass(kw_only=True)
class GeometryScore(Metric):
    """Σ_i (MRLT(i) − MRLT_g(i))², 0..2: Khrulkov, Oseledets 2018, algorithms 1 and 2.

    RLT(i) is the share of the scales 0..α_max at which a witness complex on random landmarks has i holes (its
    first Betti number), and MRLT its mean over `repeats` draws of landmarks. All samples are witnesses. α_max
    is γ times the largest distance of a sample to a landmark. `gamma` null means N/5000 · 1/128, as in the
    paper's code. RLT is 1 at i = 0 if there are no persistent loops, or if all samples are the same.

    As in that code, the complex gets plain distances instead of squares, holes that never close live up to
    α_max, and `most_holes` or more holes are not counted. The code draws landmarks with replacement; here
    they are all different. The paper draws 10,000 times and its code 1,000 times; fewer draws cost less and
    leave more noise. The landmarks have the same indices in every set.
    """

    paper: ClassVar[str] = "Khrulkov, Oseledets 2018, Geometry score, arXiv:1802.02664"
    keys: ClassVar[Keys] = {"geometry-score-{features}-{samples}-{split}": ("min", 2.0)}

    features: str = option("pixels", "features whose shape is compared")
    split: Literal["train", "test"] = option("train", "real samples to compare with")
    landmarks: int = option(64, "corners of the complex (Khrulkov, Oseledets 2018)", ge=3)
    repeats: int = option(100, "draws of landmarks (Khrulkov, Oseledets 2018: 10,000)", ge=1)
    gamma: float | None = option(None, "largest scale, in largest distances; null: N/5000 · 1/128", gt=0)
    most_holes: int = option(100, "numbers of holes that are told apart (Khrulkov, Oseledets 2018)", ge=1)

    def fit(self, reference: Reference) -> None:
        real = evenly(reference.features(self.features, self.split), self.samples)
        if (fewest := min(len(real), self.samples)) < self.landmarks:
            raise UserError(
                f"geometry-score: {self.landmarks} landmarks need as many samples; there are {fewest}"
            )
        self.witnesses = min(len(real), self.samples)  # on both sides, since the complex grows with them
        self.real = self.living_times(real)

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of features [R, N, d]."""
        times = [self.living_times(fake) for fake in samples.features(self.features)]
        scores = [((each - self.real) ** 2).sum() for each in times]
        return self.named(torch.tensor(scores, dtype=torch.float64, device=samples.fake.device))

    def living_times(self, features: Tensor) -> Floats:
        """MRLT of features [N, d]: a share of all scales for each number of holes from 0 on."""
        points, draw = features[: self.witnesses].double().cpu().numpy(), np.random.default_rng(0)
        gamma = self.gamma or self.witnesses / 5000 / 128
        chosen = (draw.choice(len(points), self.landmarks, replace=False) for _ in range(self.repeats))
        times = [relative_living_times(points, rows, gamma, self.most_holes) for rows in chosen]
        return np.mean(times, axis=0)


def relative_living_times(points: Floats, chosen: NDArray[np.int64], gamma: float, most: int) -> Floats:
    """RLT of the witness complex of points [N, d] with some of them as landmarks."""
    distances = cdist(points, points[chosen])
    limit = gamma * distances.max()
    if limit == 0:
        return shares_of_scales(np.empty((0, 2)), 1.0, most)
    return shares_of_scales(holes(distances, limit), limit, most)


def holes(distances: Floats, limit: float) -> Floats:
    """Birth and death [n, 2] of the loops of a witness complex up to a scale, from distances [N, L]."""
    try:
        from gudhi import WitnessComplex
    except ImportError:
        raise UserError("geometry-score needs the package gudhi: pip install 'gbench[topology]'") from None
    order = distances.argsort(1)
    table = np.dstack([order, np.take_along_axis(distances, order, 1)])
    tree = WitnessComplex(table).create_simplex_tree(max_alpha_square=limit, limit_dimension=2)
    # Without triangles, loops have the complex's own dimension, which gudhi leaves out unless it is asked
    # for.
    tree.compute_persistence(homology_coeff_field=2, persistence_dim_max=True)
    return np.asarray(tree.persistence_intervals_in_dimension(1)).reshape(-1, 2)


def shares_of_scales(intervals: Floats, limit: float, most: int) -> Floats:
    """Shares [most] of the scales 0..limit at which 0, 1, ... `most` − 1 of intervals [n, 2] are alive."""
    born, dead = intervals.clip(0, limit).T
    marks = np.unique([0, limit, *born, *dead])
    middles, lengths = (marks[1:] + marks[:-1]) / 2, np.diff(marks)
    alive = ((born <= middles[:, None]) & (middles[:, None] < dead)).sum(1)
    return np.bincount(alive, lengths, minlength=most)[:most] / limit
