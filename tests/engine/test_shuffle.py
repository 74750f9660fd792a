"""Groups of fields have orders of their own; fields of a group stay paired."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gbench.engine.seeds import derive
from gbench.engine.shuffle import Shuffle
from gbench.errors import UserError

CPU = torch.device("cpu")
GROUPS = (("real", "label"), ("source",))

sizes = st.integers(4, 12)
batches = st.integers(1, 4)
seeds = st.lists(st.integers(0, 2**32), min_size=1, max_size=3, unique=True)


def two_domains(reals: int, sources: int) -> dict[str, torch.Tensor]:
    """Samples that are their own numbers; those of the source are vectors."""
    return {
        "real": torch.arange(reals),
        "label": torch.arange(reals) + 100,
        "source": torch.arange(sources)[:, None].expand(sources, 2),
    }


def drawn(shuffle: Shuffle, count: int, field: str) -> torch.Tensor:
    """The numbers of `count` minibatches, `[count, R, B]`."""
    batches = [shuffle.next()[field] for _ in range(count)]
    return torch.stack([batch if batch.dim() == 2 else batch[..., 0] for batch in batches])


@given(sizes, sizes, batches, seeds)
def test_an_epoch_of_a_group_shows_no_sample_twice(
    reals: int, sources: int, batch: int, seeds: list[int]
) -> None:
    """And all of them, but for a last incomplete minibatch."""
    for field, size in (("real", reals), ("source", sources)):
        shuffle = Shuffle(two_domains(reals, sources), batch, seeds, CPU, GROUPS)
        per_epoch = size // batch
        for _ in range(3):
            for order in drawn(shuffle, per_epoch, field).movedim(1, 0).flatten(1).tolist():
                assert len(order) == len(set(order)) == size - size % batch
                assert set(order) <= set(range(size))


@given(sizes, sizes, batches, seeds)
def test_groups_do_not_see_each_other(reals: int, sources: int, batch: int, seeds: list[int]) -> None:
    """The order of `real` is that of data without a source, and of a source of another length; and so on."""
    both = Shuffle(two_domains(reals, sources), batch, seeds, CPU, GROUPS)
    other = Shuffle(two_domains(reals, 4), batch, seeds, CPU, GROUPS)
    alone = {
        field: Shuffle(fields, batch, seeds, CPU, GROUPS) for field, fields in split(reals, sources).items()
    }
    plain = Shuffle(split(reals, sources)["real"], batch, seeds, CPU)
    for _ in range(7):
        found = both.next()
        assert torch.equal(found["label"], found["real"] + 100)
        for field in ("real", "source"):
            assert torch.equal(found[field], alone[field].next()[field])
        assert torch.equal(found["real"], plain.next()["real"])
        assert torch.equal(found["real"], other.next()["real"])


def split(reals: int, sources: int) -> dict[str, dict[str, torch.Tensor]]:
    data = two_domains(reals, sources)
    return {"real": {"real": data["real"]}, "source": {"source": data["source"]}}


@given(sizes, sizes, batches, seeds, st.integers(0, 20))
def test_one_number_resumes_all_groups(
    reals: int, sources: int, batch: int, seeds: list[int], count: int
) -> None:
    whole, resumed = (Shuffle(two_domains(reals, sources), batch, seeds, CPU, GROUPS) for _ in range(2))
    for _ in range(count):
        whole.next()
    resumed.count = whole.count
    for _ in range(3):
        expected, found = whole.next(), resumed.next()
        assert all(torch.equal(found[field], expected[field]) for field in expected)


@given(sizes, sizes, batches, seeds)
def test_a_replicas_order_does_not_depend_on_its_neighbours(
    reals: int, sources: int, batch: int, seeds: list[int]
) -> None:
    data = two_domains(reals, sources)
    together = Shuffle(data, batch, seeds, CPU, GROUPS)
    alone = [Shuffle(data, batch, [seed], CPU, GROUPS) for seed in seeds]
    for _ in range(5):
        found = together.next()
        for row, shuffle in enumerate(alone):
            single = shuffle.next()
            assert all(torch.equal(found[field][row], single[field][0]) for field in found)


def test_orders_are_those_of_the_seeds_permutations() -> None:
    """The group of `real` keeps the seed of data with one group."""
    shuffle = Shuffle(two_domains(8, 8), 4, [3], CPU, GROUPS)
    for epoch in range(2):
        real, source = [], []
        for _ in range(2):
            batch = shuffle.next()
            real += batch["real"][0].tolist()
            source += batch["source"][0, :, 0].tolist()
        assert real == permuted(8, derive(3, "data", epoch))
        assert source == permuted(8, derive(3, "data", "source", epoch))


def permuted(size: int, seed: int) -> list[int]:
    order: list[int] = torch.randperm(size, generator=torch.Generator().manual_seed(seed)).tolist()
    return order


def test_groups_of_equal_length_are_in_different_orders() -> None:
    batch = Shuffle(two_domains(500, 500), 500, [0], CPU, GROUPS).next()
    same = (batch["real"] == batch["source"][..., 0]).sum().item()
    assert same < 10  # one on average


def test_a_batch_must_fit_every_group() -> None:
    with pytest.raises(UserError) as error:
        Shuffle(two_domains(8, 5), 6, [0], CPU, GROUPS)
    assert str(error.value) == "a batch of 6 is larger than the data set's 5 samples of 'source'"
    Shuffle({"real": torch.arange(8)}, 6, [0], CPU, GROUPS)
