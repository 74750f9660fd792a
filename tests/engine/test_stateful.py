"""Components that remember: in checkpoints, for each replica by itself."""

from dataclasses import dataclass

import torch
from torch import Tensor

from gbench.api import Loss, Stage
from gbench.engine.cohort import Cohort
from gbench.testing import make_cohort


@dataclass(kw_only=True)
class Growing(Loss):
    """A loss whose weight is the number of its turns so far, as BEGAN's k is a running control."""

    def begin(self, stage: Stage) -> None:
        self.memory["turns"] = torch.zeros(stage.size)

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        self.memory["turns"] += 1
        return self.memory["turns"] * (fake - real).mean(-1)

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        return -fake.mean(-1)


def growing() -> Cohort:
    cohort = make_cohort()
    loss = Growing()
    loss.begin(cohort.stage)
    cohort.stage.loss = loss
    cohort.components[1] = loss
    return cohort


def test_a_memory_is_resumed() -> None:
    whole, first, second = growing(), growing(), growing()
    for _ in range(5):
        whole.round()
    for _ in range(2):
        first.round()
    second.load_state(first.state())
    for _ in range(3):
        last = second.round()
    assert second.stage.loss.memory["turns"].tolist() == [5.0] * 3
    assert torch.equal(last["objective/discriminator"], whole.players[0].latest["objective/discriminator"])
