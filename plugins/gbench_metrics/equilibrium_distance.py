"""Distance to the equilibrium of a game about one point, where the discriminator is flat."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Keys, Metric, Reference, Samples, option


@dataclass(kw_only=True)
class EquilibriumDistance(Metric):
    """√(‖E G − x*‖² + ‖∇D(x*)‖²), with x* the data's only point; 0 at the equilibrium and nowhere else.

    ∇D is half of the differences D(x* + e_i) − D(x* − e_i) along the axes, which is exact for a linear
    discriminator. Then it is the distance √(θ² + ψ²) of the Dirac-GAN, √(‖x‖² + ‖y‖²) of the bilinear game
    and √(‖p − ⅓‖² + 3 ‖q − ⅓‖²) of rock-paper-scissors. Without a discriminator only the generator counts.
    """

    paper: ClassVar[str] = (
        "Mescheder et al. 2018, Which training methods for GANs do actually converge?, "
        "section 2, arXiv:1801.04406"
    )
    keys: ClassVar[Keys] = {"equilibrium-distance": ("min", None)}
    needs: ClassVar[tuple[str, ...]] = ("point",)

    samples: int = option(2, "generated samples per replica; those of such a game are all alike", ge=2)

    def fit(self, reference: Reference) -> None:
        self.point = reference.test["real"].flatten(1).mean(0)

    def score(self, samples: Samples) -> dict[str, Tensor]:
        offset = samples.fake.flatten(2).mean(1) - self.point
        axes = torch.eye(len(self.point)).to(self.point)
        shape = (-1, *samples.fake.shape[2:])
        above, below = (samples.scores_of((self.point + s * axes).view(shape)) for s in (1, -1))
        slope = ((above - below) / 2).nan_to_num(0.0, torch.inf, -torch.inf)
        return self.named(torch.hypot(offset.norm(dim=-1), slope.norm(dim=-1)))
