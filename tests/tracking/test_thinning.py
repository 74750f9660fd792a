from hypothesis import given
from hypothesis import strategies as st

from gbench.tracking.thinning import Thinning


def kept(total: int, steps: list[int]) -> list[int]:
    thinning = Thinning(total)
    return [step for step in steps if thinning.keeps("loss", step)]


def test_a_short_curve_is_kept_whole() -> None:
    steps = list(range(150, 3001, 150))
    assert kept(3000, steps) == steps


def test_a_long_curve_keeps_the_first_point_of_each_part() -> None:
    steps = kept(2999, list(range(3000)))
    assert steps == list(range(0, 3000, 10))


@given(
    total=st.integers(1, 10**6),
    steps=st.lists(st.integers(0, 2 * 10**6), max_size=400).map(sorted),
    cut=st.integers(0, 400),
)
def test_a_curve_read_in_two_passes_keeps_the_same_points(total: int, steps: list[int], cut: int) -> None:
    first = Thinning(total)
    early = [step for step in steps[:cut] if first.keeps("loss", step)]
    second = Thinning(total, first.latest)
    late = [step for step in steps[cut:] if second.keeps("loss", step)]
    assert early + late == kept(total, steps)
    assert len(early + late) <= 300


def test_curves_are_thinned_apart() -> None:
    thinning = Thinning(10_000)
    assert [thinning.keeps(curve, 7) for curve in ("a", "b", "a")] == [True, True, False]
