"""Networks on the trunk of a discriminator, for roles that a model has no network of its own for."""

from typing import Any

import torch
from torch import Tensor, nn

from gbench.errors import UserError

WIDTH = 128  # units of a hidden layer on top of a trunk (Chen et al. 2016, InfoGAN: FC128)


class OnTrunk(nn.Module):
    """Keeps a discriminator's features, `[B, ...] -> [B, d]`; `trunk` may be a module or a method's owner."""

    trunk: Any

    def __init__(self, discriminator: nn.Module, role: str):
        super().__init__()
        head = getattr(discriminator, "head", None)
        if not isinstance(head, nn.Linear) or not hasattr(discriminator, "features"):
            raise UserError(
                f"no {role} can be made of a {type(discriminator).__name__}, which has no linear head on "
                "features; use model mlp, dcgan or resnet"
            )
        self.width = head.in_features
        features = discriminator.features
        self.trunk = features if isinstance(features, nn.Module) else _Features(discriminator)


class _Features(nn.Module):
    """A network whose output is another's `features`."""

    network: Any

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, samples: Tensor) -> Tensor:
        return self.network.features(samples)


class Encoder(OnTrunk):
    """Samples `[B, ...]` to `[B, size]`: a linear layer on the trunk."""

    def __init__(self, discriminator: nn.Module, size: int):
        super().__init__(discriminator, "encoder")
        self.head = nn.Linear(self.width, size)

    def forward(self, samples: Tensor) -> Tensor:
        return self.head(self.trunk(samples))


class PairDiscriminator(OnTrunk):
    """Scores `[B]` of samples with vectors `[B, size]`, which join behind the trunk.

    Two hidden layers follow: a score linear in the vector could not tell which pairs belong together.
    """

    def __init__(self, discriminator: nn.Module, size: int):
        super().__init__(discriminator, "pair-discriminator")
        hidden = max(self.width, WIDTH)
        self.joint = nn.Sequential(
            nn.Linear(self.width + size, hidden),
            nn.LeakyReLU(0.2),
            nn.Linear(hidden, hidden),
            nn.LeakyReLU(0.2),
        )
        self.head = nn.Linear(hidden, 1)

    def features(self, samples: Tensor, vectors: Tensor) -> Tensor:
        """`[B, d]`."""
        return self.joint(torch.cat([self.trunk(samples), vectors], 1))

    def forward(self, samples: Tensor, vectors: Tensor) -> Tensor:
        return self.head(self.features(samples, vectors)).squeeze(-1)


class Recogniser(nn.Module):
    """A discriminator with a second head, which says what a sample was made of."""

    discriminator: Any

    def __init__(self, discriminator: nn.Module, size: int):
        super().__init__()
        width = OnTrunk(discriminator, "recogniser").width
        self.discriminator = discriminator
        self.head = discriminator.head
        self.recogniser = nn.Sequential(nn.Linear(width, WIDTH), nn.LeakyReLU(0.1), nn.Linear(WIDTH, size))

    def features(self, samples: Tensor) -> Tensor:
        """`[B, d]`."""
        return self.discriminator.features(samples)

    def recognise(self, samples: Tensor) -> Tensor:
        """`[B, size]`."""
        return self.recogniser(self.features(samples))

    def forward(self, samples: Tensor) -> Tensor:
        return self.discriminator(samples)
