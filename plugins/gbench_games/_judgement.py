"""What a discriminator says of real and generated samples, as the loss takes it."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from gbench.api import Stage


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """real, fake: what the loss takes, `[R, B]` or features `[R, B, d]`; real is None where nobody asked.

    real_scores, fake_scores: `[R, B]`. score, features: of any samples.
    """

    real: Tensor | None
    fake: Tensor
    real_scores: Tensor | None
    fake_scores: Tensor
    score: Callable[[Tensor], Tensor]
    features: Callable[[Tensor], Tensor]


def judge(stage: Stage, real: Tensor | None, fake: Tensor, given: tuple[Tensor, ...] = ()) -> Judgement:
    """One look of the discriminator at samples `[R, B, ...]`, told what is `given` of them."""
    network = stage.networks["discriminator"]

    def score(samples: Tensor) -> Tensor:
        return network(samples, *given)

    def features(samples: Tensor) -> Tensor:
        return network.call("features", samples)

    if stage.loss.takes == "features":
        assert real is not None, "a loss that takes features is paired"
        return _by_features(stage, features, features(real), features(fake))
    real_scores, fake_scores = score(real) if real is not None else None, score(fake)
    return Judgement(
        real=real_scores,
        fake=fake_scores,
        real_scores=real_scores,
        fake_scores=fake_scores,
        score=score,
        features=features,
    )


def _by_features(stage: Stage, features: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor) -> Judgement:
    def witness(found: Tensor) -> Tensor:
        return stage.loss.witness(found, real, fake)

    return Judgement(
        real=real,
        fake=fake,
        real_scores=witness(real),
        fake_scores=witness(fake),
        score=lambda samples: witness(features(samples)),
        features=features,
    )
