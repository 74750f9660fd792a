"""The import table of docs/architecture.md, read from the source of every file."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORE = sorted((ROOT / "gbench").rglob("*.py"))
PLUGINS = sorted(path.name for path in (ROOT / "plugins").glob("gbench_*"))

HEAVY = {"torch", "ray", "mlflow", "numpy", "scipy", "sklearn", "pandas", "PIL", "matplotlib"}

# What a room may import besides the standard library and gbench.
ONLY: dict[str, set[str]] = {
    "errors": set(),
    "colours": set(),
    "record": set(),
    "statistics": {"numpy", "scipy"},
}

# What a room never imports, not even inside a function.
NEVER = {
    "plugins": {"torch", "ray", "mlflow"},
    "suite": {"torch", "ray", "mlflow"},
    "data": {"ray", "mlflow"},
    "engine": {"ray", "mlflow"},
    "pictures": {"ray", "mlflow"},
    "evaluation": {"ray", "mlflow"},
    "worker": {"ray", "mlflow"},
    "report": {"torch", "ray", "mlflow"},
}

# Libraries with one home.
HOMES = {"ray": "gbench/sweep/ray_cluster.py", "mlflow": "gbench/tracking/"}


def imports(tree: ast.AST) -> Iterator[str]:
    """The modules that are imported anywhere, but for those that only type checkers see."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        else:
            yield from imports(node)


def packages(path: Path) -> set[str]:
    """Top-level packages that a file imports, its own and the standard library's left out."""
    roots = {name.partition(".")[0] for name in imports(ast.parse(path.read_text()))}
    return roots - set(sys.stdlib_module_names) - {"gbench"}


def start_up_packages(path: Path) -> set[str]:
    """Those of them that are imported with the file, not inside a function."""
    tree = ast.parse(path.read_text())
    tree.body = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return {name.partition(".")[0] for name in imports(tree)}


def modules(path: Path) -> set[str]:
    """Modules of gbench and of plugin packages that a file imports."""
    found = imports(ast.parse(path.read_text()))
    return {name for name in found if name.partition(".")[0] in {"gbench", *PLUGINS}}


def classes(path: Path) -> set[str]:
    """Names of the classes that a file defines."""
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef)}


def room(path: Path) -> str:
    return path.relative_to(ROOT / "gbench").parts[0].removesuffix(".py")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_table_speaks_of_rooms_that_exist() -> None:
    assert {*ONLY, *NEVER} <= {room(path) for path in CORE}


def test_the_project_names_every_plugin_package() -> None:
    """As an entry point, in the wheel and for the type checker."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert sorted(project["project"]["entry-points"]["gbench"].values()) == PLUGINS
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert wheel == ["gbench", *(f"plugins/{name}" for name in PLUGINS)]
    assert project["tool"]["mypy"]["packages"] == ["gbench", *PLUGINS]


def test_type_checkers_imports_do_not_count_and_local_ones_do() -> None:
    source = """
import os
if TYPE_CHECKING:
    import ray
def f():
    from torch import nn
"""
    assert list(imports(ast.parse(source))) == ["os", "torch"]


@pytest.mark.parametrize("path", CORE, ids=name)
def test_a_file_imports_what_its_room_may(path: Path) -> None:
    found = packages(path)
    assert found <= ONLY.get(room(path), found)
    assert not found & NEVER.get(room(path), set())


@pytest.mark.parametrize("library", HOMES)
def test_a_library_stays_in_its_home(library: str) -> None:
    users = [name(path) for path in CORE if library in packages(path)]
    assert users
    assert [user for user in users if not user.startswith(HOMES[library])] == []


@pytest.mark.parametrize("path", [path for path in CORE if room(path) == "sweep"], ids=name)
def test_the_driver_starts_without_torch(path: Path) -> None:
    assert "torch" not in start_up_packages(path)


@pytest.mark.parametrize("path", [path for path in CORE if room(path) == "cli"], ids=name)
def test_the_command_line_starts_without_heavy_imports(path: Path) -> None:
    assert not start_up_packages(path) & HEAVY


@pytest.mark.parametrize("path", CORE, ids=name)
def test_the_core_names_no_plugin_package(path: Path) -> None:
    assert re.findall(rf"\b(?:{'|'.join(PLUGINS)})\b", path.read_text()) == []


@pytest.mark.parametrize("path", sorted((ROOT / "plugins").rglob("*.py")), ids=name)
def test_a_built_in_plugin_imports_what_a_third_party_may(path: Path) -> None:
    own = path.relative_to(ROOT / "plugins").parts[0]
    allowed = "gbench.plugins" if path.name == "__init__.py" else "gbench.api"
    assert {name for name in modules(path) if name.partition(".")[0] != own} <= {allowed}


def test_a_class_name_has_one_meaning() -> None:
    owners: dict[str, list[str]] = {}
    for path in CORE:
        for found in classes(path):
            owners.setdefault(found, []).append(name(path))
    ambiguous = {found for found, paths in owners.items() if len(paths) > 1}
    assert ambiguous <= {
        "Brief",
        "Comparison",
        "Curves",
        "Document",
    }  # of the report, the record and the suite
