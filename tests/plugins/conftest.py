"""Small distributions, written to disk and put on the path, so that real discovery finds them."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Install = Callable[..., None]

HOOK = """
from gbench.plugins import components_in, hookimpl

@hookimpl
def gbench_components():
    return components_in(__name__, kind="loss")
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """`install("acme", "1.0", {"losses": "acme_losses"}, {"acme_losses/__init__.py": HOOK, ...})`."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)

    def install(
        distribution: str, version: str, entry_points: dict[str, str], files: dict[str, str] | None = None
    ) -> None:
        info = tmp_path / f"{distribution}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
        lines = [f"{name} = {module}" for name, module in entry_points.items()]
        (info / "entry_points.txt").write_text("\n".join(["[gbench]", *lines, ""]))
        write_files(tmp_path, files or {})

    yield install
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


def write_files(folder: Path, files: dict[str, str]) -> None:
    """Writes each text at its path below the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def hook() -> str:
    """The `__init__.py` of a package of losses."""
    return HOOK
