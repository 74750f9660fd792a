"""Solid spheres, boxes, cylinders and tori in a cube of voxels, drawn with known factors."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor

from gbench.api import Data, Dataset, option

KINDS = ("sphere", "box", "cylinder", "torus")
RANGES = torch.tensor(  # least and largest of the three lengths of each kind
    [
        [(0.4, 0.7), (0.4, 0.7), (0.4, 0.7)],
        [(0.3, 0.7), (0.3, 0.7), (0.3, 0.7)],
        [(0.3, 0.7), (0.3, 0.7), (0.3, 0.7)],
        [(0.4, 0.5), (0.15, 0.25), (0.15, 0.25)],
    ]
)
CHUNK = 2**17  # voxels drawn at once


class Factors(NamedTuple):
    """What defines N shapes in a cube that reaches from −1 to 1."""

    #: Indices in `KINDS`, [N].
    kind: Tensor

    #: [N, 3].
    centre: Tensor

    #: The axis along which a cylinder or a torus stands, [N] in 0..2.
    axis: Tensor

    #: [N, 3]: the radius of a sphere; half the three edges of a box; the radius and half the height of a
    #: cylinder; the radii of the circle and of the tube of a torus. What is left over has no meaning.
    lengths: Tensor


@dataclass(kw_only=True)
class VoxelShapes(Dataset):
    """Voxels [1, side, side, side], 1 where their centre lies inside the shape and −1 elsewhere.

    All factors are uniform and independent: the kind, which is the label; the axis, one of three; the
    lengths; and the centre, up to `shift` from the cube's own along each axis. Sizes are a choice: no shape
    is cut off, so volumes are those of the textbook. The data stand in for the ShapeNet models of Wu et al.
    2016, which are 64³.
    """

    provides: ClassVar[tuple[str, ...]] = ("real", "label")
    traits: ClassVar[tuple[str, ...]] = ("voxel", "label")
    model: ClassVar[str] = "voxel-conv"

    side: int = option(16, "voxels along each edge of the cube", ge=8, le=64)
    shift: float = option(0.15, "how far a centre is moved at most, in half edges of the cube", ge=0, le=0.25)
    points: int = option(2000, "training shapes; 1 MiB each where side is 64", ge=1)

    def load(self) -> Data:
        """Training shapes and a tenth as many test shapes."""
        generator = torch.Generator().manual_seed(0)
        splits = []
        for count in (self.points, max(self.points // 10, 1)):
            factors = self.draw(count, generator)
            splits.append({"real": voxels(factors, self.side), "label": factors.kind})
        train, test = splits
        return Data(train=train, test=test, classes=len(KINDS))

    def draw(self, count: int, generator: torch.Generator) -> Factors:
        """The factors of independent shapes."""
        kind = torch.randint(len(KINDS), (count,), generator=generator)
        axis = torch.randint(3, (count,), generator=generator)
        centre = self.shift * (2 * torch.rand(count, 3, generator=generator) - 1)
        low, high = RANGES[kind].unbind(-1)
        lengths = low + (high - low) * torch.rand(count, 3, generator=generator)
        return Factors(kind, centre, axis, lengths)


def voxels(factors: Factors, side: int) -> Tensor:
    """`[N, 1, side, side, side]`, 1 inside and −1 outside."""
    chunks = zip(*(field.split(max(1, CHUNK // side**3)) for field in factors), strict=True)
    return torch.cat([2 * inside(Factors(*chunk), side).float() - 1 for chunk in chunks])[:, None]


def inside(factors: Factors, side: int) -> Tensor:
    """Which voxels' centres lie in the shapes, `[N, side, side, side]`."""
    line = (torch.arange(side) + 0.5) * (2 / side) - 1
    x, y, z = (line - factors.centre[:, :, None]).square().unbind(1)
    squares = torch.stack(torch.broadcast_tensors(x[:, :, None, None], y[:, None, :, None], z[:, None, None]))
    along = squares[factors.axis, torch.arange(len(factors.axis))]
    radial = squares.sum(0) - along
    a, b, _ = limits = factors.lengths.T[..., None, None, None]
    shapes = torch.stack(
        [
            radial + along <= a**2,
            (squares <= limits**2).all(0),
            (radial <= a**2) & (along <= b**2),
            (radial.sqrt() - a).square() + along <= b**2,
        ]
    )
    return shapes[factors.kind, torch.arange(len(factors.kind))]
