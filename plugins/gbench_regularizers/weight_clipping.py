"""Weight clipping: every weight of the critic is kept in [−c, c]."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Regularizer, option


@dataclass(kw_only=True)
class WeightClipping(Regularizer):
    """Keeps the critic Lipschitz, with a constant that nobody knows, by clamping after each update."""

    paper: ClassVar[str] = "Arjovsky et al. 2017, Wasserstein GAN, algorithm 1, arXiv:1701.07875"

    limit: float = option(0.01, "c, the largest magnitude of a weight (Arjovsky et al. 2017)", gt=0)

    def project(self, parameters: dict[str, Tensor]) -> None:
        with torch.no_grad():
            for parameter in parameters.values():
                parameter.clamp_(-self.limit, self.limit)
