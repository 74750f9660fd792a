"""Multi-layer perceptrons that are told the class, for points and for small flat images."""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from gbench.api import Blueprint, Dropout, Model, option
from gbench_models._conditional import classes_of, one_hot
from gbench_models._parts import ACTIVATIONS, OUTPUTS


@dataclass(kw_only=True)
class ConditionalMlp(Model):
    """Mirza and Osindero's pair: the class joins in the middle of each network.

        generator        out(act(C [act(A z), act(B y)]))
        discriminator    head(act(C [act(A x), act(B y)]))        y: the class as a unit vector

    The features are act(A x), which know no labels. The paper has, for MNIST, 200 units for z, 1000 for y and
    1200 where they join, and maxout in the discriminator (240 units of 5 pieces for x, 50 of 5 for y, 240 of
    4), which is an activation of our choice here, with the same widths in both networks.
    """

    paper: ClassVar[str] = "Mirza and Osindero 2014, Conditional generative adversarial nets, arXiv:1411.1784"
    traits: ClassVar[tuple[str, ...]] = ("vector", "image")
    takes: ClassVar[tuple[str, ...]] = ("label",)
    roles: ClassVar[tuple[str, ...]] = ("generator", "discriminator")

    latents: int = option(100, "size of the latent vector (Mirza and Osindero 2014)", ge=1)
    latent: Literal["normal", "uniform"] = option(
        "uniform", "law of the latents (Mirza and Osindero 2014: uniform)"
    )
    width: int = option(128, "units where sample and class join, and of the samples' layer before", ge=1)
    label_width: int = option(32, "units of the class's own layer", ge=1)
    activation: Literal["relu", "leaky-relu", "gelu", "elu", "tanh"] = option(
        "relu", "activation of both networks (Mirza and Osindero 2014, generator)"
    )
    dropout: float = option(0.0, "share of the joined units that is dropped in both networks", ge=0, lt=1)
    output: Literal["auto", "linear", "tanh"] = option(
        "auto", "the generator's last activation; auto: linear for points, tanh for images"
    )

    def generator(self, blueprint: Blueprint) -> nn.Module:
        shape, output = blueprint.shape, self.output
        if output == "auto":
            output = "tanh" if len(shape) == 3 else "linear"
        last = nn.Sequential(
            nn.Linear(self.width, math.prod(shape)), OUTPUTS[output](), nn.Unflatten(1, shape)
        )
        return Joined(self, self.latents, classes_of(blueprint, self), last)

    def discriminator(self, blueprint: Blueprint) -> nn.Module:
        size, classes = math.prod(blueprint.shape), classes_of(blueprint, self)
        return JoinedDiscriminator(self, size, classes, nn.Linear(self.width, 1))


class Joined(nn.Module):
    """`head` on hidden units that see `[B, ...]`, of `size` numbers each, and the labels `[B]`."""

    def __init__(self, model: ConditionalMlp, size: int, classes: int, head: nn.Module):
        super().__init__()
        activation = ACTIVATIONS[model.activation]
        self.classes = classes
        self.features = nn.Sequential(nn.Flatten(), nn.Linear(size, model.width), activation())
        self.label = nn.Sequential(nn.Linear(classes, model.label_width), activation())
        self.joint = nn.Sequential(
            nn.Linear(model.width + model.label_width, model.width), activation(), Dropout(model.dropout)
        )
        self.head = head

    def forward(self, x: Tensor, label: Tensor) -> Tensor:
        told = self.label(one_hot(label, self.classes))
        return self.head(self.joint(torch.cat([self.features(x), told], -1)))


class JoinedDiscriminator(Joined):
    """Scores `[B]`."""

    def forward(self, x: Tensor, label: Tensor) -> Tensor:
        return super().forward(x, label).squeeze(-1)
