"""Minibatch discrimination against the sum written out, and on minibatches whose answer is obvious."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from gbench.errors import UserError
from gbench.testing import make_cohort, make_recipe, use
from gbench_regularizers.minibatch_discrimination import closeness
from tests.regularizers.plays import regularizer


class Judge(nn.Module):
    """A discriminator of three features."""

    def __init__(self, head: nn.Module | None = None):
        super().__init__()
        self.features = nn.Linear(2, 3)
        self.head = head or nn.Linear(3, 1)

    def forward(self, samples: Tensor) -> Tensor:
        return self.head(self.features(samples)).squeeze(-1)


def wrapped(network: nn.Module, **options: int) -> nn.Module:
    return regularizer("minibatch-discrimination", **options).wrap(network)


@given(batch=st.integers(1, 6), kernels=st.integers(1, 4), dimensions=st.integers(1, 3))
def test_closeness_is_the_sum_of_the_paper_over_the_others(batch: int, kernels: int, dimensions: int) -> None:
    random = np.random.default_rng(batch)
    features = random.normal(size=(batch, 3))
    tensor = random.normal(size=(3, kernels, dimensions))
    rows = np.einsum("bd,dkn->bkn", features, tensor)
    expected = np.zeros((batch, kernels))
    for b in range(batch):
        for j in range(batch):
            for k in range(kernels):
                expected[b, k] += (j != b) * math.exp(-sum(abs(rows[b, k] - rows[j, k])))
    found = closeness(torch.from_numpy(features), torch.from_numpy(tensor))
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12, atol=1e-14)


def test_identical_samples_are_as_close_as_can_be_and_distant_ones_not_at_all() -> None:
    tensor = torch.randn(3, 7, 5)
    torch.testing.assert_close(closeness(torch.ones(9, 3), tensor), torch.full((9, 7), 8.0))
    assert closeness(1e4 * torch.eye(3), tensor).max() < 1e-12


def test_the_head_sees_the_features_and_the_closeness() -> None:
    torch.manual_seed(0)
    network = Judge()
    old = {name: value.detach().clone() for name, value in network.named_parameters()}
    samples = torch.randn(6, 2)
    features = network.features(samples).detach()
    judge = wrapped(network, kernels=4, dimensions=2)
    assert judge.head.weight.shape == (1, 3 + 4)
    assert torch.equal(judge.head.weight[:, :3], old["head.weight"])
    assert torch.equal(judge.head.bias, old["head.bias"])
    seen = torch.cat([features, closeness(features, judge.tensor)], dim=1)
    torch.testing.assert_close(judge.features(samples), seen)
    torch.testing.assert_close(judge(samples), (seen @ judge.head.weight.mT + judge.head.bias).squeeze(-1))


def test_the_old_head_is_gone() -> None:
    """3·2 + 3 for the features, 3·4·2 for T, 3 + 4 + 1 for the head: no parameter is left without a use."""
    judge = wrapped(Judge(), kernels=4, dimensions=2)
    assert sum(parameter.numel() for parameter in judge.parameters()) == 9 + 24 + 8


def test_new_weights_are_as_large_as_the_old_ones() -> None:
    torch.manual_seed(0)
    weight = wrapped(Judge(), kernels=20_000).head.weight.detach()
    assert weight[:, 3:].std().item() == pytest.approx(weight[:, :3].square().mean().sqrt().item(), rel=0.03)
    assert weight[:, 3:].mean().item() == pytest.approx(0.0, abs=0.02)


def test_evaluation_compares_within_parts_of_the_batch_size() -> None:
    """Eight samples and then three at a batch size of 8: the three count for 7/2 each."""
    torch.manual_seed(0)
    judge = wrapped(Judge(), kernels=4).eval()
    judge.minibatch = 8
    samples = torch.randn(11, 2)
    features = judge.network.features(samples)
    first, last = closeness(features[:8], judge.tensor), closeness(features[8:], judge.tensor)
    expected = torch.cat([first, last * 7 / 2])
    torch.testing.assert_close(judge.features(samples)[:, 3:], expected)
    assert judge.features(samples[:1])[:, 3:].abs().max() == 0  # a part of one has no neighbours


def test_a_cohort_judges_as_in_training() -> None:
    """The same minibatch in evaluation as in training, and the whole of any number of samples."""
    chosen = [use("regularizer", "minibatch-discrimination", kernels=4)]
    cohort = make_cohort(make_recipe(regularizers=chosen))
    batch = torch.randn(3, 8, 2)
    training = cohort.networks["discriminator"](batch).detach()
    torch.testing.assert_close(cohort.inference.scores_of(batch), training)
    twice = cohort.inference.scores_of(torch.cat([batch, batch[:, :5]], dim=1))
    torch.testing.assert_close(twice[:, :8], training)
    assert twice.shape == (3, 13)


def test_a_collapsed_minibatch_can_be_told_from_one_that_is_not() -> None:
    """What the method is for: of the same point, the score depends on the company it is in."""
    chosen = [use("regularizer", "minibatch-discrimination")]
    network = make_cohort(make_recipe(regularizers=chosen)).networks["discriminator"]
    spread = torch.randn(3, 8, 2)
    collapsed = spread[:, :1].expand(3, 8, 2)
    assert ((network(spread)[:, 0] - network(collapsed)[:, 0]).abs() > 1e-3).all()


@pytest.mark.parametrize(
    ("network", "text"),
    [
        (
            Judge(nn.Sequential(nn.Linear(3, 1))),
            "minibatch-discrimination widens a linear head, and Judge has none; "
            "use a discriminator that is head(features(x)) with an nn.Linear head",
        ),
        (
            nn.Linear(2, 1),
            "minibatch-discrimination widens a linear head, and Linear has none; "
            "use a discriminator that is head(features(x)) with an nn.Linear head",
        ),
        (
            Judge(nn.utils.parametrizations.weight_norm(nn.Linear(3, 1))),
            "minibatch-discrimination replaces the head; list it before what changes weights",
        ),
    ],
)
def test_other_heads_are_refused(network: nn.Module, text: str) -> None:
    with pytest.raises(UserError) as caught:
        wrapped(network)
    assert str(caught.value) == text


def test_labels_are_refused() -> None:
    cohort = make_cohort(make_recipe(regularizers=[use("regularizer", "minibatch-discrimination")]))
    cohort.stage.told = ("label",)
    with pytest.raises(UserError) as caught:
        cohort.regularizers[0].begin(cohort.stage)
    assert str(caught.value) == (
        "minibatch-discrimination passes no label to the discriminator; use a model that takes samples alone"
    )
