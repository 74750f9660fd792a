"""The distribution that `docs/plugins.md` builds, installed for as long as this folder's tests need it."""

import importlib
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from gbench.plugins import load_registry

from .pages import ROOT, blocks

PAGE = ROOT / "docs/plugins.md"


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder with every file that the page shows, on the path and discoverable."""
    folder = tmp_path_factory.mktemp("acme-gan")
    for block in blocks(PAGE):
        if block.file:
            write(folder / block.file, block.text)
    register(folder)
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    forget()
    yield folder
    sys.path.remove(str(folder))
    for name in set(sys.modules) - before:
        if name.partition(".")[0] == "acme_gan":
            del sys.modules[name]
    forget()


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def register(folder: Path) -> None:
    """What pip would write of `pyproject.toml`: a name, a version, the entry points."""
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    info = folder / f"{project['name']}-{project['version']}.dist-info"
    head = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    lines = [f"{name} = {module}" for name, module in project["entry-points"]["gbench"].items()]
    write(info / "METADATA", head)
    write(info / "entry_points.txt", "\n".join(["[gbench]", *lines, ""]))


def forget() -> None:
    """Whatever remembers what is installed."""
    importlib.invalidate_caches()
    load_registry.cache_clear()
