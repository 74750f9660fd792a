"""What the sigmoid losses share: a cross-entropy, and the labels that it is taken towards."""

from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor

from gbench.api import Loss, Setting, Streams, option


@dataclass(kw_only=True)
class SigmoidLoss(Loss):
    """The discriminator is a classifier, D = σ(score), with a target t for each sample:

        cross-entropy   t·sp(−a) + (1 − t)·sp(a)

    where sp is softplus. Targets change the discriminator's turn alone. In this order, a label is

        flipped         with probability `label_noise`: a real sample gets the generated ones' target, and
                        the other way round
        softened        to a uniform draw from target ± `soft_labels`. Not clipped, so that the mean stays;
                        cross-entropy is linear in t, so what it adds is noise

    One-sided smoothing to α leads to D* = α p/(p + q); a target β > 0 for generated samples would give
    (α p + β q)/(p + q), which rewards a generator for staying where it is (Salimans et al. 2016,
    section 3.4). Flips and soft labels are advice of Chintala et al. 2016, How to train a GAN, who draw
    from 0.7 to 1.2 and from 0 to 0.3.
    """

    real_target: float = option(
        1.0, "target for real samples; one-sided label smoothing: 0.9 (Salimans et al. 2016)", ge=0, le=1
    )
    fake_target: float = option(0.0, "target for generated samples", ge=0, le=1)
    soft_labels: float = option(
        0.0, "half-width of the interval around a target that labels are drawn from", ge=0, le=1
    )
    label_noise: float = option(0.0, "share of the labels that are flipped", ge=0, le=1)

    streams: Streams | None = field(default=None, init=False, repr=False, compare=False)

    def begin(self, setting: Setting) -> None:
        self.streams = setting.random

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        return self.against_real(real).mean(-1) + self.against_fake(fake).mean(-1)

    def against_real(self, scores: Tensor) -> Tensor:
        """Cross-entropy `[R, B]` of scores that ought to say "real"."""
        return cross_entropy(scores, self._labels(scores, self.real_target, self.fake_target, "real"))

    def against_fake(self, scores: Tensor) -> Tensor:
        """Cross-entropy `[R, B]` of scores that ought to say "generated"."""
        return cross_entropy(scores, self._labels(scores, self.fake_target, self.real_target, "fake"))

    def _labels(self, scores: Tensor, target: float, other: float, side: str) -> float | Tensor:
        labels: float | Tensor = target
        if self.label_noise:
            flipped = self._uniform(f"label-noise-{side}", scores) < self.label_noise
            labels = torch.where(flipped, other, target)
        if self.soft_labels:
            labels = labels + self.soft_labels * (2 * self._uniform(f"soft-labels-{side}", scores) - 1)
        return labels

    def _uniform(self, purpose: str, scores: Tensor) -> Tensor:
        assert self.streams is not None, "random labels need the streams that `begin` is given"
        return self.streams.uniform(purpose, scores.shape[1:])


def cross_entropy(scores: Tensor, target: float | Tensor) -> Tensor:
    """−t log σ(a) − (1 − t) log(1 − σ(a)), elementwise, for scores of any size."""
    return target * F.softplus(-scores) + (1 - target) * F.softplus(scores)
