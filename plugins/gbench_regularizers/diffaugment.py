"""Differentiable augmentation: colour, translation and cutout on everything that the discriminator sees."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Regularizer, Setting, option
from gbench_regularizers._images import per_sample, refuse_vectors, scale_from


@dataclass(kw_only=True)
class Diffaugment(Regularizer):
    """D(T(x)) and D(T(G(z))) in both players' turns, with a T of its own for each sample.

    In this order, with u ~ U[0, 1) anew at each place:

        color         brightness x + (u − ½); saturation: distance from the mean over channels
                      times 2u; contrast: distance from the mean over the image times u + ½
        translation   by whole pixels, up to `translation` of each side; what comes in is 0
        cutout        a rectangle of `cutout` of each side is set to 0, its centre anywhere

    Pixels lie in [−1, 1], where 0 is grey. Sizes are rounded to pixels: of an 8×8 image the
    defaults are 1 pixel and 4×4. `color` scales how far the three go from doing nothing. A policy
    of the paper is named by the options that are not 0.
    """

    paper: ClassVar[str] = (
        "Zhao et al. 2020, Differentiable augmentation for data-efficient GAN training, "
        "section 3, arXiv:2006.10738"
    )

    color: float = option(1.0, "strength of colour: 1 as in Zhao et al. 2020 (code), 0 for none", ge=0, le=1)
    translation: float = option(
        0.125, "largest shift, a share of the side (Zhao et al. 2020); 0 for none", ge=0, le=1
    )
    cutout: float = option(
        0.5, "side of what is cut out, a share of the side (Zhao et al. 2020); 0 for none", ge=0, le=1
    )

    def begin(self, setting: Setting) -> None:
        refuse_vectors(self, setting)

    def perturb(self, samples: Tensor, setting: Setting) -> Tensor:
        if self.color:
            samples = self._recolour(samples, setting)
        if self.translation:
            samples = self._translate(samples, setting)
        if self.cutout:
            samples = self._cut(samples, setting)
        return samples

    def _recolour(self, images: Tensor, setting: Setting) -> Tensor:
        brightness, saturation, contrast = (
            self.color * (_uniform(images, setting, what) - 0.5)
            for what in ("brightness", "saturation", "contrast")
        )
        images = images + per_sample(brightness)
        images = scale_from(images.mean(2, keepdim=True), images, 1 + 2 * saturation)
        return scale_from(images.mean((2, 3, 4), keepdim=True), images, 1 + contrast)

    def _translate(self, images: Tensor, setting: Setting) -> Tensor:
        for axis, what in ((-2, "down"), (-1, "right")):
            reach = _pixels(images.shape[axis], self.translation)
            offsets = (_uniform(images, setting, what) * (2 * reach + 1)).long() - reach
            images = shifted(images, offsets, axis)
        return images

    def _cut(self, images: Tensor, setting: Setting) -> Tensor:
        cut = torch.ones((), dtype=torch.bool, device=images.device)
        for axis, what in ((-2, "row"), (-1, "column")):
            size = images.shape[axis]
            side = _pixels(size, self.cutout)
            centres = (_uniform(images, setting, what) * (size + 1 - side % 2)).long()
            distance = (
                _along(torch.arange(size, device=images.device), axis) - per_sample(centres) + side // 2
            )
            cut = cut & (distance >= 0) & (distance < side)
        return images * ~cut


def shifted(images: Tensor, offsets: Tensor, axis: int) -> Tensor:
    """Images moved along an axis by whole pixels `[R, B]`; zeros come in."""
    size = images.shape[axis]
    source = _along(torch.arange(size, device=images.device), axis) - per_sample(offsets)
    inside = (source >= 0) & (source < size)
    return images.gather(axis, source.clamp(0, size - 1).expand_as(images)) * inside


def _along(values: Tensor, axis: int) -> Tensor:
    return values[:, None] if axis == -2 else values


def _pixels(size: int, share: float) -> int:
    return int(size * share + 0.5)


def _uniform(images: Tensor, setting: Setting, what: str) -> Tensor:
    return setting.random.uniform(f"diffaugment/{what}", images.shape[1:2])
