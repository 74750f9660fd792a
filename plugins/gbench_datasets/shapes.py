"""Coloured squares, discs, triangles and rings, drawn with known factors."""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from gbench.api import Data, Dataset, option

KINDS = ("square", "disc", "triangle", "ring")
SAMPLES = 4  # along each edge of a pixel: 16 decide how much of it is covered
CHUNK = 2**22  # samples drawn at once
REACHES = (0.4, 0.6)  # least and largest distance from the centre to the outline, in half pictures
SHIFT = 0.4  # how far a centre is from the middle at most along each axis, in half pictures
TURN = math.pi / 6  # how far a shape is turned at most, either way
BLUE = 2 / 3  # hue at the far end of the colours; red is 0
PALE = 0.2  # least share of each of red, green and blue, so that blue is no darker than need be


class Drawing(NamedTuple):
    """What N shapes are made of, in a picture that reaches from −1 to 1, x to the right and y upwards.

    The centre is also the centre of gravity. Squares and triangles are regular.
    """

    #: `[N]`, the place in `KINDS`.
    kind: Tensor
    #: `[N, 3]`, red, green and blue in [0, 1].
    ink: Tensor
    #: `[N, 2]`, x and y.
    centre: Tensor
    #: `[N]`, from the centre to the corners, or the radius; a ring's hole is half as wide as the ring.
    reach: Tensor
    #: `[N]`, in radians, counter-clockwise; at 0 squares and triangles lie on an edge.
    angle: Tensor


@dataclass(kw_only=True)
class Shapes(Dataset):
    """Images [3, side, side] in [-1, 1]: one shape on black; each pixel shows how much of it is covered.

    Factors are independent. The kind is the label. `factors` [N, 5] are the others, uniform in [0, 1], with
    these columns, where 0 and 1 stand for

        colour    red, by way of yellow, green and cyan, to blue
        x, y      left to right and bottom to top, at most 0.4 from the middle
        size      reach from 0.4 to 0.6
        rotation  30° clockwise to 30° counter-clockwise; discs and rings do not show it

    in half pictures. No shape is cut off. Colours differ at both ends, and so do turned squares and
    triangles. What does not `vary` stays at one half, and the kind is square. All ranges are a choice.
    """

    provides: ClassVar[tuple[str, ...]] = ("real", "label", "factors")
    traits: ClassVar[tuple[str, ...]] = ("image", "label", "factors")
    model: ClassVar[str] = "dcgan"
    #: What the columns of the field `factors` are.
    factors: ClassVar[tuple[str, ...]] = ("colour", "x", "y", "size", "rotation")

    side: int = option(16, "pixels along each edge of the picture", ge=8, le=128)
    points: int = option(2000, "training images; 200 KB each where side is 128", ge=1)
    vary: tuple[Literal["kind", "colour", "place", "size", "rotation"], ...] = option(
        ("kind", "colour", "place", "size", "rotation"), "factors that differ from image to image"
    )

    def load(self) -> Data:
        """Training images and a tenth as many test images, at least one."""
        generator = torch.Generator().manual_seed(0)
        splits = []
        for count in (self.points, max(self.points // 10, 1)):
            kind, factors = self.draw(count, generator)
            real = images(drawing(kind, factors), self.side)
            splits.append({"real": real, "label": kind, "factors": factors})
        train, test = splits
        return Data(train=train, test=test, classes=len(KINDS) if "kind" in self.vary else 1)

    def draw(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """The kinds `[count]` and the other factors `[count, 5]` of independent shapes."""
        kind = torch.randint(len(KINDS), (count,), generator=generator)
        factors = torch.rand(count, len(self.factors), generator=generator)
        names = [{"x": "place", "y": "place"}.get(name, name) for name in self.factors]
        varied = torch.tensor([name in self.vary for name in names])
        return kind * ("kind" in self.vary), torch.where(varied, factors, 0.5)


def drawing(kind: Tensor, factors: Tensor) -> Drawing:
    """What shapes of these kinds and factors are made of."""
    colour, _, _, size, rotation = factors.unbind(1)
    least, largest = REACHES
    return Drawing(
        kind=kind,
        ink=ink(colour * BLUE),
        centre=SHIFT * (2 * factors[:, 1:3] - 1),
        reach=least + (largest - least) * size,
        angle=TURN * (2 * rotation - 1),
    )


def ink(hue: Tensor) -> Tensor:
    """Red, green and blue `[N, 3]` of hues `[N]` in turns: the strongest is 1, the weakest `PALE`."""
    distance = (hue[:, None] - torch.tensor([0, 1 / 3, 2 / 3]) + 0.5).remainder(1) - 0.5
    return PALE + (1 - PALE) * (2 - 6 * distance.abs()).clamp(0, 1)


def images(shapes: Drawing, side: int) -> Tensor:
    """`[N, 3, side, side]`, from −1 (black) to 1."""
    chunks = zip(*(part.split(max(1, CHUNK // (SAMPLES * side) ** 2)) for part in shapes), strict=True)
    return torch.cat([_painted(Drawing(*chunk), side) for chunk in chunks])


def _painted(shapes: Drawing, side: int) -> Tensor:
    covered = coverage(shapes, side)[:, None]
    return 2 * covered * shapes.ink[:, :, None, None] - 1


def coverage(shapes: Drawing, side: int) -> Tensor:
    """The share of each pixel that lies in the shape, `[N, side, side]`, the top row first."""
    line = (torch.arange(SAMPLES * side) + 0.5) * (2 / (SAMPLES * side)) - 1
    x = (line - shapes.centre[:, :1])[:, None, :]
    y = (-line - shapes.centre[:, 1:])[:, :, None]
    cos, sin = shapes.angle.cos()[:, None, None], shapes.angle.sin()[:, None, None]
    along, across = cos * x + sin * y, cos * y - sin * x
    inside = torch.empty(along.shape)
    for kind, name in enumerate(KINDS):
        mine = shapes.kind == kind
        reach = shapes.reach[mine, None, None]
        inside[mine] = INSIDE[name](along[mine] / reach, across[mine] / reach).float()
    return F.avg_pool2d(inside, SAMPLES)


def square(x: Tensor, y: Tensor) -> Tensor:
    return torch.maximum(x.abs(), y.abs()) <= math.sqrt(0.5)


def disc(x: Tensor, y: Tensor) -> Tensor:
    return x.square() + y.square() <= 1


def triangle(x: Tensor, y: Tensor) -> Tensor:
    """A corner is on top."""
    return torch.maximum(math.sqrt(0.75) * x.abs() + 0.5 * y, -y) <= 0.5


def ring(x: Tensor, y: Tensor) -> Tensor:
    distance = x.square() + y.square()
    return (distance <= 1) & (distance >= 0.25)


INSIDE = {"square": square, "disc": disc, "triangle": triangle, "ring": ring}  # of reach 1, upright
