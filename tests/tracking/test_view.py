import base64
import json
import zlib
from typing import Any

from gbench.tracking.view import view_link, view_tags
from tests.tracking.sweep import CELLS, make_cell


def unpack(value: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The envelope and the state, read as MLflow's page reads them."""
    envelope = json.loads(value)
    header, _, packed = envelope["state"].partition(";")
    assert header == "deflate"
    return envelope, json.loads(zlib.decompress(base64.b64decode(packed)))


STATISTICS = {
    *("converged", "diverged", "median/modes", "iqr/modes"),
    *("ring/converged", "ring/diverged", "ring/oscillation", "ring/last/modes", "ring/last/path-norm"),
    *("ring/sampling-error/modes", "ring/contest/skill-rating"),
}


def test_the_techniques_view() -> None:
    cells = [*CELLS, make_cell("wgan-gp", dataset="digits", probed={"path-norm": ("min", None)})]
    cells.append(make_cell("wgan-gp", probed={"path-norm": ("min", None)}))
    envelope, state = unpack(view_tags(cells, STATISTICS, 1234, ["path"])["mlflow.sharedViewState.gbench"])
    assert (envelope["name"], envelope["createdAt"]) == ("gbench: techniques", 1234)
    assert state["searchFilter"] == "tags.`gbench.kind` != 'replica'"
    charts = [
        (chart["metricSectionId"], chart["type"], chart.get("metricKey") or chart["imageKeys"])
        for chart in state["compareRunCharts"]
    ]
    assert charts == [
        ("digits: who is ahead", "LINE", "digits/modes"),
        ("digits: the other metrics", "LINE", "digits/fd-pixels"),
        ("ring: who is ahead", "BAR", "ring/last/modes"),
        ("ring: who is ahead", "LINE", "ring/modes"),
        ("ring: who is ahead", "BAR", "ring/converged"),
        ("ring: who is ahead", "BAR", "ring/diverged"),
        ("ring: the other metrics", "LINE", "ring/fd-pixels"),
        ("ring: how it trained", "BAR", "ring/oscillation"),
        ("ring: how it trained", "BAR", "ring/sampling-error/modes"),
        ("ring: probes", "BAR", "ring/last/path-norm"),
        ("ring: contests", "BAR", "ring/contest/skill-rating"),
        ("Samples of seed 0", "IMAGE", ["samples"]),
        ("Path of seed 0", "IMAGE", ["path"]),
    ]


def test_the_table_ranks() -> None:
    _, state = unpack(view_tags(CELLS, STATISTICS, 1)["mlflow.sharedViewState.gbench"])
    assert (state["orderByKey"], state["orderByAsc"]) == ("tags.`gbench.rank`", True)
    assert state["selectedColumns"] == [
        "tags.`gbench.rank`",
        "metrics.`median/modes`",
        "metrics.`converged`",
        "metrics.`diverged`",
        "tags.`gbench.state`",
    ]


def test_the_seeds_view_groups_by_cell() -> None:
    _, state = unpack(view_tags(CELLS, [], 1)["mlflow.sharedViewState.gbench-seeds"])
    assert state["groupBy"] == {
        "aggregateFunction": "average",
        "groupByKeys": [{"mode": "tag", "groupByData": "gbench.name"}],
    }
    assert [chart["metricKey"] for chart in state["compareRunCharts"]] == [
        "eval/modes",
        "eval/fd-pixels",
        "final/modes",
        "final/fd-pixels",
        "best/modes",
        "best/fd-pixels",
    ]


def test_every_chart_lies_in_a_section_and_has_its_own_id() -> None:
    for value in view_tags(CELLS, ["iqm"], 1).values():
        _, state = unpack(value)
        sections = {section["uuid"] for section in state["compareRunSections"]}
        charts = state["compareRunCharts"]
        assert {chart["metricSectionId"] for chart in charts} == sections
        assert len({chart["uuid"] for chart in charts}) == len(charts)


def test_a_view_too_long_for_mlflow_is_left_out() -> None:
    many = [make_cell("wgan-gp", dataset=f"{number**9:x}") for number in range(1500)]
    assert list(view_tags(many, [], 1)) == ["mlflow.sharedViewState.gbench-seeds"]


def test_the_link() -> None:
    assert view_link("http://127.0.0.1:5000", "7") == (
        "http://127.0.0.1:5000/#/experiments/7/runs"
        "?viewStateShareKey=gbench&compareRunsMode=CHART&workflowType=machine_learning"
    )
