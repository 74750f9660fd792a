"""The saved chart views that answer the suite's question when MLflow's page opens.

MLflow keeps named views as experiment tags since 3.16. Their form belongs to its pages, not to its
interface: where it changes, the views are missing from the menu and nothing else breaks.
"""

import base64
import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from gbench.record.history import SAMPLES
from gbench.suite.cell import Cell
from gbench.tracking.run_tags import metric_key

TAG_PREFIX = "mlflow.sharedViewState."
TECHNIQUES, SEEDS = "gbench", "gbench-seeds"  # the views' ids
LONGEST_VIEW = 20_000  # characters; MLflow's own limit
RELIABILITY = ("converged", "diverged", "collapsed")
TITLES = {name: f"{name}: share of the seeds" for name in RELIABILITY}
MODEL_TRAINING = "workflowType=machine_learning"  # else MLflow's pages open as for language models
SIZE = {"columns": 2, "cardHeight": 360}  # of charts; three abreast are too narrow to read

Chart = dict[str, Any]


def view_tags(
    cells: Sequence[Cell],
    statistics: Iterable[str],
    created: int,
    pictures: Iterable[str] = (),
) -> dict[str, str]:
    """The experiment's tags that hold the views; one too long for MLflow is left out.

    `statistics` are the metric keys of the cells' own runs, `pictures` the names of theirs; `created` in ms
    since 1970.
    """
    techniques = techniques_view(cells, sorted(statistics), sorted(pictures))
    views = {
        TECHNIQUES: ("gbench: techniques", techniques),
        SEEDS: ("gbench: seeds", seeds_view(cells)),
    }
    tags = {TAG_PREFIX + name: _envelope(title, state, created) for name, (title, state) in views.items()}
    return {key: value for key, value in tags.items() if len(value) <= LONGEST_VIEW}


def view_link(server: str, experiment: str) -> str:
    """The address that opens the techniques' view."""
    page = f"{server}/#/experiments/{experiment}/runs"
    return f"{page}?viewStateShareKey={TECHNIQUES}&compareRunsMode=CHART&{MODEL_TRAINING}"


def techniques_view(
    cells: Sequence[Cell], statistics: Sequence[str], pictures: Sequence[str] = ()
) -> dict[str, Any]:
    """A line or bar for each cell, in its technique's colour: who is ahead, how reliably, which samples.

    Of the statistics those are drawn that have the data set's name; all are columns.
    """
    sections: dict[str, list[Chart]] = {}
    for dataset in sorted({cell.dataset for cell in cells}):
        members = [cell for cell in cells if cell.dataset == dataset]
        sections |= _sections_of(dataset, members, statistics)
    last = max((cell.recipe.budget.steps for cell in cells), default=0)
    for name in sorted({SAMPLES, *pictures}, key=lambda name: (name != SAMPLES, name)):
        image = {"type": "IMAGE", "imageKeys": [name], "step": last, "showRunParams": False}
        sections[f"{name.capitalize()} of seed 0"] = [image]
    columns = [*_columns(cells, statistics), "tags.`gbench.state`"]
    return _page(sections) | {
        "searchFilter": "tags.`gbench.kind` != 'replica'",
        "groupBy": None,
        "orderByKey": "tags.`gbench.rank`",
        "selectedColumns": ["tags.`gbench.rank`", *columns],
    }


def _sections_of(dataset: str, cells: Sequence[Cell], statistics: Iterable[str]) -> dict[str, list[Chart]]:
    """Who is ahead by the ranking metric, how reliably, and everything else, of the cells of a data set."""
    prefix = f"{dataset}/"
    names = [key.removeprefix(prefix) for key in statistics if key.startswith(prefix)]
    curves = [_line(metric_key(prefix + key), key) for key in _keys(cells)]
    primary = next((metric_key(key) for key in _keys(cells)), "")
    probed = {metric_key(f"last/{key}") for cell in cells for key in cell.probed}
    training = [name for name in names if "/" not in name and name not in RELIABILITY]

    def bars(wanted: Iterable[str]) -> list[Chart]:
        return [_bar(prefix + name, TITLES.get(name, name)) for name in wanted if name in names]

    return {
        f"{dataset}: who is ahead": bars([f"last/{primary}"]) + curves[:1] + bars(RELIABILITY),
        f"{dataset}: the other metrics": curves[1:],
        f"{dataset}: how it trained": bars([*training, f"sampling-error/{primary}"]),
        f"{dataset}: probes": bars(sorted(probed)),
        f"{dataset}: contests": bars(name for name in names if name.startswith("contest/")),
    }


def _columns(cells: Sequence[Cell], statistics: Iterable[str]) -> list[str]:
    """The medians that rank, and how reliably."""
    medians = dict.fromkeys(metric_key(f"median/{cell.primary}") for cell in cells if cell.primary)
    known = set(statistics)
    return [f"metrics.`{name}`" for name in (*medians, *RELIABILITY) if name in known]


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
            {"uuid": name, "name": name, "display": True, "isReordered": True} | SIZE for name in filled
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
