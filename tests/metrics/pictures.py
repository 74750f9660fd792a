"""Shared by the tests of metrics on images: scores of images, and images to score."""

import torch.nn.functional as F
from torch import Tensor

from gbench.data.dataset import Data
from gbench.evaluation.metric import Metric
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples

from .vectors import normal


def score(metric: Metric, real: Tensor, fake: Tensor, test: Tensor | None = None) -> dict[str, list[float]]:
    """Of real images [M, C, H, W] and generated ones [N, C, H, W] or [R, N, C, H, W]."""
    fields = {"train": {"real": real}, "test": {"real": real if test is None else test}}
    metric.fit(Reference(Data(**fields), {}))
    scores = metric.score(Samples(fake if fake.dim() == 5 else fake[None], {}))
    assert list(scores) == metric.names()
    return {key: values.tolist() for key, values in scores.items()}


def smooth(*shape: int, seed: int = 0) -> Tensor:
    """Images [N, C, H, W] within (-1, 1), of random blobs a few pixels wide."""
    return F.avg_pool2d(2 * normal(*shape, seed=seed), 3, stride=1, padding=1).tanh()
