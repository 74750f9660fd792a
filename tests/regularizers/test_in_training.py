"""What regularizers do to a cohort."""

import pytest
import torch

from gbench.testing import make_cohort, make_recipe, use
from tests.regularizers.plays import seen_of


@pytest.mark.parametrize("mode", ["vmap", "loop"])
def test_weight_clipping_bounds_the_discriminator_alone(mode: str) -> None:
    clipping = [use("regularizer", "weight-clipping", limit=0.02)]
    cohort = make_cohort(make_recipe(regularizers=clipping), mode=mode)
    cohort.round()
    largest = {
        name: max(p.abs().max().item() for p in network.parameters.values())
        for name, network in cohort.networks.items()
    }
    assert largest["discriminator"] == pytest.approx(0.02)
    assert largest["generator"] > 0.05


def test_instance_noise_has_the_stated_size_and_is_annealed() -> None:
    noise = [use("regularizer", "instance-noise", start=0.5, end=0.1)]
    budget = {"steps": 10, "batch_size": 64, "measurements": 1}
    cohort = make_cohort(make_recipe(regularizers=noise, budget=budget))
    clean = torch.zeros(3, 5000, 2)
    for progress, sigma in ((0.0, 0.5), (0.5, 0.3), (1.0, 0.1)):
        cohort.stage.progress.fill_(progress)
        seen = seen_of(cohort, clean)
        assert seen.std().item() == pytest.approx(sigma, rel=0.03)


def test_a_penalty_acts_in_the_turn_that_it_names() -> None:
    """With the weight at zero nothing changes; with any other the discriminator's objective does."""
    plain, zero, ten = (
        make_cohort(make_recipe(regularizers=regularizers)).round()
        for regularizers in (
            [],
            [use("regularizer", "zero-centered-penalty", weight=0.0)],
            [use("regularizer", "zero-centered-penalty", weight=10.0)],
        )
    )
    torch.testing.assert_close(plain["objective/discriminator"], zero["objective/discriminator"])
    assert (ten["objective/discriminator"] > plain["objective/discriminator"] + 1e-4).all()
