"""Energy loss: low energy for real samples, a margin's worth for generated ones."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import Tensor

from gbench.api import Loss, option


@dataclass(kw_only=True)
class Energy(Loss):
    """EBGAN, with an energy E ≥ 0, as an autoencoder's reconstruction error is.

        discriminator   E(x) + [m − E(G(z))]₊
        generator       E(G(z))

    At the equilibrium generated samples look real, and all have one energy γ in [0, m] (theorem 2).
    The paper's pulling-away term is the regularizer `pulling-away` on the generator. The margin is in the
    units of the energy, so it depends on the data and on how the model adds up errors.
    """

    paper: ClassVar[str] = (
        "Zhao et al. 2017, Energy-based generative adversarial networks, eq. 1 and 2, arXiv:1609.03126"
    )
    takes: ClassVar[Literal["energies"]] = "energies"

    margin: float = option(10.0, "m, the energy that generated samples need not exceed (MNIST)", gt=0)

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        return real.mean(-1) + (self.margin - fake).relu().mean(-1)

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        return fake.mean(-1)
