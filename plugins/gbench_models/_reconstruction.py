"""An autoencoder as a discriminator: what it cannot reconstruct has a high energy."""

from collections.abc import Callable

from torch import Tensor, nn


class Reconstruction(nn.Module):
    """Energies `[B]`: the mean of error(decoder(features(x)) − x) over all numbers of a sample.

    features: samples to codes `[B, d]`.
    """

    def __init__(self, features: nn.Module, decoder: nn.Module, error: Callable[[Tensor], Tensor]):
        super().__init__()
        self.features = features
        self.decoder = decoder
        self.error = error

    def forward(self, samples: Tensor) -> Tensor:
        return self.error(self.decoder(self.features(samples)) - samples).flatten(1).mean(1)
