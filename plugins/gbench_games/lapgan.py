"""LAPGAN: the levels of a Laplacian pyramid play a game each, told what real images look like below."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Batch, Play, Regularizer, Stage, UserError
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

    def begin(self, stage: Stage) -> None:
        for regularizer in stage.regularizers:
            if regularizer.offers("perturb"):
                raise UserError(
                    f"game lapgan cannot have {_name(regularizer)} change what its discriminators see: "
                    "a band-pass image and the low-pass one that goes with it would have to change alike"
                )

    def discriminate(self, stage: Stage, batch: Batch) -> Play:
        bands, low = stage.model.prepare(batch["real"]).unbind(2)
        real = bands.flatten(1, 2).detach().requires_grad_()
        fake = stage.given(stage.networks["generator"], batch["latent"], low).flatten(1, 2)
        if not stage.coupled:
            fake = fake.detach().requires_grad_()
        score = partial(self.score, stage, low)
        real_scores, fake_scores = score(real), score(fake)
        levels = low.shape[2]
        losses = map(stage.loss.discriminator, by_level(real_scores, levels), by_level(fake_scores, levels))
        return Play(
            objective=torch.stack(list(losses)).mean(0),
            score=score,
            features=partial(self.features, stage, low),
            random=stage.random,
            real=real,
            fake=fake,
            real_scores=real_scores,
            fake_scores=fake_scores,
        )

    def generate(self, stage: Stage, batch: Batch) -> Play:
        bands, low = stage.model.prepare(batch["real"]).unbind(2)
        fake = stage.networks["generator"](batch["latent"], low).flatten(1, 2)
        score, levels = partial(self.score, stage, low), low.shape[2]
        real = bands.flatten(1, 2) if stage.pairs("generator") else None
        real_scores: list[Tensor] | list[None] = [None] * levels
        if real is not None and stage.loss.paired:
            real_scores = by_level(score(real), levels)
        fake_scores = map(stage.weigh, by_level(score(fake), levels))
        losses = map(stage.loss.generator, real_scores, fake_scores)
        return Play(
            objective=torch.stack(list(losses)).mean(0),
            score=score,
            features=partial(self.features, stage, low),
            random=stage.random,
            real=real,
            fake=fake,
        )

    def score(self, stage: Stage, low: Tensor, bands: Tensor) -> Tensor:
        """Of band-pass rows `[R, B · levels, N]`, given low-pass ones `[R, B, levels, N]`; as flat."""
        return stage.networks["discriminator"](bands.view_as(low), low).flatten(1)

    def features(self, stage: Stage, low: Tensor, bands: Tensor) -> Tensor:
        """Those of all levels of an image, `[R, B, d]`."""
        return stage.networks["discriminator"].call("features", bands.view_as(low), low)


def by_level(scores: Tensor, levels: int) -> list[Tensor]:
    """`[R, B · levels]` to `[R, B]` for each level."""
    return list(scores.unflatten(1, (-1, levels)).unbind(-1))


def _name(regularizer: Regularizer) -> str:
    """As suites call it: its file's name."""
    return type(regularizer).__module__.rpartition(".")[2].replace("_", "-")
