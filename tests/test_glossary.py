"""One word, one meaning: no class and no module of the core shares its name with another."""

import ast
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
CORE = sorted((ROOT / "gbench").rglob("*.py"))
VERBS = (ROOT / "gbench/cli", ROOT / "gbench/report/sections")  # named after what they show or run


def classes(source: str) -> list[str]:
    """The names of all classes that a file defines."""
    return [node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]


def homes(named: Iterable[tuple[str, Path]]) -> dict[str, list[str]]:
    """The files of every name that has more than one."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, path in named:
        found[name].append(path.relative_to(ROOT).as_posix())
    return {name: paths for name, paths in found.items() if len(paths) > 1}


def test_no_class_has_the_name_of_another() -> None:
    assert homes((name, path) for path in CORE for name in classes(path.read_text())) == {}


def test_no_module_has_the_name_of_another() -> None:
    modules = [path for path in CORE if path.stem != "__init__" and path.parent not in VERBS]
    assert homes((path.stem, path) for path in modules) == {}


def test_what_is_defined_twice_is_found() -> None:
    assert classes("class A:\n    class B: ...\ndef f():\n    class A: ...") == ["A", "B", "A"]
    assert homes([("A", ROOT / "a.py"), ("B", ROOT / "a.py"), ("A", ROOT / "b.py")]) == {
        "A": ["a.py", "b.py"]
    }
