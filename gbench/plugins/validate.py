"""Validating options: pydantic checks them strictly, as JSON data, against their description."""

import json
from collections.abc import Callable, Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from gbench.errors import UserError, suggestion
from gbench.plugins.annotation import is_union
from gbench.plugins.describe import Option

Locate = Callable[[str], str | None]  # where an option is written, as `suites/x.yaml:13`

RANGE_ERRORS = {"greater_than_equal", "greater_than", "less_than_equal", "less_than"}


class OptionValidator:
    """Checks the options of one subject, such as `regularizer gradient-penalty`.

    A list may stand for a tuple and a whole number for a float. Text never stands for a number. Infinity and
    NaN are refused.
    """

    def __init__(self, subject: str, options: Mapping[str, Option]):
        self.subject = subject
        self.options = options
        self.model = _model(options)

    def typed(self, given: Mapping[str, Any], locate: Locate) -> dict[str, Any]:
        """The options with defaults filled in, of the types that the component declares. Raises UserError."""
        return dict(zip(self.options, dict(self._validated(given, locate)).values(), strict=True))

    def plain(self, given: Mapping[str, Any], locate: Locate) -> dict[str, Any]:
        """The same as JSON data: tuples become lists, and a float stays a float. Raises UserError."""
        return self._validated(given, locate).model_dump(mode="json", by_alias=True)

    def _validated(self, given: Mapping[str, Any], locate: Locate) -> BaseModel:
        for name in given:
            if name not in self.options:
                hint = suggestion(name, self.options) or "; it has none"
                raise UserError(f"{self.subject} has no option '{name}'{hint}", locate(name))
        values = {name: option.default for name, option in self.options.items()} | dict(given)
        try:
            validated = self.model.model_validate_json(json.dumps(values))
        except ValidationError as error:
            raise self._complaint(error, values, locate) from None
        self._check_required(values, locate)
        return validated

    def _check_required(self, values: Mapping[str, Any], locate: Locate) -> None:
        for name, option in self.options.items():
            if option.requires and values[name] and not values[option.requires] > 0:
                raise UserError(
                    f"option '{name}' of {self.subject} needs a {option.requires} > 0", locate(name)
                )

    def _complaint(self, error: ValidationError, values: dict[str, Any], locate: Locate) -> UserError:
        name = str(error.errors()[0]["loc"][0])
        option = self.options[name]
        kinds = {detail["type"] for detail in error.errors() if detail["loc"][0] == name}
        if kinds & RANGE_ERRORS:
            wanted = option.range_text
        elif "finite_number" in kinds:
            wanted = "finite"
        elif get_origin(option.type) is Literal:
            wanted = f"one of {', '.join(map(str, get_args(option.type)))}"
        else:
            wanted = option.type_text
        return UserError(
            f"option '{name}' of {self.subject} must be {wanted}, not {shown(values[name])}", locate(name)
        )


def _model(options: Mapping[str, Option]) -> type[BaseModel]:
    # The options' names are only aliases, because as names of fields some would hide pydantic's own.
    fields: dict[str, Any] = {
        f"option_{index}": (limited(option.type, option.limits), Field(alias=name))
        for index, (name, option) in enumerate(options.items())
    }
    return create_model("Options", __config__=ConfigDict(strict=True, allow_inf_nan=False), **fields)


def shown(value: Any) -> str:
    """A value as it stands in a message; cut if it is long."""
    text = repr(value) if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def limited(kind: Any, limits: Mapping[str, Any]) -> Any:
    """The type, with the range put on every number in it."""
    if not limits:
        return kind
    if kind in (int, float):
        return Annotated[kind, Field(**limits)]
    if is_union(kind):
        return reduce(or_, (limited(part, limits) for part in get_args(kind)))
    if get_origin(kind) in (tuple, list):
        return get_origin(kind)[tuple(limited(part, limits) for part in get_args(kind))]
    return kind
