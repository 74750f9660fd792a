"""The page and its Markdown twin, over runs of every kind."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from gbench.report.html import to_html
from gbench.report.markdown import plain
from gbench.report.outline import outline
from gbench.report.publish import write_report
from gbench.report.reading import read_study
from gbench.report.study import Study

from .recorded import new_run, record

EVIL = "<script>alert(1)</script>"
VOID = {"meta", "img", "input", "br"}


class Reader(HTMLParser):
    """The page's text, its tags and attributes; fails on tags that do not match."""

    def __init__(self, page: str):
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in ("script", "style"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def page_of(study: Study) -> Reader:
    return Reader(to_html(outline(study)))


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two techniques on a grid of two points and two data sets; one seed diverges; pictures and a probe."""
    folder = tmp_path_factory.mktemp("full")
    run = new_run(folder)
    probe = {
        "kind": "probe",
        "probe": "histogram",
        "values": {"depth": [1.0, 2.0, None]},
        "tables": {"modes": [[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], None]},
        "files": {},
        "reason": "the game has no generator",
    }
    sampling = {"kind": "sampling", "repeats": 3, "values": {"modes": [0.25, 0.25, None]}}
    for dataset in ("ring", "grid"):
        for lr in (0.1, 0.2):
            changes: dict[str, Any] = {
                "dataset": dataset,
                "point": {"lr": lr},
                "probed": {"depth": ("min", None)},
            }
            good = [[1.0, 9.0 - lr], [2.0, 9.0], [3.0, 8.0]]
            record(run, "good", good, pictures=True, events=(sampling, probe), **changes)
            bad = [[1.0, 2.0], [2.0, 3.0], [3.0, None]]
            record(run, "bad", bad, pictures=True, diverged=(2,), **changes)
    return folder


def test_every_part_is_there(full: Path) -> None:
    reader = page_of(read_study(full))
    for heading in (
        "The answer",
        "What failed",
        "Over training",
        "How reliably",
        "Sensitivity to the grid",
        "Samples",
        "Probes of the trained networks",
        "Every metric",
        "Dynamics",
        "Costs",
        "Configurations",
        "Across the data sets",
        "Reproduce it",
    ):
        assert heading in reader.text, heading
    assert "On ring, good[lr=0.1] does best: modes 8.9 [8, 9]" in reader.text
    assert "histogram could not look at good[lr=0.1]: the game has no generator" in reader.text
    assert "With empty columns: good[lr=0.1]." in reader.text
    assert "gbench run cell.yaml" in reader.text
    assert "seed 2, diverged at step 200" in reader.text


def test_the_page_needs_no_network_and_runs_only_its_own_script(full: Path) -> None:
    page = to_html(outline(read_study(full)))
    reader = Reader(page)
    addresses = [
        value for _, attributes in reader.tags for key, value in attributes.items() if key in ("src", "href")
    ]
    assert addresses
    assert [
        address
        for address in addresses
        if address and not address.startswith(("#", "data:image/webp;base64,"))
    ] == []
    assert reader.count("script") == 1
    assert "default-src 'none'" in page
    assert "unsafe-eval" not in page
    assert not re.search(r" on\w+=", page)


def test_names_and_messages_are_escaped(tmp_path: Path) -> None:
    run = new_run(tmp_path)
    record(run, EVIL, [[1.0, 9.0]], dataset=f"ring{EVIL}", pictures=True, scores={"modes": ("max", 0.0)})
    scores = {"modes": ("max", 0.0)}
    cell = record(run, "b$x_1$", [[1.0, 9.0]], dataset=f"ring{EVIL}", finish=False, scores=scores)
    run.cohort(cell.id, 0, 0).fail({"kind": "user", "message": EVIL, "traceback": "", "attempts": 1})
    page = to_html(outline(read_study(tmp_path)))
    assert EVIL not in page
    assert Reader(page).count("script") == 1
    assert f"was given up: {EVIL}" in Reader(page).text
    write_report(read_study(tmp_path), tmp_path / "out")
    markdown = (tmp_path / "out/report.md").read_text()
    assert EVIL not in re.sub(r"`{3,}yaml.*?`{3,}", "", markdown, flags=re.DOTALL)


def test_a_technique_has_one_number_and_one_colour_everywhere(full: Path) -> None:
    study = read_study(full)
    page = to_html(outline(study))
    assert study.colours == {"bad": "#0072B2", "good": "#D55E00"}
    assert '[data-technique="1"]{--own:#D55E00}' in page
    marked = re.findall(r'<g class="technique" data-technique="(\d)"><title>(\w+)</title>', page)
    assert set(marked) == {("0", "bad"), ("1", "good")}


def test_pictures_show_the_best_the_median_and_the_worst_seed(full: Path) -> None:
    reader = page_of(read_study(full))
    for heading in ("best: seed 1, 9", "median: seed 0, 8.9", "worst: seed 2, 8"):
        assert heading in reader.text
    shown = [attributes for tag, attributes in reader.tags if tag == "img" and "hidden" not in attributes]
    assert {attributes["data-step"] for attributes in shown} == {"200"}


def test_the_files_of_a_report(full: Path, tmp_path: Path) -> None:
    assert write_report(read_study(full), tmp_path) == tmp_path / "report.html"
    markdown = (tmp_path / "report.md").read_text()
    linked = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", markdown)
    assert len(linked) > 20
    assert [name for name in linked if not (tmp_path / name).is_file()] == []
    for path in (tmp_path / "figures").glob("*.svg"):
        assert ElementTree.parse(path).getroot().tag.endswith("svg")
    assert {"report.csv", "report.json", "report.md", "report.html"} <= {
        path.name for path in tmp_path.iterdir()
    }
    table = (tmp_path / "tables/ranking-ring.csv").read_text().splitlines()
    assert table[0].startswith("technique,")
    assert table[1].startswith("good[lr=0.1],")


def test_writing_twice_gives_the_same_page(full: Path) -> None:
    study = read_study(full)
    assert to_html(outline(study)) == to_html(outline(read_study(full)))


@pytest.mark.parametrize(
    ("curves", "settings", "sentence"),
    [
        ([[9.0]], {}, "A single seed: nothing is known about the spread"),
        ([[9.0], [8.0]], {"finish": False}, "Nothing has been trained to its end on ring yet"),
        ([[None], [None]], {"diverged": (0, 1)}, "Every seed of every technique diverged on ring"),
        ([[0.0], [0.0]], {}, "no technique is reliable"),
        ([[8.0], [8.0]], {"primary": None}, "On ring, nothing was measured that ranks."),
        ([[8.0], [8.0]], {"thresholds": {}, "scores": {"kl": ("min", None)}, "primary": "kl"}, "only a ran"),
    ],
)
def test_odd_runs_say_what_is_missing(
    tmp_path: Path, curves: list[list[float | None]], settings: dict[str, Any], sentence: str
) -> None:
    record(new_run(tmp_path), "a", curves, **settings)
    reader = page_of(read_study(tmp_path))
    assert sentence in reader.text
    assert not re.search(r"\bnan\b", reader.text, re.IGNORECASE)


def test_nothing_recorded(tmp_path: Path) -> None:
    new_run(tmp_path)
    assert "No cell has been recorded here yet." in page_of(read_study(tmp_path)).text


def test_fifty_techniques(tmp_path: Path) -> None:
    run = new_run(tmp_path)
    for number in range(50):
        record(run, f"technique-{number:02}", [[float(number)], [number / 2]])
    reader = page_of(read_study(tmp_path))
    assert "The 8 that rank best are in colour" in reader.text
    assert sum(attributes.get("aria-pressed") == "false" for _, attributes in reader.tags) == 50


def test_a_picture_that_is_gone_or_none_is_left_out(tmp_path: Path) -> None:
    run = new_run(tmp_path)
    cell = record(run, "a", [[1.0], [2.0]], pictures=True)
    samples = run.cell_folder(cell.id) / "00-01/samples"
    (samples / "000100-r00.png").unlink()
    (samples / "000100-r01.png").write_text("no picture")
    reader = page_of(read_study(tmp_path))
    assert reader.count("img") == 0
    assert "the picture is gone" in reader.text


def test_markdown_takes_names_as_they_are() -> None:
    assert plain("a*b_[x](y)<b>\n") == r"a\*b\_\[x\](y)\<b\>"
