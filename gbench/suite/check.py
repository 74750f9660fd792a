"""Whether the parts of a cell fit together, as far as that can be told without running anything."""

from collections.abc import Iterable, Iterator

from gbench.errors import UserError, suggestion
from gbench.suite.cell import Cell
from gbench.suite.choice import Choice
from gbench.suite.dataset_plan import DatasetPlan, Scores
from gbench.suite.resolver import Resolver
from gbench.suite.technique import Technique

MANY = 4  # alternatives that one message names
OWN = "own"  # the role of a network that a game builds itself
GENERATOR, DISCRIMINATOR = "generator", "discriminator"


def check_fit(technique: Technique, plan: DatasetPlan, resolver: Resolver) -> None:
    """The game gets the fields and the parts it needs, and no part is given in vain. Raises UserError."""
    game = technique.composition.game
    _check_fields(technique, plan, resolver)
    _check_parts(technique, resolver.attribute("game", game, "uses"))


def _check_fields(technique: Technique, plan: DatasetPlan, resolver: Resolver) -> None:
    for name in resolver.attribute("game", technique.composition.game, "needs"):
        if name not in plan.provides:
            raise UserError(
                f"technique {technique.label}: game {technique.composition.game.use} needs '{name}', "
                f"which data set {plan.label} does not provide; "
                f"{_alternatives('dataset', 'provides', name, plan, resolver)}",
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


def check_loss(technique: Technique, model: Choice, plan: DatasetPlan, resolver: Resolver) -> None:
    """The model's discriminator gives what the loss takes. Raises UserError."""
    loss = technique.composition.loss
    takes = resolver.attribute("loss", loss, "takes") or "scores"
    gives = resolver.attribute("model", model, "gives") or ("scores",)
    if takes not in gives:
        raise UserError(
            f"technique {technique.label}: loss {loss.use} takes {takes}, but the discriminator of model "
            f"{model.use} gives {' and '.join(gives)}; "
            f"{_alternatives('model', 'gives', takes, plan, resolver)}",
            technique.place,
        )


def check_roles(technique: Technique, model: Choice, plan: DatasetPlan, resolver: Resolver) -> None:
    """The model can build a network for each role of the game. Raises UserError."""
    game = technique.composition.game
    roles = resolver.attribute("game", game, "roles") or {}
    builds = resolver.attribute("model", model, "roles") or (GENERATOR, DISCRIMINATOR)
    for network, role in roles.items():
        if role not in (*builds, OWN):
            raise UserError(
                f"technique {technique.label}: game {game.use} wants a {role} as its {network}, which model "
                f"{model.use} cannot build; {_alternatives('model', 'roles', role, plan, resolver)}",
                technique.place,
            )


def check_regularizers(technique: Technique, resolver: Resolver) -> None:
    """Each acts on a network of the game, in turns of the game. Raises UserError."""
    game = technique.composition.game
    networks = tuple(resolver.attribute("game", game, "roles") or ())
    turns = tuple(resolver.attribute("game", game, "moves") or ())
    for choice in technique.composition.regularizers:
        options = resolver.component("regularizer", choice).options
        subject = f"technique {technique.label}: regularizer {choice.use} acts"
        if networks and options.get("on", DISCRIMINATOR) not in networks:
            on = options["on"]
            raise UserError(
                f"{subject} on '{on}', but game {game.use} has {_enumeration(networks)}"
                f"{suggestion(on, networks)}",
                choice.locate("on"),
            )
        for turn in options.get("turns") or ():
            if turn not in turns:
                raise UserError(
                    f"{subject} in turn '{turn}', but game {game.use} has {_enumeration(turns)}"
                    f"{suggestion(turn, turns)}",
                    choice.locate("turns"),
                )


def _enumeration(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def check_mode(technique: Technique, model: Choice, mode: str, place: str, resolver: Resolver) -> None:
    """The model's networks can run as the suite asks. Raises UserError."""
    hindrance = resolver.attribute("model", model, "vmap")
    if mode == "vmap" and hindrance:
        raise UserError(
            f"technique {technique.label}: model {model.use} cannot run under vmap: {hindrance}; "
            "use mode auto or loop",
            place,
        )


def check_passing(technique: Technique, model: Choice, plan: DatasetPlan, resolver: Resolver) -> None:
    """The game passes the networks what they take, such as labels, and nothing else. Raises UserError."""
    game = technique.composition.game
    passes = resolver.attribute("game", game, "passes")
    takes = resolver.attribute("model", model, "takes")
    subject = f"technique {technique.label}: model {model.use}"
    for name in set(takes) - set(passes):
        raise UserError(
            f"{subject} takes a {name}, which game {game.use} does not pass; "
            f"{_alternatives('game', 'passes', name, plan, resolver)}",
            technique.place,
        )
    for name in set(passes) - set(takes):
        raise UserError(
            f"{subject} takes no {name}, which game {game.use} passes; "
            f"{_alternatives('model', 'takes', name, plan, resolver)}",
            technique.place,
        )


def check_answers(technique: Technique, plan: DatasetPlan, scores: Scores) -> None:
    """What ranks a data set's cells, and what they must reach, is among a cell's scores. Raises UserError."""
    for key in (plan.primary, *plan.thresholds):
        if key not in scores:
            [asking] = [measure for measure in plan.measures if key in measure.scores]
            what = "its primary metric" if key == plan.primary else "one of its thresholds"
            raise UserError(
                f"technique {technique.label}: game {technique.composition.game.use} does not "
                f"{' and '.join(asking.asks)}, but on data set {plan.label} '{key}' is {what}; "
                "name another, or leave the technique out",
                technique.place,
            )


def check_asked(plans: Iterable[DatasetPlan], cells: Iterable[Cell], resolver: Resolver) -> None:
    """Each metric that asks games something is answered in some cell. Raises UserError."""
    asking = {measure.name: (measure, plan) for plan in plans for measure in plan.measures}
    answered = {metric.use for cell in cells for metric in cell.recipe.metrics}
    for name, (measure, plan) in asking.items():
        if name not in answered:
            raise UserError(
                f"metric {name} asks games to {' and '.join(measure.asks)}, which none of the suite's does; "
                f"{_alternatives('game', 'answers', measure.asks[0], plan, resolver)}",
                measure.place,
            )


def unanswered_notes(plans: Iterable[DatasetPlan], cells: Iterable[Cell]) -> Iterator[str]:
    """A line for each metric that a technique's game does not answer."""
    by_label = {plan.label: plan for plan in plans}
    for cell in cells:
        for measure in by_label[cell.dataset].measures:
            if not set(measure.scores) <= set(cell.scores):
                verbs = " and ".join(measure.asks)
                yield (
                    f"metric {measure.name} is left out for {cell.label}, "
                    f"whose game {cell.recipe.game.use} does not {verbs}"
                )


def _alternatives(kind: str, attribute: str, value: str, plan: DatasetPlan, resolver: Resolver) -> str:
    """Which components of a kind would do; of models, those that make what the data set holds."""
    registry = resolver.registry
    names = []
    for name in registry.names(kind):
        attributes = registry.describe(registry.find(kind, name)).attributes
        made = set(attributes.get("traits") or plan.traits) if kind == "model" else set(plan.traits)
        if value in attributes.get(attribute, ()) and made & set(plan.traits):
            names.append(name)
    what = {"dataset": "data set"}.get(kind, kind)
    return f"use {what} {_either(names)}" if names else f"no installed {what} does"


def _either(names: list[str]) -> str:
    """`a, b or c`; many are cut."""
    shown = names if len(names) <= MANY else [*names[: MANY - 1], "another"]
    return " or ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def check_model(technique: Technique, model: Choice, plan: DatasetPlan, resolver: Resolver) -> None:
    """The model can generate what the data set holds. Raises UserError."""
    if model.use is None:
        raise UserError(
            f"technique {technique.label} has no model, and data set {plan.label} brings none; "
            f"add `models: {{{plan.label}: NAME}}`",
            technique.place,
        )
    makes = resolver.attribute("model", model, "traits")
    if makes and not set(makes) & set(plan.traits):
        raise UserError(
            f"technique {technique.label}: model {model.use} makes {' or '.join(makes)}, "
            f"but data set {plan.label} is {', '.join(plan.traits)}",
            model.place,
        )
