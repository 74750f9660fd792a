"""Nearest training neighbours: are samples new, or copies?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from PIL import Image
from torch import Tensor

from gbench.api import Finding, Probe, Trained, UserError, option
from gbench.evaluation.reference import spread

ROWS, COLUMNS = 8, 8
BLOCK = 1_000_000  # distances at once: 8 MB


@dataclass(kw_only=True)
class Neighbours(Probe):
    """neighbour-ratio: median distance of samples to their nearest training samples, over held-out data's.

    Distances are Euclidean, between features φ. Near 0, samples are copies of training samples; at 1 they are
    as new as held-out data; above 1 they are farther from the data than data is. More is no better there.
    `samples` are held out too, or all that there are, evenly spaced.

    The sheet shows eight samples, a row each, with their seven nearest training samples, the nearest first.
    """

    paper: ClassVar[str] = (
        "Borji 2019, Pros and cons of GAN evaluation measures, section 2.2.1, arXiv:1802.03446"
    )
    keys: ClassVar[dict[str, tuple[str, float | None]]] = {
        "neighbour-ratio-{features}-{samples}": ("max", 0.0)
    }

    features: str = option("pixels", "features that the distance is taken in")
    samples: int = option(1000, "generated samples per replica (a choice)", ge=2)

    def look(self, trained: Trained) -> Finding:
        train = trained.reference.features(self.features).double()
        held_out = spread(trained.reference.features(self.features, "test"), self.samples).double()
        usual = distances(held_out, train).median()
        if usual == 0:
            raise UserError("half of the held-out samples are training samples: no distance to compare with")
        samples = trained.samples(max(self.samples, ROWS))
        found = samples.features(self.features).double()
        ratio = torch.stack([distances(row[: self.samples], train).median() / usual for row in found])
        sheets = self.sheets(trained, samples.fake, found, train)
        return Finding(values=self.named(ratio), pictures={f"neighbours-{self.features}": sheets})

    def sheets(
        self, trained: Trained, fake: Tensor, found: Tensor, train: Tensor
    ) -> Sequence[Image.Image | None]:
        """A sheet for each replica; none of points."""
        if len(trained.data.shape) == 1:
            return [None] * trained.size
        sheets: list[Image.Image | None] = []
        for samples, vectors in zip(fake[:, :ROWS], found[:, :ROWS], strict=True):
            count = min(COLUMNS - 1, len(train))
            near = torch.cdist(vectors, train).topk(count, largest=False).indices
            row = torch.cat([samples[:, None], trained.data.train["real"][near].to(samples)], dim=1)
            blank = row.new_ones(len(row), COLUMNS - row.shape[1], *row.shape[2:])
            sheets.append(trained.picture(torch.cat([row, blank], dim=1).flatten(0, 1)))
        return sheets


def distances(vectors: Tensor, train: Tensor) -> Tensor:
    """From each vector [N, d] to the nearest of [M, d], [N]; NaN from one that is not finite."""
    rows = max(BLOCK // len(train), 1)
    nearest = torch.cat([torch.cdist(part, train).amin(1) for part in vectors.split(rows)])
    return nearest.masked_fill(~vectors.isfinite().all(1), torch.nan)
