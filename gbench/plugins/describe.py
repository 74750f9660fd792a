"""Describing a component: its options, documentation and literal attributes, which can be read in two ways.

`read_source` reads them from the source, so that nothing is imported. `read_class` reads them from the class
itself, for classes that compute something at import. Both give the same.
"""

import ast
import dataclasses
import inspect
from dataclasses import dataclass
from typing import Any, get_type_hints

from gbench.plugins.annotation import annotated_type, type_text
from gbench.plugins.component import Component
from gbench.plugins.literal import NotLiteralError, evaluate
from gbench.plugins.source import ClassSource, SourceReader, is_opaque

LIMITS = ("ge", "gt", "le", "lt")

# Attributes that planning reads. If one of them is not a literal, the class must be imported to be read.
CONTRACT = (
    "paper",
    "provides",
    "traits",
    "model",
    "needs",
    "uses",
    "moves",
    "roles",
    "keys",
    "takes",
    "gives",
    "passes",
    "answers",
    "asks",
    "vmap",
)

# Decorators of classes that change neither options nor attributes.
HARMLESS_DECORATORS = ("final", "runtime_checkable")


@dataclass(frozen=True)
class Option:
    """One option of a component: a field of its dataclass."""

    name: str

    #: The type as `typing.get_type_hints` gives it.
    type: Any

    default: Any

    #: One line for people.
    help: str

    #: The range, by `ge`, `gt`, `le` and `lt`; of a tuple or list that of every element.
    limits: dict[str, float]
    requires: str = ""
    """Another option that must be > 0 where this one is set."""

    @property
    def type_text(self) -> str:
        return type_text(self.type)

    @property
    def range_text(self) -> str:
        """The range as `>= 0, < 1`; empty if every value is allowed."""
        signs = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
        return ", ".join(f"{signs[name]} {limit:g}" for name, limit in self.limits.items())


@dataclass(frozen=True)
class Description:
    """What is known about a component before it is imported."""

    component: Component

    #: The docstring of its class; a technique's summary.
    doc: str

    #: Where it was published; empty if nowhere.
    paper: str

    options: dict[str, Option]

    #: The class attributes that are literals, inherited ones included.
    attributes: dict[str, Any]


@dataclass
class ClassReading:
    """Options, documentation and literal class attributes of one class, its bases included."""

    doc: str = ""
    options: dict[str, Option] = dataclasses.field(default_factory=dict)
    attributes: dict[str, Any] = dataclasses.field(default_factory=dict)


def read_source(reader: SourceReader, target: str) -> ClassReading:
    """Reads `package.module:Class` without importing it. Raises NotLiteralError if that is not possible."""
    source = reader.find(*target.split(":"))
    if source is None:
        raise NotLiteralError(f"{target} lives in an opaque module")
    reading = ClassReading(doc=ast.get_docstring(source.node) or "")
    for part in reversed(reader.lineage(source)):  # bases first, so that subclasses override them
        is_dataclass = _is_dataclass(part.node)
        for statement in part.node.body:
            _read_statement(reading, part, statement, is_dataclass)
    return reading


def _is_dataclass(node: ast.ClassDef) -> bool:
    names = [ast.unparse(item.func if isinstance(item, ast.Call) else item) for item in node.decorator_list]
    names = [name.rpartition(".")[2] for name in names]
    if strange := [name for name in names if name not in ("dataclass", *HARMLESS_DECORATORS)]:
        raise NotLiteralError(f"decorator {strange[0]}")
    return "dataclass" in names


def _read_statement(reading: ClassReading, part: ClassSource, node: ast.stmt, is_dataclass: bool) -> None:
    match node:
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            if is_dataclass and not _is_class_variable(node.annotation):
                _read_field(reading, part, name, node.annotation, value)
            else:
                _read_attribute(reading, part, name, value)
        case ast.AnnAssign(target=ast.Name(id=name)):
            # without a value: a field, which must have a default, or a mere declaration
            if is_dataclass and not _is_class_variable(node.annotation):
                raise NotLiteralError(f"field {name} has no default")
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            _read_attribute(reading, part, name, value)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            reading.attributes.pop(name, None)  # a method hides an inherited attribute of that name
            if name in CONTRACT:
                raise NotLiteralError(f"{name} is computed")
        case ast.Expr(value=ast.Constant()) | ast.Pass():
            pass  # a docstring
        case _:
            raise NotLiteralError(f"a {type(node).__name__} statement in class {part.node.name}")


def _is_class_variable(annotation: ast.expr) -> bool:
    outer = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return ast.unparse(outer).rpartition(".")[2] == "ClassVar"


def _read_attribute(reading: ClassReading, part: ClassSource, name: str, value: ast.expr) -> None:
    reading.attributes.pop(name, None)
    if name.startswith("_") or name in reading.options:
        return
    try:
        reading.attributes[name] = evaluate(value, part.module.expression)
    except NotLiteralError:
        if name in CONTRACT:
            raise


def _read_field(
    reading: ClassReading, part: ClassSource, name: str, annotation: ast.expr, value: ast.expr
) -> None:
    if isinstance(value, ast.Call):
        call = ast.unparse(value.func).rpartition(".")[2]
        arguments = {keyword.arg: keyword.value for keyword in value.keywords}
        if call == "field" and ast.unparse(arguments.get("init", ast.Constant(True))) == "False":
            return  # such as `memory`: no argument of the constructor, so no option
        if call != "option" or None in arguments:
            raise NotLiteralError(f"field {name} is made by {call}")
        arguments |= dict(zip(("default", "help"), value.args, strict=False))
    else:
        arguments = {"default": value}
    lookup = part.module.expression
    values = {str(key): evaluate(argument, lookup) for key, argument in arguments.items()}
    reading.options[name] = Option(
        name=name,
        type=annotated_type(annotation, lookup),
        default=values["default"],
        help=values.get("help", ""),
        limits={limit: values[limit] for limit in LIMITS if values.get(limit) is not None},
        requires=values.get("requires", ""),
    )


def read_class(cls: type) -> ClassReading:
    """Reads an imported class. Raises ValueError if an option has no default."""
    fields = {field.name: field for field in dataclasses.fields(cls)} if dataclasses.is_dataclass(cls) else {}
    hints = get_type_hints(cls) if fields else {}
    options = {name: _option(field, hints[name]) for name, field in fields.items() if field.init}
    attributes: dict[str, Any] = {}
    for part in reversed(cls.__mro__):
        if is_opaque(part.__module__):
            continue
        for name, value in vars(part).items():
            attributes.pop(name, None)
            if not name.startswith("_") and name not in fields and _is_plain(value):
                attributes[name] = value
    return ClassReading(_doc(cls), options, attributes)


def _option(field: "dataclasses.Field[Any]", kind: Any) -> Option:
    if field.default_factory is not dataclasses.MISSING:
        default = field.default_factory()
    elif field.default is not dataclasses.MISSING:
        default = field.default
    else:
        raise ValueError(f"option {field.name!r} has no default")
    limits = {limit: field.metadata[limit] for limit in LIMITS if limit in field.metadata}
    help_, requires = (field.metadata.get(name, "") for name in ("help", "requires"))
    return Option(field.name, kind, default, help_, limits, requires)


def _is_plain(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return all(_is_plain(item) for item in value)
    if isinstance(value, dict):
        return all(_is_plain(item) for pair in value.items() for item in pair)
    return value is None or isinstance(value, bool | int | float | str)


def _doc(cls: type) -> str:
    doc = vars(cls).get("__doc__") or ""
    # Where there is no docstring, `dataclass` writes the signature there.
    made_by_dataclass = doc.startswith(f"{cls.__name__}(")
    return "" if made_by_dataclass else inspect.cleandoc(doc)
