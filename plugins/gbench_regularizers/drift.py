"""Drift: keeps the scores of real samples near zero, where a loss leaves their level open."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Play, Regularizer, Setting, option
from gbench_regularizers._fit import require_discriminator


@dataclass(kw_only=True)
class Drift(Regularizer):
    """ε E a_r², for losses that see differences of scores only, such as Wasserstein's."""

    paper: ClassVar[str] = (
        "Karras et al. 2018, Progressive growing of GANs for improved quality, stability, and variation, "
        "appendix A.1, arXiv:1710.10196"
    )

    weight: float = option(1e-3, "ε (Karras et al. 2018)", ge=0)

    def begin(self, setting: Setting) -> None:
        require_discriminator(self, setting)

    def penalty(self, play: Play) -> Tensor:
        return self.weight * self.look(play).real_scores.square().mean(-1)
