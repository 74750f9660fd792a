"""Parts of networks that are told the class of a sample."""

import torch
from torch import Tensor, nn

from gbench.api import Blueprint, Model, UserError


class ConditionalBatchNorm(nn.Module):
    """Batch normalisation with gain 1 + A c and bias B c, where c `[B, condition]` is each sample's own.

    Brock et al. 2019, appendix B: A and B are linear without bias, so that the gain is centred at 1.
    """

    def __init__(self, channels: int, condition: int):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.gain = nn.Linear(condition, channels, bias=False)
        self.bias = nn.Linear(condition, channels, bias=False)

    def forward(self, images: Tensor, condition: Tensor) -> Tensor:
        gain, bias = self.gain(condition)[..., None, None], self.bias(condition)[..., None, None]
        return (1 + gain) * self.norm(images) + bias


def one_hot(label: Tensor, classes: int) -> Tensor:
    """`[B]` to `[B, classes]`, as floating-point numbers."""
    return (label[..., None] == torch.arange(classes, device=label.device)).float()


def classes_of(blueprint: Blueprint, model: Model) -> int:
    """The number of classes; `UserError` if the data set has none."""
    classes = blueprint.told.get("label")
    if not classes:
        raise UserError(f"model {model.name} is told each sample's class, but the data set has no classes")
    return classes
