"""A component chosen by name, with options, and where each of them was written."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gbench.errors import UserError
from gbench.suite.document import Part


@dataclass(frozen=True)
class Choice:
    """`use` is None where only options were written, for a component that is chosen elsewhere."""

    use: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    place: str | None = None
    places: Mapping[str, str] = field(default_factory=dict)

    def patched(self, option: str, part: Part) -> "Choice":
        """The same with one option set."""
        options = {**self.options, option: part.value}
        return replace(self, options=options, places={**self.places, option: part.place})

    def over(self, base: "Choice") -> "Choice":
        """These options on top of another choice's; just this choice where it names another component."""
        if self.use is not None and self.use != base.use:
            return self
        options, places = {**base.options, **self.options}, {**base.places, **self.places}
        return Choice(base.use, options, base.place or self.place, places)

    def locate(self, option: str) -> str | None:
        """Where an option is written."""
        return self.places.get(option, self.place)


def read_choice(part: Part, what: str, *, passed_over: tuple[str, ...] = ()) -> Choice:
    """A choice as it is written: `name`, `{use: name, option: value}`, or the options alone.

    Keys in `passed_over` are no options. Raises UserError, calling it `what`.
    """
    if isinstance(part.value, str):
        return Choice(part.value, place=part.place)
    if not isinstance(part.value, dict):
        raise UserError(
            f"{what} must be a name or {{use: name, option: value}}, not {part.value!r}", part.place
        )
    choice = Choice(place=part.place)
    for key, child in part.entries(what):
        if key == "use":
            choice = replace(choice, use=child.text("use"), place=child.place)
        elif key not in passed_over:
            choice = choice.patched(key, child)
    return choice


def read_named_choice(part: Part, what: str, *, passed_over: tuple[str, ...] = ()) -> Choice:
    """As `read_choice`, where the name may not be missing."""
    choice = read_choice(part, what, passed_over=passed_over)
    if choice.use is None:
        raise UserError(f"{what} needs a name: {{use: name, option: value}}", part.place)
    return choice
