"""StackGAN: a conditional game whose discriminator also sees real samples with a wrong label."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from torch import Tensor

from gbench.api import Batch, Play, Setting, Stage, UserError, option
from gbench_games.cgan import Cgan


@dataclass(kw_only=True)
class Stackgan(Cgan):
    """The conditional game with a matching-aware discriminator and a penalty on the conditions' law:

        discriminator   ½ [loss(D(x, y), D(G(z, y), y)) + loss(D(x, y), D(x, y'))],   y' ≠ y uniform
        generator       loss(D(G(z, y), y)) + weight · E KL(N(μ(y), σ(y)²) ‖ N(0, I)) / n

    So a generated sample and a real one with the wrong label count half each, as in the authors' code, where
    another image is drawn in place of another label. The KL is that of the generator's conditioning
    augmentation of n dimensions, if it has one, as model `stacked` does; another model that takes labels
    plays the game of Reed et al. 2016 (GAN-CLS).

    Weight and 1/n are the authors' code's; the paper has λ = 1 without 1/n, which is weight = n. On digits
    (n = 32, 1600 rounds) that leaves a KL of 1.3 nats, too little for c to tell ten classes, log 10 = 2.3
    nats; weight 2 leaves 3.5.

    Which of two stages trains, and when, is the model's.
    """

    paper: ClassVar[str] = (
        "Zhang et al. 2017, StackGAN: text to photo-realistic image synthesis with stacked generative "
        "adversarial networks, arXiv:1612.03242"
    )

    weight: float = option(2.0, "λ (Zhang et al. 2017, code; the paper has 1)", ge=0)

    def begin(self, setting: Setting) -> None:
        super().begin(setting)
        if int(setting.data["label"].max()) < 1:
            raise UserError(
                "game stackgan shows real samples with a wrong label, but the data have one class"
            )

    def draws(self, stage: Stage, data: Callable[[str], Tensor]) -> dict[str, Callable[[], Tensor]]:
        return {**super().draws(stage, data), "wrong": lambda: wrong_labels(stage, data("label"))}

    def discriminator_turn(self, stage: Stage, batch: Batch) -> Play:
        play = super().discriminator_turn(stage, batch)
        look = play.looks["discriminator"]
        wrong = stage.networks["discriminator"](*look.real_seen, batch["wrong"])
        mismatched = stage.loss.discriminator(look.real_scores, wrong)
        return replace(play, objective=(play.objective + mismatched) / 2)

    def generator_turn(self, stage: Stage, batch: Batch) -> Play:
        play, generator = super().generator_turn(stage, batch), stage.networks["generator"]
        if not hasattr(generator.module, "divergence"):
            return play
        divergence = generator.call("divergence", batch["label"]).mean(-1)
        return replace(play, objective=play.objective + self.weight * divergence)


def wrong_labels(setting: Setting, label: Tensor) -> Tensor:
    """For each label `[R, B]` another one, each of the others as likely."""
    classes = int(setting.data["label"].max()) + 1
    shift = (setting.random.uniform("wrong", label.shape[1:]) * (classes - 1)).long()
    return (label + 1 + shift) % classes
