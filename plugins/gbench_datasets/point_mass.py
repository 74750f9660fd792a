"""All data at the origin: the real side of the Dirac-GAN."""

from dataclasses import dataclass
from typing import ClassVar

import torch

from gbench.evaluation.dataset import Data, Dataset
from gbench.plugins.options import option


@dataclass(kw_only=True)
class PointMass(Dataset):
    """δ₀ (Mescheder et al. 2018, section 2): every sample is the zero vector."""

    paper: ClassVar[str] = (
        "Mescheder et al. 2018, Which training methods for GANs do actually converge?, arXiv:1801.04406"
    )
    provides: ClassVar[tuple[str, ...]] = ("real",)
    traits: ClassVar[tuple[str, ...]] = ("vector",)
    model: ClassVar[str] = "mlp"

    dimensions: int = option(1, "length of a sample", ge=1)
    points: int = option(1000, "training points, all alike", ge=1)

    def load(self) -> Data:
        """Zeros [points, dimensions], in both splits."""
        zeros = torch.zeros(self.points, self.dimensions)
        return Data(train={"real": zeros}, test={"real": zeros}, shape=(self.dimensions,))
