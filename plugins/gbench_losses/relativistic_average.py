"""Relativistic average loss: each sample is compared with the average one of the other kind."""

from dataclasses import dataclass
from typing import ClassVar

import torch.nn.functional as F
from torch import Tensor

from gbench_losses._sigmoid import SigmoidLoss


@dataclass(kw_only=True)
class RelativisticAverage(SigmoidLoss):
    """RaSGAN, with the minibatch's mean scores ā_r and ā_g.

    discriminator   sp(−(a_r − ā_g)) + sp(a_g − ā_r)
    generator       sp(a_r − ā_g) + sp(−(a_g − ā_r))
    """

    paper: ClassVar[str] = (
        "Jolicoeur-Martineau 2019, The relativistic discriminator, section 4.2, arXiv:1807.00734"
    )
    paired: ClassVar[bool] = True

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        return super().discriminator(*_leads(real, fake))

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        assert real is not None
        real_leads, fake_leads = _leads(real, fake)
        return F.softplus(real_leads).mean(-1) + F.softplus(-fake_leads).mean(-1)


def _leads(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    """a_r − ā_g and a_g − ā_r, for each replica."""
    return real - fake.mean(-1, keepdim=True), fake - real.mean(-1, keepdim=True)
