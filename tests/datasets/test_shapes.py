import math

import pytest
import torch

from gbench_datasets.shapes import KINDS, Drawing, Shapes, coverage, drawing, images, ink

AREAS = {  # of reach 1
    "square": 2.0,
    "disc": math.pi,
    "triangle": 3 * math.sqrt(3) / 4,
    "ring": 0.75 * math.pi,
}


def shape(kind: str, x: float = 0.0, y: float = 0.0, reach: float = 0.5, angle: float = 0.0) -> Drawing:
    return Drawing(
        torch.tensor([KINDS.index(kind)]),
        torch.ones(1, 3),
        torch.tensor([[x, y]]),
        torch.tensor([reach]),
        torch.tensor([angle]),
    )


def centroids(covered: torch.Tensor) -> torch.Tensor:
    """x and y, `[N, 2]`, in half pictures, of coverage [N, side, side]."""
    side = covered.shape[-1]
    line = (torch.arange(side) + 0.5) * 2 / side - 1
    total = covered.sum((1, 2))
    x = (covered.sum(1) * line).sum(1) / total
    y = (covered.sum(2) * -line).sum(1) / total
    return torch.stack([x, y], 1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("angle", [0.0, 0.3])
def test_a_fine_shape_has_the_textbooks_area_and_its_centre_of_gravity(kind: str, angle: float) -> None:
    covered = coverage(shape(kind, 0.2, -0.35, 0.5, angle), 128)
    assert covered.mean().item() * 4 == pytest.approx(AREAS[kind] * 0.25, rel=0.005)
    assert centroids(covered)[0].tolist() == pytest.approx([0.2, -0.35], abs=0.002)


def test_coarse_shapes_have_them_on_average() -> None:
    """Sixteen samples a pixel at places that have nothing to do with the pixels."""
    kind, factors = Shapes().draw(4000, torch.Generator().manual_seed(5))
    shapes = drawing(kind, factors)
    covered = coverage(shapes, 16)
    areas = torch.tensor([AREAS[name] for name in KINDS])[kind] * shapes.reach.square()
    ratio = covered.mean((1, 2)) * 4 / areas
    for each in range(len(KINDS)):
        mine = ratio[kind == each]
        assert mine.mean().item() == pytest.approx(1, abs=4 * mine.std().item() / math.sqrt(len(mine)))
        assert mine.std() < 0.05
    assert (centroids(covered) - shapes.centre).abs().max() < 0.04  # a third of a pixel


def test_nothing_is_cut_off() -> None:
    """The border of a picture a little larger than the reach at its utmost is black."""
    corner = torch.tensor([[0.5, x, y, 1.0, turn] for x in (0, 1) for y in (0, 1) for turn in (0, 0.5, 1)])
    for kind in range(len(KINDS)):
        shapes = drawing(torch.full((len(corner),), kind), corner)
        areas = coverage(shapes, 64).mean((1, 2)) * 4
        assert areas.tolist() == pytest.approx([AREAS[KINDS[kind]] * 0.36] * len(corner), rel=0.01)


def test_kinds_are_told_apart_by_a_few_pixels() -> None:
    """Middle; right, at 0.6 of the reach; the top; the corner of the square, upper right."""
    places = {"middle": (32, 32), "right": (32, 42), "top": (18, 32), "corner": (22, 42)}
    expected = {
        "square": (1, 1, 0, 1),
        "disc": (1, 1, 1, 1),
        "triangle": (1, 0, 1, 0),
        "ring": (0, 1, 1, 1),
    }
    for kind, covered in expected.items():
        picture = coverage(shape(kind), 64)[0]
        assert tuple(int(picture[place]) for place in places.values()) == covered, kind


def test_a_turn_is_counter_clockwise() -> None:
    """A quarter of one moves the corner on top of a triangle to the left, exactly."""
    upright, turned = (coverage(shape("triangle", angle=angle), 32)[0] for angle in (0.0, math.pi / 2))
    assert (upright.rot90(1) - turned).abs().max() <= 1 / 16
    assert turned[16, 8] > 0 == turned[4, 24]


def test_colours_are_the_rainbows() -> None:
    hues = torch.tensor([0, 1 / 6, 1 / 3, 1 / 2, 2 / 3])
    expected = [[1, 0.2, 0.2], [1, 1, 0.2], [0.2, 1, 0.2], [0.2, 1, 1], [0.2, 0.2, 1]]
    torch.testing.assert_close(ink(hues), torch.tensor(expected))


def test_pixels_are_black_or_ink_in_proportion_to_what_is_covered() -> None:
    factors = torch.tensor([[1.0, 0.5, 0.5, 0.5, 0.5]])
    kind = torch.tensor([KINDS.index("disc")])
    found = images(drawing(kind, factors), 16)[0]
    covered = coverage(drawing(kind, factors), 16)[0]
    for channel, level in enumerate((0.2, 0.2, 1.0)):
        torch.testing.assert_close(found[channel], -1 + 2 * level * covered)
    assert covered.min() == 0
    assert (covered * 16 % 1 == 0).all()
    assert len(covered.unique()) > 4


def test_factors_are_uniform_independent_and_name_what_is_drawn() -> None:
    data = Shapes(points=4000, side=8).load()
    factors = data.train["factors"]
    assert Shapes.factors == ("colour", "x", "y", "size", "rotation")
    assert factors.shape == (4000, 5)
    assert factors.mean(0).tolist() == pytest.approx([0.5] * 5, abs=4 * math.sqrt(1 / 12 / 4000))
    assert (factors.T.corrcoef() - torch.eye(5)).abs().max() < 4 / math.sqrt(4000)
    assert data.train["label"].bincount(minlength=4).min() > 1000 - 4 * math.sqrt(4000 * 3 / 16)
    centres = centroids((data.train["real"].amax(1) + 1) / 2)
    torch.testing.assert_close(centres, 0.4 * (2 * factors[:, 1:3] - 1), atol=0.1, rtol=0)


@pytest.mark.parametrize(
    ("vary", "columns", "classes"),
    [(("colour", "size"), [0, 3], 1), (("place",), [1, 2], 1), (("kind", "rotation"), [4], 4)],
)
def test_what_does_not_vary_stays_in_the_middle(
    vary: tuple[str, ...], columns: list[int], classes: int
) -> None:
    data = Shapes(points=300, vary=vary).load()
    still = [column for column in range(5) if column not in columns]
    assert (data.train["factors"][:, still] == 0.5).all()
    assert (data.train["factors"][:, columns].std(0) > 0.25).all()
    assert len(data.train["label"].unique()) == classes == data.classes


def test_what_varies_does_not_move_the_rest() -> None:
    """The other factors are those of the data set where everything varies."""
    whole, part = (Shapes(points=50, vary=vary).load() for vary in (Shapes().vary, ("size",)))
    assert torch.equal(part.train["factors"][:, 3], whole.train["factors"][:, 3])


@pytest.mark.parametrize("side", [8, 20])
def test_options_shape_the_data(side: int) -> None:
    data = Shapes(side=side, points=50).load()
    assert data.shape == (3, side, side)
    assert (len(data.train["real"]), len(data.test["real"])) == (50, 5)
    assert data.train["real"].amin() == -1
    assert not torch.equal(data.train["real"][:5], data.test["real"])


def test_chunks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = drawing(*Shapes().draw(30, torch.Generator().manual_seed(0)))
    whole = images(shapes, 16)
    monkeypatch.setattr("gbench_datasets.shapes.CHUNK", 7 * 64**2)
    assert torch.equal(images(shapes, 16), whole)
