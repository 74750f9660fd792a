"""The pair of PacGAN's mixtures: batch-normalised ReLU layers against maxout."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor, nn

from gbench.api import Blueprint, Model, option
from gbench_models._parts import Discriminator


@dataclass(kw_only=True)
class Maxout(Model):
    """Generator: `depth` times Linear without bias, batch norm and ReLU, then Linear. Discriminator:
    `discriminator_depth` times h_j(x) = max_i (w_ij·x + b_ij), i = 1..pieces (Goodfellow et al. 2013), then
    Linear.

    Defaults are those of Lin et al. 2018, section 4.1, and of their code, which took the networks from
    Dumoulin et al. 2017 (ALI) without their dropout: 2-400×4-2 against 3 × 200 units of 5 pieces, latents
    N(0, I) in the plane. Weights start at N(0, init_std²), biases at 0.
    """

    paper: ClassVar[str] = "Lin et al. 2018, PacGAN: The power of two samples in GANs, arXiv:1712.04086"
    traits: ClassVar[tuple[str, ...]] = ("vector",)

    latents: int = option(2, "size of the latent vector (Lin et al. 2018)", ge=1)
    width: int = option(400, "units of each hidden layer of the generator (Lin et al. 2018)", ge=1)
    depth: int = option(4, "hidden layers of the generator (Lin et al. 2018)", ge=1, le=64)
    discriminator_width: int = option(200, "units of each maxout layer (Lin et al. 2018)", ge=1)
    discriminator_depth: int = option(3, "maxout layers (Lin et al. 2018)", ge=1, le=64)
    pieces: int = option(5, "linear pieces of each maxout unit (Lin et al. 2018)", ge=2)
    init_std: float = option(0.02, "standard deviation of the first weights (Lin et al. 2018)", gt=0)

    def network(self, role: str, blueprint: Blueprint) -> nn.Module:
        return super().network(role, blueprint).apply(self._initialise)

    def generator(self, blueprint: Blueprint) -> nn.Module:
        layers: list[nn.Module] = []
        inputs, outputs = self.latents, blueprint.shape[0]
        for _ in range(self.depth):
            layers += [nn.Linear(inputs, self.width, bias=False), nn.BatchNorm1d(self.width), nn.ReLU()]
            inputs = self.width
        return nn.Sequential(*layers, nn.Linear(inputs, outputs))

    def discriminator(self, blueprint: Blueprint) -> nn.Module:
        layers: list[nn.Module] = []
        inputs = blueprint.shape[0]
        for _ in range(self.discriminator_depth):
            layers.append(MaxoutLayer(inputs, self.discriminator_width, self.pieces))
            inputs = self.discriminator_width
        return Discriminator(nn.Sequential(*layers), nn.Linear(inputs, 1))

    def _initialise(self, layer: nn.Module) -> None:
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, 0.0, self.init_std)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


class MaxoutLayer(nn.Module):
    """The largest of `pieces` affine functions, for each of `outputs` units."""

    def __init__(self, inputs: int, outputs: int, pieces: int):
        super().__init__()
        self.linear = nn.Linear(inputs, outputs * pieces)
        self.pieces = pieces

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x).unflatten(-1, (-1, self.pieces)).amax(-1)
