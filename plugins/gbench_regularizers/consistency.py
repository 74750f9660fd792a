"""Consistency: the discriminator says the same of a sample and of its augmented copy."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor

from gbench.api import Play, Regularizer, Setting, Streams, option
from gbench_regularizers._fit import require_discriminator


@dataclass(kw_only=True)
class Consistency(Regularizer):
    """CR-GAN's penalty on real samples; on both kinds of samples it is the balanced form, bCR-GAN.

        λ E (D(x) − D(T(x)))²,   T: a random shift by whole pixels, and a horizontal flip with chance ½

    D is the score before any activation. Where a shift uncovers the image its border is repeated. CR-GAN
    shifts by "a few pixels"; how many, for any size of image, is a choice, and so is the noise that is T for
    vectors.
    """

    paper: ClassVar[str] = (
        "Zhang et al. 2020, Consistency regularization for generative adversarial networks, "
        "arXiv:1910.12027; "
        "Zhao et al. 2021, Improved consistency regularization for GANs, arXiv:2002.04724"
    )

    weight: float = option(10.0, "λ (Zhang et al. 2020)", ge=0)
    at: Literal["real", "fake", "both"] = option("real", "real (CR-GAN), both (bCR-GAN), or fake samples")
    shift: float = option(0.125, "largest shift of an image, as a share of its side (a choice)", ge=0, lt=1)
    flip: bool = option(True, "whether images are flipped too (Zhang et al. 2020); digits had better not be")
    jitter: float = option(0.05, "σ of the noise on vectors (a choice)", ge=0)

    def begin(self, setting: Setting) -> None:
        require_discriminator(self, setting)

    def penalty(self, play: Play) -> Tensor:
        total, look = torch.zeros_like(play.objective), self.look(play)
        for kind, seen, scores in (
            ("real", look.real_seen, look.real_scores),
            ("fake", look.fake, look.fake_scores),
        ):
            if self.at in (kind, "both"):
                samples, *others = seen
                again = look.score(self.augment(samples, look.random, f"consistency-{kind}"), *others)
                total = total + (scores - again).square().mean(-1)
        return self.weight * total

    def augment(self, samples: Tensor, random: Streams, purpose: str) -> Tensor:
        """T(x) of samples `[R, B, ...]`."""
        if samples.dim() != 5:
            return samples + self.jitter * random.normal(purpose, samples.shape[1:])
        down, right, turn = random.uniform(purpose, (samples.shape[1], 3)).unbind(-1)
        moved = _moved(samples, 3, self._offset(down, samples.shape[3]))
        moved = _moved(moved, 4, self._offset(right, samples.shape[4]))
        if not self.flip:
            return moved
        return torch.where((turn < 0.5)[..., None, None, None], moved.flip(-1), moved)

    def _offset(self, uniform: Tensor, side: int) -> Tensor:
        """Whole pixels, all from −reach to reach equally likely: `[R, B]`."""
        reach = round(self.shift * side)
        return (uniform * (2 * reach + 1)).floor().long() - reach


def _moved(images: Tensor, axis: int, offsets: Tensor) -> Tensor:
    """Images `[R, B, C, H, W]`, each moved along an axis by its own offset."""
    side = images.shape[axis]
    index = (torch.arange(side, device=images.device) - offsets[..., None]).clamp(0, side - 1)
    shape = [*index.shape[:2], 1, 1, 1]
    shape[axis] = side
    return images.gather(axis, index.view(shape).expand_as(images))
