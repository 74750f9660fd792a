"""Conditional GAN: both players are told the class of a sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Batch, Setting, Stage, Streams, Turn, UserError
from gbench_games.adversarial import Adversarial


@dataclass(kw_only=True)
class Cgan(Adversarial):
    """The two-player game with G(z, y) and D(x, y), of models that take labels.

    In each turn the labels y of the minibatch go with the real samples and with the generated ones, so the
    generator meets the classes as often as the data have them. Samples for metrics have classes drawn
    uniformly. A metric's samples come without labels, so the discriminator cannot score them.
    """

    paper: ClassVar[str] = "Mirza and Osindero 2014, Conditional generative adversarial nets, arXiv:1411.1784"
    needs: ClassVar[tuple[str, ...]] = ("real", "label")
    passes: ClassVar[tuple[str, ...]] = ("label",)

    def begin(self, setting: Setting) -> None:
        if setting.looks_at == "features":
            raise UserError(
                "game cgan needs a loss that takes scores, since features know no labels; use loss hinge"
            )

    def turns(self, stage: Stage) -> Sequence[Turn]:
        if any(regularizer.offers("shape_seen") for regularizer in stage.regularizers):
            raise UserError("game cgan cannot judge several samples at once: each has a label of its own")
        return super().turns(stage)

    def telling(self, batch: Batch) -> tuple[Tensor, ...]:
        return (batch["label"],)

    def inputs(self, stage: Stage, random: Streams, count: int) -> Mapping[str, Tensor]:
        return {**super().inputs(stage, random, count), "label": uniform_labels(stage, random, count)}


def uniform_labels(setting: Setting, random: Streams, count: int) -> Tensor:
    """Classes `[R, count]`, each of the data's as likely."""
    classes = int(setting.data["label"].max()) + 1
    return (random.uniform("label", (count,)) * classes).long()
