"""LAPGAN: the levels of a Laplacian pyramid play a game each, told what real images look like below."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import torch
from torch import Tensor

from gbench.api import Batch, Look, Play, Stage, Turn, UserError
from gbench_games.adversarial import Adversarial


@dataclass(kw_only=True)
class Lapgan(Adversarial):
    """A game for each level k of a pyramid with low-pass images l_k and band-pass images h_k:

        D_k    tells (h_k, l_k) of a real image from (G_k(z_k, l_k), l_k)
        G_k    deceives it; the coarsest, which has no l, is a plain GAN's

    All levels are told the low-pass images of real data, so none depends on how well another has learnt, and
    they can be trained in one round: an objective is the mean over the levels of the loss, each level's over
    its own minibatch. To optimizers that divide by the gradient's size the mean is the sum; to plain descent
    its learning rate is that of a level times their number.

    A sample, to penalties, is a level of an image: the band-pass images of a minibatch are rows
    `[R, B · levels, N]`, with the low-pass images given. Metrics get images, which the generators have made
    from the coarsest level up, and judge them by the sum of the scores of all levels.
    """

    paper: ClassVar[str] = (
        "Denton et al. 2015, Deep generative image models using a Laplacian pyramid of adversarial networks, "
        "arXiv:1506.05751"
    )
    passes: ClassVar[tuple[str, ...]] = ("pyramid",)

    def turns(self, stage: Stage) -> Sequence[Turn]:
        for regularizer in stage.regularizers:
            if regularizer.offers("perturb"):
                raise UserError(
                    f"game lapgan cannot have {regularizer.name} change what its discriminators see: "
                    "a band-pass image and the low-pass one that goes with it would have to change alike"
                )
        return super().turns(stage)

    def discriminator_turn(self, stage: Stage, batch: Batch) -> Play:
        bands, low = decompose(stage, batch["real"])
        fake = stage.frozen("generator", batch["latent"], low)
        look = self.look(stage, bands.flatten(1, 2), fake.flatten(1, 2), low)
        losses = [look.columns(level, low.shape[2]).discriminator() for level in range(low.shape[2])]
        return Play(torch.stack(losses).mean(0), {"discriminator": look})

    def generator_turn(self, stage: Stage, batch: Batch) -> Play:
        bands, low = decompose(stage, batch["real"])
        fake = stage.networks["generator"](batch["latent"], low)
        look = self.look(stage, lambda: bands.flatten(1, 2), fake.flatten(1, 2), low)
        losses = [look.columns(level, low.shape[2]).generator() for level in range(low.shape[2])]
        return Play(torch.stack(losses).mean(0), {"discriminator": look})

    def look(self, stage: Stage, real: Tensor | Callable[[], Tensor], fake: Tensor, low: Tensor) -> Look:
        """At band-pass rows `[R, B · levels, N]`, given low-pass ones `[R, B, levels, N]`."""
        return stage.look(
            real,
            fake,
            judge=partial(self.judge, stage, low),
            trunk=partial(self.features, stage, low),
        )

    def judge(self, stage: Stage, low: Tensor, bands: Tensor) -> Tensor:
        """Of band-pass rows `[R, B · levels, N]`, given low-pass ones `[R, B, levels, N]`; as flat."""
        return stage.run("discriminator", bands.view_as(low), low).flatten(1)

    def features(self, stage: Stage, low: Tensor, bands: Tensor) -> Tensor:
        """Those of all levels of an image, `[R, B, d]`."""
        return stage.run("discriminator", bands.view_as(low), low, method="features")

    def scores_of(self, stage: Stage, samples: Tensor) -> Tensor:
        """The sum of the scores of all levels."""
        return stage.run("discriminator", samples)


def decompose(stage: Stage, images: Tensor) -> tuple[Tensor, Tensor]:
    """Band-pass and low-pass rows `[R, B, levels, N]` of images; the model knows the pyramid."""
    model: Any = stage.model
    bands, low = model.decompose(images).unbind(2)
    return bands, low
