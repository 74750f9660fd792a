from collections.abc import Callable

from gbench.report.standings import Row, standings

MakeRow = Callable[..., Row]


def techniques(rows: list[Row]) -> list[str]:
    return [row.technique for row in standings(rows)[0].rows]


def test_ranked_by_the_median_of_the_primary_metric(make_row: MakeRow) -> None:
    rows = [make_row("a", [1, 2, 3]), make_row("b", [7, 8, 8]), make_row("c", [5, 5, 5])]
    assert techniques(rows) == ["b", "c", "a"]


def test_less_is_better_where_the_metric_says_so(make_row: MakeRow) -> None:
    assert techniques([make_row("far", [1], primary="kl"), make_row("near", [9], primary="kl")]) == [
        "near",
        "far",
    ]


def test_ties_go_to_what_converges_more_often_then_by_name(make_row: MakeRow) -> None:
    rows = [make_row("z", [7, 7, 7]), make_row("often", [7, 7, 8]), make_row("a", [7, 7, 7])]
    assert techniques(rows) == ["often", "a", "z"]


def test_diverged_cells_come_last(make_row: MakeRow) -> None:
    broken = make_row("broken", [9, 9], diverged=(0, 1), primary="kl")
    assert techniques([broken, make_row("poor", [0, 0], primary="kl")]) == ["poor", "broken"]


def test_data_sets_keep_the_order_of_the_suite(make_row: MakeRow) -> None:
    rows = [make_row("a", [1], dataset=name) for name in ("ring", "digits", "ring")]
    assert [(s.dataset, len(s.rows)) for s in standings(rows)] == [("ring", 2), ("digits", 1)]


def test_texts_of_a_row(make_row: MakeRow) -> None:
    rows = [make_row("a", [8, 8, 6, None], diverged=(3,), seconds=190, point={"optimizer.lr": 0.0001})]
    (standing,) = standings(rows)
    assert standing.columns == ["technique", "modes ↑", "kl ↓", "converged", "diverged", "collapsed", "time"]
    assert standing.lines() == [["a[optimizer.lr=0.0001]", "7 [0, 8]", "3", "2/4", "1/4", "1/4", "3:10"]]


def test_a_cell_that_has_nothing_to_say(make_row: MakeRow) -> None:
    row = make_row("a", [], thresholds={})
    assert standings([row])[0].lines() == [["a", "–", "–", "–", "–", "–", "1:00"]]


def test_without_a_primary_metric_convergence_decides(make_row: MakeRow) -> None:
    rows = [
        make_row("c", [2], primary=None),
        make_row("b", [8], primary=None),
        make_row("a", [1], primary=None),
    ]
    (standing,) = standings(rows)
    assert [row.technique for row in standing.rows] == ["b", "a", "c"]
    assert standing.columns[:3] == ["technique", "modes ↑", "kl ↓"]
