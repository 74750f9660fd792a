"""Weight normalisation: every layer's weight is a length times a direction."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from gbench.api import Regularizer, option
from gbench_regularizers._layers import weighted_layers


@dataclass(kw_only=True)
class WeightNorm(Regularizer):
    """w = g v / ‖v‖ for each output unit: the optimizer moves g and v (eq. 2).

    Of a convolution a unit is an output channel, and ‖v‖ is over everything that it looks at.
    Training starts at the network's own weights, with v = w and g = ‖w‖; the paper's
    initialisation from a minibatch (section 3) is left out, so that all techniques of a suite
    start at the same function.
    """

    paper: ClassVar[str] = (
        "Salimans and Kingma 2016, Weight normalization: a simple reparameterization to accelerate "
        "training of deep neural networks, arXiv:1602.07868"
    )

    on: str = option("discriminator", "the network whose weights are normalised")

    def wrap(self, network: nn.Module) -> nn.Module:
        for layer, axis in weighted_layers(network):
            if parametrize.is_parametrized(layer, "weight"):
                raise self.refuse("comes before others that change weights; list it first")
            normed = _LengthTimesDirection(axis)
            parametrize.register_parametrization(layer, "weight", normed, unsafe=True)
        return network


class _LengthTimesDirection(nn.Module):
    """(g, v) -> g v / ‖v‖, with the norm over all axes but that of the outputs."""

    def __init__(self, axis: int):
        super().__init__()
        self.axis = axis

    def forward(self, length: Tensor, direction: Tensor) -> Tensor:
        return direction * (length / self._norm(direction))

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        return self._norm(weight), weight

    def _norm(self, weight: Tensor) -> Tensor:
        others = [axis for axis in range(weight.dim()) if axis != self.axis]
        return torch.linalg.vector_norm(weight, dim=others, keepdim=True)
