"""A data set of a suite, with all that depends on it alone: its model, metrics, scores, thresholds."""

from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter
from typing import Any

from gbench.errors import UserError, suggestion
from gbench.suite.choice import Choice, read_choice, read_named_choice
from gbench.suite.document import Document
from gbench.suite.resolver import Json, Resolver
from gbench.suite.schema import SuiteShape
from gbench.suite.technique import check_label

Scores = dict[str, tuple[str, float | None]]


@dataclass(frozen=True)
class Measure:
    """A metric of a suite.

    needs: traits of a data set, its features' too. scores: keys it records. named: options in these keys.
    """

    component: Json
    needs: tuple[str, ...]
    scores: Scores
    named: tuple[str, ...]
    features: dict[str, Json]
    place: str

    @property
    def name(self) -> str:
        return str(self.component["use"])


@dataclass(frozen=True)
class Setting:
    """`model` is the model if a technique names none; `left_out` are metrics that it cannot serve."""

    label: str
    dataset: Json
    provides: tuple[str, ...]
    traits: tuple[str, ...]
    model: Choice
    measures: tuple[Measure, ...]
    left_out: tuple[Measure, ...]
    scores: Scores
    primary: str
    thresholds: dict[str, float]

    @property
    def features(self) -> dict[str, Json]:
        """The feature extractors that its metrics name."""
        return {name: made for measure in self.measures for name, made in measure.features.items()}


def read_settings(shape: SuiteShape, document: Document, resolver: Resolver) -> list[Setting]:
    """A setting for each data set of the suite. Raises UserError."""
    measures = [_measure(part, resolver) for part in document.part("metrics").items("metrics")]
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
    return [_setting(label, choice, measures, shape, document, resolver) for label, choice in choices.items()]


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


def _measure(part: Any, resolver: Resolver) -> Measure:
    choice = read_named_choice(part, "a metric")
    component = resolver.component("metric", choice)
    keys = resolver.attribute("metric", choice, "keys") or {}
    scores = {key.format_map(component["options"]): tuple(score) for key, score in keys.items()}
    named = tuple(dict.fromkeys(name for key in keys for _, name, _, _ in Formatter().parse(key) if name))
    needs, features = resolver.attribute("metric", choice, "needs"), {}
    if name := component["options"].get("features"):
        extractor = Choice(name, place=choice.locate("features"))
        features = {name: resolver.component("features", extractor)}
        needs = tuple(dict.fromkeys((*needs, *resolver.attribute("features", extractor, "needs"))))
    return Measure(component, needs, scores, named, features, part.place)


def _setting(
    label: str,
    choice: Choice,
    measures: list[Measure],
    shape: SuiteShape,
    document: Document,
    resolver: Resolver,
) -> Setting:
    dataset = resolver.component("dataset", choice)
    traits = resolver.attribute("dataset", choice, "traits")
    fitting = tuple(measure for measure in measures if set(measure.needs) <= set(traits))
    if not fitting:
        raise UserError(f"no metric of the suite can be taken on data set {label}", choice.place)
    scores = _merged_scores(label, fitting)
    return Setting(
        label=label,
        dataset=dataset,
        provides=resolver.attribute("dataset", choice, "provides"),
        traits=traits,
        model=_model(label, choice, document, resolver),
        measures=fitting,
        left_out=tuple(measure for measure in measures if measure not in fitting),
        scores=scores,
        primary=_primary(label, scores, shape, document),
        thresholds=_thresholds(label, scores, shape, document),
    )


def _model(label: str, choice: Choice, document: Document, resolver: Resolver) -> Choice:
    default = resolver.attribute("dataset", choice, "model") or None
    brought = Choice(default, place=choice.place)
    if label not in document.data.get("models", {}):
        return brought
    written = read_choice(document.part("models", label), "a model")
    return written if written.use is not None else written.over(brought)


def _merged_scores(label: str, measures: tuple[Measure, ...]) -> Scores:
    owners: dict[str, Measure] = {}
    for measure in measures:
        for key in measure.scores:
            if key in owners:
                raise UserError(_clash(key, label, owners[key], measure), measure.place)
            owners[key] = measure
    return {key: measure.scores[key] for key, measure in owners.items()}


def _clash(key: str, label: str, first: Measure, second: Measure) -> str:
    if first.name != second.name:
        return f"metrics {first.name} and {second.name} both record '{key}' on data set {label}; keep one"
    remedy = f"only {' and '.join(first.named)} can tell two apart" if first.named else "keep one"
    return f"metric {first.name} appears twice and records '{key}' both times on data set {label}; {remedy}"


def _primary(label: str, scores: Scores, shape: SuiteShape, document: Document) -> str:
    if label not in shape.primary:
        return next(iter(scores))
    _check_keys([shape.primary[label]], label, scores, document.place("primary", label))
    return shape.primary[label]


def _thresholds(label: str, scores: Scores, shape: SuiteShape, document: Document) -> dict[str, float]:
    thresholds = shape.thresholds.get(label, {})
    for key in thresholds:
        _check_keys([key], label, scores, document.place("thresholds", label, key))
    return thresholds


def _check_keys(keys: list[str], label: str, scores: Scores, place: str) -> None:
    for key in keys:
        if key not in scores:
            raise UserError(f"no metric records '{key}' on data set {label}{suggestion(key, scores)}", place)


def _check_all_used(measures: list[Measure], traits: list[tuple[str, ...]]) -> None:
    for measure in measures:
        if not any(set(measure.needs) <= set(some) for some in traits):
            missing = ", ".join(measure.needs)
            message = f"metric {measure.name} needs {missing}, which no data set of the suite has"
            raise UserError(message, measure.place)


def left_out_notes(settings: list[Setting]) -> Iterator[str]:
    """A line for each metric that a data set cannot serve."""
    for setting in settings:
        for measure in setting.left_out:
            missing = ", ".join(sorted(set(measure.needs) - set(setting.traits)))
            yield f"metric {measure.name} is left out on {setting.label}, which has no {missing}"
