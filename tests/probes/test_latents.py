"""Interpolation, latent arithmetic and inversion on generators that are linear, where all can be computed."""

import math

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from torch import Tensor, nn

from gbench.data.dataset import Data
from gbench.evaluation.features import Extracted, Features
from gbench.evaluation.trained import Trained
from gbench.testing import images, make_cohort, make_recipe, use
from gbench_probes._latents import between
from gbench_probes.latent_arithmetic import targets
from tests.probes.looking import generating, linear, look, seen

MATRIX = [[1.0, 2.0], [0.0, -1.0]]


def ppl(*generators: nn.Module, law: str = "normal", **options: float) -> list[float]:
    trained = generating(*generators, law=law)
    [values] = look("interpolation", trained, **options).values.values()
    return values.tolist()


def test_straight_ways_of_a_linear_generator() -> None:
    # E ‖A (z2 − z1)‖² = ‖A‖² 2 Var U(−1, 1)
    assert ppl(linear(MATRIX), law="uniform", samples=20_000) == pytest.approx([6 * 2 / 3], rel=0.03)


def test_great_circles_of_a_linear_generator() -> None:
    """Numbers in the plane: radii are Rayleigh's, the angle Ω is uniform in 0..π."""

    def speed(angle: float) -> float:
        """E over radii and places of ‖ż‖², with ż = Ω (−cos((1−t)Ω) z1 + cos(tΩ) z2) / sin Ω."""

        def at(t: float) -> float:
            a, b = math.cos((1 - t) * angle), math.cos(t * angle)
            # E r² = 2 and (E r)² = π/2 of two independent radii
            return 2 * a * a + 2 * b * b - math.pi * a * b * math.cos(angle)

        return (angle / math.sin(angle)) ** 2 * quad(at, 0, 1)[0]

    # half of it for each of ‖A‖²'s two directions, but for angles near π, where it has no bound
    expected = quad(speed, 0, 3.0)[0] / math.pi
    start, end = torch.randn(2, 400_000, 2, generator=torch.Generator().manual_seed(0)).double()
    place = torch.rand(400_000, 1, generator=torch.Generator().manual_seed(1)).double()
    near, far = (between("normal", start, end, place + shift) for shift in (0, 1e-4))
    angle = nn.functional.cosine_similarity(start, end).acos()
    lengths = ((far - near) / 1e-4).square().sum(1)[angle < 3.0]
    assert lengths.sum().item() / 400_000 == pytest.approx(expected, rel=0.02)


def test_scale_and_epsilon() -> None:
    """Twice the generator, four times the length; ε does not matter where nothing bends."""
    one, two = (ppl(linear([[scale, 0.0], [0.0, scale]])) for scale in (1.0, 2.0))
    assert two == pytest.approx([4 * one[0]], rel=1e-3)
    near, far = (ppl(linear(MATRIX), law="uniform", epsilon=epsilon) for epsilon in (1e-4, 0.01))
    assert near == pytest.approx(far, rel=1e-3)


def test_a_generator_that_says_one_thing_has_no_length() -> None:
    assert ppl(linear([[0.0, 0.0], [0.0, 0.0]], [1.0, 2.0])) == [0.0]


def test_ways_begin_and_end_where_they_should() -> None:
    start, end = torch.randn(2, 5, 3, generator=torch.Generator().manual_seed(0))
    for law in ("normal", "uniform"):
        torch.testing.assert_close(between(law, start, end, 0.0), start)
        torch.testing.assert_close(between(law, start, end, 1.0), end)
    torch.testing.assert_close(between("normal", start, start, 0.3), start)
    halfway = between("normal", torch.tensor([[1.0, 0]]), torch.tensor([[0, 1.0]]), 0.5)
    torch.testing.assert_close(halfway, torch.full((1, 2), math.sqrt(0.5)))


def inverted(
    *generators: nn.Module, real: list[list[float]], law: str = "normal", **options: float
) -> list[float]:
    held_out = {"real": torch.tensor(real)}
    data = Data(train=held_out, test=held_out)
    [values] = look("inversion", generating(*generators, data=data, law=law), **options).values.values()
    return values.tolist()


def test_inversion_finds_the_nearest_point_of_a_line() -> None:
    """A line through the origin along (1, 1) / √2: (1, 0) is ½ away from it, squared, and (2, 2) is on it."""
    line = linear([[1.0, 0.0], [1.0, 0.0]])
    assert inverted(line, real=[[1.0, 0.0]]) == pytest.approx([0.25], abs=1e-3)
    assert inverted(line, real=[[2.0, 2.0]], steps=300) == pytest.approx([0.0], abs=1e-3)
    assert inverted(line, real=[[1.0, 0.0], [2.0, 2.0]], steps=300) == pytest.approx([0.125], abs=1e-3)


def test_opposite_latents_have_no_great_circle() -> None:
    """Half of all pairs where a latent is one number: the straight way then, and nothing explodes."""
    first, second = torch.tensor([[0.5]]), torch.tensor([[-2.0]])
    torch.testing.assert_close(between("normal", first, second, 0.3), torch.tensor([[-0.25]]))


def test_inversion_keeps_uniform_latents_in_their_cube() -> None:
    """From the corner (1, 1) it is (1, 2) to (2, 3)."""
    recipe = linear([[1.0, 0.0], [0.0, 1.0]])
    assert inverted(recipe, real=[[2.0, 3.0]], law="uniform") == pytest.approx([2.5], abs=1e-4)


def test_inversion_of_each_replica_for_itself() -> None:
    point, plane = linear([[0.0, 0.0], [0.0, 0.0]], [0.0, 1.0]), linear([[1.0, 0.0], [0.0, 1.0]])
    assert inverted(point, plane, real=[[0.0, 0.0]], steps=300) == pytest.approx([0.5, 0.0], abs=1e-3)


class Painter(nn.Module):
    """An image of 8×8 whose first row is z, the rest 0."""

    def forward(self, latents: Tensor) -> Tensor:
        image = latents.new_zeros(len(latents), 1, 8, 8)
        image[:, 0, 0] = latents
        return image


class Brightest(Features):
    """The classes are the first four pixels; the brightest wins."""

    def extract(self, images: Tensor) -> Extracted:
        scores = images[:, 0, 0, :4]
        return Extracted(scores, (50 * scores).softmax(-1))


def painted(painter: nn.Module) -> Trained:
    trained = generating(painter, data=images(), latents=8)
    return seen(trained.cohort, images(), classifier=Brightest())


def arithmetic(painter: nn.Module) -> float:
    [values] = look("latent-arithmetic", painted(painter), samples=400).values.values()
    return values.item()


def test_arithmetic_moves_classes_that_are_directions() -> None:
    """The class is the largest of four latents, so which samples move can be counted by hand."""
    trained = painted(Painter())
    latents = trained.latents(400, "arithmetic")[0].numpy()
    before = latents[:, :4].argmax(1)
    means = np.stack([latents[before == k].mean(0) for k in range(4)])
    turns = [0, 0, 0, 0]
    hits = 0
    for latent, old in zip(latents, before, strict=True):
        new = (old + 1 + turns[old] % 3) % 4
        turns[old] += 1
        hits += (latent - means[old] + means[new])[:4].argmax() == new
    assert arithmetic(Painter()) == pytest.approx(hits / 400)
    assert hits / 400 > 0.7


class Deaf(Painter):
    """Always class 2."""

    def forward(self, latents: Tensor) -> Tensor:
        image = super().forward(latents)
        image[:, 0, 0, 2] += 100
        return image


def test_arithmetic_of_a_single_class_moves_nothing_and_shows_white_tiles() -> None:
    assert arithmetic(Deaf()) == 0.0
    [sheet] = look("latent-arithmetic", painted(Deaf()), samples=400).pictures["latent-arithmetic"]
    pixels = np.asarray(sheet)
    assert pixels[:40, :40].min() == 255  # class 0 never occurs
    assert pixels[84:124, :40].min() < 255  # class 2 does


def test_every_other_class_is_wanted_equally_often() -> None:
    wanted = targets(torch.zeros(1, 9, dtype=torch.long), 4)
    assert wanted.tolist() == [[1, 2, 3, 1, 2, 3, 1, 2, 3]]
    assert targets(torch.tensor([[3, 1, 3]]), 4).tolist() == [[0, 2, 1]]


def test_latents_that_require_gradients_get_them_and_others_cost_none() -> None:
    trained = generating(linear(MATRIX))
    latents = trained.latents(3, "here").requires_grad_()
    trained.generate(latents)[..., 0].sum().backward()
    assert latents.grad is not None
    torch.testing.assert_close(latents.grad, torch.tensor(MATRIX)[0].expand(1, 3, 2))
    assert not trained.generate(latents.detach()).requires_grad
    with torch.no_grad():
        assert not trained.generate(latents).requires_grad


def test_samples_come_from_the_average_where_there_is_one() -> None:
    cohort = make_cohort(make_recipe(ema=0.9, model=use("model", "mlp", width=4)))
    for _ in range(3):
        cohort.round()
    trained = seen(cohort)
    latents = trained.latents(4, "here")
    shown = trained.generate(latents)
    with cohort.networks["generator"].using(cohort.averages["generator"].parameters):
        torch.testing.assert_close(shown, cohort.networks["generator"](latents))
    assert not torch.allclose(shown, cohort.networks["generator"](latents))
