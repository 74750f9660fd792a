import pytest
import torch

from gbench_datasets.digits import Digits
from gbench_datasets.two_domains import MAPS, TwoDomains, edges

DIGITS = Digits().load()
NAMES = tuple(MAPS)


def grey_levels(images: torch.Tensor) -> torch.Tensor:
    """The digits [N, 64] that source images of any map were made of."""
    middle = images[:, :1, 1:9, 1:9] if images.shape[-1] == 10 else images[:, :1]
    return middle.flatten(1)


@pytest.mark.parametrize("name", NAMES)
def test_halves_share_no_digit_and_are_all_of_them(name: str) -> None:
    """Undone where that is possible; the halves do not depend on the map."""
    plain, data = TwoDomains().load(), TwoDomains(map=name).load()
    assert (len(data.train["source"]), len(data.train["real"])) == (719, 718)
    assert torch.equal(grey_levels(data.train["source"]), grey_levels(plain.train["source"]))
    assert torch.equal(data.train["label"], plain.train["label"])
    joined = torch.cat([plain.train["source"], -plain.train["real"]]).flatten(1).tolist()
    assert sorted(joined) == sorted(DIGITS.train["real"].flatten(1).tolist())


def test_both_halves_have_every_class_in_its_share() -> None:
    label = TwoDomains().load().train["label"]
    half = label.bincount(minlength=10)
    whole = DIGITS.train["label"].bincount(minlength=10)
    assert (half - whole / 2).abs().max() <= 0.5


@pytest.mark.parametrize("name", NAMES)
def test_test_digits_are_aligned_and_unseen(name: str) -> None:
    data = TwoDomains(map=name).load()
    assert data.aligned
    assert data.groups == (("real", "label"), ("source",))
    assert torch.equal(grey_levels(data.test["source"]), DIGITS.test["real"].flatten(1))
    assert torch.equal(data.test["label"], DIGITS.test["label"])


def test_the_maps_are_what_they_say() -> None:
    """Pixel by pixel, of the test digits."""
    made = {name: TwoDomains(map=name).load().test for name in NAMES}
    x = DIGITS.test["real"]
    assert torch.equal(made["negative"]["real"] + made["negative"]["source"], torch.zeros_like(x))
    turned = made["quarter-turn"]["real"]
    for row in range(8):
        for column in range(8):
            assert torch.equal(turned[..., 7 - column, row], x[..., row, column])
    framed, plain = made["frame"]["real"], made["frame"]["source"]
    assert torch.equal(framed[..., 1:9, 1:9], x)
    assert (framed - plain).flatten(1).sum(1).tolist() == [2.0 * 36] * len(x)
    red, green, blue = made["colour"]["real"].unbind(1)
    assert torch.equal(red, x[:, 0])
    assert torch.allclose(green, -0.75 + 1.25 * (x[:, 0] + 1) / 2)
    assert torch.allclose(blue, -0.5 - 0.25 * (x[:, 0] + 1) / 2)
    assert all(made["colour"]["source"][:, channel].equal(x[:, 0]) for channel in range(3))


def test_edges_are_where_a_neighbour_is_darker() -> None:
    """A white block in the corner of a black picture: its middle is no edge; outside the picture is black."""
    block = torch.full((1, 1, 4, 5), -1.0)
    block[..., :3, :3] = 1
    expected = [[1, 1, 1, -1, -1], [1, -1, 1, -1, -1], [1, 1, 1, -1, -1], [-1] * 5]
    assert edges(block)[0, 0].tolist() == expected
    assert edges(torch.full((1, 1, 3, 3), 0.25))[0, 0].tolist() == [[0.25] * 3, [0.25, -1, 0.25], [0.25] * 3]


@pytest.mark.parametrize("name", NAMES)
def test_images_fill_the_range_of_tanh(name: str) -> None:
    data = TwoDomains(map=name).load()
    for field in ("real", "source"):
        images = data.train[field]
        assert images.dtype == torch.float32
        assert (images.min().item(), images.max().item()) == (-1, 1)
