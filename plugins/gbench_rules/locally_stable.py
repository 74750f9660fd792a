"""Locally stable GAN: the generator also descends the norm of the discriminator's gradient."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch

from gbench.api import Batch, Player, Rule, Setting, option
from gbench_rules._players import apart, require_discriminator, squared_norm


@dataclass(kw_only=True)
class LocallyStable(Rule):
    """Simultaneous updates of the discriminator on L_D and of everybody else on L + η ‖∇_D L_D‖².

    ∇_D is the gradient in the discriminator's parameters, whose own update stays as it was. In the bilinear
    game min_x max_y xy it adds 2ηx to the gradient of x.
    """

    paper: ClassVar[str] = (
        "Nagarajan and Kolter 2017, Gradient descent GAN optimization is locally stable, section 4, "
        "arXiv:1706.04156"
    )

    weight: float = option(0.5, "η (Nagarajan and Kolter 2017)", ge=0)

    def begin(self, setting: Setting) -> None:
        require_discriminator(self, setting)

    def round(self, players: Sequence[Player], draw: Callable[[], Batch]) -> None:
        batch = draw()
        judges, others = apart(players)
        steepness = [judge.gradient(batch, create_graph=True) for judge in judges]
        norm = squared_norm([gradient for gradients in steepness for gradient in gradients]).sum()
        for player in others:
            pulls = torch.autograd.grad(norm, player.parameters, retain_graph=True, materialize_grads=True)
            moves = zip(player.gradient(batch), pulls, strict=True)
            gradients = [gradient + self.weight * pull for gradient, pull in moves]
            player.check(gradients)
            player.step(gradients)
        for judge, gradients in zip(judges, steepness, strict=True):
            judge.step([gradient.detach() for gradient in gradients])
