import io
from collections.abc import Callable

from rich.console import Console

from gbench.report.standings import Failure, Row
from gbench.report.table import plain_report, print_report

MakeRow = Callable[..., Row]


def test_the_report_as_text(make_row: MakeRow) -> None:
    rows = [
        make_row("wgan-gp", [8, 8, 8, 7], seconds=190),
        make_row("non-saturating", [2, 1, 3, None], diverged=(3,), seconds=42, point={"optimizer.lr": 0.001}),
    ]
    failures = [Failure("ring/lsgan", "out of memory\nafter 3 attempts")]
    assert plain_report(rows, failures, "results/stability") == (
        "ring\n"
        "\n"
        " technique                              modes ↑  kl ↓  converged  diverged  collapsed  time\n"
        " ──────────────────────────────────────────────────────────────────────────────────────────\n"
        " wgan-gp                               8 [7, 8]     2        3/4       0/4        0/4  3:10\n"
        " non-saturating[optimizer.lr=0.001]  1.5 [0, 3]   8.5        0/4       1/4        1/4  0:42\n"
        "\n"
        "failed  ring/lsgan: out of memory after 3 attempts\n"
        "curves and samples: gbench ui results/stability\n"
        "every statistic:    gbench report results/stability\n"
    )


def test_many_techniques_and_metrics_fit_a_hundred_columns(make_row: MakeRow) -> None:
    scores = {"modes": ("max", 0.0)} | {f"a-metric-with-a-name-{n}": ("min", None) for n in range(6)}
    rows = [make_row(f"technique-{n}", [n] * 8, scores=scores, seconds=1e5) for n in range(30)]
    lines = plain_report(rows).splitlines()
    assert max(map(len, lines)) <= 100
    assert "modes ↑" in lines[2]
    assert "a-metric-with-a-name-5" not in lines[2]
    assert [line.split()[0] for line in lines if "technique-" in line] == [
        f"technique-{n}" for n in range(29, -1, -1)
    ]


def test_protocols_have_a_line_of_their_own(make_row: MakeRow) -> None:
    keys = ["wasserstein-1-500-test", "modes-2.5k", "margin-1"]
    row = make_row("a", [8, 8], scores={"modes": ("max", 0.0)} | dict.fromkeys(keys, ("min", None)))
    _, _, stems, protocols, *_ = plain_report([row]).splitlines()
    assert stems.split() == ["wasserstein-1", "modes"]
    heads = ["technique", "modes ↑", "-500-test ↓", "-2.5k ↓", "margin-1 ↓"]
    assert protocols.split() == " ".join([*heads, "converged", "diverged", "collapsed", "time"]).split()


def test_a_wide_terminal_shows_every_metric(make_row: MakeRow) -> None:
    scores = {"modes": ("max", 0.0)} | {f"metric-{n}": ("min", None) for n in range(6)}
    assert "metric-5 ↓" in plain_report([make_row("a", [1], scores=scores)], width=200)


def test_brackets_of_names_are_no_markup(make_row: MakeRow) -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=100)
    print_report(console, [make_row("[red]a[/red]", [1])], [Failure("x", "[/bold] unbalanced")])
    assert "[red]a[/red]" in stream.getvalue()
    assert "failed  x: [/bold] unbalanced" in stream.getvalue()
