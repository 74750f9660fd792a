"""Conditional GAN: both players are told the class of a sample."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Batch, Stage, Streams, UserError
from gbench_games.adversarial import Adversarial


@dataclass(kw_only=True)
class Cgan(Adversarial):
    """The two-player game with G(z, y) and D(x, y), of models that take labels.

    In each turn the labels y of the minibatch go with the real samples and with the generated ones, so the
    generator meets the classes as often as the data have them. Samples for metrics have classes drawn
    uniformly. Nobody knows the labels of samples that a metric wants judged, so they are not.
    """

    paper: ClassVar[str] = "Mirza and Osindero 2014, Conditional generative adversarial nets, arXiv:1411.1784"
    needs: ClassVar[tuple[str, ...]] = ("real", "label")
    passes: ClassVar[tuple[str, ...]] = ("label",)

    def begin(self, stage: Stage) -> None:
        if stage.loss.takes == "features":
            raise UserError(
                "game cgan needs a loss that takes scores, since features know no labels; use loss hinge"
            )
        shape = tuple(stage.data["real"].shape[1:])
        if any(regularizer.shape_seen(shape) != shape for regularizer in stage.regularizers):
            raise UserError("game cgan cannot judge several samples at once: each has a label of its own")

    def draws(self, stage: Stage, data: Callable[[str], Tensor]) -> dict[str, Callable[[], Tensor]]:
        return {**super().draws(stage, data), "label": lambda: data("label")}

    def given(self, batch: Batch) -> tuple[Tensor, ...]:
        return (batch["label"],)

    def sample(self, stage: Stage, random: Streams, count: int) -> Tensor:
        return self.labelled(stage, random, count)[0]

    def labelled(self, stage: Stage, random: Streams, count: int) -> tuple[Tensor, Tensor]:
        latent = stage.model.draw(random, "latent", count)
        labels = uniform_labels(stage, random, count)
        return stage.networks["generator"](latent, labels), labels

    def judge(self, stage: Stage, samples: Tensor) -> Tensor | None:
        return None


def uniform_labels(stage: Stage, random: Streams, count: int) -> Tensor:
    """Classes `[R, count]`, each of the data's as likely."""
    classes = int(stage.data["label"].max()) + 1
    return (random.uniform("label", (count,)) * classes).long()
