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
