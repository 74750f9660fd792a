"""Shared by the tests of metrics on features: scores of plain vectors."""

import torch
from torch import Tensor

from gbench.data.dataset import Data
from gbench.evaluation.features import Features
from gbench.evaluation.metric import Metric
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples
from gbench_features.pixels import Pixels


def score(metric: Metric, real: Tensor, fake: Tensor, test: Tensor | None = None) -> dict[str, list[float]]:
    """Of real vectors [N, D] and generated ones [N, D] or [R, N, D], with pixels as features."""
    tested = real if test is None else test
    data = Data(train={"real": real}, test={"real": tested})
    extractors: dict[str, Features] = {"pixels": Pixels()}
    metric.fit(Reference(data, extractors))
    replicas = fake if fake.dim() == 3 else fake[None]
    scores = metric.score(Samples(replicas, extractors))
    assert list(scores) == metric.names()
    return {key: values.tolist() for key, values in scores.items()}


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def whitened(rows: int, columns: int, seed: int = 0) -> Tensor:
    """Vectors whose sample mean is 0 and whose unbiased sample covariance is the unit matrix."""
    x = normal(rows, columns, seed=seed).double()
    x = x - x.mean(0)
    orthonormal, _ = torch.linalg.qr(x)
    return (orthonormal * (rows - 1) ** 0.5).float()
