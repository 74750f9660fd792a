from pathlib import Path

import pytest

from gbench.errors import UserError
from gbench.report.comparing import as_json, compare, in_words, runs, summary_line, techniques
from gbench.report.reading import read_study
from tests.recipes import plain_recipe

from .recorded import new_run, record


def test_two_techniques_in_words(tmp_path: Path) -> None:
    run = new_run(tmp_path)
    record(run, "good", [[0.0, 9.0], [0.0, 8.0], [0.0, 9.0], [0.0, 8.0]])
    record(run, "bad", [[0.0, 4.0], [0.0, 3.0], [0.0, 4.0], [0.0, None]], diverged=(3,))
    (pair,) = techniques(read_study(tmp_path), "bad", "good")
    assert in_words(pair) == [
        "modes: good is better than bad, 8.5 [8, 9] against 3.5 [0, 4]. It wins on the same seed "
        "with probability 1 [0.51, 1]; the medians differ by 5 [5, 8].",
        "kl: good is better than bad, 1.5 [1, 2] against 6.5 [6, ∞]. It wins on the same seed "
        "with probability 1 [0.51, 1]; the medians differ by -5 [-∞, -5].",
        "bad reaches its thresholds on 0/4 seeds, good on 4/4.",
        "bad diverges on 1/4 seeds, good on 0/4.",
    ]


def test_unsure_and_equal(tmp_path: Path) -> None:
    run = new_run(tmp_path)
    scores = {"modes": ("max", 0.0)}
    record(run, "a", [[9.0], [8.0], [7.0]], scores=scores, thresholds={})
    record(run, "b", [[8.0], [9.0], [6.0]], scores=scores, thresholds={})
    record(run, "c", [[9.0], [8.0], [7.0]], scores=scores, thresholds={}, dataset="ring", point={"x": 1})
    study = read_study(tmp_path)
    assert in_words(*techniques(study, "a", "b"))[0].startswith(
        "modes: not sure, a is ahead of b, 8 [7, 9] against 8 [6, 9]. It wins on the same seed "
        "with probability 0.667 [0.208, 0.939]; the medians differ by 0"
    )
    assert in_words(*techniques(study, "a", "c[x=1]")) == [
        "modes: no difference between a, 8 [7, 9], and c[x=1], 8 [7, 9]."
    ]


def test_a_grid_is_compared_point_by_point(tmp_path: Path) -> None:
    run = new_run(tmp_path)
    for label, best in (("a", 9.0), ("b", 5.0)):
        for lr in (0.1, 0.2):
            record(run, label, [[best]] * 4, point={"lr": lr})
    pairs = techniques(read_study(tmp_path), "a", "b")
    assert [pair.title for pair in pairs] == ["ring[lr=0.1]", "ring[lr=0.2]"]
    assert summary_line(pairs) == (
        "By the first metric of each of 2: a is better in 2, b in 0, no telling in 0."
    )


def test_runs_are_paired_where_the_seed_is_the_same(tmp_path: Path) -> None:
    first, second, third = (new_run(tmp_path / name) for name in "abc")
    record(first, "x", [[1.0], [2.0]])
    record(second, "x", [[2.0], [3.0]])
    record(third, "x", [[2.0], [3.0]], recipe=plain_recipe("x", seed=1))
    studies = [read_study(tmp_path / name) for name in "abc"]
    (paired,) = runs(studies[0], studies[1], ("a", "b"))
    (apart,) = runs(studies[0], studies[2], ("a", "c"))
    assert (paired.paired, apart.paired) == (True, False)
    assert compare(paired, "modes").improvement.probability == 0
    assert compare(apart, "modes").improvement.probability == 1 / 8  # one tie among four pairs
    assert as_json(paired)["metrics"]["modes"]["median_difference"] == -1  # type: ignore[index]


def test_mistakes(tmp_path: Path) -> None:
    run = new_run(tmp_path / "a")
    record(run, "wgan", [[1.0]])
    record(run, "hinge", [[1.0]], finish=False)
    study = read_study(tmp_path / "a")
    with pytest.raises(UserError, match="no technique 'wgn' in small; did you mean 'wgan'\\?"):
        techniques(study, "wgn", "hinge")
    with pytest.raises(UserError, match="wgan and hinge have not both ended on any data set yet"):
        techniques(study, "wgan", "hinge")
    new_run(tmp_path / "b")
    with pytest.raises(UserError, match="the two runs have no cell in common that has ended in both"):
        runs(study, read_study(tmp_path / "b"), ("a", "b"))
