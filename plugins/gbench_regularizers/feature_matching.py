"""Feature matching: to the discriminator, generated samples have the same mean features as real ones."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import Tensor

from gbench.api import Play, Regularizer, Setting, option
from gbench_regularizers._fit import flat_features, require_features, require_generator


@dataclass(kw_only=True)
class FeatureMatching(Regularizer):
    """Salimans et al.'s objective of the generator.

        squared     ‖E f(x) − E f(G(z))‖²
        absolute    mean over the features of |E f(x) − E f(G(z))|

    f are the discriminator's features before its head, the means are over the minibatch. The paper prints
    the squared norm; the authors' code minimises the absolute form. In both it is the generator's
    whole objective: `replaces` takes the loss's out, in value and in gradient, and leaves other penalties.
    """

    paper: ClassVar[str] = (
        "Salimans et al. 2016, Improved techniques for training GANs, section 3.1, arXiv:1606.03498"
    )
    paired: ClassVar[bool] = True

    on: str = option("generator", "the network that it acts on, and the turn of that name")
    weight: float = option(1.0, "factor (Salimans et al. 2016: the objective itself)", ge=0)
    norm: Literal["squared", "absolute"] = option("squared", "of the paper, or of the authors' code")
    replaces: bool = option(True, "take the place of the loss's objective, or add to it")

    def begin(self, setting: Setting) -> None:
        require_generator(self, setting)
        require_features(self, setting)

    def penalty(self, play: Play) -> Tensor:
        look = self.look(play)
        real, fake = (flat_features(look, *seen).mean(1) for seen in (look.real_seen, look.fake))
        difference = real - fake
        distance = difference.square().sum(-1) if self.norm == "squared" else difference.abs().mean(-1)
        return self.weight * distance - (play.objective if self.replaces else 0)
