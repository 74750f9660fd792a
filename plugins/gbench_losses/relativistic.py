"""Relativistic loss: the discriminator says which of two samples is the real one."""

from dataclasses import dataclass
from typing import ClassVar

import torch.nn.functional as F
from torch import Tensor

from gbench_losses._sigmoid import SigmoidLoss


@dataclass(kw_only=True)
class Relativistic(SigmoidLoss):
    """RSGAN, and the loss of R3GAN (there RpGAN): the k-th real with the k-th generated sample.

        discriminator   sp(−(a_r − a_g))
        generator       sp(−(a_g − a_r))

    The generator is not content with scores that look real: they have to beat those of real samples.
    `real_target` is the target of σ(a_r − a_g), `fake_target` that of σ(a_g − a_r); the discriminator's
    objective is the mean of both cross-entropies, which are one and the same at 1 and 0.
    """

    paper: ClassVar[str] = (
        "Jolicoeur-Martineau 2019, The relativistic discriminator, section 4.1, arXiv:1807.00734"
    )
    paired: ClassVar[bool] = True

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        lead = real - fake
        return 0.5 * (self.against_real(lead) + self.against_fake(-lead)).mean(-1)

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        assert real is not None
        return F.softplus(real - fake).mean(-1)
