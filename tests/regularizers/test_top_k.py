"""Top-k: whose gradient counts."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from gbench.errors import UserError
from gbench.testing import make_cohort, make_recipe, use
from tests.regularizers.plays import make_stage, regularizer


@pytest.mark.parametrize("mode", ["vmap", "loop"])
@pytest.mark.parametrize(("progress", "k"), [(0.0, 8), (0.25, 6), (1.0, 4)])
def test_the_gradient_is_that_of_the_mean_over_the_k_best(progress: float, k: int, mode: str) -> None:
    cohort = make_cohort(make_recipe(regularizers=[use("regularizer", "top-k")]), mode=mode)
    _, player = cohort.players
    batch = cohort.draw()
    cohort.stage.progress.fill_(progress)
    scores = cohort.networks["discriminator"](cohort.networks["generator"](batch["latent"]))
    best = F.softplus(-scores.topk(k).values).mean(-1)
    expected = torch.autograd.grad(best.sum(), player.parameters)
    for ours, theirs in zip(player.gradient(batch), expected, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-7)


def slopes(scores: Tensor, **parts: object) -> Tensor:
    """The gradient of the mean of weighed scores."""
    scores = scores.clone().requires_grad_()
    weighed = regularizer("top-k").weigh(scores, make_stage(**parts))
    torch.testing.assert_close(weighed, scores)
    return torch.autograd.grad(weighed.mean(-1).sum(), scores)[0]


def test_each_replica_ranks_its_own_samples_and_values_stay() -> None:
    scores = torch.tensor([[4.0, 1.0, 3.0, 2.0], [-7.0, -5.0, -6.0, -8.0]])
    expected = torch.tensor([[0.5, 0, 0.5, 0], [0, 0.5, 0.5, 0]])
    assert torch.equal(slopes(scores), expected)


def test_of_energies_the_lowest_are_the_best() -> None:
    assert torch.equal(
        slopes(torch.tensor([[4.0, 1.0, 3.0, 2.0]]), takes="energies"), torch.tensor([[0, 0.5, 0, 0.5]])
    )


def test_of_equal_scores_k_count() -> None:
    assert slopes(torch.zeros(3, 8)).count_nonzero(-1).tolist() == [4, 4, 4]


@pytest.mark.parametrize("batch", [1, 2, 7, 64])
@pytest.mark.parametrize("progress", [0.0, 0.2, 1.0])
def test_the_gradients_share_is_one_whatever_the_batch_size(batch: int, progress: float) -> None:
    """The slopes of a mean add up to 1: k · 1/k."""
    found = slopes(torch.randn(2, batch), progress=torch.tensor(progress))
    torch.testing.assert_close(found.sum(-1), torch.ones(2))
    assert (found > 0).any(-1).all()


def test_the_share_falls_geometrically_and_then_stays() -> None:
    """ν = .25 after τ = .8: 64 · .25^(t/.8)."""
    stage = make_stage()
    top_k = regularizer("top-k", share=0.25, annealing=0.8)
    counts = []
    for progress in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        stage.progress.fill_(progress)
        scores = torch.randn(1, 64, requires_grad=True)
        (slope,) = torch.autograd.grad(top_k.weigh(scores, stage).sum(), scores)
        counts.append(slope.count_nonzero().item())
    assert counts == [64, 45, 32, 23, 16, 16]


def test_it_refuses_the_discriminator_s_turn() -> None:
    with pytest.raises(UserError) as error:
        make_cohort(make_recipe(regularizers=[use("regularizer", "top-k", on="discriminator")]))
    assert str(error.value) == "top-k acts in the generator's turn; `on: discriminator` is not it, drop `on`"


def test_it_refuses_a_loss_that_gives_no_scores() -> None:
    with pytest.raises(UserError) as error:
        regularizer("top-k").begin(make_stage(takes="features"))
    assert str(error.value) == (
        "top-k ranks generated samples by their scores, and this loss takes features instead"
    )
