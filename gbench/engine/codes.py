"""Laws of codes: what an encoder says of a sample, and what a generator is told beside its latents."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from gbench.engine.streams import Streams

LOG_NORMAL = math.log(2 * math.pi) / 2  # −log of the density of N(0, 1) at 0, in nats
ENTROPY = math.log(2)  # of U(−1, 1), in nats


@dataclass(frozen=True)
class Gaussian:
    """N(μ, σ²) with independent coordinates, `[R, B, k]` each."""

    mean: Tensor
    log_variance: Tensor

    @classmethod
    def of(cls, parameters: Tensor) -> "Gaussian":
        """From an encoder's `[R, B, 2k]` numbers: μ, then log σ²."""
        return cls(*parameters.chunk(2, -1))

    def draw(self, random: Streams, purpose: str) -> Tensor:
        """μ + σ ε, `[R, B, k]`, differentiable (Kingma and Welling 2014, section 2.4)."""
        noise = random.normal(purpose, self.mean.shape[1:])
        return self.mean + (self.log_variance / 2).exp() * noise

    def divergence(self) -> Tensor:
        """KL(N(μ, σ²) ‖ N(0, I)) = ½ Σ (μ² + σ² − 1 − log σ²), mean over the batch, `[R]` in nats."""
        terms = self.mean.square() + self.log_variance.exp() - 1 - self.log_variance
        return terms.sum(-1).mean(-1) / 2


@dataclass(frozen=True)
class Codes:
    """Categories, uniform, as unit vectors, then numbers from U(−1, 1): vectors `[R, B, size]`."""

    categories: Sequence[int]
    """K of each categorical code."""

    numbers: int

    @property
    def size(self) -> int:
        return sum(self.categories) + self.numbers

    def draw(self, random: Streams, count: int) -> Tensor:
        """`[R, count, size]`."""
        draws = random.uniform("code", (count, len(self.categories) + self.numbers))
        units = [F.one_hot((draws[..., i] * k).long(), k) for i, k in enumerate(self.categories)]
        return torch.cat([*units, 2 * draws[..., len(self.categories) :] - 1], -1)

    def means(self, found: Tensor) -> Tensor:
        """The expected code `[R, B, size]`, from logits of the categories and means of the numbers."""
        *logits, means = self._split(found)
        return torch.cat([*(logit.softmax(-1) for logit in logits), means], -1)

    def information(self, found: Tensor, code: Tensor) -> dict[str, Tensor]:
        """E log Q(c | x) + H(c), a lower bound of the information that x has about c, `[R]` in nats.

        found: logits of the categories, then means of Gaussians of standard deviation 1 for the numbers.
        """
        bounds: dict[str, Tensor] = {}
        *logits, means = self._split(found)
        *units, numbers = self._split(code)
        if self.categories:
            parts = zip(self.categories, logits, units, strict=True)
            terms = [math.log(k) + (logit.log_softmax(-1) * unit).sum(-1) for k, logit, unit in parts]
            bounds["categories"] = torch.stack(terms).sum(0).mean(-1)
        if self.numbers:
            likelihood = ENTROPY - LOG_NORMAL - (numbers - means).square() / 2
            bounds["numbers"] = likelihood.sum(-1).mean(-1)
        return bounds

    def _split(self, vectors: Tensor) -> tuple[Tensor, ...]:
        return vectors.split([*self.categories, self.numbers], -1)
