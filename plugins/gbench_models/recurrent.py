"""C-RNN-GAN: a recurrent generator of sequences against a discriminator that reads them both ways."""

from dataclasses import dataclass
from typing import ClassVar, Literal, cast

import torch
from torch import Tensor, nn

from gbench.api import Blueprint, Model, Streams, UserError, option
from gbench_models._lstm import Lstm
from gbench_models._parts import OUTPUTS, Discriminator, norm


@dataclass(kw_only=True)
class Recurrent(Model):
    """Mogren's pair of networks, for sequences `[channels, T]`. S, S' and S'' are stacks of LSTM layers.

        generator        x_t = W S(z_t, x_{t−1}) + v with x_0 = 0, and noise z_t anew at each step
        discriminator    mean over t of w·(S'(x)_t, S''(x reversed)_t) + b

    The latent vector holds the noise of all steps, `steps · latents` numbers. The mean is taken before the
    sigmoid, so that any loss may have it; in the paper it is the mean of the sigmoids. The paper's words
    leave open whether the two directions meet between the layers; as in the authors' code they do not.

    That code draws x_0, puts a layer of rectified units in front of the generator's first LSTM and dropout
    behind each, none of which the paper has. Forget gates start with a bias of 1, as there; otherwise
    weights start as in torch.nn.LSTM, U(±1/√units) (a choice).
    """

    paper: ClassVar[str] = (
        "Mogren 2016, C-RNN-GAN: Continuous recurrent neural networks with adversarial training, "
        "arXiv:1611.09904"
    )
    traits: ClassVar[tuple[str, ...]] = ("sequence",)

    roles: ClassVar[tuple[str, ...]] = (
        "generator",
        "discriminator",
        "encoder",
        "pair-discriminator",
        "recogniser",
    )

    latents: int = option(4, "random numbers at each step (Mogren 2016: 4, the features of a tone)", ge=1)
    latent: Literal["normal", "uniform"] = option(
        "uniform", "law of the latents: N(0,1) or U(0,1) (Mogren 2016: U(0,1))"
    )
    units: int = option(350, "units of each LSTM layer (Mogren 2016)", ge=1)
    discriminator_units: int | None = option(
        None, "units of the discriminator's, in each direction; by default the generator's", ge=1
    )
    depth: int = option(2, "LSTM layers of each network (Mogren 2016)", ge=1)
    feedback: bool = option(True, "whether each step of the generator is told its last output (Mogren 2016)")
    discriminator_norm: Literal["none", "layer"] = option(
        "none", "normalisation after each layer of the discriminator (Mogren 2016: none)"
    )
    output: Literal["linear", "tanh"] = option(
        "linear", "the generator's last activation (the authors' code: linear)"
    )

    def network(self, role: str, blueprint: Blueprint) -> nn.Module:
        if len(blueprint.shape) != 2:
            size = "×".join(map(str, blueprint.shape))
            raise UserError(
                f"model recurrent makes sequences, channels×T, not {size}; model mlp takes any shape"
            )
        return super().network(role, blueprint)

    def generator(self, blueprint: Blueprint) -> nn.Module:
        channels, last = blueprint.shape[0], OUTPUTS[self.output]()
        return Writer(self.latents, channels, self.units, self.depth, self.feedback, last)

    def discriminator(self, blueprint: Blueprint) -> nn.Module:
        units = self.discriminator_units or self.units
        reader = Reader(blueprint.shape[0], units, self.depth, self.discriminator_norm)
        return Discriminator(reader, nn.Linear(2 * units, 1))

    def draw(self, random: Streams, purpose: str, count: int) -> Tensor:
        """`[R, count, steps · latents]`."""
        law = random.normal if self.latent == "normal" else random.uniform
        return law(purpose, (count, self.shape[1] * self.latents))


class Writer(nn.Module):
    """Sequences `[B, channels, T]` from the noise of their steps, `[B, T · latents]`."""

    def __init__(
        self, latents: int, channels: int, units: int, depth: int, feedback: bool, output: nn.Module
    ):
        super().__init__()
        self.latents = latents
        self.channels = channels
        self.feedback = feedback
        self.layers = nn.ModuleList(lstms(latents + channels * feedback, units, depth))
        self.last = nn.Sequential(nn.Linear(units, channels), output)

    def forward(self, latent: Tensor) -> Tensor:
        layers = cast(list[Lstm], list(self.layers))
        states = [layer.start(latent) for layer in layers]
        points = [latent.new_zeros(len(latent), self.channels)]
        for noise in latent.unflatten(1, (-1, self.latents)).unbind(1):
            x = torch.cat([noise, points[-1]], 1) if self.feedback else noise
            for number, layer in enumerate(layers):
                states[number] = layer.step(x, states[number])
                x = states[number][0]
            points.append(self.last(x))
        return torch.stack(points[1:], 2)


class Reader(nn.Module):
    """The mean over all steps of what two stacks make of sequences `[B, channels, T]`: `[B, 2 units]`."""

    def __init__(self, channels: int, units: int, depth: int, kind: str):
        super().__init__()
        self.forwards = normalised(lstms(channels, units, depth), kind)
        self.backwards = normalised(lstms(channels, units, depth), kind)

    def forward(self, sequences: Tensor) -> Tensor:
        steps = sequences.mT
        return torch.cat([self.forwards(steps), self.backwards(steps.flip(1))], 2).mean(1)


def lstms(inputs: int, units: int, depth: int) -> list[Lstm]:
    """Layers, each of which reads the one before."""
    return [Lstm(units if level else inputs, units) for level in range(depth)]


def normalised(layers: list[Lstm], kind: str) -> nn.Sequential:
    """A stack with a normalisation of each step behind each layer; none for `none`."""
    return nn.Sequential(
        *(part for layer in layers for part in (layer, *norm(kind, layer.units, image=False)))
    )
