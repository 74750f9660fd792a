"""What a game is handed: networks, components, and the one way for a discriminator to look at samples."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor

from gbench.engine.look import Look, Seen
from gbench.engine.loss import Loss
from gbench.engine.model import Model
from gbench.engine.regularizer import Regularizer
from gbench.engine.setting import Setting
from gbench.errors import UserError

Shown = Tensor | Seen | Callable[[], Tensor]
"""Samples, or several tensors that are judged together, or samples that are drawn if they are looked at."""


@dataclass(kw_only=True)
class Stage(Setting):
    """A setting with the components of one cohort; a game plays on it."""

    model: Model
    loss: Loss
    regularizers: list[Regularizer]

    coupled: bool = field(default=False)
    """Whether objectives can be differentiated through the networks that only look on in a turn.

    Rules that differentiate gradients again need it; the others save the work.
    """

    moving: frozenset[str] = field(default=frozenset())
    """The networks that move in the turn that is being played."""

    asked: set[tuple[int, str]] = field(default_factory=set)
    """What has been asked of components so far: pairs of a component's `id` and a method's name."""

    def run(self, network: str, *inputs: Tensor, method: str | None = None) -> Tensor:
        """The output of a network, or of one of its methods such as `features`, where that is one tensor."""
        replicas = self.networks[network]
        output: Tensor = replicas.call(method, *inputs) if method else replicas(*inputs)
        return output

    def frozen(self, network: str, *inputs: Tensor) -> Tensor:
        """The output of a network that does not move in this turn: without gradients, unless coupled."""
        if self.coupled:
            return self.run(network, *inputs)
        with torch.no_grad():
            return self.run(network, *inputs)

    def look(
        self,
        real: Shown | None,
        fake: Shown,
        *,
        by: str = "discriminator",
        told: Sequence[Tensor] = (),
        judge: Callable[..., Tensor] | None = None,
        trunk: Callable[..., Tensor] | None = None,
    ) -> Look:
        """A look of a discriminator at real and generated samples, as regularizers change what it sees.

        told: what the discriminator is told of them, such as labels; it is not judged.
        judge, trunk: what gives scores and features, if not the network and its method `features`.

        In a turn that moves the discriminator both sides become leaves, and what other networks have made of
        them keeps its graph only where the rule asks for it. In other turns real samples are drawn if the
        loss or a regularizer looks at them.
        """
        network = self.networks[by]
        deciding = by in self.moving
        if deciding:
            real_seen: Seen | None = self._leaves(self._shown(real, by, real=True))
            fake_seen = self._leaves(self._shown(fake, by))
        else:
            fake_seen = self._shown(fake, by)
            real_seen = self._shown(real, by, real=True) if self._looked_at(real) else None
        self.asked.add((id(self.loss), "discriminator" if deciding else "generator"))
        return Look(
            by=by,
            side="discriminator" if deciding else "generator",
            real=real_seen,
            fake=fake_seen,
            loss=self.loss,
            random=self.random,
            judge=judge or (lambda *seen: network(*seen, *told)),
            trunk=trunk or (lambda *seen: network.call("features", *seen)),
            weigh=self._weigh,
        )

    def _looked_at(self, real: Shown | None) -> bool:
        """Whether a turn that does not move the discriminator takes the real side."""
        if real is None or not callable(real):
            return real is not None
        return self.loss.paired or any(r.paired and r.on in self.moving for r in self.regularizers)

    def _shown(self, samples: Shown | None, by: str, real: bool = False) -> Seen:
        """What a discriminator sees: the first tensor is the sample, which regularizers may change."""
        if samples is None:
            raise UserError(f"{by} moves in a turn in which it sees no real samples")
        seen = samples() if callable(samples) else samples
        first, *others = (seen,) if isinstance(seen, Tensor) else seen
        if real:
            first = self.model.shown(first)
        for regularizer in self.regularizers:
            if regularizer.on == by and regularizer.offers("perturb"):
                if others and regularizer.offers("shape_seen"):
                    raise UserError(f"{regularizer.name} joins samples, but {by} judges pairs; drop it")
                self.asked.add((id(regularizer), "perturb"))
                first = regularizer.perturb(first, self)
        return (first, *others)

    def _leaves(self, seen: Seen) -> Seen:
        return tuple(x if self.coupled and x.requires_grad else x.detach().requires_grad_() for x in seen)

    def _weigh(self, scores: Tensor) -> Tensor:
        for regularizer in self.regularizers:
            if regularizer.on in self.moving and regularizer.offers("weigh"):
                self.asked.add((id(regularizer), "weigh"))
                scores = regularizer.weigh(scores, self)
        return scores

    @contextmanager
    def playing(self, moving: frozenset[str], coupled: bool) -> Iterator[None]:
        """A turn that moves these networks is evaluated."""
        former = self.moving, self.coupled
        self.moving, self.coupled = moving, coupled
        try:
            yield
        finally:
            self.moving, self.coupled = former
