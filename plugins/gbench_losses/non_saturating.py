"""Non-saturating loss: the generator maximises the log-probability that its samples are real."""

from dataclasses import dataclass
from typing import ClassVar

import torch.nn.functional as F
from torch import Tensor

from gbench_losses._sigmoid import SigmoidLoss


@dataclass(kw_only=True)
class NonSaturating(SigmoidLoss):
    """The loss that everybody means by "the GAN loss".

        discriminator   sp(−a_r) + sp(a_g)
        generator       sp(−a_g)

    Same fixed points as minimax, with strong gradients for a generator that loses.
    """

    paper: ClassVar[str] = "Goodfellow et al. 2014, Generative adversarial nets, section 3, arXiv:1406.2661"

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        return F.softplus(-fake).mean(-1)
