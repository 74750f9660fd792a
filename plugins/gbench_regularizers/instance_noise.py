"""Instance noise: Gaussian noise on everything that the discriminator sees, annealed to zero."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Regularizer, Setting, option


@dataclass(kw_only=True)
class InstanceNoise(Regularizer):
    """x + σ_t ε for real and generated samples, ε ~ N(0, I), in both players' turns.

    σ_t falls linearly from `start` to `end` over the budget. The papers fix neither σ nor its
    schedule: both defaults are choices, in the units of data scaled to [−1, 1].
    """

    paper: ClassVar[str] = (
        "Sønderby et al. 2017, Amortised MAP inference for image super-resolution, arXiv:1610.04490; "
        "Arjovsky and Bottou 2017, Towards principled methods for training GANs, arXiv:1701.04862"
    )

    start: float = option(0.1, "σ at the beginning (a choice)", ge=0)
    end: float = option(0.0, "σ at the end of the budget", ge=0)

    def perturb(self, samples: Tensor, setting: Setting) -> Tensor:
        sigma = self.start + (self.end - self.start) * setting.progress
        return samples + sigma * setting.random.normal("instance-noise", samples.shape[1:])
