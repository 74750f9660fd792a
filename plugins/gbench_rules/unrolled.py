"""Unrolled GAN: the generator answers to the discriminator that it will meet a few steps from now."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import Tensor

from gbench.api import Batch, Player, Replicas, Rule, Setting, State, UserError, option
from gbench_rules._players import apart, require_discriminator


@dataclass(kw_only=True)
class Unrolled(Rule):
    """All players but the discriminator move along the gradient of L(θ_G, θ_D^K(θ_G, θ_D)), where

        θ_D^0 = θ_D        θ_D^{k+1} = θ_D^k − step(∇ L_D(θ_G, θ_D^k))

    and the gradient flows through all K steps. The discriminator itself moves by one real step,
    simultaneously. All of a round happens on one batch, as in the authors' toy code, whose inner steps are
    those of the discriminator's optimizer; the paper's equations have gradient descent. Weight clipping and
    other projections act on the real step alone. K = 0 is the simultaneous rule.

    Keeps K graphs of the discriminator's gradient: time and memory grow with K.
    """

    paper: ClassVar[str] = (
        "Metz et al. 2017, Unrolled generative adversarial networks, section 2.2, arXiv:1611.02163"
    )

    steps: int = option(5, "K, steps of the discriminator that are looked ahead (Metz et al. 2017)", ge=0)
    inner: Literal["optimizer", "sgd"] = option(
        "optimizer", "what steps: the discriminator's optimizer from its state of now, or gradient descent"
    )
    inner_lr: float = option(0.01, "learning rate of `inner: sgd` (a choice)", gt=0)

    def begin(self, setting: Setting) -> None:
        require_discriminator(self, setting)

    def check(self, players: Sequence[Player]) -> None:
        for judge in apart(players)[0]:
            if self.steps and self.inner == "optimizer" and not judge.optimizer.looks_ahead:
                raise UserError(
                    f"rule {self.name} differentiates the steps of the optimizer of turn {judge.name}, and "
                    f"{judge.optimizer.name}'s cannot be; use `rule.inner: sgd` or another one, such as adam"
                )

    def round(self, players: Sequence[Player], draw: Callable[[], Batch]) -> None:
        batch = draw()
        judges, others = apart(players)
        networks = players[0].stage.networks.values()
        with ExitStack() as stack:
            with forgetting(networks):
                unrolled = self._unroll(judges, batch)
            for judge, parameters in zip(judges, unrolled, strict=True):
                stack.enter_context(judge.using(parameters))
                stack.enter_context(forgetting(judge.networks.values()))
            # all of them are differentiated through the same steps ahead
            gradients = [player.gradient(batch, retain_graph=player is not others[-1]) for player in others]
        for judge in judges:
            judge.step(judge.gradient(batch))
        for player, gradient in zip(others, gradients, strict=True):
            player.step(gradient)

    def _unroll(self, judges: Sequence[Player], batch: Batch) -> list[list[Tensor]]:
        """θ_D^K of each discriminator's player, a function of all players' parameters."""
        parameters = [judge.parameters for judge in judges]
        states = [[judge.optimizer.state_of(p) for p in judge.parameters] for judge in judges]
        for _ in range(self.steps):
            with ExitStack() as stack:
                for judge, values in zip(judges, parameters, strict=True):
                    stack.enter_context(judge.using(values))
                gradients = [judge.gradient(batch, create_graph=True) for judge in judges]
            for number, judge in enumerate(judges):
                parameters[number], states[number] = self._ahead(
                    judge, parameters[number], gradients[number], states[number]
                )
        return parameters

    def _ahead(
        self, judge: Player, parameters: list[Tensor], gradients: list[Tensor], states: list[State]
    ) -> tuple[list[Tensor], list[State]]:
        if self.inner == "sgd":
            return [p - self.inner_lr * g for p, g in zip(parameters, gradients, strict=True)], states
        moves = zip(parameters, gradients, states, strict=True)
        moved = [judge.optimizer.ahead(p, gradient, state) for p, gradient, state in moves]
        return [p for p, _ in moved], [state for _, state in moved]


@contextmanager
def forgetting(networks: Iterable[Replicas]) -> Iterator[None]:
    """Networks' buffers are afterwards what they were before: running statistics, counts of passes."""
    kept = [(network, network.buffers) for network in networks]
    for network, buffers in kept:
        network.buffers = {name: tensor.clone() for name, tensor in buffers.items()}
    try:
        yield
    finally:
        for network, buffers in kept:
            network.buffers = buffers
