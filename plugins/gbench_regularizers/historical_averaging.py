"""Historical averaging: a player's parameters are drawn to the mean of their past."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Play, Regularizer, Setting, option


@dataclass(kw_only=True)
class HistoricalAveraging(Regularizer):
    """‖θ − 1/t Σ_{i=1..t} θ[i]‖², over all parameters of a network.

    θ[1] is where the network starts, and every update adds one, so that the mean includes the present
    parameters. Gradients flow through θ alone. The paper applies it to both players: list it twice,
    `on: discriminator` and `on: generator`.
    """

    paper: ClassVar[str] = (
        "Salimans et al. 2016, Improved techniques for training GANs, section 3.3, arXiv:1606.03498"
    )

    weight: float = option(1.0, "factor (Salimans et al. 2016 print none)", ge=0)

    def begin(self, setting: Setting) -> None:
        self.network = setting.networks[self.on]
        self.memory["updates"] = torch.ones(setting.size, device=setting.device)
        for name, parameter in self.network.parameters.items():
            self.memory[f"mean.{name}"] = parameter.detach().clone()

    def penalty(self, play: Play) -> Tensor:
        total = torch.zeros_like(play.objective)
        for name, parameter in self.network.parameters.items():
            distance = parameter - self.memory[f"mean.{name}"]
            total = total + distance.square().reshape(len(distance), -1).sum(1)
        return self.weight * total

    def update(self, play: Play) -> None:
        """Takes the parameters into their mean, after each step."""
        count = self.memory["updates"].add_(1)
        for name, parameter in self.network.parameters.items():
            mean = self.memory[f"mean.{name}"]
            mean.add_((parameter - mean) / count.view(-1, *[1] * (mean.dim() - 1)))
