"""A critic between two parallel lines finds the distances that Arjovsky et al. 2017 give in closed form."""

import math
from pathlib import Path
from typing import Any

import pytest
import torch

from gbench.api import evenly
from gbench.engine.cohort import Cohort
from gbench.errors import UserError
from gbench.evaluation.evaluator import Evaluator
from gbench.evaluation.metric import Metric
from gbench.testing import images, make_cohort, make_recipe, use
from gbench_datasets.parallel_lines import ParallelLines
from gbench_metrics.critic_distance import CriticDistance
from gbench_metrics.jensen_shannon import JensenShannon
from gbench_metrics.kullback_leibler import KullbackLeibler

ADAM = use("optimizer", "adam", lr=0.003, betas=[0.9, 0.999])
LINE = ParallelLines().load()


def critic(theta: float, loss: dict[str, Any], *regularizers: dict[str, Any], steps: int = 300) -> Cohort:
    """Critics of the lines at 0 and at θ, trained."""
    recipe = make_recipe(
        dataset=use("dataset", "parallel-lines"),
        game=use("game", "parallel-lines", theta=theta),
        model=use("model", "mlp", width=32, activation="leaky-relu"),
        loss=loss,
        regularizers=list(regularizers),
        optimizer=ADAM,
        budget={"steps": steps, "batch_size": 64, "measurements": 1},
    )
    cohort = make_cohort(recipe, LINE, range(2))
    for _ in range(steps):
        cohort.round()
    return cohort


def measured(metric: Metric, cohort: Cohort, folder: Path = Path()) -> list[float]:
    (values,) = (
        Evaluator(LINE, [metric], {})
        .fit(folder)
        .measure(cohort.inference.generated(metric.samples).samples, cohort.inference.scores_of)
        .values()
    )
    return values


@pytest.mark.parametrize(("theta", "weight"), [(-1.0, 10.0), (0.5, 2.0)])
def test_under_a_gradient_penalty_the_critic_finds_theta_and_the_slack_that_the_penalty_leaves(
    theta: float, weight: float
) -> None:
    penalty = use("regularizer", "gradient-penalty", weight=weight)
    found = measured(CriticDistance(), critic(theta, use("loss", "wasserstein"), penalty))
    assert found == pytest.approx([abs(theta) * (1 + abs(theta) / (2 * weight))] * 2, rel=0.02)


def moving_cost(cohort: Cohort, metric: CriticDistance) -> list[float]:
    """What it costs to move the measured real samples to the generated ones, in the order of their heights.

    No critic of norm 1 can say more of these samples (Kantorovich and Rubinstein); of the two laws it is |θ|.
    """
    fake = cohort.inference.generated(metric.samples).samples
    real = evenly(LINE.split(metric.split)["real"], metric.samples)
    heights = fake[:, :, 1].sort(1).values - real[:, 1].sort().values
    return (fake[:, :, 0].square() + heights.square()).sqrt().mean(1).tolist()


def test_of_norm_one_it_finds_theta_from_below() -> None:
    metric = CriticDistance()
    cohort = critic(-0.5, use("loss", "wasserstein"), use("regularizer", "spectral-norm"))
    most = moving_cost(cohort, metric)
    assert most == pytest.approx([0.5] * 2, abs=1e-3)
    found = zip(measured(metric, cohort), most, strict=True)
    assert all(0.48 < value <= cost + 1e-5 for value, cost in found)


@pytest.mark.parametrize("theta", [-1.0, 0.5])
def test_jensen_shannon_is_log_2_however_far_the_lines_are_apart(theta: float) -> None:
    found = measured(JensenShannon(), critic(theta, use("loss", "minimax"), steps=200))
    assert found == pytest.approx([math.log(2)] * 2, abs=0.005)
    assert max(found) < math.log(2)


def test_kullback_leibler_grows_without_bound() -> None:
    short, long = (
        measured(KullbackLeibler(), critic(1.0, use("loss", "f-divergence", divergence="kl"), steps=steps))
        for steps in (60, 180)
    )
    assert all(5 < early < late / 2 for early, late in zip(short, long, strict=True))


def test_lines_that_coincide_are_no_distance_apart() -> None:
    penalty = use("regularizer", "gradient-penalty")
    apart = measured(CriticDistance(), critic(0.0, use("loss", "wasserstein"), penalty, steps=100))
    assert apart == pytest.approx([0, 0], abs=0.05)
    found = measured(JensenShannon(), critic(0.0, use("loss", "minimax"), steps=100))
    assert found == pytest.approx([0, 0], abs=0.02)


def test_generated_points_lie_at_theta_and_nothing_moves_them() -> None:
    cohort = critic(0.25, use("loss", "minimax"), steps=3)
    fake = cohort.inference.generated(2000).samples
    assert fake.shape == (2, 2000, 2)
    assert (fake[..., 0] == 0.25).all()
    assert fake[..., 1].min() >= 0
    assert fake[..., 1].max() < 1
    torch.testing.assert_close(fake[..., 1].mean(1), torch.full((2,), 0.5), atol=0.03, rtol=0)
    assert [player.name for player in cohort.players] == ["discriminator"]


def test_real_points_lie_on_the_segment() -> None:
    assert LINE.train["real"].shape == (10_000, 2)
    assert LINE.test["real"].shape == (1000, 2)
    assert (LINE.train["real"][:, 0] == 0).all()
    heights = LINE.train["real"][:, 1]
    assert (heights.min().item(), heights.max().item()) == pytest.approx((0, 1), abs=1e-3)
    assert heights.var().item() == pytest.approx(1 / 12, rel=0.02)


def test_images_are_refused() -> None:
    recipe = make_recipe(game=use("game", "parallel-lines"))
    with pytest.raises(UserError) as error:
        make_cohort(recipe, images())
    assert (
        str(error.value)
        == "game parallel-lines judges points of the plane, not 1×8×8; use data set parallel-lines"
    )
