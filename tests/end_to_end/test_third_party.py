"""A plugin package that is somebody else's, installed beside a broken one."""

from pathlib import Path

import pytest

from gbench.plugins import Chosen
from tests.end_to_end.black_box import Gbench
from tests.sweep.small import write_suite

HOOK = '''
"""Losses of Acme."""

from gbench.plugins import components_in, hookimpl


@hookimpl
def gbench_components():
    return components_in(__name__, kind="loss")
'''

LOSS = '''
"""Least squares between the two players' mean scores."""

from dataclasses import dataclass

from gbench.api import Loss, option


@dataclass(kw_only=True)
class MeanGap(Loss):
    """The discriminator pulls the means `gap` apart, the generator together."""

    gap: float = option(1.0, "distance of the means", gt=0)

    def discriminator(self, real, fake):
        return (real.mean(-1) - fake.mean(-1) - self.gap) ** 2

    def generator(self, real, fake):
        return -fake.mean(-1)
'''

TECHNIQUES = [
    {"label": "acme", "loss": "mean-gap"},
    {"label": "acme-wide", "loss": "mean-gap", "loss.gap": 4},
]


def install(folder: Path, name: str, module: str, files: dict[str, str]) -> None:
    """A distribution as an installer leaves it."""
    info = folder / f"{name}-1.2.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(f"[gbench]\nlosses = {module}\n")
    for path, text in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)


@pytest.fixture
def gbench(tmp_path: Path) -> Gbench:
    site = tmp_path / "site"
    install(site, "acme", "acme_losses", {"acme_losses/__init__.py": HOOK, "acme_losses/mean_gap.py": LOSS})
    install(
        site, "broken", "broken_losses", {"broken_losses/__init__.py": "import a_module_that_is_not_there\n"}
    )
    return Gbench(tmp_path, PYTHONPATH=str(site))


def test_it_is_listed_and_the_broken_one_with_its_reason(gbench: Gbench) -> None:
    lines = [line.split(maxsplit=4) for line in gbench("plugins").stdout.splitlines()]
    listed = {words[0]: words[1:] for words in lines if words and words[0] in ("acme", "broken")}
    assert listed["acme"][:3] == ["1.2", "losses", "OK"]
    reason = "ModuleNotFoundError: No module named 'a_module_that_is_not_there'"
    assert listed["broken"] == ["1.2", "losses", "FAILED", reason]


def test_it_trains_and_is_part_of_the_record(gbench: Gbench, tmp_path: Path) -> None:
    write_suite(tmp_path, techniques=TECHNIQUES)
    done = gbench("run", "suite.yaml", "--executor", "inline", "--tracking", "none")
    assert done.returncode == 0, done.stderr
    cells = {cell.label: cell for cell in gbench.run.cells()}
    assert {label: cell.recipe.loss for label, cell in cells.items()} == {
        "acme": Chosen("mean-gap", "1", {"gap": 1.0}),
        "acme-wide": Chosen("mean-gap", "1", {"gap": 4.0}),
    }
    result = gbench.run.cohort(cells["acme"].id, 0, 2).result()
    assert result is not None
    assert "acme==1.2" in result["facts"]["plugins"]
    assert [outcome["status"] for outcome in result["replicas"]] == ["done"] * 3


def test_where_a_name_is_missing_the_broken_one_is_a_suspect(gbench: Gbench, tmp_path: Path) -> None:
    write_suite(tmp_path, techniques=[{"label": "lost", "loss": "meen-gap"}])
    done = gbench("run", "suite.yaml", "--executor", "inline")
    assert done.returncode == 2
    assert done.stderr == (
        "error: suite.yaml:1: unknown loss 'meen-gap'; did you mean 'mean-gap'?; plugin broken 1.2 (losses) "
        "failed: ModuleNotFoundError: No module named 'a_module_that_is_not_there'\n"
    )
