"""Latent arithmetic: does the difference of two classes' mean latents change the class of a sample?"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import one_hot

from gbench.api import Finding, Keys, Probe, Trained, option

ROWS, COLUMNS = 8, 8


@dataclass(kw_only=True)
class LatentArithmetic(Probe):
    """Samples of class a are generated again from z − m_a + m_b, with m_k the mean latent of class k.

    A classifier tells the class of a sample. latent-arithmetic is the share of samples that it takes for
    class b afterwards; all classes b ≠ a are tried equally often. A class that never occurs has no mean, and
    samples that should become one of it count as missed. So a generator that makes one class scores 0.

    A row of the sheet shows the sample of m_a and three samples of class a, then the sample of m_b and what
    the three have become, with a = 0, 1, … and b = a + 1. White tiles stand for samples that a class lacks.
    """

    paper: ClassVar[str] = (
        "Radford et al. 2016, Unsupervised representation learning with deep convolutional generative "
        "adversarial networks, section 6.3.2, arXiv:1511.06434"
    )
    keys: ClassVar[Keys] = {"latent-arithmetic-{features}-{samples}": ("max", 0.0)}
    needs: ClassVar[tuple[str, ...]] = ("image", "label")
    uses: ClassVar[tuple[str, ...]] = ("model",)

    features: str = option("classifier", "features of a classifier that tells the classes")
    samples: int = option(
        1000, "samples whose class is changed (a choice; the paper's means are of three)", ge=2
    )

    def look(self, trained: Trained) -> Finding:
        latents = trained.latents(self.samples, "arithmetic")
        fake = trained.generate(latents)
        chances = trained.samples_of(fake).probabilities(self.features)
        classes, before = chances.shape[-1], chances.argmax(-1)
        wanted = targets(before, classes)
        means = torch.stack([mean_latents(*row, classes) for row in zip(latents, before, strict=True)])
        moved = latents + pick(means, wanted) - pick(means, before)
        absent = moved.isnan().any(-1)
        changed = trained.generate(torch.where(absent[..., None], latents, moved))
        after = trained.samples_of(changed).probabilities(self.features).argmax(-1)
        hit = ((after == wanted) & ~absent).double().mean(-1)
        hit[~fake.flatten(1).isfinite().all(1)] = torch.nan
        shown = sheets(trained, latents, before, means)
        return Finding(values=self.named(hit), pictures={"latent-arithmetic": shown})


def targets(classes: Tensor, count: int) -> Tensor:
    """For each sample [R, N] another class: the samples of a class get all the other classes in turn."""
    turn = one_hot(classes, count).cumsum(1).gather(2, classes[..., None]).squeeze(-1) - 1
    return (classes + 1 + turn % max(count - 1, 1)) % count


def mean_latents(latents: Tensor, classes: Tensor, count: int) -> Tensor:
    """The mean [K, d] of the latents [N, d] of each class; NaN for a class without samples."""
    members = one_hot(classes, count).to(latents)
    return members.T @ latents / members.sum(0)[:, None]


def pick(means: Tensor, classes: Tensor) -> Tensor:
    """The mean [R, N, d] of each sample's class, of means [R, K, d]."""
    return torch.stack([mean[row] for mean, row in zip(means, classes, strict=True)])


def sheets(trained: Trained, latents: Tensor, before: Tensor, means: Tensor) -> list[Image.Image | None]:
    """A sheet for each replica."""
    count = means.shape[1]
    rows = min(ROWS, count)
    latents = torch.stack([arranged(*parts, rows) for parts in zip(latents, before, means, strict=True)])
    missing = latents.isnan().any(-1)
    shown = trained.generate(latents.nan_to_num())
    shown[missing] = 1.0
    return [trained.picture(row) for row in shown]


def arranged(latents: Tensor, before: Tensor, means: Tensor, rows: int) -> Tensor:
    """The latents [rows · 8, d] of one replica's sheet; NaN for tiles that stay white."""
    half = COLUMNS // 2 - 1
    sheet = []
    for first in range(rows):
        second = (first + 1) % len(means)
        found = latents[before == first][:half]
        found = torch.cat([found, found.new_full((half - len(found), found.shape[1]), torch.nan)])
        sheet += [means[first, None], found, means[second, None], found + means[second] - means[first]]
    return torch.cat(sheet)
