from dataclasses import dataclass, field

import pytest
import torch
from torch import Tensor

from gbench.errors import UserError
from gbench.evaluation.features import Extracted, Features
from gbench.evaluation.samples import CHUNK, Samples


@dataclass(kw_only=True)
class Sums(Features):
    """The sum of each sample; remembers how many samples it was asked for."""

    asked: list[int] = field(default_factory=list)
    with_probabilities: bool = False

    def extract(self, images: Tensor) -> Extracted:
        self.asked.append(len(images))
        sums = images.flatten(1).sum(1, keepdim=True)
        return Extracted(sums, torch.cat([sums, 1 - sums], 1) if self.with_probabilities else None)


FAKE = torch.arange(12.0).reshape(2, 3, 2)
SUMS = torch.tensor([[[1.0], [5.0], [9.0]], [[13.0], [17.0], [21.0]]])


def test_features_of_all_replicas_are_computed_once() -> None:
    sums = Sums()
    samples = Samples(FAKE, {"sums": sums})
    assert samples.features("sums").equal(SUMS)
    assert samples.features("sums").equal(SUMS)
    assert sums.asked == [3, 3]


def test_parts_share_what_is_computed() -> None:
    sums = Sums(with_probabilities=True)
    samples = Samples(FAKE, {"sums": sums})
    assert samples.take(2).features("sums").equal(SUMS[:, :2])
    assert samples.replica(1).take(1).features("sums").equal(SUMS[1:, :1])
    assert samples.replica(1).probabilities("sums").equal(torch.cat([SUMS[1:], 1 - SUMS[1:]], -1))
    assert sums.asked == [3, 3]


def test_parts_hold_their_own_samples() -> None:
    samples = Samples(FAKE, {})
    assert samples.replicas == 2
    assert samples.take(2).fake.equal(FAKE[:, :2])
    assert samples.replica(1).fake.equal(FAKE[1:])


def test_taking_more_than_there_are_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="4 samples asked of 3"):
        Samples(FAKE, {}).take(4)


def test_features_without_probabilities_are_a_users_mistake() -> None:
    with pytest.raises(UserError) as error:
        Samples(FAKE, {"sums": Sums()}).probabilities("sums")
    assert str(error.value) == "features 'sums' give no class probabilities; use features of a classifier"


def test_the_discriminator_looks_once_at_each_sample() -> None:
    asked: list[int] = []

    def judge(samples: Tensor) -> Tensor:
        asked.append(samples.shape[1])
        return samples.sum(-1)

    samples = Samples(FAKE, {}, judge)
    assert torch.equal(samples.take(2).scores(), SUMS[:, :2, 0])
    assert torch.equal(samples.replica(1).scores(), SUMS[1:, :, 0])
    assert torch.equal(samples.scores(), SUMS[..., 0])
    assert asked == [3]


MANY = torch.arange(2.0 * (2 * CHUNK + 7)).reshape(2, -1, 1)  # two chunks and a part of the third


def test_no_more_chunks_are_computed_than_a_part_needs_and_none_twice() -> None:
    sums = Sums(with_probabilities=True)
    samples = Samples(MANY, {"sums": sums})
    assert samples.take(3).features("sums").equal(MANY[:, :3])
    assert sums.asked == [CHUNK] * 2
    assert samples.replica(1).take(CHUNK + 1).features("sums").equal(MANY[1:, : CHUNK + 1])
    assert samples.take(CHUNK - 1).features("sums").equal(MANY[:, : CHUNK - 1])
    assert sums.asked == [CHUNK] * 4
    assert samples.features("sums").equal(MANY)
    assert samples.probabilities("sums").equal(torch.cat([MANY, 1 - MANY], -1))
    assert sums.asked == [CHUNK] * 4 + [7] * 2


def test_the_discriminator_looks_at_no_more_chunks_than_a_part_needs() -> None:
    asked: list[int] = []

    def judge(samples: Tensor) -> Tensor:
        asked.append(samples.shape[1])
        return samples.sum(-1)

    samples = Samples(MANY, {}, judge)
    assert samples.take(5).scores().equal(MANY[:, :5, 0])
    assert samples.scores().equal(MANY[..., 0])
    assert asked == [CHUNK, CHUNK, 7]


def test_labels_go_with_the_samples() -> None:
    labels = torch.tensor([[0, 1, 2], [2, 1, 0]])
    samples = Samples(FAKE, {}, labels=labels)
    assert samples.labels is labels
    part = samples.replica(1).take(2).labels
    assert part is not None
    assert part.tolist() == [[2, 1]]
    assert Samples(FAKE, {}).take(2).labels is None
