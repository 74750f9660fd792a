"""Points on the segment from (0, 0) to (0, 1): the real side of the parallel lines."""

from dataclasses import dataclass
from typing import ClassVar

import torch

from gbench.api import Data, Dataset, option


@dataclass(kw_only=True)
class ParallelLines(Dataset):
    """(0, u) with u uniform in [0, 1); the game parallel-lines generates (θ, u)."""

    paper: ClassVar[str] = "Arjovsky et al. 2017, Wasserstein GAN, example 1, arXiv:1701.07875"
    provides: ClassVar[tuple[str, ...]] = ("real",)
    traits: ClassVar[tuple[str, ...]] = ("vector",)
    model: ClassVar[str] = "mlp"

    points: int = option(10_000, "training points (a choice)", ge=1)

    def load(self) -> Data:
        """Training points and a tenth as many test points; [N, 2]."""
        generator = torch.Generator().manual_seed(0)
        train, test = (
            torch.rand(count, 2, generator=generator) * torch.tensor([0.0, 1.0])
            for count in (self.points, max(self.points // 10, 1))
        )
        return Data(train={"real": train}, test={"real": test})
