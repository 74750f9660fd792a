"""Seeds, streams and data order: functions of names and counters."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gbench.engine.seeds import derive
from gbench.engine.shuffle import Shuffle
from gbench.engine.streams import Streams

CPU = torch.device("cpu")


def test_derived_seeds_are_fixed_for_ever() -> None:
    """sha256, so that every machine and every version agrees."""
    assert derive(0, "ring", 3, "latent") == 4100243179955548808
    assert derive("a") != derive("b")
    assert derive(1, "1") != derive("1", 1)


@given(st.lists(st.integers(), min_size=1, max_size=4))
def test_derived_seeds_are_63_bits(axes: list[int]) -> None:
    assert 0 <= derive(*axes) < 2**63


def test_a_stream_does_not_depend_on_other_streams_or_replicas() -> None:
    alone, busy = Streams([5], CPU), Streams([4, 5, 6], CPU)
    busy.uniform("other", (3,))
    for _ in range(100):
        assert torch.equal(alone.normal("latent", (8, 2))[0], busy.normal("latent", (8, 2))[1])


def test_a_stream_resumes_in_the_middle_of_a_chunk() -> None:
    whole, broken = Streams([1, 2], CPU), Streams([1, 2], CPU)
    draws = [whole.normal("latent", (4,)) for _ in range(70)]
    resumed = Streams([1, 2], CPU)
    for _ in range(69):
        broken.normal("latent", (4,))
    resumed.resume(broken.counters)
    assert torch.equal(resumed.normal("latent", (4,)), draws[69])


def test_draws_are_what_they_say() -> None:
    streams = Streams(range(4), CPU)
    normal = torch.stack([streams.normal("n", (500,)) for _ in range(20)])
    uniform = torch.stack([streams.uniform("u", (500,)) for _ in range(20)])
    assert normal.mean().item() == pytest.approx(0, abs=0.02)
    assert normal.std().item() == pytest.approx(1, abs=0.02)
    assert uniform.mean().item() == pytest.approx(0.5, abs=0.01)
    assert uniform.min() >= 0
    assert uniform.max() < 1


def test_each_replica_sees_all_data_once_an_epoch_in_its_own_order() -> None:
    data = {"real": torch.arange(12.0)[:, None], "label": torch.arange(12)}
    shuffle = Shuffle(data, 4, [0, 1], CPU)
    epoch = [shuffle.next() for _ in range(3)]
    seen = torch.cat([batch["label"] for batch in epoch], 1)
    assert not torch.equal(seen[0], seen[1])
    for order in seen:
        assert sorted(order.tolist()) == list(range(12))
    assert torch.equal(epoch[0]["real"][..., 0].long(), epoch[0]["label"])


def test_the_order_resumes_from_its_counter() -> None:
    data = {"real": torch.arange(10.0)[:, None]}
    whole, resumed = Shuffle(data, 3, [7], CPU), Shuffle(data, 3, [7], CPU)
    batches = [whole.next()["real"] for _ in range(9)]
    resumed.count = 5
    assert torch.equal(resumed.next()["real"], batches[5])
