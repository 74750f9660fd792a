"""Birthday paradox: how many different samples a generator can make, from how often two are alike."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import FeatureMetric, Keys, Reference, UserError, option
from gbench_metrics._neighbours import nearest_others, squared_by_blocks

RESOLUTION = 1e-6  # of distances in float32, relative to the root mean square length of the samples


@dataclass(kw_only=True)
class BirthdayParadox(FeatureMetric):
    """Two samples are duplicates if they are nearer than a threshold.

    - support: N (N − 1)/2 pairs, divided by the number of pairs of duplicates among N samples. With a uniform
    law
      on S points one pair in S is a duplicate. Without any duplicate it is N (N − 1)/2, the largest value;
    - duplicates: the share, 0..1, of batches of `batch` samples that hold a pair of duplicates. A uniform law
      on S points gives 1 − Π_{i < batch} (1 − i/S).

    Arora and Zhang 2017 search the size of a batch for which the share is one half, about √S, and people
    compare the pairs that are nearest in pixels. Here all pairs count. The threshold is `closeness` times the
    median distance of real samples to their nearest neighbour (a choice). Copies are duplicates at any
    threshold.
    """

    paper: ClassVar[str] = (
        "Arora and Zhang 2017, Do GANs actually learn the distribution? An empirical study, arXiv:1706.08224"
    )
    keys: ClassVar[Keys] = {
        "support-{features}-{samples}-{split}": ("max", 1.0),
        "duplicates-{features}-{samples}-{split}": ("min", 1.0),
    }

    closeness: float = option(0.1, "threshold, in medians of the real nearest distances (a choice)", ge=0)
    batch: int = option(50, "samples that are searched together for `duplicates` (a choice)", ge=2)

    def fit(self, reference: Reference) -> None:
        """Raises UserError if there are too few samples for a batch."""
        if self.batch > self.samples:
            raise UserError(
                f"birthday-paradox: a batch of {self.batch} is more than the {self.samples} samples"
            )
        real = self.as_many(reference)
        kept = reference.kept(self, lambda: {"median": nearest_others(real).median()})
        self.threshold = self.closeness * kept["median"]

    def compare(self, fake: Tensor) -> Tensor:
        """Support and duplicates [2] of one replica's features [N, d]."""
        centred = fake.double() - fake.double().median(0).values  # a far sample moves no median
        limit = self.threshold.square() + RESOLUTION**2 * centred.square().sum(1).median()
        pairs, hit = 0, set()
        for rows, squared in squared_by_blocks(centred, centred):
            first, second = (squared <= limit).triu(rows.start + 1).nonzero().unbind(1)
            pairs += len(first)
            batch = (first + rows.start) // self.batch
            hit |= set(batch[batch == second // self.batch].unique().tolist())
        batches = len(fake) // self.batch
        support = len(fake) * (len(fake) - 1) / 2 / max(pairs, 1)
        return limit.new_tensor([support, len(hit - {batches}) / batches])
