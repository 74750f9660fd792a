"""Models of voxels and of sequences learn, and metrics on the values themselves see it."""

from pathlib import Path
from typing import Any

import pytest

from gbench.evaluation.evaluator import Evaluator
from gbench.testing import make_cohort, make_recipe, use
from gbench_datasets.voxel_shapes import VoxelShapes
from gbench_datasets.waves import Waves
from gbench_features.pixels import Pixels
from gbench_metrics.frechet_distance import FrechetDistance
from gbench_metrics.kid import Kid
from gbench_metrics.precision_recall import PrecisionRecall

SAMPLES = 500


def adam(lr: float, beta: float) -> dict[str, Any]:
    return {"use": "adam", "lr": lr, "betas": [beta, 0.99]}


TRAININGS: dict[str, dict[str, Any]] = {
    "voxel-conv": {
        "data": VoxelShapes(side=8, points=1000),
        "model": use("model", "voxel-conv", width=16, latent="normal"),
        "optimizer": adam(2e-3, 0.5),
        "rounds": 40,
    },
    "recurrent": {
        "data": Waves(steps=8, slowest=1, fastest=1, points=2000),
        "model": use("model", "recurrent", units=24, depth=1, latent="normal"),
        "optimizer": adam(5e-3, 0.0),
        "regularizers": [use("regularizer", "zero-centered-penalty", weight=0.3)],
        "rounds": 120,
    },
}


@pytest.mark.parametrize("model", TRAININGS)
def test_a_short_training_halves_the_distance_to_the_data(model: str, tmp_path: Path) -> None:
    options = TRAININGS[model] | {"budget": {"steps": 500, "batch_size": 32, "measurements": 1}}
    data, rounds = options.pop("data").load(), options.pop("rounds")
    metrics = [kind(features="pixels", samples=SAMPLES) for kind in (FrechetDistance, Kid, PrecisionRecall)]
    evaluator = Evaluator(data, metrics, {"pixels": Pixels()}).fit(tmp_path)
    cohort = make_cohort(make_recipe(**options), data, range(2))
    untrained = evaluator.measure(cohort.inference.generated(SAMPLES).samples)
    for _ in range(rounds):
        cohort.round()
    trained = evaluator.measure(cohort.inference.generated(SAMPLES).samples)
    for key in (f"fd-pixels-{SAMPLES}-train", f"kid-pixels-{SAMPLES}-train"):
        for before, after in zip(untrained[key], trained[key], strict=True):
            assert after < before / 2, key
    coverage = f"coverage-pixels-{SAMPLES}-train"
    assert min(trained[coverage]) > max(untrained[coverage])
