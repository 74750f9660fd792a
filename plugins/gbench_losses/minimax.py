"""Minimax loss: the discriminator's log-likelihood, and the generator its exact opponent."""

from dataclasses import dataclass
from typing import ClassVar

import torch.nn.functional as F
from torch import Tensor

from gbench_losses._sigmoid import SigmoidLoss


@dataclass(kw_only=True)
class Minimax(SigmoidLoss):
    """The original two-player game, V(D, G) = E log D(x) + E log(1 − D(G(z))), with D = σ(score).

        discriminator   sp(−a_r) + sp(a_g)
        generator       −sp(a_g)

    where sp is softplus. The generator's gradient vanishes where the discriminator is sure of
    itself, which is why Goodfellow et al. train with the non-saturating loss instead (section 3).
    """

    paper: ClassVar[str] = "Goodfellow et al. 2014, Generative adversarial nets, eq. 1, arXiv:1406.2661"

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        return -F.softplus(fake).mean(-1)
