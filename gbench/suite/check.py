"""Whether the parts of a cell fit together, as far as that can be told without running anything."""

from gbench.errors import UserError
from gbench.suite.choice import Choice
from gbench.suite.resolver import Resolver
from gbench.suite.setting import Setting
from gbench.suite.technique import Technique


def check_fit(technique: Technique, setting: Setting, resolver: Resolver) -> None:
    """The game gets the fields and the parts it needs, and no part is given in vain. Raises UserError."""
    game = technique.composition.game
    _check_fields(technique, setting, resolver.attribute("game", game, "needs"))
    _check_parts(technique, resolver.attribute("game", game, "uses"))


def _check_fields(technique: Technique, setting: Setting, needs: tuple[str, ...]) -> None:
    for name in needs:
        if name not in setting.provides:
            raise UserError(
                f"technique {technique.label}: game {technique.composition.game.use} needs '{name}', "
                f"which data set {setting.label} does not provide",
                technique.place,
            )


def _check_parts(technique: Technique, uses: tuple[str, ...]) -> None:
    composition = technique.composition
    subject = f"technique {technique.label}: game {composition.game.use}"
    if "loss" in uses and composition.loss.use is None:
        raise UserError(f"{subject} needs a loss", technique.place)
    for slot, choice in (("loss", composition.loss), ("model", composition.model)):
        if slot not in uses and (choice.use is not None or choice.options):
            raise UserError(f"{subject} takes no {slot}", next(iter(choice.places.values()), choice.place))


def check_loss(technique: Technique, model: Choice, resolver: Resolver) -> None:
    """The model's discriminator gives what the loss takes. Raises UserError."""
    loss = technique.composition.loss
    takes = resolver.attribute("loss", loss, "takes") or "scores"
    gives = resolver.attribute("model", model, "gives") or ("scores",)
    if takes not in gives:
        raise UserError(
            f"technique {technique.label}: loss {loss.use} takes {takes}, but the discriminator of model "
            f"{model.use} gives {' and '.join(gives)}; {_alternatives('model', 'gives', takes, resolver)}",
            technique.place,
        )


def check_passing(technique: Technique, model: Choice, resolver: Resolver) -> None:
    """The game passes the networks what they take, such as labels, and nothing else. Raises UserError."""
    game = technique.composition.game
    passes = resolver.attribute("game", game, "passes")
    takes = resolver.attribute("model", model, "takes")
    subject = f"technique {technique.label}: model {model.use}"
    for name in set(takes) - set(passes):
        raise UserError(
            f"{subject} takes a {name}, which game {game.use} does not pass; "
            f"{_alternatives('game', 'passes', name, resolver)}",
            technique.place,
        )
    for name in set(passes) - set(takes):
        raise UserError(
            f"{subject} takes no {name}, which game {game.use} passes; "
            f"{_alternatives('model', 'takes', name, resolver)}",
            technique.place,
        )


def _alternatives(kind: str, attribute: str, value: str, resolver: Resolver) -> str:
    """Which components of a kind would do."""
    registry = resolver.registry
    names = [
        name
        for name in registry.names(kind)
        if value in registry.describe(registry.find(kind, name)).attributes.get(attribute, ())
    ]
    return f"use {kind} {' or '.join(names)}" if names else f"no installed {kind} does"


def check_model(technique: Technique, model: Choice, setting: Setting, resolver: Resolver) -> None:
    """The model can generate what the data set holds. Raises UserError."""
    if model.use is None:
        raise UserError(
            f"technique {technique.label} has no model, and data set {setting.label} brings none; "
            f"add `models: {{{setting.label}: NAME}}`",
            technique.place,
        )
    makes = resolver.attribute("model", model, "traits")
    if makes and not set(makes) & set(setting.traits):
        raise UserError(
            f"technique {technique.label}: model {model.use} makes {' or '.join(makes)}, "
            f"but data set {setting.label} is {', '.join(setting.traits)}",
            model.place,
        )
