"""Time of precision, recall, density and coverage against the package prdc, for the same values.

    python benchmarks/precision_recall.py [--samples 10000] [--features 512] [--pairs 3] [--threads 1]

Both get the same float32 features; ours prepares the real side anew each time, and prdc always starts eight
threads. CPU time tells most with one thread, for more of them burn it waiting for each other. They are
timed in turn, so that a machine that changes its speed changes both; printed are the median ratio and the
range over the pairs, of wall time and, for a machine that is busy with other things, of CPU time, and the
largest difference of a value. One run of ours before tells the memory it takes.
"""

import argparse
import contextlib
import io
import resource
import statistics
import time
from collections.abc import Callable

import torch
from prdc import compute_prdc
from torch import Tensor

from gbench.data.dataset import Data
from gbench.evaluation.features import Features
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples
from gbench_features.pixels import Pixels
from gbench_metrics.precision_recall import PrecisionRecall

NEAREST = 5
NAMES = ("precision", "recall", "density", "coverage")


def ours(real: Tensor, fake: Tensor) -> list[float]:
    extractors: dict[str, Features] = {"pixels": Pixels()}
    metric = PrecisionRecall(samples=len(fake), nearest_k=NEAREST)
    data = Data(train={"real": real}, test={"real": real})
    metric.fit(Reference(data, extractors))
    return [value.item() for value in metric.score(Samples(fake[None], extractors)).values()]


def theirs(real: Tensor, fake: Tensor) -> list[float]:
    with contextlib.redirect_stdout(io.StringIO()):
        values = compute_prdc(real.numpy(), fake.numpy(), NEAREST)
    return [float(values[name]) for name in NAMES]


def timed(
    compute: Callable[[Tensor, Tensor], list[float]], real: Tensor, fake: Tensor
) -> tuple[tuple[float, float], list[float]]:
    """Wall and CPU seconds, and the values."""
    wall, cpu = time.perf_counter(), time.process_time()
    values = compute(real, fake)
    return (time.perf_counter() - wall, time.process_time() - cpu), values


def mebibytes() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--features", type=int, default=512)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    generator = torch.Generator().manual_seed(0)
    real, fake = (torch.randn(arguments.samples, arguments.features, generator=generator) for _ in range(2))
    fake = 0.99 * fake + 0.02
    before = mebibytes()
    ours(real, fake)
    grown = mebibytes() - before
    pairs = [[timed(compute, real, fake) for compute in (ours, theirs)] for _ in range(arguments.pairs)]
    print(f"{arguments.samples} x {arguments.features}, {grown:.0f} MiB of memory for ours")
    for clock, name in enumerate(("wall time", "CPU time")):
        seconds = [[run[0][clock] for run in pair] for pair in pairs]
        ratios = [mine / its for mine, its in seconds]
        mine, its = (statistics.median(column) for column in zip(*seconds, strict=True))
        print(
            f"{name:<9} {mine:6.1f} s, prdc {its:6.1f} s; "
            f"ratio {statistics.median(ratios):.2f} [{min(ratios):.2f}, {max(ratios):.2f}]"
        )
    differences = [abs(a - b) for mine, its in pairs for a, b in zip(mine[1], its[1], strict=True)]
    print(f"largest difference of a value {max(differences):.1e}")


if __name__ == "__main__":
    main()
