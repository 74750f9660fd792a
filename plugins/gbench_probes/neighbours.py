"""Nearest training neighbours: are samples new, or copies?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from PIL import Image
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from gbench.api import Finding, Keys, Probe, Trained, UserError, evenly, option

ROWS, COLUMNS = 8, 8


@dataclass(kw_only=True)
class Neighbours(Probe):
    """neighbour-ratio: the median distance of samples to their nearest training samples, divided by that of
    held-out data.

    Distances are Euclidean, between features. Near 0, samples are copies of training samples. At 1 they are
    as new as held-out data. Above 1 they are farther away than data, where more is not better. `samples`
    held-out samples are taken, evenly spaced, or all of fewer.

    The sheet shows eight samples, a row each, with their seven nearest training samples, the nearest first.
    """

    paper: ClassVar[str] = (
        "Borji 2019, Pros and cons of GAN evaluation measures, section 2.2.1, arXiv:1802.03446"
    )
    keys: ClassVar[Keys] = {"neighbour-ratio-{features}-{samples}": ("max", 0.0)}

    features: str = option("pixels", "features that the distance is taken in")
    samples: int = option(1000, "generated samples per replica (a choice)", ge=2)

    def look(self, trained: Trained) -> Finding:
        train = trained.reference.features(self.features).double()
        held_out = evenly(trained.reference.features(self.features, "test"), self.samples).double()
        index = NearestNeighbors().fit(train.cpu().numpy())
        usual = distances(held_out, train, index).median()
        if usual == 0:
            raise UserError("half of the held-out samples are training samples: no distance to compare with")
        samples = trained.samples(max(self.samples, ROWS))
        found = samples.features(self.features).double()
        ratio = torch.stack([distances(row[: self.samples], train, index).median() / usual for row in found])
        sheets = self.sheets(trained, samples.fake, found, train)
        return Finding(values=self.named(ratio), pictures={f"neighbours-{self.features}": sheets})

    def sheets(
        self, trained: Trained, fake: Tensor, found: Tensor, train: Tensor
    ) -> Sequence[Image.Image | None]:
        """A sheet for each replica; None if samples are points."""
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


def distances(vectors: Tensor, train: Tensor, index: NearestNeighbors) -> Tensor:
    """Distance [N] of each vector [N, d] to the nearest of `train` [M, d]; NaN of a vector that is not
    finite.

    The index finds the nearest one. The distance is computed again, because the index rounds it if d is
    large.
    """
    finite = vectors.isfinite().all(1)
    nearest = vectors.new_full((len(vectors),), torch.nan)
    if finite.any():
        places = index.kneighbors(vectors[finite].cpu().numpy(), 1, return_distance=False)[:, 0]
        nearest[finite] = (vectors[finite] - train[torch.from_numpy(places).to(train.device)]).norm(dim=1)
    return nearest
