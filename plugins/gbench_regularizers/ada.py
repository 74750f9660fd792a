"""Adaptive discriminator augmentation: as much of it as keeps the discriminator from overfitting."""

import math
from dataclasses import dataclass
from functools import reduce
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Play, Regularizer, Setting, Streams, option
from gbench_regularizers._images import per_sample, refuse_vectors, resample, scale_from


@dataclass(kw_only=True)
class Ada(Regularizer):
    """Each transform is applied with probability p, to real and generated images alike.

    p is a replica's own. It starts at 0, and after every `interval` minibatches of the
    discriminator's turn moves by a fixed step, up if it is too sure of real images:

        r = E sign D(x),   p ← p + sign(r − target) · images seen / `images`,   kept in [0, 1]

    so p can rise from 0 to 1 in `images` images; a small budget wants a smaller number. r supposes
    that D(x) = 0 is the border between real and generated: logits, or the hinge loss. The paper
    clips p at 0 alone, which is the same: a p above 1 acts like 1, but takes longer to come down.

    Transforms are the paper's default set, with its laws (appendix B), in its order:

        blit       mirror, quarter turns, whole-pixel shifts up to 1/8 of the side
        geometry   scale, rotation, anisotropic scale, rotation again, fractional shifts
        color      brightness, contrast, luma flip, hue (of three channels), saturation

    Filters, noise and cutout are left out: the paper finds that they do not help (figure 4). Blit
    and geometry are one bilinear resampling with reflected borders, where the paper's code low-pass
    filters with wavelets of 12 taps, wider than the small images here. A gradient penalty
    looks at the augmented images; in the paper's code R1 looks through the augmentation.
    """

    paper: ClassVar[str] = (
        "Karras et al. 2020, Training generative adversarial networks with limited data, arXiv:2006.06676"
    )

    target: float = option(0.6, "r that p steers to (Karras et al. 2020, section 3)", ge=-1, le=1)
    images: int = option(500_000, "images in which p can go from 0 to 1 (Karras et al. 2020)", ge=1)
    interval: int = option(4, "minibatches between changes of p (Karras et al. 2020)", ge=1)
    blit: bool = option(True, "mirror, quarter turns, whole-pixel shifts")
    geometry: bool = option(True, "scales, rotations, fractional shifts")
    color: bool = option(True, "brightness, contrast, luma flip, hue, saturation")

    def begin(self, setting: Setting) -> None:
        refuse_vectors(self, setting)
        if setting.looks_at != "scores":
            raise self.refuse(
                f"reads the sign of scores, but the loss takes {setting.looks_at}; "
                "use a loss that takes scores, such as non-saturating"
            )
        for name in ("p", "signs", "minibatches"):
            self.memory[name] = torch.zeros(setting.size, device=setting.device)

    def perturb(self, samples: Tensor, setting: Setting) -> Tensor:
        dice = _Dice(setting.random, self.memory["p"], samples.shape[1])
        maps = [
            *(_blit(dice, samples) if self.blit else []),
            *(_geometry(dice, samples) if self.geometry else []),
        ]
        if maps:
            samples = resample(samples, reduce(torch.matmul, maps))
        return _recoloured(dice, samples) if self.color else samples

    def update(self, play: Play) -> None:
        """Steers p by the scores of the turn's real images."""
        self._steer(self.look(play).real_scores.detach())

    def observe(self, setting: Setting) -> dict[str, Tensor]:
        return {"ada/p": self.memory["p"].clone()}

    def _steer(self, scores: Tensor) -> None:
        p, signs, minibatches = (self.memory[name] for name in ("p", "signs", "minibatches"))
        signs.add_(scores.sign().mean(-1))
        minibatches.add_(1)
        due = minibatches >= self.interval
        excess = (signs / minibatches - self.target).sign()
        p.add_(due * excess * minibatches * scores.shape[1] / self.images).clamp_(0, 1)
        signs.mul_(~due)
        minibatches.mul_(~due)


@dataclass(frozen=True)
class _Dice:
    """Random parameters `[R, B]` of transforms that are applied with probability p `[R]`."""

    random: Streams
    p: Tensor
    batch: int

    def uniform(self, what: str) -> Tensor:
        return self.random.uniform(f"ada/{what}", (self.batch,))

    def normal(self, what: str) -> Tensor:
        return self.random.normal(f"ada/{what}", (self.batch,))

    def sometimes(self, what: str, value: Tensor, p: Tensor | None = None) -> Tensor:
        """The value with probability p, else 0, at which every transform does nothing."""
        chosen = self.uniform(f"{what}?") < (self.p if p is None else p)[:, None]
        return torch.where(chosen, value, torch.zeros_like(value))


def _blit(dice: _Dice, images: Tensor) -> list[Tensor]:
    height, width = images.shape[-2:]
    mirror = dice.sometimes("mirror", (2 * dice.uniform("mirror")).floor())
    quarters = dice.sometimes("quarters", (4 * dice.uniform("quarters")).floor())
    shifts = [
        dice.sometimes("shift", ((2 * dice.uniform(what) - 1) * size / 8).round())
        for what, size in (("shift-x", width), ("shift-y", height))
    ]
    return [
        _stretch(1 - 2 * mirror, torch.ones_like(mirror)),
        _turn(quarters * (math.pi / 2)),
        _move(*shifts),
    ]


def _geometry(dice: _Dice, images: Tensor) -> list[Tensor]:
    height, width = images.shape[-2:]
    once = 1 - (1 - dice.p).sqrt()  # so that at least one of the two rotations has probability p
    scale = dice.sometimes("scale", 0.2 * dice.normal("scale")).exp2()
    before, after = (
        dice.sometimes(what, (2 * dice.uniform(what) - 1) * math.pi, once)
        for what in ("rotation-before", "rotation-after")
    )
    aspect = dice.sometimes("aspect", 0.2 * dice.normal("aspect")).exp2()
    shifts = [
        dice.sometimes("fraction", dice.normal(what) * size / 8)
        for what, size in (("fraction-x", width), ("fraction-y", height))
    ]
    return [_stretch(scale, scale), _turn(before), _stretch(aspect, 1 / aspect), _turn(after), _move(*shifts)]


def _recoloured(dice: _Dice, images: Tensor) -> Tensor:
    images = images + per_sample(dice.sometimes("brightness", 0.2 * dice.normal("brightness")))
    images = images * per_sample(dice.sometimes("contrast", 0.5 * dice.normal("contrast")).exp2())
    flip = dice.sometimes("luma", (2 * dice.uniform("luma")).floor())
    images = images - 2 * per_sample(flip) * images.mean(2, keepdim=True)
    if images.shape[2] == 3:
        images = _turned_hue(images, dice.sometimes("hue", (2 * dice.uniform("hue") - 1) * math.pi))
    saturation = dice.sometimes("saturation", dice.normal("saturation")).exp2()
    return scale_from(images.mean(2, keepdim=True), images, saturation)


def _turned_hue(images: Tensor, angle: Tensor) -> Tensor:
    """Colours turned around the grey axis (Rodrigues' formula)."""
    grey = images.mean(2, keepdim=True)
    across = (images.roll(1, 2) - images.roll(-1, 2)) / math.sqrt(3)  # grey axis × colour
    return grey + (images - grey) * per_sample(angle.cos()) + across * per_sample(angle.sin())


def _stretch(x: Tensor, y: Tensor) -> Tensor:
    """Where the pixels of an image stretched by x and y come from, `[R, B, 3, 3]`."""
    zero = torch.zeros_like(x)
    return _matrix([[1 / x, zero, zero], [zero, 1 / y, zero]])


def _turn(angle: Tensor) -> Tensor:
    cos, sin, zero = angle.cos(), angle.sin(), torch.zeros_like(angle)
    return _matrix([[cos, sin, zero], [-sin, cos, zero]])


def _move(x: Tensor, y: Tensor) -> Tensor:
    one, zero = torch.ones_like(x), torch.zeros_like(x)
    return _matrix([[one, zero, -x], [zero, one, -y]])


def _matrix(rows: list[list[Tensor]]) -> Tensor:
    zero, one = torch.zeros_like(rows[0][0]), torch.ones_like(rows[0][0])
    return torch.stack([torch.stack(row, -1) for row in [*rows, [zero, zero, one]]], -2)
