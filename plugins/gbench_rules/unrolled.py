"""Unrolled GAN: the generator answers to the discriminator that it will meet a few steps from now."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from torch import Tensor

from gbench.api import Batch, Loss, Player, Regularizer, Replicas, Rule, Stage, option
from gbench_rules._players import apart, require_discriminator
from gbench_rules._steps import ahead, current_states


@dataclass(kw_only=True)
class Unrolled(Rule):
    """Everybody but the discriminator moves along the gradient of L(θ_G, θ_D^K(θ_G, θ_D)), where

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

    def begin(self, stage: Stage) -> None:
        require_discriminator("unrolled", stage)

    def round(self, players: Sequence[Player], draw: Callable[[], Batch]) -> None:
        batch = draw()
        discriminator, others = apart(players)
        stage = discriminator.stage
        with forgetting(stage.networks.values(), (stage.loss, *stage.regularizers)):
            parameters = self._unroll(discriminator, batch)
        with moved(discriminator, parameters), forgetting(discriminator.networks.values()):
            gradients = [player.gradient(batch) for player in others]
        discriminator.step(discriminator.gradient(batch))
        for player, gradient in zip(others, gradients, strict=True):
            player.step(gradient)

    def _unroll(self, discriminator: Player, batch: Batch) -> list[Tensor]:
        """θ_D^K, a function of all players' parameters."""
        parameters, states = discriminator.parameters, current_states(discriminator)
        for _ in range(self.steps):
            with moved(discriminator, parameters):
                gradients = discriminator.gradient(batch, create_graph=True)
            if self.inner == "sgd":
                parameters = [p - self.inner_lr * g for p, g in zip(parameters, gradients, strict=True)]
            else:
                parameters, states = ahead(discriminator, parameters, gradients, states)
        return parameters


@contextmanager
def moved(player: Player, parameters: Sequence[Tensor]) -> Iterator[None]:
    """The player's networks with other parameters for a while."""
    values = iter(parameters)
    with ExitStack() as stack:
        for network in player.networks.values():
            stack.enter_context(network.using({name: next(values) for name in network.parameters}))
        yield


@contextmanager
def forgetting(networks: Iterable[Replicas], components: Iterable[Loss | Regularizer] = ()) -> Iterator[None]:
    """What networks keep in buffers and components in memory is afterwards as it was before."""
    holders: list[tuple[Any, str]] = [(network, "buffers") for network in networks]
    holders += [(component, "memory") for component in components]
    kept = [getattr(holder, name) for holder, name in holders]
    for (holder, name), tensors in zip(holders, kept, strict=True):
        setattr(holder, name, {key: tensor.clone() for key, tensor in tensors.items()})
    try:
        yield
    finally:
        for (holder, name), tensors in zip(holders, kept, strict=True):
            setattr(holder, name, tensors)
