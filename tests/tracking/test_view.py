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


def test_the_techniques_view() -> None:
    statistics = {"converged", "diverged", "median/modes", "iqr/modes"}
    tags = view_tags([*CELLS, make_cell("wgan-gp", dataset="digits")], statistics, 1234)
    envelope, state = unpack(tags["mlflow.sharedViewState.gbench"])
    assert (envelope["name"], envelope["createdAt"]) == ("gbench: techniques", 1234)
    assert state["searchFilter"] == "tags.`gbench.kind` = 'cell'"
    assert [section["name"] for section in state["compareRunSections"]] == [
        "digits: median over seeds",
        "ring: median over seeds",
        "How reliably",
        "Samples of seed 0",
    ]
    charts = [(chart["type"], chart.get("metricKey", "samples")) for chart in state["compareRunCharts"]]
    assert charts == [
        ("BAR", "median/modes"),
        ("LINE", "digits/modes"),
        ("LINE", "digits/fd-pixels"),
        ("BAR", "median/modes"),
        ("LINE", "ring/modes"),
        ("LINE", "ring/fd-pixels"),
        ("BAR", "converged"),
        ("BAR", "diverged"),
        ("IMAGE", "samples"),
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
        "http://127.0.0.1:5000/#/experiments/7/runs?viewStateShareKey=gbench&compareRunsMode=CHART"
    )
