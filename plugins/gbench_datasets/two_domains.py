"""Digits of 8×8 pixels and other digits that went through a known map: two domains without pairs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from gbench.api import Data, Dataset, option
from gbench_datasets.digits import Digits

NAVY = (-1.0, -0.75, -0.5)  # red, green, blue of what is −1 in grey
AMBER = (1.0, 0.5, -0.75)  # and of what is 1


@dataclass(kw_only=True)
class TwoDomains(Dataset):
    """`source`: half of the training digits, x. `real`: the other half after the map, T(x), with `label`.

    The halves share no digit, so nothing in training says which sample of one domain belongs to which of the
    other. The test split does: all 360 test digits, with real[i] = T(source[i]). Maps T, of grey levels in
    [−1, 1]:

        negative      −x
        quarter-turn  x, turned by 90° counter-clockwise
        frame         x in 10×10 pixels, with a white border one pixel wide; that of the source is black
        edges         x minus the least of x and its four neighbours, minus 1: outlines; black lies around
        colour        navy at −1 to amber at 1, along a line; the source has three equal channels

    All but edges can be undone. Each half is every other image of each digit in the order of the file.

    Half of the digits is little to learn from: features `classifier` reach their least accuracy for every map
    with 60 epochs.
    """

    paper: ClassVar[str] = (
        "Zhu et al. 2017, Unpaired image-to-image translation using cycle-consistent adversarial networks, "
        "arXiv:1703.10593"
    )
    provides: ClassVar[tuple[str, ...]] = ("real", "source", "label")
    traits: ClassVar[tuple[str, ...]] = ("image", "label", "aligned")
    model: ClassVar[str] = "dcgan"

    map: Literal["negative", "quarter-turn", "frame", "edges", "colour"] = option(
        "negative", "what makes a real image of a source image"
    )

    def load(self) -> Data:
        """719 source and 718 real images to train on, 360 of each to test."""
        digits = Digits().load()
        first = halves(digits.train["label"])
        image, label = digits.train["real"], digits.train["label"]
        before, after = MAPS[self.map]
        tested = digits.test["real"]
        return Data(
            train={"real": after(image[~first]), "label": label[~first], "source": before(image[first])},
            test={"real": after(tested), "label": digits.test["label"], "source": before(tested)},
            classes=digits.classes,
            groups=(("real", "label"), ("source",)),
            aligned=True,
        )


def halves(label: Tensor) -> Tensor:
    """Which samples are in the first half: every other one of each class, `[N]`."""
    first = torch.zeros(len(label), dtype=torch.bool)
    first[label.argsort(stable=True)[::2]] = True
    return first


def negative(images: Tensor) -> Tensor:
    return -images


def quarter_turn(images: Tensor) -> Tensor:
    return images.rot90(1, (2, 3))


def framed(images: Tensor, level: float) -> Tensor:
    """One more pixel on each side, of this level."""
    return F.pad(images, (1, 1, 1, 1), value=level)


def edges(images: Tensor) -> Tensor:
    """How far each pixel is above the least of itself and its four neighbours, from 0..2 to −1..1."""
    around = framed(images, -1.0)
    rows, columns = around[..., 1:-1], around[..., 1:-1, :]
    cross = [images, rows[..., :-2, :], rows[..., 2:, :], columns[..., :-2], columns[..., 2:]]
    return images - torch.stack(cross).amin(0) - 1


def grey(images: Tensor) -> Tensor:
    """Three equal channels."""
    return images.repeat(1, 3, 1, 1)


def coloured(images: Tensor) -> Tensor:
    """From navy at −1 to amber at 1."""
    navy, amber = (torch.tensor(colour)[:, None, None] for colour in (NAVY, AMBER))
    return navy + (amber - navy) * (images + 1) / 2


Image = Callable[[Tensor], Tensor]
MAPS: dict[str, tuple[Image, Image]] = {  # digits to source images, and to real ones
    "negative": (torch.clone, negative),
    "quarter-turn": (torch.clone, quarter_turn),
    "frame": (lambda images: framed(images, -1.0), lambda images: framed(images, 1.0)),
    "edges": (torch.clone, edges),
    "colour": (grey, coloured),
}
