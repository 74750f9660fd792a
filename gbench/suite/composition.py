"""A technique's composition, and the one way to change it: setting a dotted path."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gbench.errors import UserError, suggestion
from gbench.suite.choice import Choice, read_choice, read_named_choice
from gbench.suite.document import Part

SLOTS = ("game", "model", "loss", "rule", "optimizer")
KEYS = (*SLOTS, "regularizers", "optimizers", "ema", "schedules")
NAMED = ("regularizers", "optimizers")  # parts whose options lie one level deeper, below a name


@dataclass(frozen=True)
class Composition:
    """What a technique is made of; `model` and the values of `optimizers` may be options alone."""

    game: Choice = field(default=Choice("adversarial"))
    model: Choice = field(default=Choice())
    loss: Choice = field(default=Choice())
    rule: Choice = field(default=Choice("alternating"))
    optimizer: Choice = field(default=Choice("adam"))
    regularizers: tuple[Choice, ...] = ()
    optimizers: Mapping[str, Choice] = field(default_factory=dict)
    ema: float | None = None
    schedules: Mapping[str, Choice] = field(default_factory=dict)

    def set(self, path: str, part: Part) -> "Composition":
        """The composition with one dotted path set to a value.

        `loss: hinge` and `loss: {use: hinge}` choose a component anew, with its own defaults;
        `loss: {margin: 2}` and `loss.margin: 2` change options of the one chosen before.
        `regularizers.NAME.OPTION` changes a regularizer of the list, `optimizers.TURN.OPTION` the
        optimizer of one turn. `schedules.PATH` sets the schedule of an option, `schedules.PATH.end`
        changes it. Raises UserError on any other path.
        """
        head, *rest = path.split(".")
        if head == "ema" and not rest:
            return replace(self, ema=_decay(part))
        if head in SLOTS:
            choice = _set_choice(getattr(self, head), rest, part, path)
            return replace(self, **{head: choice})  # type: ignore[arg-type]
        if head == "regularizers":
            return replace(self, regularizers=_set_regularizers(self.regularizers, rest, part, path))
        if head == "optimizers":
            return replace(self, optimizers=_set_optimizers(self.optimizers, rest, part, path))
        if head == "schedules":
            return replace(self, schedules=_set_schedules(self.schedules, rest, part, path))
        raise UserError(f"a technique has no '{path}'{suggestion(head, KEYS)}", part.place)


def _set_choice(choice: Choice, rest: list[str], part: Part, path: str) -> Choice:
    if not rest:
        written = read_choice(part, path)
        return written.over(choice) if written.use is None else written
    if len(rest) > 1:
        raise UserError(f"'{path}' goes too deep; write {path.split('.')[0]}.OPTION", part.place)
    if rest == ["use"]:
        return Choice(part.text(path), place=part.place)
    return choice.patched(rest[0], part)


def _set_regularizers(
    regularizers: tuple[Choice, ...], rest: list[str], part: Part, path: str
) -> tuple[Choice, ...]:
    if rest:
        name, *option = rest
        index = _regularizer(regularizers, name, part)
        choice = _set_choice(regularizers[index], option, part, path)
        return (*regularizers[:index], choice, *regularizers[index + 1 :])
    if isinstance(part.value, dict):
        for name, child in part.entries(path):
            regularizers = _set_regularizers(regularizers, [name], child, f"{path}.{name}")
        return regularizers
    return tuple(read_named_choice(item, "a regularizer") for item in part.items(path))


def _regularizer(regularizers: tuple[Choice, ...], name: str, part: Part) -> int:
    names = [str(choice.use) for choice in regularizers]
    if name not in names:
        hint = suggestion(name, names) or "; it has none"
        raise UserError(f"the technique has no regularizer '{name}'{hint}", part.place)
    if names.count(name) > 1:
        raise UserError(
            f"the technique has {name} {names.count(name)} times; write the whole list", part.place
        )
    return names.index(name)


def _set_optimizers(
    optimizers: Mapping[str, Choice], rest: list[str], part: Part, path: str
) -> Mapping[str, Choice]:
    if rest:
        turn, *option = rest
        choice = _set_choice(optimizers.get(turn, Choice(place=part.place)), option, part, path)
        return {**optimizers, turn: choice}
    for turn, child in part.entries(path):
        optimizers = _set_optimizers(optimizers, [turn], child, f"{path}.{turn}")
    return optimizers


def _set_schedules(
    schedules: Mapping[str, Choice], rest: list[str], part: Part, path: str
) -> Mapping[str, Choice]:
    if not rest:
        for target, child in part.entries(path):
            schedules = _set_schedules(schedules, target.split("."), child, f"{path}.{target}")
        return schedules
    depth = 3 if rest[0] in NAMED else 2
    target, option = ".".join(rest[:depth]), rest[depth:]
    if len(option) > 1:
        raise UserError(f"'{path}' goes too deep; write schedules.{target}.OPTION", part.place)
    if option:
        choice = schedules.get(target, Choice(place=part.place))
        return {**schedules, target: choice.patched(option[0], part)}
    others = {name: choice for name, choice in schedules.items() if name != target}
    return others if part.value is None else {**others, target: _schedule(part, path)}


def _schedule(part: Part, path: str) -> Choice:
    choice = Choice(place=part.place)
    for option, child in part.entries(path):
        choice = choice.patched(option, child)
    return choice


def _decay(part: Part) -> float | None:
    if part.value is None:
        return None
    if isinstance(part.value, bool) or not isinstance(part.value, int | float) or not 0 < part.value < 1:
        raise UserError(f"ema must be a decay > 0, < 1, or null, not {part.value!r}", part.place)
    return float(part.value)
