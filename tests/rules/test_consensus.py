"""A rule that differentiates gradients again needs nothing but a file of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from gbench.api import Batch, Player, Rule
from gbench.evaluation.dataset import Data
from gbench.testing import make_cohort, make_identity, use

POINT = Data(train={"real": torch.zeros(4, 1)}, test={"real": torch.zeros(4, 1)}, shape=(1,))


@dataclass(kw_only=True)
class Consensus(Rule):
    """v + γ ∇½‖v‖² (Mescheder et al. 2017, eq. 13)."""

    weight: float

    def round(self, players: Sequence[Player], draw: Callable[[], Batch]) -> None:
        batch = draw()
        fields = [player.gradient(batch, create_graph=True) for player in players]
        squares = sum(g.reshape(len(g), -1).square().sum() for field in fields for g in field) / 2
        parameters = [p for player in players for p in player.parameters]
        pulls = iter(torch.autograd.grad(squares, parameters, materialize_grads=True))
        for player, field in zip(players, fields, strict=True):
            player.step([g.detach() + self.weight * next(pulls) for g in field])


def test_consensus_on_the_dirac_gan_has_the_eigenvalues_of_the_closed_form() -> None:
    """−γ/4 ± i/2, so that a step h scales the distance by |1 + h(−γ/4 + i/2)|."""
    identity = make_identity(
        dataset=use("dataset", "point-mass"),
        game=use("game", "dirac", theta=1e-3, psi=1e-3),
        model=None,
        loss=use("loss", "minimax"),
        optimizer={"use": "sgd", "lr": 0.1},
        budget={"steps": 1000, "batch_size": 1, "measurements": 1},
    )
    cohort = make_cohort(identity, POINT, range(2))
    cohort.rule = Consensus(weight=1.0)
    distances = []
    for _ in range(200):
        cohort.round()
        theta, psi = (next(iter(p.networks.values())).parameters for p in reversed(cohort.players))
        distances.append(np.hypot(theta["theta"][0].item(), psi["psi"][0].item()))
    expected = abs(1 + 0.1 * complex(-0.25, 0.5))
    assert (distances[-1] / distances[39]) ** (1 / 160) == pytest.approx(expected, abs=1e-4)
