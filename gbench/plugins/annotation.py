"""Types of options: from the source of an annotation to a type, and from a type to text."""

import ast
import types
from collections.abc import Callable
from typing import Any, Literal, Union, get_args, get_origin

from gbench.plugins.literal import NotLiteralError, evaluate

SCALARS: dict[str, type] = {"float": float, "int": int, "bool": bool, "str": str}

Lookup = Callable[[str], ast.expr]  # the expression that a name of the module is bound to


def annotated_type(node: ast.expr, lookup: Lookup) -> Any:
    """The type that an annotation means, as `typing.get_type_hints` would give it.

    It knows float, int, bool, str, None, Literal, tuple[...], list[...], unions, and aliases of these in the
    same module. Raises NotLiteralError on anything else.
    """
    match node:
        case ast.Constant(value=None):
            return None
        case ast.Constant(value=str(text)):
            return annotated_type(ast.parse(text, mode="eval").body, lookup)
        case ast.Name(id=name) if name in SCALARS:
            return SCALARS[name]
        case ast.Name(id=name):
            return annotated_type(lookup(name), lookup)
        case ast.BinOp(op=ast.BitOr()):
            return annotated_type(node.left, lookup) | annotated_type(node.right, lookup)
        case ast.Subscript():
            return _generic(node, lookup)
    raise NotLiteralError(f"annotation {ast.unparse(node)}")


def _generic(node: ast.Subscript, lookup: Lookup) -> Any:
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    match ast.unparse(node.value).rpartition(".")[2]:
        case "Literal":
            return Literal[tuple(evaluate(part, lookup) for part in parts)]
        case "tuple":
            return tuple[tuple(_element(part, lookup) for part in parts)]  # type: ignore[misc]
        case "list":
            return list[_element(parts[0], lookup)]  # type: ignore[misc]
    raise NotLiteralError(f"annotation {ast.unparse(node)}")


def _element(node: ast.expr, lookup: Lookup) -> Any:
    if isinstance(node, ast.Constant) and node.value is ...:
        return ...
    return annotated_type(node, lookup)


def is_union(kind: Any) -> bool:
    """Whether the type was written with `|`, `Union` or `Optional`."""
    return get_origin(kind) in (Union, types.UnionType)


def type_text(kind: Any) -> str:
    """How people read a type: `float`, `tuple[float, ...]`, `relu | gelu`, `int | none`."""
    if kind is None or kind is type(None):
        return "none"
    if kind is ...:
        return "..."
    if get_origin(kind) is Literal:
        return " | ".join(str(value) for value in get_args(kind))
    if is_union(kind):
        return " | ".join(type_text(part) for part in get_args(kind))
    if get_origin(kind):
        return f"{get_origin(kind).__name__}[{', '.join(type_text(part) for part in get_args(kind))}]"
    return str(kind.__name__)
