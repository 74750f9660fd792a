"""3D-GAN: solid shapes by convolutions in space; cubes of 8, 16, 32 or 64 voxels a side."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import Tensor, nn

from gbench.api import Blueprint, Model, Streams, UserError, option
from gbench_models._parts import OUTPUTS, Discriminator, intake

LOWEST = 4  # voxels along each edge after the generator's first layer
SIDES = (8, 16, 32, 64)


@dataclass(kw_only=True)
class VoxelConv(Model):
    """Wu et al.'s pair of networks, scaled to the cube. At 64³, with kernels of 4³ throughout:

        generator        200 → 512 × 4³ → 256 × 8³ → 128 × 16³ → 64 × 32³ → 1 × 64³, σ
        discriminator    1 × 64³ → 64 × 32³ → 128 × 16³ → 256 × 8³ → 512 × 4³ → 1

    A smaller cube has fewer levels, of which those next to the voxels stay as they are. Between the layers
    are batch normalisation and ReLU, in the discriminator leaky ReLU. Nothing is fully connected: the
    first layer is a convolution of 1³, and the last one's kernel, as large as what it sees, is the head.

    As in the authors' code convolutions have no biases; where the option of a network's norm says `none`, its
    hidden layers have. The paper leaves open whether the discriminator's first layer is normalised, and how
    weights start: here it is not, and they start at N(0, 0.02²), both as in DCGAN (a choice). The paper moves
    the discriminator only if it was right on at most 80 % of the last batch; no rule here does.

    The paper's latents have the mean ½, through which a fast generator moves all its samples at once: on
    voxel-shapes of 8³ (R1, both players' Adam at 1e-3) uniform ones collapse to one shape within 200 rounds,
    and normal ones do not.
    """

    paper: ClassVar[str] = (
        "Wu et al. 2016, Learning a probabilistic latent space of object shapes via 3D "
        "generative-adversarial modeling, arXiv:1610.07584"
    )
    traits: ClassVar[tuple[str, ...]] = ("voxel",)

    latents: int = option(200, "size of the latent vector (Wu et al. 2016)", ge=1)
    latent: Literal["normal", "uniform"] = option(
        "uniform", "law of the latents: N(0,1) or U(0,1) (Wu et al. 2016: U(0,1))"
    )
    width: int = option(64, "channels next to the voxels, doubled at each level (Wu et al. 2016)", ge=1)
    discriminator_width: int | None = option(
        None, "the discriminator's channels; by default the generator's (Wu et al. 2016)", ge=1
    )
    generator_norm: Literal["none", "batch", "layer"] = option("batch", "normalisation in the generator")
    discriminator_norm: Literal["none", "batch", "layer"] = option(
        "batch", "normalisation in the discriminator"
    )
    slope: float = option(0.2, "slope of leaky ReLU below zero (Wu et al. 2016)", ge=0, le=1)
    output: Literal["sigmoid", "tanh", "linear"] = option(
        "sigmoid", "the generator's last activation; sigmoid: both networks work on voxels in [0, 1]"
    )

    def network(self, role: str, blueprint: Blueprint) -> nn.Module:
        check(blueprint.shape)
        return super().network(role, blueprint).apply(initialise)

    def draw(self, random: Streams, purpose: str, count: int) -> Tensor:
        """Latents `[R, count, latents]`; uniform ones in [0, 1)."""
        law = random.normal if self.latent == "normal" else random.uniform
        return law(purpose, (count, self.latents))

    def generator(self, blueprint: Blueprint) -> nn.Module:
        shape = blueprint.shape
        widths = [self.width * 2**level for level in range(levels(shape))]
        inputs, (stride, padding) = self.latents, (1, 0)
        layers: list[nn.Module] = [nn.Unflatten(1, (self.latents, 1, 1, 1))]
        for width in reversed(widths):
            layers += [
                nn.ConvTranspose3d(inputs, width, 4, stride, padding, bias=self.generator_norm == "none"),
                *norm(self.generator_norm, width),
                nn.ReLU(),
            ]
            inputs, (stride, padding) = width, (2, 1)
        last = nn.ConvTranspose3d(inputs, shape[0], 4, 2, 1, bias=False)
        return nn.Sequential(*layers, last, OUTPUTS[self.output]())

    def discriminator(self, blueprint: Blueprint) -> nn.Module:
        shape = blueprint.shape
        layers, inputs = intake(self.output), shape[0]
        for level in range(levels(shape)):
            width = (self.discriminator_width or self.width) * 2**level
            kind = self.discriminator_norm if level else "none"
            bias = self.discriminator_norm == "none"
            layers += [
                nn.Conv3d(inputs, width, 4, 2, 1, bias=bias),
                *norm(kind, width),
                nn.LeakyReLU(self.slope),
            ]
            inputs = width
        return Discriminator(
            nn.Sequential(*layers, nn.Flatten()), nn.Linear(inputs * LOWEST**3, 1, bias=False)
        )


def check(shape: tuple[int, ...]) -> None:
    """`UserError` if this is no cube of voxels, or none that halving takes to 4³."""
    if len(shape) != 4 or set(shape[1:]) - set(SIDES) or len(set(shape[1:])) > 1:
        size = "×".join(map(str, shape))
        raise UserError(
            f"model voxel-conv makes cubes of 8, 16, 32 or 64 voxels a side, not {size}; "
            "model mlp takes any shape"
        )


def levels(shape: tuple[int, ...]) -> int:
    """How often a cube is halved until its side is 4.

    >>> levels((1, 64, 64, 64)), levels((1, 8, 8, 8))
    (4, 1)
    """
    return (shape[1] // LOWEST).bit_length() - 1


def norm(kind: str, width: int) -> list[nn.Module]:
    """A normalisation layer for voxels `[B, width, D, H, W]`; empty for `none`."""
    layers: dict[str, list[nn.Module]] = {
        "none": [],
        "batch": [nn.BatchNorm3d(width)],
        "layer": [nn.GroupNorm(1, width)],
    }
    return layers[kind]


def initialise(layer: nn.Module) -> None:
    """Radford et al. 2016, section 4: N(0, 0.02²), biases zero."""
    if isinstance(layer, nn.Conv3d | nn.ConvTranspose3d | nn.Linear):
        nn.init.normal_(layer.weight, 0.0, 0.02)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
