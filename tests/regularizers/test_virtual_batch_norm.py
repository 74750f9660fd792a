"""Virtual batch normalisation against statistics by hand, and the property that it exists for."""

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor, nn

from gbench.engine.cohort import Cohort
from gbench.errors import UserError
from gbench.testing import images, make_cohort, make_recipe, points, use
from tests.regularizers.plays import regularizer


def wrapped(network: nn.Module, reference: Tensor) -> nn.Module:
    referring = regularizer("virtual-batch-norm").wrap(network)
    referring.reference = reference
    return referring


def normed(on: str, mode: str = "auto", model: str = "mlp", **changes: object) -> Cohort:
    """A cohort whose `on` has batch normalisations, made virtual."""
    options = changes.pop("options", {})
    data = points() if model == "mlp" else images()
    return make_cohort(
        make_recipe(
            model=use("model", model, width=8, **{f"{on}_norm": "batch"}),
            regularizers=[use("regularizer", "virtual-batch-norm", on=on, **options)],
            **changes,
        ),
        data,
        mode=mode,
    )


def reference_of(cohort: Cohort, on: str) -> Tensor:
    return cohort.networks[on].buffers["reference"]


def by_hand(rows: Tensor, reference: Tensor, layer: nn.Module) -> Iterator[Tensor]:
    """Each row normalised by the mean and variance of all elements of n + 1 samples, channel by channel."""
    for row in rows:
        together = torch.cat([reference, row[None]]).movedim(1, 0).flatten(1)
        mean, variance = together.mean(1), together.var(1, unbiased=False)
        shape = (-1, *[1] * (row.dim() - 1))
        normal = (row - mean.view(shape)) / (variance.view(shape) + layer.eps).sqrt()
        yield normal * layer.weight.view(shape) + layer.bias.view(shape)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [(nn.BatchNorm1d(3), (3,)), (nn.BatchNorm1d(3), (3, 6)), (nn.BatchNorm2d(3), (3, 4, 5))],
)
def test_a_sample_counts_as_one_of_n_plus_one(layer: nn.Module, shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    layer.double()
    nn.init.normal_(layer.weight)
    nn.init.normal_(layer.bias)
    reference, rows = (torch.randn(count, *shape).double() * 3 + 1 for count in (5, 4))
    expected = torch.stack(list(by_hand(rows, reference, layer)))
    torch.testing.assert_close(wrapped(nn.Sequential(layer), reference)(rows), expected)


def test_two_references_and_a_sample_in_numbers() -> None:
    """References 0 and 2, sample 4: mean 2 and variance 8/3; the next layer sees ±1 and 2/√(8/3)."""
    second = nn.BatchNorm1d(1, eps=0.0, affine=False)
    network = wrapped(
        nn.Sequential(nn.BatchNorm1d(1, eps=0.0, affine=False), second), torch.tensor([[0.0], [2.0]])
    )
    one = 2 / (8 / 3) ** 0.5
    mean, squares = one / 3, (2 + one**2) / 3
    expected = (one - mean) / (squares - mean**2) ** 0.5
    torch.testing.assert_close(network(torch.tensor([[4.0]])), torch.tensor([[expected]]))


def test_the_reference_batch_itself_is_normalised_as_by_batch_normalisation() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 8), nn.BatchNorm1d(8))
    reference = torch.randn(6, 2)
    expected = network(reference).detach()
    found = wrapped(network, reference).network
    for part in found.modules():
        part.references = 6
    torch.testing.assert_close(found(reference), expected)


@pytest.mark.parametrize("mode", ["vmap", "loop"])
@pytest.mark.parametrize("model", ["mlp", "dcgan"])
def test_a_sample_ignores_the_rest_of_its_minibatch(model: str, mode: str) -> None:
    score = normed("discriminator", mode, model).networks["discriminator"]
    samples = torch.randn(3, 8, *((2,) if model == "mlp" else (1, 8, 8)))
    apart = torch.cat([score(samples[:, :1]), score(samples[:, 1:])], dim=1)
    torch.testing.assert_close(score(samples), apart, rtol=1e-4, atol=1e-5)


def test_under_plain_batch_normalisation_it_would_not() -> None:
    model = use("model", "mlp", width=8, discriminator_norm="batch")
    score = make_cohort(make_recipe(model=model)).networks["discriminator"]
    samples = torch.randn(3, 8, 2)
    others = torch.cat([samples[:, :1], 3 * samples[:, 1:]], dim=1)
    assert ((score(samples) - score(others))[:, 0].abs() > 1e-4).all()


@pytest.mark.parametrize("on", ["discriminator", "generator"])
def test_evaluation_is_training(on: str) -> None:
    """No running statistics: a network says the same in both modes."""
    cohort = normed(on)
    cohort.round()
    network = cohort.networks[on]
    inputs = torch.randn(3, 5, 2 if on == "discriminator" else 16)
    training = network(inputs).detach()
    with network.evaluating():
        assert torch.equal(network(inputs), training)
    assert cohort.inference.generated(7).samples.shape == (3, 7, 2)
    assert cohort.inference.scores_of(torch.randn(3, 9, 2)).shape == (3, 9)


def test_references_are_different_real_samples_for_each_replica() -> None:
    cohort = normed("discriminator", options={"references": 12})
    reference, real = reference_of(cohort, "discriminator"), points().train["real"]
    assert reference.shape == (3, 12, 2)
    rows = [{tuple(sample) for sample in replica.tolist()} for replica in reference]
    assert all(len(row) == 12 and row <= {tuple(sample) for sample in real.tolist()} for row in rows)
    assert rows[0] != rows[1] != rows[2]


def test_the_generator_s_are_latents_as_many_as_the_batch_has() -> None:
    reference = reference_of(normed("generator"), "generator")
    assert reference.shape == (3, 8, 16)
    assert abs(reference.mean().item()) < 0.2
    assert reference.std().item() == pytest.approx(1.0, abs=0.15)


def test_references_stay_as_they_are_and_a_checkpoint_holds_them() -> None:
    cohort, other = normed("discriminator"), normed("discriminator", seed=1)
    before = reference_of(cohort, "discriminator").clone()
    assert not torch.equal(before, reference_of(other, "discriminator"))
    for _ in range(3):
        cohort.round()
    assert torch.equal(reference_of(cohort, "discriminator"), before)
    other.load_state(cohort.state())
    assert torch.equal(reference_of(other, "discriminator"), before)
    samples = torch.randn(3, 4, 2)
    assert torch.equal(other.inference.scores_of(samples), cohort.inference.scores_of(samples))


def test_an_average_of_the_generator_keeps_the_references() -> None:
    """With a decay near 1 the average is the generator as it was at the start."""
    cohort = normed("generator", ema=1 - 1e-7)
    start = cohort.inference.generated(6).samples
    for _ in range(3):
        cohort.round()
    torch.testing.assert_close(cohort.inference.generated(6).samples, start, rtol=1e-3, atol=1e-3)
    cohort.averages.clear()
    assert (cohort.inference.generated(6).samples - start).abs().max() > 1e-2


def test_packs_are_normalised_by_packs_and_noise_is_left_out() -> None:
    chosen = [
        use("regularizer", "virtual-batch-norm"),
        use("regularizer", "packing", m=2),
        use("regularizer", "instance-noise", start=5.0),
    ]
    model = use("model", "mlp", width=8, discriminator_norm="batch")
    cohort = make_cohort(make_recipe(model=model, regularizers=chosen))
    reference = reference_of(cohort, "discriminator")
    assert reference.shape == (3, 4, 4)
    torch.testing.assert_close(reference.unflatten(-1, (2, 2)).norm(dim=-1), torch.ones(3, 4, 2))
    cohort.round()


def test_minibatch_discrimination_after_it_sees_no_references() -> None:
    chosen = [
        use("regularizer", "virtual-batch-norm"),
        use("regularizer", "minibatch-discrimination", kernels=3),
    ]
    model = use("model", "mlp", width=8, discriminator_norm="batch")
    cohort = make_cohort(make_recipe(model=model, regularizers=chosen))
    assert cohort.networks["discriminator"].buffers["network.reference"].shape == (3, 8, 2)
    same = torch.ones(3, 5, 2)
    closeness = cohort.networks["discriminator"].call("features", same)[..., 8:]
    torch.testing.assert_close(closeness, torch.full((3, 5, 3), 4.0))
    parameters = cohort.networks["discriminator"].parameters
    assert sum("head.weight" in name for name in parameters) == 1


def test_a_network_without_batch_normalisation_is_refused() -> None:
    with pytest.raises(UserError) as caught:
        make_cohort(make_recipe(regularizers=[use("regularizer", "virtual-batch-norm")]))
    assert str(caught.value) == (
        "virtual-batch-norm finds no batch normalisation in the discriminator; "
        "set the model's option discriminator_norm: batch"
    )


def test_labels_are_refused() -> None:
    cohort = normed("discriminator")
    cohort.stage.told = ("label",)
    with pytest.raises(UserError) as caught:
        cohort.regularizers[0].begin(cohort.stage)
    assert str(caught.value) == (
        "virtual-batch-norm has no label for its reference batch; use a model that takes samples alone"
    )
