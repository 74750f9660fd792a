"""A technique's schedules: factors on the values of its real-valued options over the budget."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from gbench.engine.schedule import factor
from gbench.errors import UserError, suggestion
from gbench.plugins.component import Chosen
from gbench.plugins.describe import Option
from gbench.plugins.validate import OptionValidator
from gbench.recipe import Json, Recipe
from gbench.suite.choice import Choice
from gbench.suite.composition import NAMED, Composition
from gbench.suite.resolver import Resolver

Shape = Literal["linear", "cosine", "exponential", "step"]
SHAPES = get_args(Shape)
SHARE = {"ge": 0.0, "le": 1.0}
OPTIONS = {
    option.name: option
    for option in (
        Option("shape", Shape, "linear", "how the factor goes from start to end", {}),
        Option("start", float, 1.0, "factor on the option's value at first", {}),
        Option("end", float, 0.0, "factor on it at last", {}),
        Option("from", float, 0.0, "share of the budget at which the factor begins to change", SHARE),
        Option("until", float, 1.0, "share of the budget at which it has changed", SHARE),
    )
}
HEADS = ("game", "loss", "rule", "optimizer", *NAMED)


@dataclass(frozen=True)
class Target:
    """What a schedule changes an option of: its path in the recipe, its options and what checks them."""

    path: str
    subject: str
    options: Mapping[str, Any]
    validate: Callable[[Json], Any]


def resolve_schedules(composition: Composition, recipe: Recipe, resolver: Resolver) -> dict[str, Json]:
    """`{path: schedule}`, with every option filled in and `optimizer.lr` said of each turn.

    recipe: of the cell, without schedules. Raises UserError.
    """
    schedules: dict[str, Json] = {}
    for path, choice in sorted(composition.schedules.items(), key=lambda item: item[0].startswith(NAMED)):
        try:
            schedule = _read(path, choice)
            for target, option in _targets(path, recipe, resolver):
                _check_values(schedule, target, option, recipe.budget.steps)
                schedules[f"{target.path}.{option}"] = schedule
        except UserError as error:
            raise UserError(f"schedule {path}: {error.message}", error.place or choice.place) from None
    return schedules


def _read(path: str, choice: Choice) -> Json:
    shape = choice.options.get("shape", "linear")
    if isinstance(shape, str) and shape not in SHAPES:
        raise UserError(f"unknown shape '{shape}'{suggestion(shape, SHAPES)}", choice.locate("shape"))
    schedule = OptionValidator("a schedule", OPTIONS).plain(choice.options, choice.locate)
    start, end, begin, until = (schedule[name] for name in ("start", "end", "from", "until"))
    if shape == "step" and ("until" in choice.options or begin == 0):
        raise UserError("a step needs `from`, the share of the budget at which it is, and no `until`")
    if begin >= until and shape != "step":
        raise UserError(f"`from` must be less than `until`, not {begin:g} and {until:g}")
    if shape == "exponential" and min(start, end) <= 0:
        raise UserError(f"start and end of an exponential must be > 0, not {start:g} and {end:g}")
    return schedule


def _targets(path: str, recipe: Recipe, resolver: Resolver) -> Iterator[tuple[Target, str]]:
    """What the path leads to, and the option's name; of `optimizer.lr` every turn's optimizer."""
    head, *names, option = path.split(".")
    if head not in HEADS:
        raise UserError(f"nothing there to change{suggestion(head, HEADS)}")
    if len(names) != (head in NAMED):
        name = {"regularizers": "NAME.", "optimizers": "TURN."}.get(head, "")
        raise UserError(f"not the path of an option; write {head}.{name}OPTION")
    if head in ("optimizer", "optimizers"):
        turns = recipe.optimizers
        _check_known("turn", names, turns)
        for turn in names or turns:
            yield _component(f"optimizers.{turn}", "optimizer", turns[turn], resolver), option
    elif head == "regularizers":
        chosen = _regularizer(names[0], recipe.regularizers)
        yield _component(f"{head}.{names[0]}", "regularizer", chosen, resolver), option
    else:
        yield _component(head, head, getattr(recipe, head), resolver), option


def _regularizer(name: str, regularizers: Sequence[Chosen]) -> Chosen:
    _check_known("regularizer", [name], [chosen.use for chosen in regularizers])
    found = [chosen for chosen in regularizers if chosen.use == name]
    if len(found) > 1:
        raise UserError(f"the technique has {name} {len(found)} times")
    return found[0]


def _check_known(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            raise UserError(f"there is no {what} '{name}'{suggestion(name, known)}")


def _component(path: str, kind: str, chosen: Chosen | None, resolver: Resolver) -> Target:
    if chosen is None:
        raise UserError(f"the game takes no {kind}")
    name = chosen.use
    return Target(
        path,
        f"{kind} {name}",
        chosen.options,
        lambda changed: resolver.registry.options(kind, name, changed),
    )


def _check_values(schedule: Mapping[str, Any], target: Target, option: str, steps: int) -> None:
    """The option is a real number, and stays in its range from the first round to the last."""
    real = [name for name, value in target.options.items() if isinstance(value, float)]
    if option not in target.options:
        hint = suggestion(option, real) or "; none of its options is a real number"
        raise UserError(f"{target.subject} has no option '{option}'{hint}")
    if option not in real:
        raise UserError(f"option '{option}' of {target.subject} is not a real number")
    for progress in (0.0, (steps - 1) / steps):
        value = target.options[option] * factor(schedule, progress)
        target.validate({**target.options, option: value})
