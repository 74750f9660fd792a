"""The components of a package folder: one in each file, named after it. None is imported."""

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path

from gbench.plugins.component import Component


def components_in(package: str, kind: str) -> list[Component]:
    """Every file of the package folder as a component, except those whose names start with `_`.

    `gradient_penalty.py` is the component `gradient-penalty`. Its class is `GradientPenalty`; upper and lower
    case do not matter, so `FDistance` may live in `fdistance.py`. Its summary is the first line of the
    module's docstring, its version the module constant `VERSION`. A technique is a file like `wgan_gp.yaml`
    with the keys `summary`, `paper` and perhaps `version`. Raises ValueError, which names the file, if one of
    these is missing.
    """
    read = _technique if kind == "technique" else _module
    pattern = "*.yaml" if kind == "technique" else "*.py"
    return [read(package, kind, path) for path in _files(package, pattern)]


def _files(package: str, pattern: str) -> Iterator[Path]:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"{package} is not a package folder")
    for folder in spec.submodule_search_locations:
        yield from (path for path in sorted(Path(folder).glob(pattern)) if not path.name.startswith("_"))


def _module(package: str, kind: str, path: Path) -> Component:
    tree = ast.parse(path.read_bytes(), filename=str(path))
    summary = (ast.get_docstring(tree) or "").partition("\n")[0]
    if not summary:
        raise ValueError(f"{path.name} has no docstring; its first line is the summary")
    target = f"{package}.{path.stem}:{_class_name(tree, path)}"
    return Component(kind, path.stem.replace("_", "-"), target, summary, _version(tree, path))


def _class_name(tree: ast.Module, path: Path) -> str:
    wanted = path.stem.replace("_", "")
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name.lower() == wanted:
            return node.name
    raise ValueError(f"{path.name} defines no class {path.stem.title().replace('_', '')}")


def _version(tree: ast.Module, path: Path) -> str:
    for node in tree.body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["VERSION"]:
            if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                return node.value.value
            raise ValueError(f'{path.name}:{node.lineno}: VERSION must be a plain string like "1"')
    return "1"


def _technique(package: str, kind: str, path: Path) -> Component:
    head = technique_head(path)
    for key in ("summary", "paper"):
        if not head.get(key):
            raise ValueError(f"{path.name} has no `{key}`")
    name = path.stem.replace("_", "-")
    return Component(kind, name, f"{package}:{path.name}", head["summary"], head.get("version", "1"))


def technique_head(path: Path) -> dict[str, str]:
    """The scalars at the top level of a technique's file, as text; no object is constructed."""
    import yaml

    root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        raise ValueError(f"{path.name} is not a mapping")
    return {
        key.value: value.value
        for key, value in root.value
        if isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)
    }
