"""The real side of every comparison, with its features computed once."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gbench.data.dataset import Data
from gbench.data.density import Density
from gbench.data.layout import Fields
from gbench.errors import UserError, suggestion
from gbench.evaluation.features import Extracted, Features
from gbench.evaluation.samples import probabilities
from gbench.evaluation.store import Tensors, described, file_name, kept, options_of

CHUNK = 1000  # samples whose features are computed at once


class Reference:
    """Real data and their features; `split` is `train` or `test`.

    What is costly is computed once for all workers that share `folder`. Without a folder nothing is kept.
    """

    def __init__(self, data: Data, extractors: dict[str, Features], folder: Path | None = None):
        self.data = data
        self._extractors = extractors
        self._folder = folder
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
        """Class probabilities [N, K]. Raises UserError if these features give none."""
        return probabilities(name, self._extract(name, split))

    def kept(self, metric: Any, compute: Callable[[], Tensors]) -> Tensors:
        """What `compute` gives, once for each data set and each metric with these options and features.

        Example, in the `fit` of a metric:

            kept = reference.kept(self, lambda: {"mean": reference.features(self.features).mean(0)})
            self.mean = kept["mean"]
        """
        options = options_of(metric).values()
        named = [extractor.identity() for name, extractor in self._extractors.items() if name in options]
        return self._kept(type(metric).__name__, [described(metric), named], compute)

    def _extract(self, name: str, split: str) -> Extracted:
        if split not in ("train", "test"):
            raise UserError(f"unknown split '{split}'{suggestion(split, ('train', 'test'))}")
        if (name, split) not in self._extracted:
            self._extracted[name, split] = self._extract_or_load(name, split)
        return self._extracted[name, split]

    def _extract_or_load(self, name: str, split: str) -> Extracted:
        extractor = self._extractors[name]
        if not extractor.costly:
            return self._compute(name, split)

        def compute() -> Tensors:
            vectors, chances = self._compute(name, split)
            return {"vectors": vectors} | ({} if chances is None else {"probabilities": chances})

        found = self._kept(f"{name}-{split}", [extractor.identity(), split], compute)
        return Extracted(found["vectors"], found.get("probabilities"))

    @torch.no_grad()
    def _compute(self, name: str, split: str) -> Extracted:
        chunks = self.data.split(split)["real"].split(CHUNK)
        return join([self._extractors[name].extract(images) for images in chunks])

    def _kept(self, name: str, shaped_by: Any, compute: Callable[[], Tensors]) -> Tensors:
        if self._folder is None:
            return compute()
        path = self._folder / file_name(name, [self._digests, shaped_by])
        device = self.data.train["real"].device
        return {name: tensor.to(device) for name, tensor in kept(path, compute).items()}

    @cached_property
    def _digests(self) -> list[str]:
        return [self.data.digest("train"), self.data.digest("test")]


def join(parts: list[Extracted]) -> Extracted:
    """Features of consecutive chunks as one."""
    given = [part.probabilities for part in parts if part.probabilities is not None]
    return Extracted(torch.cat([part.vectors for part in parts]), torch.cat(given) if given else None)
