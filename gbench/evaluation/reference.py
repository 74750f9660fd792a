"""The real side of every comparison, with its features computed once."""

import torch
from torch import Tensor

from gbench.errors import UserError, suggestion
from gbench.evaluation.dataset import Data, Fields
from gbench.evaluation.density import Density
from gbench.evaluation.features import Extracted, Features
from gbench.evaluation.samples import probabilities

CHUNK = 1000  # samples whose features are computed at once


class Reference:
    """Real data and their features; `split` is `train` or `test`."""

    def __init__(self, data: Data, extractors: dict[str, Features]):
        self.data = data
        self._extractors = extractors
        self._extracted: dict[tuple[str, str], Extracted] = {}

    @property
    def train(self) -> Fields:
        return self.data.train

    @property
    def test(self) -> Fields:
        return self.data.test

    @property
    def density(self) -> Density:
        assert self.data.density is not None, "a metric of a density needs the trait 'density'"
        return self.data.density

    def features(self, name: str, split: str = "train") -> Tensor:
        """Feature vectors [N, d]."""
        return self._extract(name, split).vectors

    def probabilities(self, name: str, split: str = "train") -> Tensor:
        """Class probabilities [N, K]; a UserError where these features give none."""
        return probabilities(name, self._extract(name, split))

    @torch.no_grad()
    def _extract(self, name: str, split: str) -> Extracted:
        if split not in ("train", "test"):
            raise UserError(f"unknown split '{split}'{suggestion(split, ('train', 'test'))}")
        if (name, split) not in self._extracted:
            chunks = self.data.split(split)["real"].split(CHUNK)
            self._extracted[name, split] = join([self._extractors[name].extract(images) for images in chunks])
        return self._extracted[name, split]


def join(parts: list[Extracted]) -> Extracted:
    """Features of consecutive chunks as one."""
    given = [part.probabilities for part in parts if part.probabilities is not None]
    return Extracted(torch.cat([part.vectors for part in parts]), torch.cat(given) if given else None)


def spread(rows: Tensor, n: int) -> Tensor:
    """At most `n` rows, evenly spaced: a file sorted by class still gives every class its share."""
    if len(rows) <= n:
        return rows
    return rows[torch.linspace(0, len(rows) - 1, n, dtype=torch.float64).round().long().to(rows.device)]
