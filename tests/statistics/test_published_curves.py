"""What the statistics say of 32 published FID curves (PyTorch-StudioGAN), beside what their plots show.

`fid-curves.json` (name -> steps, fid) is looked for in $GBENCH_DATA.
"""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from gbench.statistics.collapse import worse
from gbench.statistics.convergence import convergence_rate, times_to_threshold
from gbench.statistics.oscillation import oscillation
from gbench.statistics.scores import Score

DISTANCE = Score("min")
FILE = Path(os.environ.get("GBENCH_DATA", "")) / "fid-curves.json"

# Noted by eye from the plots.
COLLAPSED = {  # learnt something, and lost it for good
    "CIFAR10/ACGAN", "CIFAR10/DCGAN", "CIFAR10/ProjGAN",
    "TINY_IMAGENET/ACGAN", "TINY_IMAGENET/CCMGAN-train-2021_05_03", "TINY_IMAGENET/DCGAN",
    "TINY_IMAGENET/ICRGAN(C)", "TINY_IMAGENET/LOGAN", "TINY_IMAGENET/ProjGAN",
}  # fmt: skip
RESTLESS = {  # up and down after the best, wherever that lies
    "CIFAR10/ACGAN", "CIFAR10/DCGAN", "CIFAR10/ProjGAN", "CIFAR10/WGAN-GP", "IMAGENET/SAGAN",
    "TINY_IMAGENET/ACGAN", "TINY_IMAGENET/DCGAN", "TINY_IMAGENET/ProjGAN",
}  # fmt: skip
BELOW_TEN = {  # the first step with an FID of at most 10
    "CIFAR10/BigGAN": 36_000, "CIFAR10/CCMGAN": 26_000, "CIFAR10/SNGAN": np.inf, "CIFAR10/WGAN-GP": np.inf,
    "CIFAR10/LOGAN": 44_000, "IMAGENET/BigGAN2048": 120_000, "TINY_IMAGENET/WGAN-GP": np.inf,
}  # fmt: skip


@pytest.fixture(scope="module")
def curves() -> dict[str, dict[str, list[float]]]:
    if not FILE.is_file():
        pytest.skip("no fid-curves.json in $GBENCH_DATA")
    found = json.loads(FILE.read_text())
    assert len(found) == 32
    return found


def named(found: set[str], names: set[str]) -> set[str]:
    """Which of the short names begin a found one; every found one must have its name."""
    assert all(any(full.startswith((name + "-train", name)) for name in names) for full in found)
    return {name for name in names if any(full.startswith(name) for full in found)}


def test_who_collapsed(curves: dict[str, dict[str, list[float]]]) -> None:
    """The tenth that ends above 1.5 times its best, AFHQ's, jumps at its last measurement alone."""
    found = {name for name, curve in curves.items() if worse([curve["fid"]], DISTANCE)[0]}
    assert named(found, COLLAPSED) == COLLAPSED
    assert len(found) == len(COLLAPSED)


def test_who_is_restless(curves: dict[str, dict[str, list[float]]]) -> None:
    found = {name for name, curve in curves.items() if oscillation([curve["fid"]], DISTANCE)[0] > 0.02}
    assert named(found, RESTLESS) == RESTLESS
    assert len(found) == len(RESTLESS)


def test_who_reaches_ten_and_when(curves: dict[str, dict[str, list[float]]]) -> None:
    for name, expected in BELOW_TEN.items():
        curve = next(curve for full, curve in curves.items() if full.startswith(f"{name}-train"))
        times = times_to_threshold(curve["steps"], DISTANCE.reaches([curve["fid"]], 10.0))
        assert convergence_rate(times) == float(np.isfinite(expected))
        assert times[0] == expected, name
