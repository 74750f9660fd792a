"""Exponential moving average of a network's parameters."""

import torch
from torch import Tensor

from gbench.engine.replicas import Replicas


class Average:
    """`average <- decay * average + (1 - decay) * parameters`, after each round.

    Source: Yazıcı et al. 2019, The unusual effectiveness of averaging in GAN training, eq. 3.
    """

    def __init__(self, network: Replicas, decay: float):
        self.network = network
        self.decay = decay
        self.parameters = {name: p.detach().clone() for name, p in network.parameters.items()}

    @torch.no_grad()
    def update(self) -> None:
        torch._foreach_lerp_(
            list(self.parameters.values()), list(self.network.parameters.values()), 1 - self.decay
        )

    def load_state(self, parameters: dict[str, Tensor]) -> None:
        for name, value in parameters.items():
            self.parameters[name].copy_(value)
