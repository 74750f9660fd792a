"""Packing: the discriminator looks at m samples at once."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Regularizer, Setting, UserError, option


@dataclass(kw_only=True)
class Packing(Regularizer):
    """PacGAN: D(x₁, ..., x_m), where all m are real or all are generated.

    m consecutive samples of a minibatch are joined along their first axis, channels of images or
    coordinates of points: `[R, B, C, ...] -> [R, B/m, m·C, ...]`. A pack is one sample to the loss
    and to every penalty. Nothing but the discriminator's first layer grows.

    The budget's batch size counts samples, so the discriminator compares B/m packs (a choice):
    with m times the batch size it compares as many packs as a plain GAN does samples. Colours
    are changed sample by sample if an augmentation comes before packing in the list.
    """

    paper: ClassVar[str] = (
        "Lin et al. 2018, PacGAN: the power of two samples in generative adversarial networks, "
        "section 3, arXiv:1712.04086"
    )

    m: int = option(2, "samples in a pack (Lin et al. 2018: 2 to 4)", ge=1)

    def begin(self, setting: Setting) -> None:
        if "real" not in setting.data:
            raise self.refuse("needs a game that shows its discriminator samples of a data set")
        if setting.told:
            raise self.refuse(f"takes no model that is given a {setting.told[0]} with each sample")
        self._check(setting.batch_size)

    def perturb(self, samples: Tensor, setting: Setting) -> Tensor:
        batch = samples.shape[1]
        self._check(batch)
        return samples.unflatten(1, (batch // self.m, self.m)).flatten(2, 3)

    def shape_seen(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return (self.m * shape[0], *shape[1:])

    def _check(self, batch: int) -> None:
        if batch % self.m:
            below, above = batch // self.m * self.m, -(-batch // self.m) * self.m
            sizes = f"{below} or {above}" if below else f"{above}"
            raise UserError(f"batch_size {batch} is not a multiple of packing's m {self.m}; use {sizes}")
