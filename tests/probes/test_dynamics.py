"""Jacobian and path angle on games whose field is known in closed form."""

import cmath
import math

import numpy as np
import pytest
import torch

from gbench.engine.cohort import Cohort
from gbench.plugins import load_registry
from gbench.testing import make_cohort, make_recipe, use
from gbench_probes._arnoldi import eigenvalues
from gbench_probes._field import TransposedJacobian, VectorField
from tests.probes.looking import look, points, seen, toy

ZERO = {"theta": 0.0, "psi": 0.0}


def r1(weight: float, at: str = "real") -> list:
    return [use("regularizer", "zero-centered-penalty", weight=weight, at=at)]


def spectrum(cohort: Cohort, **options: float) -> list[list[complex]]:
    """The eigenvalues of each replica, sorted by their imaginary parts."""
    table = np.array(look("jacobian", seen(cohort), **options).tables["eigenvalues"])
    rows = [row[~np.isnan(row[:, 0])] for row in table]
    return [
        sorted((complex(a, b) for a, b, _ in row), key=lambda value: (value.imag, value.real)) for row in rows
    ]


def roots(gamma: float) -> list[complex]:
    """−γ/2 ± √(γ²/4 − 1/4), Mescheder et al. 2018."""
    root = cmath.sqrt(gamma**2 / 4 - 0.25)
    return sorted([-gamma / 2 - root, -gamma / 2 + root], key=lambda value: (value.imag, value.real))


@pytest.mark.parametrize("loss", ["minimax", "non-saturating"])
def test_unregularised_dirac_only_rotates(loss: str) -> None:
    cohort = toy("dirac", loss, **ZERO)
    for values in spectrum(cohort):
        np.testing.assert_allclose(values, [-0.5j, 0.5j], atol=1e-6)
    found = look("jacobian", seen(cohort)).values
    assert found["jacobian-growth"].tolist() == pytest.approx([0, 0], abs=1e-6)
    assert found["jacobian-rotation"].tolist() == pytest.approx([1, 1])
    assert found["jacobian-radius"].tolist() == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("at", ["real", "fake"])
@pytest.mark.parametrize("gamma", [0.3, 2.5])
def test_penalties_on_the_gradient_attract(gamma: float, at: str) -> None:
    cohort = toy("dirac", "minimax", regularizers=r1(gamma, at), **ZERO)
    for values in spectrum(cohort):
        np.testing.assert_allclose(values, roots(gamma), atol=1e-6)
    found = look("jacobian", seen(cohort)).values
    assert found["jacobian-growth"].tolist() == pytest.approx([roots(gamma)[1].real] * 2, abs=1e-6)
    turning = math.sqrt(0.25 - gamma**2 / 4) / 0.5 if gamma < 1 else 0.0
    assert found["jacobian-rotation"].tolist() == pytest.approx([turning] * 2, abs=1e-6)


def test_instance_noise_attracts_in_expectation() -> None:
    noise = [use("regularizer", "instance-noise", start=1.0, end=1.0)]
    cohort = toy("dirac", "minimax", batch_size=20_000, regularizers=noise, **ZERO)
    for values in spectrum(cohort, batches=2):
        np.testing.assert_allclose(values, [-0.25 - 0.4330j, -0.25 + 0.4330j], atol=0.01)


@pytest.mark.parametrize("dimensions", [1, 3])
def test_bilinear_game_rotates_wherever_it_is(dimensions: int) -> None:
    for values in spectrum(toy("bilinear", dimensions=dimensions, x=0.7, y=-0.3)):
        np.testing.assert_allclose(values, [-1j, 1j], atol=1e-6)


def test_wasserstein_dirac_is_the_bilinear_game() -> None:
    for values in spectrum(toy("dirac", "wasserstein", theta=0.7, psi=-0.3)):
        np.testing.assert_allclose(values, [-1j, 1j], atol=1e-6)


def small_networks() -> Cohort:
    model = use("model", "mlp", width=2, latents=1, depth=1, activation="tanh")
    penalty = use("regularizer", "zero-centered-penalty", weight=1.0)
    cohort = make_cohort(make_recipe(model=model, regularizers=[penalty]), points(), range(2))
    for _ in range(5):
        cohort.round()
    return cohort


def test_networks_have_the_eigenvalues_of_finite_differences() -> None:
    trained = seen(small_networks(), points())
    field = VectorField(trained, 2)
    point, columns = field.point(), []
    for shift in 0.01 * torch.eye(point.shape[1]):
        columns.append((field.at(point + shift) - field.at(point - shift)) / 0.02)
    matrices = -torch.stack(columns, dim=-1).double().numpy()
    field.at(point)
    transposed = TransposedJacobian(field)
    found = eigenvalues(lambda vectors: -transposed(vectors), torch.randn_like(point), point.shape[1])
    for ritz, matrix in zip(found, matrices, strict=True):
        expected = np.linalg.eigvals(matrix)
        assert np.abs(ritz.values).max() == pytest.approx(np.abs(expected).max(), rel=0.01)
        assert ritz.values.real.max() == pytest.approx(expected.real.max(), rel=0.05)
        assert np.abs(ritz.values.imag).sum() == pytest.approx(np.abs(expected.imag).sum(), rel=0.05)


def test_arnoldi_settles_on_the_outer_eigenvalues() -> None:
    matrices = torch.randn(2, 80, 80, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    matrices[:, 0, 0] += 100
    matrices[:, 1:3, 1:3] += torch.tensor([[0.0, 60.0], [-60.0, 0.0]])
    start = torch.ones(2, 80, dtype=torch.float64)
    found = eigenvalues(lambda vectors: (matrices @ vectors[..., None])[..., 0], start, 20)
    for ritz, matrix in zip(found, matrices.numpy(), strict=True):
        expected = np.linalg.eigvals(matrix)
        expected = expected[np.argsort(-np.abs(expected))][:3]
        np.testing.assert_allclose(np.sort_complex(ritz.values[:3]), np.sort_complex(expected), rtol=1e-6)
        assert (ritz.residuals[:3] < 1e-4).all()
        assert ritz.residuals[10] > 1


def test_arnoldi_ends_where_its_space_does_and_passes_over_what_is_not_finite() -> None:
    scales = torch.tensor([2.0, torch.nan, 0.0])
    found = eigenvalues(lambda vectors: scales[:, None] * vectors, torch.ones(3, 5), 4)
    assert [ritz.values.tolist() for ritz in found] == [[pytest.approx(2)], [], [0]]


def test_a_replica_that_is_not_finite_has_no_eigenvalues_and_leaves_the_other_alone() -> None:
    before = look("jacobian", seen(small_networks(), points())).values["jacobian-radius"][0].item()
    cohort = small_networks()
    for parameter in cohort.networks["generator"].parameters.values():
        parameter.data[1] = torch.nan
    found = look("jacobian", seen(cohort, points()))
    assert found.values["jacobian-radius"][0].item() == pytest.approx(before, rel=1e-3)
    assert all(math.isnan(values[1]) for values in found.values.values())
    assert found.pictures["eigenvalues"][1] is None


def walked(cohort: Cohort, names: tuple[str, str], end: tuple[float, float], **options: float) -> np.ndarray:
    """Values and table of the path from where the cohort is to `end` = (generator, discriminator)."""
    probe = load_registry().create(use("probe", "path-angle", **options), "probe")
    trained = seen(cohort)
    probe.remember(trained)
    for network, name, value in zip(("generator", "discriminator"), names, end, strict=True):
        cohort.networks[network].parameters[name].data.fill_(value)
    with torch.no_grad():
        return probe.look(trained)


def test_bilinear_path_passes_the_equilibrium_with_a_bump() -> None:
    found = walked(toy("bilinear", x=-1.0, y=0.1), ("x", "y"), (0.05, 0.1))
    x = -1 + 1.05 * np.arange(31) / 20
    distance = np.hypot(x, 0.1)
    table = found.tables["path"].numpy()
    np.testing.assert_allclose(
        table[0], np.stack([np.arange(31) / 20, 0.1 / distance, distance], 1), atol=1e-5
    )
    c = 0.1 / distance
    assert found.values["path-bump"].tolist() == pytest.approx([(c[20] + c[18]) / 2] * 2, abs=1e-5)
    assert found.values["path-switch"].tolist() == pytest.approx(
        [np.mean(c[20:25] - c[18:13:-1]) / 2] * 2, abs=1e-5
    )
    assert abs(found.values["path-switch"][0].item()) < 0.01
    assert found.values["path-norm"].tolist() == pytest.approx([math.hypot(0.05, 0.1)] * 2)
    assert found.pictures["path"][0].size == (480, 480)


def test_a_path_along_an_attracting_direction_switches_from_minus_one_to_one() -> None:
    cohort = toy("dirac", "wasserstein", regularizers=r1(2.5), theta=1.0, psi=-2.0)
    found = walked(cohort, ("theta", "psi"), (0.0, 0.0))
    assert found.values["path-switch"].tolist() == pytest.approx([1, 1], abs=1e-5)
    assert found.values["path-bump"].tolist() == pytest.approx([0, 0], abs=1e-5)
    assert found.values["path-norm"].tolist() == [0, 0]
    assert np.isnan(found.tables["path"].numpy()[:, 20, 1]).all()


def test_nobody_moved() -> None:
    found = walked(toy("bilinear"), ("x", "y"), (1.0, 1.0))
    assert all(math.isnan(value) for value in found.values["path-switch"])
    assert found.values["path-norm"].tolist() == pytest.approx([math.sqrt(2)] * 2)


def test_the_field_is_the_same_at_every_evaluation() -> None:
    noise = use("regularizer", "instance-noise")
    model = use("model", "mlp", width=4, generator_norm="batch")
    cohort = make_cohort(make_recipe(model=model, regularizers=[noise]), points(), range(2))
    field = VectorField(seen(cohort, points()), 2)
    assert torch.equal(field(), field())
