"""The samples themselves, flattened, for metrics that need no network."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Extracted, Features


@dataclass(kw_only=True)
class Pixels(Features):
    """Vectors [N, C·H·W] of images, likewise of voxels and sequences, or [N, D] of vectors, unchanged."""

    costly: ClassVar[bool] = False

    def extract(self, images: Tensor) -> Extracted:
        """Vectors without class probabilities."""
        return Extracted(images.flatten(1))
