"""`gbench contest`, and contests in `gbench run` and `gbench report`."""

import json
from pathlib import Path

from .conftest import Run

SUITE = """\
name: small
seeds: 2
budget: {steps: 4, batch_size: 8, measurements: 1}
datasets: [ring]
metrics: [{use: modes, samples: 64}]
techniques: [non-saturating]
models: {ring: {use: mlp, width: 8}}
contests: [{use: tournament, samples: 50}]
"""
INLINE = ("--executor", "inline", "--tracking", "none")


def test_a_run_holds_them_and_the_verb_holds_others(run: Run) -> None:
    Path("small.yaml").write_text(SUITE)
    first = run("run", "small.yaml", *INLINE)
    assert first.code == 0
    assert "holding 1 contest\n" in first.err
    assert "ring: tournament" in first.out

    again = run("contest", "results/small")
    assert (again.code, again.err) == (0, "nothing to do: all contests are held\n")
    assert "tournament-win-rate-50 ↑" in again.out

    other = run("contest", "results/small", "--set", "contests=[{use: nrds, samples: 50, epochs: 2}]")
    assert (other.code, other.err) == (0, "holding 1 contest\n")
    assert "nrds-pixels-50 ↑" in other.out

    found = json.loads(run("report", "results/small", "--format", "json").out)["contests"]
    assert [contest["contest"] for contest in found] == ["nrds", "tournament"]
    assert found[0]["techniques"]["non-saturating"]["nrds-pixels-50"]
    assert "## ring: nrds" in run("report", "results/small", "--format", "markdown").out


def test_a_run_that_is_trained_holds_what_is_due(run: Run) -> None:
    Path("small.yaml").write_text(SUITE)
    run("run", "small.yaml", *INLINE)
    again = run("run", "small.yaml", *INLINE, "--set", "contests=[{use: gam, samples: 50}]")
    assert again.code == 0
    assert "holding 1 contest\n" in again.err
    assert "ring: gam" in again.out


def test_mistakes_are_told(run: Run) -> None:
    Path("small.yaml").write_text(SUITE.replace("seeds: 2", "seeds: 1").replace("contests", "#"))
    run("run", "small.yaml", *INLINE)
    bare = run("contest", "results/small")
    assert (bare.code, bare.err) == (
        2,
        "error: the suite has no contests; name some, as --set 'contests=[tournament, nrds]'\n",
    )
    unkept = run("contest", "results/small", "--set", "contests=[gam]")
    assert unkept.code == 1
    assert "its networks were not kept, for it was trained before the suite had contests" in unkept.err
    untrained = run("contest", "results/small", "--set", "contests=[gam]", "--set", "seed=1")
    assert (untrained.code, untrained.err) == (
        2,
        "error: results/small: no cell of the suite is trained to its end\n",
    )
    nowhere = run("contest", "results/none")
    assert nowhere.code == 2
    assert "no run here; `gbench run SUITE` makes one" in nowhere.err
