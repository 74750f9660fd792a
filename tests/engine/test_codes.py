"""Laws of codes: KL of Gaussians, and the information that a recogniser proves."""

import math

import pytest
import torch

from gbench.engine.codes import Codes, Gaussian
from gbench.engine.streams import Streams

CODES = Codes((3, 4), 2)


def drawn(codes: Codes, count: int = 4000) -> torch.Tensor:
    return codes.draw(Streams([0, 1], torch.device("cpu")), count)


def test_the_divergence_of_a_gaussian() -> None:
    """N(1, 4) and N(0, 1) side by side: ½ (1 + 4 − 1 − log 4), and 0 for the prior itself."""
    parameters = torch.tensor([[[1.0, 0.0, math.log(4), 0.0]], [[0.0, 0.0, 0.0, 0.0]]])
    expected = torch.tensor([2 - math.log(2), 0.0])
    torch.testing.assert_close(Gaussian.of(parameters).divergence(), expected)


def test_the_divergence_is_a_mean_over_samples_and_a_sum_over_coordinates() -> None:
    parameters = torch.tensor([[[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]])
    torch.testing.assert_close(Gaussian.of(parameters).divergence(), torch.tensor([0.5]))


def test_draws_of_a_gaussian_have_its_mean_and_deviation() -> None:
    law = Gaussian(torch.full((1, 20_000, 1), 3.0), torch.full((1, 20_000, 1), math.log(0.25)))
    codes = law.draw(Streams([0], torch.device("cpu")), "posterior")
    assert codes.mean().item() == pytest.approx(3, abs=0.02)
    assert codes.std().item() == pytest.approx(0.5, abs=0.02)


def test_codes_are_units_and_numbers_between_minus_one_and_one() -> None:
    codes = drawn(CODES)
    first, second, numbers = codes.split([3, 4, 2], -1)
    assert codes.shape == (2, 4000, CODES.size) == (2, 4000, 9)
    for units, k in ((first, 3), (second, 4)):
        assert units.unique().tolist() == [0, 1]
        assert (units.sum(-1) == 1).all()
        torch.testing.assert_close(units.mean(1), torch.full((2, k), 1 / k), atol=0.03, rtol=0)
    assert numbers.abs().max() <= 1
    torch.testing.assert_close(numbers.var(1), torch.full((2, 2), 1 / 3), atol=0.03, rtol=0)


def test_no_recogniser_proves_more_than_the_entropy() -> None:
    codes = drawn(CODES)
    generator = torch.Generator().manual_seed(0)
    for scale in (0.1, 1, 10):
        found = scale * torch.randn(codes.shape, generator=generator)
        assert (CODES.information(found, codes)["categories"] < math.log(12)).all()


def test_a_perfect_recogniser_proves_the_entropy() -> None:
    """Of categories; numbers are seen through a Gaussian of deviation 1: log 2 − ½ log 2π nats each."""
    codes = drawn(CODES)
    bounds = CODES.information(torch.cat([1000 * codes[..., :7], codes[..., 7:]], -1), codes)
    torch.testing.assert_close(bounds["categories"], torch.full((2,), math.log(12)))
    numbers = 2 * (math.log(2) - math.log(2 * math.pi) / 2)
    torch.testing.assert_close(bounds["numbers"], torch.full((2,), numbers))


def test_a_recogniser_that_knows_nothing_proves_nothing() -> None:
    codes = drawn(CODES)
    bounds = CODES.information(torch.zeros_like(codes), codes)
    torch.testing.assert_close(bounds["categories"], torch.zeros(2), atol=1e-6, rtol=0)


def test_kinds_of_code_that_are_not_there_have_no_bound() -> None:
    for codes, kind in ((Codes((5,), 0), "categories"), (Codes((), 2), "numbers")):
        vectors = drawn(codes, 10)
        assert list(codes.information(vectors, vectors)) == [kind]


def test_expected_codes_are_probabilities_then_means() -> None:
    found = torch.tensor([[[0.0, math.log(3), 0.7]]])
    torch.testing.assert_close(Codes((2,), 1).means(found), torch.tensor([[[0.25, 0.75, 0.7]]]))
