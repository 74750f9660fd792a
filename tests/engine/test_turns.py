"""Turns: what they may name and move, when they are taken, and the replicas that they let rest."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import torch
from torch import Tensor

from gbench.api import Batch, Play, Stage, Turn
from gbench.errors import UserError
from tests.engine.small_games import Pair, parameters, playing


@dataclass(kw_only=True)
class Changed(Pair):
    """The pair's game with other values in one of its turns."""

    number: int = 0
    changes: dict[str, Any] = field(default_factory=dict)

    def turns(self, stage: Stage) -> Sequence[Turn]:
        turns = list(super().turns(stage))
        turns[self.number] = replace(turns[self.number], **self.changes)
        return turns


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"name": "discriminater"},
            "game pair has a turn 'discriminater' without an optimizer; did you mean 'discriminator'?",
        ),
        (
            {"moves": ("discriminater",)},
            "turn discriminator moves 'discriminater'; did you mean 'discriminator'?",
        ),
        (
            {"moves": ("discriminator.haed",)},
            "turn discriminator moves 'discriminator.haed', but discriminator has no such part",
        ),
    ],
)
def test_a_turn_that_cannot_be_taken_is_refused(changes: dict[str, Any], text: str) -> None:
    with pytest.raises(UserError) as error:
        playing(Changed(changes=changes))
    assert str(error.value) == text


def test_a_part_that_moves_alone_leaves_the_rest_as_it_was() -> None:
    cohort = playing(Changed(changes={"moves": ("discriminator.head",)}))
    before = parameters(cohort)
    cohort.round()
    after = parameters(cohort)
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    heads = {name for name in before if name.startswith("discriminator.head.")}
    assert heads
    assert {name for name in moved if name.startswith("discriminator.")} == heads
    assert any(name.startswith("generator.") for name in moved)


def test_a_turn_is_taken_in_its_phase() -> None:
    """The generator moves from half of the budget on; 20 rounds."""
    cohort = playing(Changed(number=1, changes={"active": lambda progress: progress >= 0.5}))
    moved = []
    for _ in range(20):
        before = parameters(cohort)
        cohort.round()
        after = parameters(cohort)
        moved.append(
            tuple(
                any(not torch.equal(before[k], after[k]) for k in before if k.startswith(network))
                for network in ("discriminator", "generator")
            )
        )
    assert moved == [(True, False)] * 10 + [(True, True)] * 10


@dataclass(kw_only=True)
class Gated(Pair):
    """A discriminator that moves in chosen replicas, once the gate is shut."""

    gate: Tensor | None = None

    def discriminator_turn(self, stage: Stage, batch: Batch) -> Play:
        return replace(super().discriminator_turn(stage, batch), moves=self.gate)


def moments(cohort: Any) -> list[Tensor]:
    """Adam's moments of the discriminator, `[R, ...]` each."""
    player = cohort.players[0]
    states = [player.optimizer.state_of(parameter) for parameter in player.parameters]
    return [state[name].clone() for state in states if state for name in ("exp_avg", "exp_avg_sq")]


@pytest.mark.parametrize("rounds", [0, 2])
def test_a_gated_replica_keeps_its_parameters_and_moments_and_its_neighbours_go_on(rounds: int) -> None:
    gated, free = playing(Gated()), playing(Gated())
    for _ in range(rounds):
        gated.round()
        free.round()
    before = parameters(gated)
    kept = moments(gated) if rounds else None
    gated.game.gate = torch.tensor([True, False, True])
    for cohort in (gated, free):
        judge = cohort.players[0]
        judge.step(judge.gradient(cohort.draw()))
    theirs = parameters(free)
    for name, value in parameters(gated).items():
        assert torch.equal(value[1], before[name][1])
        assert torch.equal(value[[0, 2]], theirs[name][[0, 2]])
    kept = kept or [torch.zeros_like(moment) for moment in moments(gated)]
    for ours, former, other in zip(moments(gated), kept, moments(free), strict=True):
        assert torch.equal(ours[1], former[1])
        assert torch.equal(ours[[0, 2]], other[[0, 2]])
    assert not torch.equal(theirs["discriminator.head.weight"][1], before["discriminator.head.weight"][1])


def test_which_replicas_move_is_a_curve() -> None:
    cohort = playing(Gated(gate=torch.tensor([True, False, True])))
    assert cohort.round()["moves/discriminator"].tolist() == [1.0, 0.0, 1.0]
