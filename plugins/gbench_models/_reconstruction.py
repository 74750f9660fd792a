"""An autoencoder as a discriminator: what it cannot reconstruct has a high energy."""

from collections.abc import Callable, Sequence

from torch import Tensor, nn


class Reconstruction(nn.Module):
    """Energies `[B]`: the mean of error(decoder(features(x)) − x) over all numbers of a sample.

    features: samples to codes `[B, d]`.
    intake: what the encoder does to samples first; that is what the decoder is to give back.
    """

    def __init__(
        self,
        features: nn.Module,
        decoder: nn.Module,
        error: Callable[[Tensor], Tensor],
        intake: Sequence[nn.Module] = (),
    ):
        super().__init__()
        self.intake = nn.Sequential(*intake)
        self.features = features
        self.decoder = decoder
        self.error = error

    def forward(self, samples: Tensor) -> Tensor:
        return self.error(self.decoder(self.features(samples)) - self.intake(samples)).flatten(1).mean(1)
