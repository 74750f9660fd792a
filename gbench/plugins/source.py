"""Reading classes from source, without importing them: their files, their statements and their bases.

It does for a class statement what Python does at import: it finds the module, follows imported names to
where they are defined, and orders the bases. It knows the forms that components are written in. On any other
form it raises NotLiteralError, and the class is imported instead.
"""

import ast
import builtins
import importlib.util
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec, PathFinder

from gbench.plugins.literal import NotLiteralError

# Modules whose classes hold no options and no attributes of components: bases from there are not followed.
OPAQUE = frozenset(sys.stdlib_module_names) | {"torch", "numpy"}

MAX_HOPS = 20  # re-exports that are followed; more than that are taken for a circle


def is_opaque(module: str) -> bool:
    """Whether classes of the module are not followed."""
    return module.partition(".")[0] in OPAQUE


@dataclass(frozen=True)
class Imported:
    """What an imported name is bound to."""

    #: The module that it comes from.
    module: str

    #: The name in that module; None if the module itself was imported.
    name: str | None


@dataclass(frozen=True, eq=False)
class ModuleSource:
    """A parsed module and what its top-level names are bound to."""

    name: str
    tree: ast.Module

    #: For each top-level name the class statement, the expression or the import that binds it.
    bindings: dict[str, ast.ClassDef | ast.expr | Imported]

    def expression(self, name: str) -> ast.expr:
        """The expression of a module constant or type alias. Raises NotLiteralError if it is neither."""
        bound = self.bindings.get(name)
        if isinstance(bound, ast.expr):
            return bound
        raise NotLiteralError(f"{name} is no constant of {self.name}")


@dataclass(frozen=True, eq=False)
class ClassSource:
    """A class statement and the module that it stands in."""

    module: ModuleSource
    node: ast.ClassDef


@dataclass
class SourceReader:
    """Reads modules and classes from source and remembers them."""

    modules: dict[str, ModuleSource] = field(default_factory=dict)
    classes: dict[tuple[str, str], ClassSource | None] = field(default_factory=dict)

    def module(self, name: str) -> ModuleSource:
        """The module's source. Raises NotLiteralError if there is none to read."""
        if name not in self.modules:
            spec = find_spec(name)
            if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
                raise NotLiteralError(f"module {name} has no Python source")
            with open(spec.origin, "rb") as file:  # noqa: PTH123  (a zip's path is no Path)
                tree = ast.parse(file.read(), filename=spec.origin)
            package = name if spec.submodule_search_locations else name.rpartition(".")[0]
            self.modules[name] = ModuleSource(name, tree, dict(_bindings(tree.body, package)))
        return self.modules[name]

    def find(self, module: str, name: str) -> ClassSource | None:
        """The class of that name, followed through imports; None if it lies in an opaque module.

        Raises NotLiteralError if the name is bound to something else.
        """
        if (module, name) not in self.classes:
            self.classes[module, name] = self._find(module, name)
        return self.classes[module, name]

    def _find(self, module: str, name: str) -> ClassSource | None:
        for _ in range(MAX_HOPS):
            if is_opaque(module):
                return None
            source = self.module(module)
            bound = source.bindings.get(name)
            if isinstance(bound, ast.ClassDef):
                return ClassSource(source, bound)
            if not isinstance(bound, Imported) or bound.name is None:
                break  # a constant, a module, or a name that is computed
            module, name = bound.module, bound.name  # a re-export: go on where it comes from
        raise NotLiteralError(f"{module}.{name} is no class statement")

    def lineage(self, source: ClassSource) -> list[ClassSource]:
        """The class and its bases in Python's method resolution order, without opaque ones."""
        if source.node.keywords:
            raise NotLiteralError(f"class {source.node.name} has a metaclass")
        bases = [base for node in source.node.bases if (base := self._base(source.module, node))]
        return [source, *_merge([*(self.lineage(base) for base in bases), bases])]

    def _base(self, module: ModuleSource, node: ast.expr) -> ClassSource | None:
        """The class that a base in a class statement means; None if it is opaque."""
        match node:
            case ast.Subscript(value=value):  # Generic[T]
                return self._base(module, value)
            case ast.Name(id=name) if name in module.bindings:
                return self.find(module.name, name)
            case ast.Name(id=name) if hasattr(builtins, name):
                return None
            case ast.Attribute(value=ast.Name(id=owner), attr=name):
                match module.bindings.get(owner):
                    case Imported(module=parent, name=None):  # import abc; abc.ABC
                        return self.find(parent, name)
                    case Imported(module=parent, name=str(child)):  # from torch import nn; nn.Module
                        return self.find(f"{parent}.{child}", name)
        raise NotLiteralError(f"base {ast.unparse(node)}")


def find_spec(name: str) -> ModuleSpec | None:
    """Where a module lives. Unlike `importlib.util.find_spec`, this imports no parent package."""
    top, *rest = name.split(".")
    spec = importlib.util.find_spec(top)
    for part in rest:
        if spec is None or spec.submodule_search_locations is None:
            return None
        spec = PathFinder.find_spec(f"{spec.name}.{part}", spec.submodule_search_locations)
    return spec


def _bindings(
    body: Iterable[ast.stmt], package: str
) -> Iterator[tuple[str, ast.ClassDef | ast.expr | Imported]]:
    """The names that statements bind, in order; both branches of `if` and `try` count."""
    for node in body:
        match node:
            case ast.ClassDef(name=name):
                yield name, node
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value
            case ast.Import(names=names):
                yield from ((alias.asname or alias.name, Imported(alias.name, None)) for alias in names)
            case ast.ImportFrom(names=names):
                origin = _origin(node, package)
                yield from ((alias.asname or alias.name, Imported(origin, alias.name)) for alias in names)
            case ast.If(body=then, orelse=otherwise) | ast.Try(body=then, orelse=otherwise):
                yield from _bindings([*then, *otherwise], package)


def _origin(node: ast.ImportFrom, package: str) -> str:
    """The full name of the module that `from ... import` names, which may be relative to the package."""
    if not node.level:
        return node.module or ""
    parents = package.split(".")
    parents = parents[: len(parents) - node.level + 1]
    return ".".join([*parents, node.module] if node.module else parents)


def _merge(lines: list[list[ClassSource]]) -> Iterator[ClassSource]:
    """The C3 merge, by which Python orders bases.

    `lines` are the orders of all bases, and the list of the bases themselves. The next class is the first
    head of a line that stands in the tail of no line, because then none of its subclasses is still to come.
    """
    while lines := [line for line in lines if line]:
        for line in lines:
            head = line[0]
            if not any(_is(head, other) for rest in lines for other in rest[1:]):
                break
        else:
            raise NotLiteralError("bases that have no consistent order")
        yield head
        lines = [line[1:] if _is(line[0], head) else line for line in lines]


def _is(one: ClassSource, other: ClassSource) -> bool:
    return one.node is other.node
