"""Evaluating literals in source code without running it."""

import ast
import operator
from collections.abc import Callable
from typing import Any

OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class NotLiteralError(Exception):
    """The source holds no literal, so the class must be imported to be read."""


def evaluate(node: ast.expr, lookup: Callable[[str], ast.expr]) -> Any:
    """The value of constants, containers, signs, `+ - * /` of numbers, and names of module constants.

    `lookup` gives the expression that a name is bound to. Raises NotLiteralError on anything else.
    """
    match node:
        case ast.Constant(value=value) if value is not ...:
            return value
        case ast.Tuple(elts=elements):
            return tuple(evaluate(element, lookup) for element in elements)
        case ast.List(elts=elements):
            return [evaluate(element, lookup) for element in elements]
        case ast.Dict(keys=keys, values=values):
            return {
                _key(key, lookup): evaluate(value, lookup) for key, value in zip(keys, values, strict=True)
            }
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand, lookup)
        case ast.BinOp(op=op) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_number(node.left, lookup), _number(node.right, lookup))
        case ast.Name(id=name):
            return evaluate(lookup(name), lookup)
    raise NotLiteralError(f"expression {ast.unparse(node)}")


def _key(node: ast.expr | None, lookup: Callable[[str], ast.expr]) -> Any:
    if node is None:
        raise NotLiteralError("a dictionary unpacked into another")
    return evaluate(node, lookup)


def _number(node: ast.expr, lookup: Callable[[str], ast.expr]) -> float:
    value = evaluate(node, lookup)
    if not isinstance(value, int | float):
        raise NotLiteralError(f"arithmetic on {ast.unparse(node)}")
    return value
