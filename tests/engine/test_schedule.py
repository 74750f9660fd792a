"""Schedules through the real engine, against values computed by hand."""

from typing import Any

import pytest
import torch

from gbench.engine.checkpoint import load_checkpoint, save_checkpoint
from gbench.engine.cohort import Cohort
from gbench.engine.schedule import factor
from gbench.testing import make_cohort, make_recipe, use


def schedule(shape: str, **changes: float) -> dict[str, Any]:
    return {"shape": shape, "start": 1.0, "end": 0.0, "from": 0.0, "until": 1.0} | changes


@pytest.mark.parametrize(
    ("given", "factors"),
    [
        (schedule("linear"), [1, 0.75, 0.5, 0.25, 0]),
        (schedule("linear", start=1.0, end=1.4), [1, 1.1, 1.2, 1.3, 1.4]),
        (schedule("linear", start=2.0, **{"from": 0.25, "until": 0.75}), [2, 2, 1, 0, 0]),
        (schedule("cosine"), [1, 0.5 + 0.5**1.5, 0.5, 0.5 - 0.5**1.5, 0]),
        (schedule("exponential", end=1 / 16), [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16]),
        (schedule("step", end=0.1, **{"from": 0.5}), [1, 1, 0.1, 0.1, 0.1]),
    ],
)
def test_the_factor(given: dict[str, Any], factors: list[float]) -> None:
    assert [factor(given, progress) for progress in (0, 0.25, 0.5, 0.75, 1)] == pytest.approx(factors)


def cohort(schedules: dict[str, Any], steps: int = 4, **changes: Any) -> Cohort:
    budget = {"steps": steps, "batch_size": 8, "measurements": 1}
    return make_cohort(make_recipe(budget=budget, schedules=schedules, **changes))


def test_options_follow_their_schedules() -> None:
    sgd = use("optimizer", "sgd", lr=0.1, momentum=0.5)
    trained = cohort(
        {
            "optimizers.generator.lr": schedule("linear"),
            "optimizers.discriminator.momentum": schedule("linear", end=1.4),
            "regularizers.gradient-penalty.weight": schedule("step", end=0.1, **{"from": 0.5}),
        },
        optimizer=sgd,
        regularizers=[use("regularizer", "gradient-penalty")],
    )
    rates, momenta, weights = [], [], []
    discriminator, generator = (player.optimizer for player in trained.players)
    for _ in range(4):
        trained.round()
        rates.append(generator.lr)
        momenta.append(discriminator.momentum)
        weights.append(trained.regularizers[0].weight)  # type: ignore[attr-defined]
    assert rates == pytest.approx([0.1, 0.075, 0.05, 0.025])
    assert momenta == pytest.approx([0.5, 0.55, 0.6, 0.65])
    assert weights == pytest.approx([10, 10, 1, 1])
    assert discriminator.lr == 0.1
    assert generator.momentum == 0.5


def test_the_updates_are_those_of_the_scheduled_rate() -> None:
    """Plain gradient descent: each update is the rate of that round times the gradient."""
    rates = [0.5, 0.375, 0.25, 0.125]
    annealed = cohort(
        {"optimizers.discriminator.lr": schedule("linear")}, optimizer=use("optimizer", "sgd", lr=0.5)
    )
    constant = cohort({}, optimizer=use("optimizer", "sgd", lr=0.5))
    for rate in rates:
        constant.players[0].optimizer.lr = rate  # type: ignore[attr-defined]
        annealed.round()
        constant.round()
    for network in ("generator", "discriminator"):
        expected = constant.networks[network].parameters
        for name, value in annealed.networks[network].parameters.items():
            assert torch.equal(value, expected[name])


def test_a_schedule_that_changes_nothing_changes_nothing() -> None:
    still = cohort({"optimizers.generator.lr": schedule("cosine", end=1.0)})
    plain = cohort({})
    for _ in range(4):
        still.round()
        plain.round()
    assert torch.equal(still.inference.generated(5).samples, plain.inference.generated(5).samples)


def test_it_resumes_bit_for_bit(tmp_path) -> None:
    schedules = {
        "optimizers.discriminator.lr": schedule("exponential", end=0.01),
        "optimizers.generator.lr": schedule("cosine"),
        "regularizers.gradient-penalty.weight": schedule("linear", start=0.5, end=3.0),
    }
    changes = {"regularizers": [use("regularizer", "gradient-penalty")], "ema": 0.9}
    whole, first, second = (cohort(schedules, steps=7, **changes) for _ in range(3))
    for _ in range(7):
        whole.round()
    for _ in range(3):
        first.round()
    save_checkpoint(tmp_path / "c.pt", first.state())
    second.load_state(load_checkpoint(tmp_path / "c.pt", torch.device("cpu")))
    assert vars(second.players[1].optimizer)["lr"] == vars(first.players[1].optimizer)["lr"] < 1e-3
    for _ in range(4):
        second.round()
    for name, network in whole.networks.items():
        for key, value in network.parameters.items():
            assert torch.equal(value, second.networks[name].parameters[key])
    assert torch.equal(whole.inference.generated(5).samples, second.inference.generated(5).samples)


def test_goodfellows_momentum_from_a_suite(tmp_path) -> None:
    """A technique's schedule, from YAML to the optimizer: momentum .5 -> .7 (Goodfellow et al. 2014)."""
    from gbench.plugins import load_registry
    from gbench.suite import load_suite

    suite = tmp_path / "suite.yaml"
    suite.write_text("""
name: momentum
budget: {steps: 5, batch_size: 8}
datasets: [ring]
metrics: [modes]
techniques:
  - use: minimax
    optimizer: {use: sgd, lr: 0.1, momentum: 0.5}
    schedules: {optimizer.momentum: {end: 1.5, from: 0.2, until: 0.6}}
""")
    [cell] = load_suite(suite).cells()
    data = load_registry().create(cell.recipe.dataset, "dataset").load()
    trained = make_cohort(cell.recipe, data)
    seen = []
    for _ in range(5):
        trained.round()
        seen.append([player.optimizer.momentum for player in trained.players])
    assert seen == [pytest.approx([m, m]) for m in (0.5, 0.5, 0.625, 0.75, 0.75)]
