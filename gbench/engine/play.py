"""One evaluation of a turn's objective, and what it was computed from."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from gbench.engine.streams import Streams
from gbench.errors import UserError

BLIND = "a regularizer looks at real and generated samples in a turn that does not see both; set its `on`"


@dataclass(kw_only=True)
class Play:
    """What a turn did with a batch; regularizers add to its objective.

    objective: `[R]`, what the turn minimises.
    score: the discriminator's scores of any samples, `[R, B, ...] -> [R, B]`.
    features: the discriminator's features of any samples, `[R, B, ...] -> [R, B, d]`.
    real, fake: what the discriminator saw, `[R, B, ...]`. In a discriminator's turn both can be
        differentiated: `autograd.grad(real_scores.sum(), real, create_graph=True)`.
    real_scores, fake_scores: `[R, B]`.
    random: streams for the noise of penalties.
    """

    objective: Tensor
    score: Callable[[Tensor], Tensor]
    random: Streams
    features: Callable[[Tensor], Tensor] | None = None
    real: Tensor | None = None
    fake: Tensor | None = None
    real_scores: Tensor | None = None
    fake_scores: Tensor | None = None

    def samples(self) -> tuple[Tensor, Tensor]:
        """Real and generated samples; `UserError` in a turn that does not see both."""
        if self.real is None or self.fake is None:
            raise UserError(BLIND)
        return self.real, self.fake

    def scores(self) -> tuple[Tensor, Tensor]:
        """Scores of real and generated samples; `UserError` in a turn that does not give both."""
        if self.real_scores is None or self.fake_scores is None:
            raise UserError(BLIND)
        return self.real_scores, self.fake_scores
