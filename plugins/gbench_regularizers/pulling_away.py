"""Pulling-away term: the discriminator's features of generated samples point in different directions."""

from dataclasses import dataclass
from typing import ClassVar

import torch.nn.functional as F
from torch import Tensor

from gbench.api import Play, Regularizer, Setting, option
from gbench_regularizers._fit import flat_features, require_features, require_generator


@dataclass(kw_only=True)
class PullingAway(Regularizer):
    """The repelling regularizer of EBGAN-PT, on the generator.

        λ / (B (B − 1)) Σ_i Σ_{j≠i} cos²(f_i, f_j)

    f are the features of the generated minibatch: an autoencoder's codes, or what any other discriminator
    has before its head. 0 for orthogonal features, λ for parallel ones, whatever their length.
    """

    paper: ClassVar[str] = (
        "Zhao et al. 2017, Energy-based generative adversarial networks, section 2.4, arXiv:1609.03126"
    )

    on: str = option("generator", "the network that it acts on, and the turn of that name")
    weight: float = option(0.1, "λ (Zhao et al. 2017)", ge=0)

    def begin(self, setting: Setting) -> None:
        require_generator(self, setting)
        require_features(self, setting)
        if setting.batch_size < 2:
            raise self.refuse("compares generated samples with each other; batch_size must be 2 or more")

    def penalty(self, play: Play) -> Tensor:
        look = self.look(play)
        directions = F.normalize(flat_features(look, *look.fake), dim=-1)
        squared = (directions @ directions.mT).square()
        pairs = squared.sum((-1, -2)) - squared.diagonal(dim1=-2, dim2=-1).sum(-1)
        count = directions.shape[1]
        return self.weight * pairs / (count * (count - 1))
