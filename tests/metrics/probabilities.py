"""Shared by the tests of metrics on class probabilities."""

from dataclasses import dataclass

import torch
from torch import Tensor

from gbench.data.dataset import Data
from gbench.evaluation.features import Extracted, Features
from gbench.evaluation.metric import Metric
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples


@dataclass(kw_only=True)
class Given(Features):
    """The samples are the probabilities."""

    def extract(self, images: Tensor) -> Extracted:
        return Extracted(images, images)


def rate(metric: Metric, fake: Tensor, real: Tensor | None = None) -> list[float]:
    """Scores of generated probabilities [N, K] or [R, N, K] against real ones [N, K]."""
    replicas = fake if fake.dim() == 3 else fake[None]
    train = {"real": replicas[0] if real is None else real}
    extractors: dict[str, Features] = {"classifier": Given(), "inception-v3": Given()}
    metric.fit(Reference(Data(train=train, test=train), extractors))
    scores = metric.score(Samples(replicas, extractors))
    assert list(scores) == metric.names()
    return next(iter(scores.values())).tolist()


def certain(*counts: int) -> Tensor:
    """Samples of class k, `counts[k]` times, without a doubt, as [N, K]."""
    return torch.eye(len(counts))[torch.arange(len(counts)).repeat_interleave(torch.tensor(counts))]
