"""Top-k: the generator learns from those of its samples that the discriminator finds most realistic."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Regularizer, Setting, option
from gbench_regularizers._fit import require_generator


@dataclass(kw_only=True)
class TopK(Regularizer):
    """The generator's gradient is that of the mean over the k best of B samples.

        k = B · max(ν, ν^(t/τ)),   t the share of the budget that is done

    The best have the highest scores, or the lowest energies. The objective's value stays that of the whole
    minibatch; the gradients of the others are zero, and those of the k best B/k times as large. A rule that
    differentiates gradients again sees a curvature that is off by that factor.

    The paper multiplies k by .99 in each epoch, down to ν·B, reached after 69 epochs; here it falls as
    geometrically, and gets there after a share τ of the budget, so that a budget of any length anneals.
    """

    paper: ClassVar[str] = (
        "Sinha et al. 2020, Top-k training of GANs: improving GAN performance by throwing away bad samples, "
        "arXiv:2002.06224"
    )

    on: str = option("generator", "the network that it acts on, and the turn of that name")
    share: float = option(0.5, "ν, the share of the minibatch that is left (Sinha et al. 2020)", gt=0, le=1)
    annealing: float = option(
        0.5, "τ, the share of the budget after which it is reached (a choice)", gt=0, le=1
    )

    def begin(self, setting: Setting) -> None:
        require_generator(self, setting)
        if setting.looks_at == "features":
            raise self.refuse("ranks generated samples by their scores, and this loss takes features instead")

    def weigh(self, scores: Tensor, setting: Setting) -> Tensor:
        realism = -scores if setting.looks_at == "energies" else scores
        count = self._count(setting, scores.shape[1])
        ranks = realism.detach().argsort(-1, descending=True).argsort(-1)
        factors = (ranks < count) * (scores.shape[1] / count)
        constant = scores.detach()
        return constant + factors * (scores - constant)

    def _count(self, setting: Setting, batch: int) -> Tensor:
        """k, a whole number of at least 1, as a tensor: progress stays on the device."""
        share = (self.share ** (setting.progress / self.annealing)).clamp(min=self.share)
        return (batch * share).round().clamp(min=1)
