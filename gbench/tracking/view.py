"""The saved chart views that answer the suite's question when MLflow's page opens.

MLflow keeps named views as experiment tags since 3.16. Their form belongs to its pages, not to its
interface: where it changes, the views are missing from the menu and nothing else breaks.
"""

import base64
import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from gbench.suite.cell import Cell
from gbench.tracking.describe import metric_key

TAG_PREFIX = "mlflow.sharedViewState."
TECHNIQUES, SEEDS = "gbench", "gbench-seeds"  # the views' ids
LONGEST_VIEW = 20_000  # characters; MLflow's own limit

Chart = dict[str, Any]


def view_tags(cells: Sequence[Cell], statistics: Iterable[str], created: int) -> dict[str, str]:
    """The experiment's tags that hold the views; one too long for MLflow is left out.

    `statistics` are the metric keys of the cells' own runs; `created` in ms since 1970.
    """
    views = {
        TECHNIQUES: ("gbench: techniques", techniques_view(cells, sorted(statistics))),
        SEEDS: ("gbench: seeds", seeds_view(cells)),
    }
    tags = {TAG_PREFIX + name: _envelope(title, state, created) for name, (title, state) in views.items()}
    return {key: value for key, value in tags.items() if len(value) <= LONGEST_VIEW}


def view_link(server: str, experiment: str) -> str:
    """The address that opens the techniques' view."""
    return f"{server}/#/experiments/{experiment}/runs?viewStateShareKey={TECHNIQUES}&compareRunsMode=CHART"


def techniques_view(cells: Sequence[Cell], statistics: Sequence[str]) -> dict[str, Any]:
    """A line or bar for each cell, in its technique's colour: who is ahead, how reliably, which samples.

    Of the statistics by metric only the medians of the last scores are drawn; all are columns.
    """
    sections: dict[str, list[Chart]] = {}
    for dataset in sorted({cell.dataset for cell in cells}):
        keys = _keys([cell for cell in cells if cell.dataset == dataset])
        medians = [key for key in keys if f"median/{key}" in statistics][:1]
        sections[f"{dataset}: median over seeds"] = [
            *(_bar(f"median/{key}", f"last {key}") for key in medians),
            *(_line(metric_key(f"{dataset}/{key}"), key) for key in keys),
        ]
    sections["How reliably"] = [_bar(name, name) for name in statistics if "/" not in name]
    last = max((cell.identity.get("budget", {}).get("steps", 0) for cell in cells), default=0)
    sections["Samples of seed 0"] = [
        {"type": "IMAGE", "imageKeys": ["samples"], "step": last, "showRunParams": False}
    ]
    return _page(sections) | {"searchFilter": "tags.`gbench.kind` = 'cell'", "groupBy": None}


def seeds_view(cells: Sequence[Cell]) -> dict[str, Any]:
    """Replicas grouped by cell: the mean over the seeds that still train, between the lowest and highest."""
    keys = _keys(cells)
    sections = {
        "Curves": [_line(metric_key(f"eval/{key}"), key) for key in keys],
        "Last": [_bar(metric_key(f"final/{key}"), f"last {key}") for key in keys],
        "Best": [_bar(metric_key(f"best/{key}"), f"best {key}") for key in keys],
    }
    grouping = [{"mode": "tag", "groupByData": "gbench.name"}]
    return _page(sections) | {
        "searchFilter": "tags.`gbench.kind` = 'replica'",
        "groupBy": {"aggregateFunction": "average", "groupByKeys": grouping},
    }


def _keys(cells: Sequence[Cell]) -> list[str]:
    """Every metric key, the ranking one first."""
    primary = {cell.primary for cell in cells}
    return sorted({key for cell in cells for key in cell.scores}, key=lambda key: (key not in primary, key))


def _page(sections: dict[str, list[Chart]]) -> dict[str, Any]:
    """The state of MLflow's page of runs with these sections of charts."""
    filled = {name: charts for name, charts in sections.items() if charts}
    return {
        "orderByKey": "tags.`gbench.name`",
        "orderByAsc": True,
        "startTime": "ALL",
        "lifecycleFilter": "Active",
        "modelVersionFilter": "All Runs",
        "datasetsFilter": [],
        "selectedColumns": [f"tags.`gbench.{name}`" for name in ("dataset", "label", "state")],
        "runsHiddenMode": "SHOW_ALL",
        "useGroupedValuesInCharts": True,
        "hideEmptyCharts": True,
        "isAccordionReordered": True,
        "compareRunCharts": [
            chart | {"uuid": f"{section}-{index}", "metricSectionId": section}
            for section, charts in filled.items()
            for index, chart in enumerate(charts)
        ],
        "compareRunSections": [
            {"uuid": name, "name": name, "display": True, "isReordered": True} for name in filled
        ],
    }


def _line(metric: str, title: str) -> Chart:
    return {
        "type": "LINE",
        "metricKey": metric,
        "selectedMetricKeys": [metric],
        "displayName": title,
        "xAxisKey": "step",
        "scaleType": "linear",
        "xAxisScaleType": "linear",
        "lineSmoothness": 0,
        "useGlobalXaxisKey": True,
        "useGlobalLineSmoothing": True,
        "runsCountToCompare": 100,
    }


def _bar(metric: str, title: str) -> Chart:
    return {"type": "BAR", "metricKey": metric, "displayName": title, "runsCountToCompare": 100}


def _envelope(title: str, state: dict[str, Any], created: int) -> str:
    packed = base64.b64encode(zlib.compress(json.dumps(state).encode(), 9)).decode()
    return json.dumps(
        {"name": title, "createdAt": created, "updatedAt": created, "state": f"deflate;{packed}"}
    )
