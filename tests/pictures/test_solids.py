import numpy as np
import pytest
import torch

from gbench.pictures.picture import picture
from gbench.pictures.sheets import DOT, LINE, PAPER
from gbench.pictures.solids import SHADES, shaded, solid_grid, stamps, view, visible

SIDE, HALF = 8, 4


def colours(image: np.ndarray) -> dict[tuple[int, ...], int]:
    """How many pixels have each colour."""
    found, counts = np.unique(image.reshape(-1, 3), axis=0, return_counts=True)
    return {tuple(colour): count for colour, count in zip(found.tolist(), counts.tolist(), strict=True)}


def single(x: int, y: int, z: int) -> np.ndarray:
    solid = np.zeros((1, SIDE, SIDE, SIDE), bool)
    solid[0, x, y, z] = True
    return solid


def plain(colour: np.ndarray) -> tuple[int, ...]:
    return tuple(colour.round().astype(int).tolist())


@pytest.mark.parametrize("half", [2, 4, 8])
def test_the_three_faces_of_a_voxel_are_as_large_as_each_other(half: int) -> None:
    """A rhombus of width 2h and height h has h² pixels, and so has each parallelogram of h times h."""
    faces = stamps(half)
    assert {len(face) for face in faces.values()} == {half**2}
    assert len(np.unique(np.concatenate(list(faces.values())), axis=0)) == 3 * half**2


@pytest.mark.parametrize(("side", "width"), [(8, 526), (16, 526), (10, 654), (32, 1038), (64, 1038)])
def test_sheets_are_about_as_large_as_those_of_images(side: int, width: int) -> None:
    """Voxels are 2h wide with whole h, and cubes of more than 32 are drawn at half their size."""
    sheet = solid_grid(-torch.ones(1, 1, side, side, side))
    assert sheet.size == (width, width)
    assert sheet.mode == "RGB"


def test_an_empty_cube_shows_its_floor() -> None:
    """h² pixels for each of the 8² voxels on it."""
    image = view(np.zeros((1, SIDE, SIDE, SIDE), bool))[0]
    assert image.shape == (64, 64, 3)
    assert colours(image) == {plain(LINE): 64 * HALF**2, plain(PAPER): 64 * 64 - 64 * HALF**2}


def test_the_nearest_voxel_has_three_faces_without_haze() -> None:
    seen = colours(view(single(SIDE - 1, SIDE - 1, SIDE - 1))[0])
    assert {plain(shaded(shade)): HALF**2 for shade in SHADES.values()}.items() <= seen.items()


def test_the_axes_point_right_left_and_up() -> None:
    """From the middle of the cube, by h to the side and h/2 down, or by h up."""

    def middle(x: int, y: int, z: int) -> np.ndarray:
        changed = (view(single(x, y, z)) != view(single(0, 0, 0) & False)).any(-1)[0]
        return np.argwhere(changed).mean(0)

    centre = middle(4, 4, 4)
    np.testing.assert_allclose(middle(5, 4, 4) - centre, [HALF / 2, HALF])
    np.testing.assert_allclose(middle(4, 5, 4) - centre, [HALF / 2, -HALF])
    np.testing.assert_allclose(middle(4, 4, 5) - centre, [-HALF, 0])


def test_what_is_nearer_hides_what_is_behind_it() -> None:
    """Along the diagonal all voxels fall on the same pixels, and the nearest one wins."""
    near, far = single(6, 6, 6), single(2, 2, 2)
    assert (view(near | far) == view(near)).all()
    assert (view(near) != view(far)).any()


def test_only_the_surface_that_faces_the_eye_is_painted() -> None:
    """A full cube of n³ shows n³ − (n − 1)³ voxels, and the view does not depend on the others."""
    full = np.ones((1, SIDE, SIDE, SIDE), bool)
    assert visible(full).sum() == SIDE**3 - (SIDE - 1) ** 3
    assert (view(visible(full)) == view(full)).all()


def test_values_are_solid_above_zero_and_nan_is_empty() -> None:
    values = torch.tensor([float("nan"), -1.0, 0.0, 1e-3, float("inf")]).reshape(5, 1, 1, 1, 1)
    tiles = [np.asarray(solid_grid(v.expand(1, 1, 8, 8, 8))) for v in values[:, None]]
    assert all((tile == tiles[0]).all() for tile in tiles[1:3])
    assert all((tile == tiles[4]).all() for tile in tiles[3:])
    assert (tiles[0] != tiles[4]).any()


def test_a_fine_solid_looks_like_a_coarse_one() -> None:
    coarse = torch.randn(2, 1, 32, 32, 32)
    fine = coarse.repeat_interleave(2, 2).repeat_interleave(2, 3).repeat_interleave(2, 4)
    assert (np.asarray(solid_grid(fine)) == np.asarray(solid_grid(coarse))).all()


def test_pictures_of_voxels_are_solids() -> None:
    voxels = torch.randn(3, 1, 8, 8, 8)
    shown = picture(voxels, None)
    assert shown is not None
    assert shown.tobytes() == solid_grid(voxels).tobytes()
    assert DOT.tolist() == shaded(0).tolist()
