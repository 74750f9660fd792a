"""Pulling-away term: the discriminator's features of generated samples point in different directions."""

from dataclasses import dataclass
from typing import ClassVar

import torch.nn.functional as F
from torch import Tensor

from gbench.api import Play, Regularizer, Stage, UserError, option
from gbench_regularizers._fit import features_of, require_features, require_generator


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

    def begin(self, stage: Stage) -> None:
        require_generator("pulling-away", self.on)
        require_features("pulling-away", stage)
        if stage.batch_size < 2:
            raise UserError(
                "pulling-away compares generated samples with each other; batch_size must be 2 or more"
            )

    def penalty(self, play: Play) -> Tensor:
        if play.fake is None:
            raise UserError("pulling-away looks at generated samples, which this game's turn does not give")
        directions = F.normalize(features_of("pulling-away", play, play.fake), dim=-1)
        squared = (directions @ directions.mT).square()
        pairs = squared.sum((-1, -2)) - squared.diagonal(dim1=-2, dim2=-1).sum(-1)
        count = play.fake.shape[1]
        return self.weight * pairs / (count * (count - 1))
