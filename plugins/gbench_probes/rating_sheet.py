"""Rating sheet: real and generated samples in random order for people to tell apart, and a key."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from gbench.api import Finding, Probe, Trained, evenly

TILES = 64
HALF = TILES // 2


@dataclass(kw_only=True)
class RatingSheet(Probe):
    """Eight rows of eight images, 32 of them held-out data and 32 generated, in random order.

    Ask people which images are real. The table `rating-key` [R, 64] has the answers, 1 for real and 0 for
    generated, from left to right and from top to bottom. A person who guesses gets about 32 right; more than
    40 or fewer than 24 are no guesses (two-sided binomial test, 5 %). If fewer than 32 samples are held out,
    fewer of both kinds are shown. The probe gives no number, because people do.
    """

    paper: ClassVar[str] = (
        "Borji 2019, Pros and cons of GAN evaluation measures, section 2.2.2, arXiv:1802.03446"
    )
    needs: ClassVar[tuple[str, ...]] = ("image",)

    def look(self, trained: Trained) -> Finding:
        real = evenly(trained.data.test["real"], HALF)
        fake = trained.samples(len(real)).fake
        keys, sheets = [], []
        for seed, samples in zip(trained.cohort.seeds, fake, strict=True):
            order = np.random.default_rng(seed).permutation(2 * len(real))
            keys.append([int(place < len(real)) for place in order])
            sheets.append(trained.picture(torch.cat([real, samples])[order]))
        return Finding(values={}, tables={"rating-key": keys}, pictures={"rating-sheet": sheets})
