import math

import pytest
import torch
from torch import Tensor

from gbench_datasets.voxel_shapes import KINDS, Factors, VoxelShapes, inside, voxels


def shape(
    kind: str, lengths: tuple[float, ...], axis: int = 2, centre: tuple[float, ...] = (0, 0, 0)
) -> Factors:
    padded = [*lengths, *[0.0] * (3 - len(lengths))]
    return Factors(
        torch.tensor([KINDS.index(kind)]),
        torch.tensor([centre], dtype=torch.float32),
        torch.tensor([axis]),
        torch.tensor([padded]),
    )


def volumes(factors: Factors) -> Tensor:
    """4/3 π a³, (2a)(2b)(2c), π a² · 2b, 2π² a b²."""
    a, b, c = factors.lengths.double().unbind(1)
    closed = [4 / 3 * math.pi * a**3, 8 * a * b * c, 2 * math.pi * a**2 * b, 2 * math.pi**2 * a * b**2]
    return torch.stack(closed, 1)[torch.arange(len(a)), factors.kind]


def measured(factors: Factors, side: int) -> Tensor:
    """Solid voxels times (2 / side)³."""
    return inside(factors, side).flatten(1).sum(1).double() * (2 / side) ** 3


@pytest.mark.parametrize(
    ("kind", "lengths", "volume"),
    [
        ("sphere", (0.6,), 0.904779),
        ("box", (0.25, 0.5, 0.75), 0.75),
        ("cylinder", (0.5, 0.625), 0.981748),
        ("torus", (0.5, 0.2), 0.394784),
    ],
)
def test_a_fine_solid_has_the_textbooks_volume(kind: str, lengths: tuple[float, ...], volume: float) -> None:
    factors = shape(kind, lengths)
    assert volumes(factors).item() == pytest.approx(volume, rel=1e-5)
    assert measured(factors, 64).item() == pytest.approx(volume, rel=0.02)


@pytest.mark.parametrize("side", [8, 16])
def test_coarse_solids_have_it_on_average(side: int) -> None:
    """Centres uniform over whole voxels, here 2 or 4, make the count an unbiased estimate of the volume."""
    factors = VoxelShapes(shift=0.25).draw(8000, torch.Generator().manual_seed(3))
    ratio = measured(factors, side) / volumes(factors)
    for kind in range(len(KINDS)):
        mine = ratio[factors.kind == kind]
        error = mine.std() / math.sqrt(len(mine))
        assert mine.mean().item() == pytest.approx(1, abs=4 * error.item())
        assert error < 0.01


def test_solids_reach_as_far_as_their_lengths_along_their_axis() -> None:
    """Half the number of layers that hold any voxel, in half edges."""
    expected = {
        ("sphere", (0.5,)): (0.5, 0.5, 0.5),
        ("box", (0.25, 0.5, 0.75)): (0.25, 0.5, 0.75),
        ("cylinder", (0.25, 0.75)): (0.75, 0.25, 0.25),
        ("torus", (0.5, 0.25)): (0.25, 0.75, 0.75),
    }
    for (kind, lengths), reach in expected.items():
        solid = inside(shape(kind, lengths, axis=0), 64)[0]
        layers = [solid.flatten(1), solid.movedim(1, 0).flatten(1), solid.movedim(2, 0).flatten(1)]
        found = [layer.any(1).sum().item() / 64 for layer in layers]
        assert found == pytest.approx(reach, abs=1 / 32), kind


def test_centres_move_solids() -> None:
    """By whole voxels, exactly."""
    still, moved = (inside(shape("torus", (0.5, 0.2), centre=c), 16) for c in ((0, 0, 0), (0.125, 0, -0.25)))
    assert torch.equal(moved, still.roll((1, -2), (1, 3)))


def test_a_torus_has_a_hole_and_the_others_have_none() -> None:
    for kind, lengths in (
        ("sphere", (0.5,)),
        ("box", (0.5,) * 3),
        ("cylinder", (0.5, 0.5)),
        ("torus", (0.5, 0.2)),
    ):
        middle = inside(shape(kind, lengths), 16)[0, 7:9, 7:9, 7:9]
        assert middle.all() == (kind != "torus")
        assert middle.any() == (kind != "torus")


def test_nothing_is_cut_off() -> None:
    factors = VoxelShapes(shift=0.25).draw(4000, torch.Generator().manual_seed(0))
    reach = torch.where(
        factors.kind == 3, factors.lengths[:, 0] + factors.lengths[:, 1], factors.lengths.amax(1)
    )
    assert (factors.centre.abs().amax(1) + reach).max() <= 1


@pytest.mark.parametrize("side", [8, 20])
def test_options_shape_the_data(side: int) -> None:
    data = VoxelShapes(side=side, points=50).load()
    assert data.shape == (1, side, side, side)
    assert (len(data.train["real"]), len(data.test["real"]), data.classes) == (50, 5, 4)
    assert data.train["real"].unique().tolist() == [-1, 1]


def test_kinds_are_equally_frequent_and_splits_differ() -> None:
    data = VoxelShapes(side=8).load()
    assert data.train["label"].bincount(minlength=4).min() > 500 - 4 * 20
    assert not torch.equal(data.train["real"][:200], data.test["real"])


def test_chunks_do_not_show() -> None:
    factors = VoxelShapes().draw(70, torch.Generator().manual_seed(0))
    assert torch.equal(voxels(factors, 16)[:, 0] > 0, inside(factors, 16))
