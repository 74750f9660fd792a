"""How unevenly the samples are distributed over the modes of a known mixture."""

from dataclasses import dataclass
from typing import ClassVar

import torch.nn.functional as F
from torch import Tensor

from gbench.api import Keys, Metric, Reference, Samples, option


@dataclass(kw_only=True)
class ReverseKl(Metric):
    """KL(g ‖ u) = Σ_k g_k log(K g_k) in nats, 0..log K: from the model's histogram to the true one.

    g_k is the share of samples nearest to mode k, at any distance; u = 1/K are the mixture's weights.
    A perfect generator scores about (K − 1) / (2N), not 0. Lin et al. 2018 (PacGAN, section 4) take u from
    real samples, which adds their noise.
    """

    paper: ClassVar[str] = "Lin et al. 2018, PacGAN: The power of two samples in GANs, arXiv:1712.04086"
    keys: ClassVar[Keys] = {"reverse-kl-{samples}": ("min", None)}
    needs: ClassVar[tuple[str, ...]] = ("density",)

    samples: int = option(2500, "generated samples per replica", ge=1)

    def fit(self, reference: Reference) -> None:
        self.density = reference.density

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of points [R, N, D]."""
        _, mode = self.density.nearest(samples.fake)
        share = F.one_hot(mode, self.density.modes).double().mean(1)
        return self.named(share.xlogy(share * self.density.modes).sum(1))
