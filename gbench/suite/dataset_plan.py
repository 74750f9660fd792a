"""A data set of a suite, with all that depends on it alone: its model, metrics, scores, thresholds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from string import Formatter
from typing import Any

from gbench.errors import UserError, suggestion
from gbench.plugins.component import Chosen
from gbench.plugins.keys import filled, stem
from gbench.suite.choice import Choice, read_choice, read_named_choice
from gbench.suite.document import Document
from gbench.suite.extractors import check_extractors, read_extractors
from gbench.suite.resolver import Resolver
from gbench.suite.schema import SuiteShape
from gbench.suite.technique import check_label

Scores = dict[str, tuple[str, float | None]]


@dataclass(frozen=True)
class Measure:
    """A metric of a suite, or a probe.

    needs: traits of a data set, its features' too. scores: keys it records. stems: these keys without their
    protocol. named: options in these keys. uses, asks: parts and verbs of a game without which it is left
    out.
    """

    kind: str
    component: Chosen
    needs: tuple[str, ...]
    scores: Scores
    stems: dict[str, str]
    named: tuple[str, ...]
    features: dict[str, Chosen]
    uses: tuple[str, ...]
    asks: tuple[str, ...]
    place: str

    @property
    def name(self) -> str:
        return self.component.use


@dataclass(frozen=True)
class DatasetPlan:
    """`model` is the model if a technique names none; `left_out` is what it cannot serve."""

    label: str
    dataset: Chosen
    provides: tuple[str, ...]
    traits: tuple[str, ...]
    model: Choice
    measures: tuple[Measure, ...]
    probes: tuple[Measure, ...]
    contests: tuple[Measure, ...]
    left_out: tuple[Measure, ...]
    primary: str
    thresholds: dict[str, float]

    def measures_of(self, answers: tuple[str, ...]) -> tuple[Measure, ...]:
        """The metrics that ask nothing but what a game with these verbs answers."""
        return tuple(measure for measure in self.measures if set(measure.asks) <= set(answers))

    def probes_of(self, uses: tuple[str, ...]) -> tuple[Measure, ...]:
        """The probes that have something to look at in a game that uses these parts."""
        return tuple(probe for probe in self.probes if set(probe.uses) <= set(uses))


def features_of(measures: Iterable[Measure]) -> dict[str, Chosen]:
    """The feature extractors that metrics or probes name."""
    return {name: made for measure in measures for name, made in measure.features.items()}


def scores_of(measures: Iterable[Measure]) -> Scores:
    """The keys that metrics or probes record."""
    return {key: score for measure in measures for key, score in measure.scores.items()}


def read_plans(shape: SuiteShape, document: Document, resolver: Resolver) -> list[DatasetPlan]:
    """A plan for each data set of the suite. Raises UserError."""
    extractors = read_extractors(document, resolver)
    measures = [
        _measure(part, kind, extractors, resolver)
        for key, kind in (("metrics", "metric"), ("probes", "probe"), ("contests", "contest"))
        if key in document.data
        for part in document.part(key).items(key)
    ]
    for kind in ("contest", "probe"):
        _check_once([measure for measure in measures if measure.kind == kind])
    check_extractors(extractors, [name for measure in measures for name in measure.features])
    choices = _labelled_datasets(document, resolver)
    for key in ("models", "budgets", "overrides", "thresholds", "primary"):
        for label in getattr(shape, key):
            if label not in choices:
                hint = suggestion(label, choices)
                raise UserError(
                    f"'{key}' names an unknown data set '{label}'{hint}", document.place(key, label)
                )
    _check_all_used(
        measures, [resolver.attribute("dataset", choice, "traits") for choice in choices.values()]
    )
    return [_plan(label, choice, measures, shape, document, resolver) for label, choice in choices.items()]


def _check_once(measures: list[Measure]) -> None:
    """What a contest or a probe records is named after it alone. Raises UserError."""
    for place, measure in enumerate(measures):
        if measure.name in [other.name for other in measures[:place]]:
            raise UserError(f"{measure.kind} {measure.name} appears twice; keep one", measure.place)


def _labelled_datasets(document: Document, resolver: Resolver) -> dict[str, Choice]:
    choices: dict[str, Choice] = {}
    for part in document.part("datasets").items("datasets"):
        choice = read_named_choice(part, "a data set", passed_over=("label",))
        resolver.component("dataset", choice)
        label = part.value.get("label", choice.use) if isinstance(part.value, dict) else part.value
        if not isinstance(label, str):
            raise UserError(f"the label of a data set must be text, not {label!r}", part.place)
        check_label(label, "data set", part.place)
        if label in choices:
            raise UserError(f"data set '{label}' appears twice; give one a `label`", part.place)
        choices[label] = choice
    return choices


def _measure(part: Any, kind: str, extractors: dict[str, Choice], resolver: Resolver) -> Measure:
    choice = read_named_choice(part, f"a {kind}")
    component = resolver.component(kind, choice)
    keys = resolver.attribute(kind, choice, "keys") or {}
    scores = {filled(key, component.options): tuple(score) for key, score in keys.items()}
    stems = {filled(key, component.options): stem(key, component.options) for key in keys}
    named = tuple(dict.fromkeys(name for key in keys for _, name, _, _ in Formatter().parse(key) if name))
    needs, features = resolver.attribute(kind, choice, "needs"), {}
    if name := component.options.get("features"):
        extractor = extractors.get(name, Choice(name, place=choice.locate("features")))
        features = {name: resolver.component("features", extractor)}
        needs = tuple(dict.fromkeys((*needs, *resolver.attribute("features", extractor, "needs"))))
    uses, asks = (resolver.attribute(kind, choice, name) for name in ("uses", "asks"))
    return Measure(kind, component, needs, scores, stems, named, features, uses, asks, part.place)


def _plan(
    label: str,
    choice: Choice,
    measures: list[Measure],
    shape: SuiteShape,
    document: Document,
    resolver: Resolver,
) -> DatasetPlan:
    dataset = resolver.component("dataset", choice)
    traits = resolver.attribute("dataset", choice, "traits")
    able = tuple(measure for measure in measures if set(measure.needs) <= set(traits))
    fitting = tuple(measure for measure in able if measure.kind == "metric")
    if not fitting:
        raise UserError(f"no metric of the suite can be taken on data set {label}", choice.place)
    _check_clashes(label, able)
    return DatasetPlan(
        label=label,
        dataset=dataset,
        provides=resolver.attribute("dataset", choice, "provides"),
        traits=traits,
        model=_model(label, choice, document, resolver),
        measures=fitting,
        probes=tuple(measure for measure in able if measure.kind == "probe"),
        contests=tuple(measure for measure in able if measure.kind == "contest"),
        left_out=tuple(measure for measure in measures if measure not in able),
        primary=_primary(label, fitting, shape, document),
        thresholds=_thresholds(label, fitting, shape, document),
    )


def _model(label: str, choice: Choice, document: Document, resolver: Resolver) -> Choice:
    default = resolver.attribute("dataset", choice, "model") or None
    brought = Choice(default, place=choice.place)
    if label not in document.data.get("models", {}):
        return brought
    written = read_choice(document.part("models", label), "a model")
    return written if written.use is not None else written.over(brought)


def _check_clashes(label: str, measures: tuple[Measure, ...]) -> None:
    owners: dict[str, Measure] = {}
    for measure in measures:
        for key in measure.scores:
            if key in owners:
                raise UserError(_clash(key, label, owners[key], measure), measure.place)
            owners[key] = measure


def _clash(key: str, label: str, first: Measure, second: Measure) -> str:
    if first.name != second.name:
        kinds = (
            f"{first.kind}s {first.name} and {second.name}"
            if first.kind == second.kind
            else f"{first.kind} {first.name} and {second.kind} {second.name}"
        )
        return f"{kinds} both record '{key}' on data set {label}; keep one"
    remedy = f"only {_enumeration(first.named)} can tell two apart" if first.named else "keep one"
    twice = f"{first.kind} {first.name} appears twice"
    return f"{twice} and records '{key}' both times on data set {label}; {remedy}"


def _enumeration(names: tuple[str, ...]) -> str:
    """`features, samples and split`."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _primary(label: str, measures: tuple[Measure, ...], shape: SuiteShape, document: Document) -> str:
    if label not in shape.primary:
        return next(key for measure in measures for key in measure.scores)
    return _full_key(shape.primary[label], label, measures, document.place("primary", label))


def _thresholds(
    label: str, measures: tuple[Measure, ...], shape: SuiteShape, document: Document
) -> dict[str, float]:
    thresholds: dict[str, float] = {}
    for written, value in shape.thresholds.get(label, {}).items():
        place = document.place("thresholds", label, written)
        key = _full_key(written, label, measures, place)
        if key in thresholds:
            raise UserError(f"data set {label} has two thresholds of '{key}'", place)
        thresholds[key] = value
    return thresholds


def _full_key(written: str, label: str, measures: tuple[Measure, ...], place: str) -> str:
    """The key of that name, or the only one with that stem. Raises UserError."""
    stems = {key: stem for measure in measures for key, stem in measure.stems.items()}
    if written in stems:
        return written
    meant = [key for key, stem in stems.items() if stem == written]
    if not meant:
        hint = suggestion(written, {*stems, *stems.values()})
        raise UserError(f"no metric records '{written}' on data set {label}{hint}", place)
    if len(meant) > 1:
        raise UserError(
            f"'{written}' may be any of {', '.join(meant)} on data set {label}; write one in full", place
        )
    return meant[0]


def _check_all_used(measures: list[Measure], traits: list[tuple[str, ...]]) -> None:
    for measure in measures:
        if not any(set(measure.needs) <= set(some) for some in traits):
            missing = ", ".join(measure.needs)
            message = f"{measure.kind} {measure.name} needs {missing}, which no data set of the suite has"
            raise UserError(message, measure.place)


def left_out_notes(plans: list[DatasetPlan]) -> Iterator[str]:
    """A line for each metric and probe that a data set cannot serve."""
    for plan in plans:
        for measure in plan.left_out:
            missing = ", ".join(sorted(set(measure.needs) - set(plan.traits)))
            yield f"{measure.kind} {measure.name} is left out on {plan.label}, which has no {missing}"
