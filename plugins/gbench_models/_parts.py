"""Parts that several models are made of."""

from collections.abc import Callable

from torch import Tensor, nn

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "leaky-relu": lambda: nn.LeakyReLU(0.2),
    "gelu": nn.GELU,
    "tanh": nn.Tanh,
}
OUTPUTS: dict[str, Callable[[], nn.Module]] = {"tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "linear": nn.Identity}


class Discriminator(nn.Module):
    """Raw scores `[B]` of samples: a linear head on features, which others may look at."""

    def __init__(self, features: nn.Module, head: nn.Module):
        super().__init__()
        self.features = features
        self.head = head

    def forward(self, samples: Tensor) -> Tensor:
        return self.head(self.features(samples)).squeeze(-1)


def norm(kind: str, width: int, image: bool) -> list[nn.Module]:
    """A normalisation layer for vectors `[B, width]` or images `[B, width, H, W]`; empty for `none`."""
    if kind == "batch":
        return [nn.BatchNorm2d(width) if image else nn.BatchNorm1d(width)]
    if kind == "layer":
        return [nn.GroupNorm(1, width) if image else nn.LayerNorm(width)]
    return []
