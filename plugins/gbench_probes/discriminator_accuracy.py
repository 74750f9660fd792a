"""How well the discriminator tells real from generated samples, and whether it has memorised the data."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from torch import Tensor

from gbench.api import Finding, Keys, Probe, Trained, evenly, option

Floats = NDArray[np.float64]
SIDES = ("train", "test", "generated")


@dataclass(kw_only=True)
class DiscriminatorAccuracy(Probe):
    """Three numbers from the scores of training, held-out and generated samples:

    - discriminator-accuracy: (share of held-out samples with D > 0 + share of generated ones with D < 0) / 2,
      0.5 at the equilibrium and 1 if the discriminator is always right. It takes scores for log-odds. The
      scores of critics have no zero of their own, so read the next number instead. Energies have no accuracy.
    - discriminator-auc: P(D(held out) > D(generated)), where ties count half. It needs no threshold.
    - discriminator-gap: discriminator-auc with training samples, minus that with held-out ones. Above 0, the
      discriminator has memorised the training set. With N samples the gap has an error of about 0.4/√N.

    The table `accuracy` [R, 3] has the shares of training, held-out and generated samples that it gets right.
    All are NaN in a game whose discriminator does not score single samples.
    """

    paper: ClassVar[str] = (
        "Karras et al. 2020, Training generative adversarial networks with limited data, section 3, "
        "arXiv:2006.06676"
    )
    keys: ClassVar[Keys] = {
        "discriminator-accuracy-{samples}": ("min", 1.0),
        "discriminator-auc-{samples}": ("min", 1.0),
        "discriminator-gap-{samples}": ("min", 1.0),
    }

    samples: int = option(1000, "samples of each of the three kinds, at most (a choice)", ge=2)

    def look(self, trained: Trained) -> Finding:
        scores = [rows.double().cpu().numpy() for rows in self.scores(trained)]
        logits = trained.stage.loss.takes == "scores"
        rights = np.stack([right(rows, sign) for rows, sign in zip(scores, (1, 1, -1), strict=True)], 1)
        rights = rights if logits else np.full_like(rights, np.nan)
        train, test = (np.array([*map(auc, scores[side], scores[2])]) for side in (0, 1))
        values = rights[:, 1:].mean(1), test, train - test
        return Finding(
            values=self.named(*map(torch.from_numpy, values)), tables={"accuracy": torch.from_numpy(rights)}
        )

    def scores(self, trained: Trained) -> list[Tensor]:
        """The scores of training, held-out and generated samples, each [R, N]; a high score means real."""
        samples = trained.samples(self.samples)
        reals = [evenly(trained.data.split(side)["real"], self.samples) for side in SIDES[:2]]
        sign = -1 if trained.stage.loss.takes == "energies" else 1
        return [sign * found for found in (*map(samples.scores_of, reals), samples.scores())]


def right(scores: Floats, sign: int) -> Floats:
    """Share [R] of scores [R, N] on the right side of 0; NaN where a score is."""
    return np.where(np.isnan(scores).any(1), np.nan, (sign * scores > 0).mean(1))


def auc(real: Floats, fake: Floats) -> float:
    """P(real > fake) of scores [N] and [M]; NaN if one is not finite."""
    scores = np.concatenate([real, fake])
    if not np.isfinite(scores).all():
        return np.nan
    return float(roc_auc_score(np.repeat([1, 0], [len(real), len(fake)]), scores))
