"""Fréchet distance against torchmetrics: same features, same value, time over time.

    python benchmarks/frechet_distance.py [--samples 10000] [--features 2048] [--pairs 3]

Needs torchmetrics (no torchvision, no Inception: the features are given). Both know the real side already,
as during training, and are asked for the distance of freshly generated features. torchmetrics is timed
twice: fed in batches of 50, which is what pytorch-fid sends through Inception at once and what its
documentation does, and fed all features in one go. `compute` is its distance alone, without the covariance.

Features are correlated, rectified normals. What is compared runs in turn after a warm-up, in CPU time and
with one thread, so that a machine with other work changes neither; ratios are medians over the pairs.
"""

import argparse
import statistics
import time
import warnings
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torchmetrics.image.fid import FrechetInceptionDistance

from gbench.data.dataset import Data
from gbench.evaluation.features import Features
from gbench.evaluation.reference import Reference
from gbench_features.pixels import Pixels
from gbench_metrics.frechet_distance import FrechetDistance

BATCH = 50


class Given(nn.Module):
    """Features in place of a network."""

    def __init__(self, features: int):
        super().__init__()
        self.num_features = features

    def forward(self, x: Tensor) -> Tensor:
        return x


def features(samples: int, width: int, seed: int, scale: float = 1.0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    mix = torch.randn(width, width, generator=torch.Generator().manual_seed(0)) / width**0.5
    noise = torch.randn(samples, width, generator=generator)
    return (scale * (noise + noise @ mix)).relu()


class Theirs:
    """torchmetrics, which keeps the real side; `update` takes `batch` samples at a time."""

    def __init__(self, real: Tensor, batch: int):
        self.batch = batch
        self.metric = FrechetInceptionDistance(feature=Given(real.shape[1]), reset_real_features=False)
        self.metric.set_dtype(torch.float64)
        self.metric.update(real, real=True)

    def distance(self, fake: Tensor) -> float:
        self.metric.reset()
        for part in fake.split(self.batch):
            self.metric.update(part, real=False)
        return float(self.metric.compute())

    def compute(self, fake: Tensor) -> float:
        """Once more from what it was fed last."""
        self.metric._computed = None
        return float(self.metric.compute())


def ours(real: Tensor) -> Callable[[Tensor], float]:
    metric, extractors = FrechetDistance(), dict[str, Features](pixels=Pixels())
    fields = {"real": real}
    metric.fit(Reference(Data(train=fields, test=fields), extractors))
    return lambda fake: float(metric.distance(fake))


def seconds(call: Callable[[Tensor], float], fake: Tensor) -> tuple[float, float]:
    start = time.process_time()
    value = call(fake)
    return time.process_time() - start, value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--features", type=int, default=2048)
    parser.add_argument("--pairs", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    real = features(arguments.samples, arguments.features, seed=1)
    batches, once = Theirs(real, BATCH), Theirs(real, arguments.samples)
    calls = {
        "gbench": ours(real),
        "in batches": batches.distance,
        "in one go": once.distance,
        "compute": once.compute,
    }
    times: dict[str, list[float]] = {name: [] for name in calls}
    for pair in range(arguments.pairs + 1):  # the first warms up
        fake = features(arguments.samples, arguments.features, seed=pair + 2, scale=1.05)
        found = {name: seconds(call, fake) for name, call in calls.items()}
        for name, (spent, _) in found.items():
            times[name] += [spent] if pair else []
        print({name: f"{spent:.2f} s, {value:.10g}" for name, (spent, value) in found.items()}, flush=True)
    print(f"torch {torch.__version__}, {arguments.samples} x {arguments.features}, CPU time, 1 thread")
    for name in ("in batches", "in one go", "compute"):
        ratios = [mine / other for mine, other in zip(times["gbench"], times[name], strict=True)]
        shown = f"{statistics.median(ratios):.3f} [{min(ratios):.3f}, {max(ratios):.3f}]"
        print(f"gbench / torchmetrics {name:<11} {shown}")


if __name__ == "__main__":
    main()
