"""Checks that every component of a kind passes, found by discovery and never by a list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from gbench.engine.cohort import Cohort
from gbench.evaluation.features import Extracted, Features
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples
from gbench.plugins import Component, load_registry
from gbench.testing.cohorts import images, make_cohort, make_identity, points, use

ROUNDS = 4


@dataclass(frozen=True)
class Case:
    """One component and one thing that must hold for it."""

    component: Component
    claim: Callable[[Component], None]

    def check(self) -> None:
        """`AssertionError` if it does not hold."""
        self.claim(self.component)

    def __str__(self) -> str:
        return f"{self.component.kind} {self.component.name}: {self.claim.__name__.replace('_', ' ')}"


def conformance_cases(distribution: str | None = None) -> list[Case]:
    """Every claim about every component, of one distribution or of all."""
    packages = load_registry().packages
    return [
        Case(component, claim)
        for package in packages
        if distribution in (None, package.distribution)
        for component in package.components
        for claim in (*CLAIMS["every"], *CLAIMS.get(component.kind, []))
    ]


def says_what_it_is(component: Component) -> None:
    """A summary of one line, a docstring, and help for every option."""
    assert component.summary
    assert "\n" not in component.summary
    if not component.target.endswith(".yaml"):
        description = load_registry().describe(component)
        assert description.doc
        assert all(option.help for option in description.options.values())


def reads_without_running(component: Component) -> None:
    """What the source says about the options is what the class says."""
    if component.target.endswith(".yaml"):
        return
    registry = load_registry()
    options = registry.describe(component).options
    instance = registry.load(component)()
    assert {name: _plain(option.default) for name, option in options.items()} == {
        name: _plain(getattr(instance, name)) for name in options
    }


def trains_alike_in_both_modes(component: Component) -> None:
    """vmap and loop give the same numbers up to rounding, as `[R]` and finite."""
    runs = [_run(component, mode) for mode in ("vmap", "loop")]
    for name, values in runs[0].items():
        assert values.shape == (3,)
        assert values.isfinite().all(), f"{name} is not finite"
        torch.testing.assert_close(values, runs[1][name], rtol=1e-3, atol=1e-4, msg=f"{name} differs")


def ignores_its_neighbours(component: Component) -> None:
    """A replica's numbers do not depend on which others share its cohort."""
    together, alone = _run(component, "loop"), _run(component, "loop", replicas=range(1, 2))
    for name, values in alone.items():
        torch.testing.assert_close(values[0], together[name][1], rtol=1e-4, atol=1e-5, msg=f"{name} differs")


def resumes_exactly(component: Component) -> None:
    """Half, a checkpoint, and the other half give bit for bit what one go gives."""
    whole, first, second = (_cohort(component, "auto") for _ in range(3))
    for _ in range(ROUNDS):
        whole.round()
    for _ in range(ROUNDS // 2):
        first.round()
    second.load_state(first.state())
    for _ in range(ROUNDS - ROUNDS // 2):
        second.round()
    for name, network in whole.networks.items():
        for key, value in network.state()["parameters"].items():
            assert torch.equal(value, second.networks[name].parameters[key]), f"{name}.{key} differs"


def loads_the_same_data_twice(component: Component) -> None:
    """A data set is a function of its options, and is what its traits say."""
    registry = load_registry()
    first, second = (registry.load(component)().load() for _ in range(2))
    traits = registry.describe(component).attributes["traits"]
    assert all(torch.equal(first.train[name], second.train[name]) for name in first.train)
    assert first.train["real"].dtype == torch.float32
    assert tuple(first.train["real"].shape[1:]) == first.shape
    assert ("image" in traits) == (len(first.shape) == 3)
    assert ("density" in traits) == (first.density is not None)
    assert ("label" in traits) == ("label" in first.train)


def scores_each_replica_for_itself(component: Component) -> None:
    """Real samples score finitely, and a replica's score does not depend on the others."""
    registry = load_registry()
    needs = registry.describe(component).attributes.get("needs", ())
    data = registry.load(registry.find("dataset", "digits" if "image" in needs else "ring"))().load()
    metric = registry.load(component)(samples=200)
    feature = getattr(metric, "features", None)
    extractors: dict[str, Features] = {feature: _Projection()} if feature else {}
    metric.fit(Reference(data, extractors))
    real = data.train["real"]
    fake = torch.stack([real[:200], real[200:400]])
    both = metric.score(Samples(fake, extractors))
    assert set(both) == set(metric.names())
    for key, values in both.items():
        assert values.isfinite().all(), f"{key} of real samples is not finite"
        second = metric.score(Samples(fake[1:], extractors))[key][0]
        torch.testing.assert_close(values[1], second, rtol=1e-5, atol=1e-6)


class _Projection(Features):
    """Features that need no training: pixels, and a soft choice among the first ten as a class."""

    def extract(self, images: torch.Tensor) -> Extracted:
        flat = images.flatten(1)
        return Extracted(flat, (3 * flat[:, :10]).softmax(1))


def _cohort(component: Component, mode: str, replicas: range = range(3)) -> Cohort:
    """A cohort that uses the component, with parts and on data that it can be used with."""
    kind, name = component.kind, component.name
    attributes = load_registry().describe(component).attributes
    changes: dict[str, Any] = {kind: use(kind, name)}
    if kind == "regularizer":
        changes = {"regularizers": [use(kind, name)]}
    if kind == "loss":
        changes |= _suited("model", "gives", attributes["takes"])
    if kind == "model" and "scores" not in attributes["gives"]:
        changes |= _suited("loss", "takes", attributes["gives"][0])
    if kind == "model" and attributes["takes"]:
        changes |= _suited("game", "passes", attributes["takes"][0])
    if kind == "game" and attributes["passes"]:
        changes |= _suited("model", "takes", attributes["passes"][0])
    if kind == "game":
        changes |= {part: None for part in ("model", "loss") if part not in attributes["uses"]}
    model = changes.get("model") or use("model", "mlp")
    makes = load_registry().describe(load_registry().find("model", model["use"])).attributes["traits"]
    return make_cohort(make_identity(**changes), points() if "vector" in makes else images(), replicas, mode)


def _suited(kind: str, attribute: str, value: str) -> dict[str, Any]:
    """The first component of a kind whose attribute is or holds a value; none if the default one does."""
    registry = load_registry()
    default = {"model": "mlp", "loss": "non-saturating", "game": "adversarial"}[kind]
    for name in [default, *registry.names(kind)]:
        given = registry.describe(registry.find(kind, name)).attributes.get(attribute, ())
        if value == given or (isinstance(given, tuple) and value in given):
            return {} if name == default else {kind: use(kind, name)}
    raise AssertionError(f"no {kind} has {value} among its {attribute}")


def _run(component: Component, mode: str, replicas: range = range(3)) -> dict[str, torch.Tensor]:
    cohort = _cohort(component, mode, replicas)
    return [cohort.round() for _ in range(ROUNDS)][-1]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


TRAINING: list[Callable[[Component], None]] = [
    trains_alike_in_both_modes,
    ignores_its_neighbours,
    resumes_exactly,
]
CLAIMS: dict[str, list[Callable[[Component], None]]] = {
    "every": [says_what_it_is, reads_without_running],
    "loss": TRAINING,
    "regularizer": TRAINING,
    "model": TRAINING,
    "game": TRAINING,
    "rule": TRAINING,
    "dataset": [loads_the_same_data_twice],
    "metric": [scores_each_replica_for_itself],
}
