"""Checks that every component of a kind passes, found by discovery and never by a list."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import torch

from gbench.engine.cohort import Cohort
from gbench.engine.model import Model
from gbench.engine.streams import Streams
from gbench.errors import UserError
from gbench.evaluation.dataset import Data
from gbench.evaluation.features import Extracted, Features
from gbench.evaluation.field import Entrant, Field, Team
from gbench.evaluation.probe import Finding
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples
from gbench.evaluation.trained import Trained
from gbench.plugins import Component, load_registry
from gbench.testing.cohorts import (
    Identity,
    images,
    make_cohort,
    make_identity,
    points,
    sequences,
    use,
    voxels,
)

ROUNDS = 4
SMOOTH = {"use": "sgd", "lr": 1e-3}  # Adam's first step is the gradient's sign, which rounding may turn
SHAPES: dict[str, tuple[tuple[int, ...], ...]] = {
    "image": ((1, 8, 8), (3, 16, 16), (1, 28, 28)),
    "voxel": ((1, 8, 8, 8), (1, 16, 16, 16), (1, 12, 12, 12)),
    "sequence": ((1, 8), (3, 12)),
}
AXES = {"vector": 1, "sequence": 2, "image": 3, "voxel": 4}  # of a sample
SAMPLES = {"vector": points, "image": images, "voxel": voxels, "sequence": sequences}
DEFAULTS = {"model": "mlp", "loss": "non-saturating", "game": "adversarial"}


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
    """vmap and loop give the same numbers up to rounding, as `[R]` and finite.

    For two rounds: training a large network amplifies rounding within a few more. A model that says why
    it cannot run under vmap runs in a loop, unless it is asked to.
    """
    if _attributes("model", _parts(component).get("model")).get("vmap"):
        assert _cohort(component, "auto").mode == "loop"
        return
    runs = [_run(component, mode, rounds=2, optimizer=SMOOTH) for mode in ("vmap", "loop")]
    for name, values in runs[0].items():
        assert values.shape == (3,)
        assert values.isfinite().all(), f"{name} is not finite"
        torch.testing.assert_close(values, runs[1][name], rtol=1e-3, atol=1e-4, msg=f"{name} differs")


def ignores_its_neighbours(component: Component) -> None:
    """A replica's numbers do not depend on which others share its cohort."""
    together, alone = _run(component, "loop"), _run(component, "loop", replicas=range(1, 2))
    for name, values in alone.items():
        torch.testing.assert_close(values[0], together[name][1], rtol=1e-4, atol=1e-5, msg=f"{name} differs")


def trains_on_another_batch_size_and_count(component: Component) -> None:
    """Neither the size of a batch nor the number of replicas is written into it."""
    cohort = _cohort(component, "auto", range(1), batch_size=12)
    for name, values in cohort.round().items():
        assert values.shape == (1,)
        assert values.isfinite().all(), f"{name} is not finite"


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


def makes_samples_of_any_size_or_says_why_not(component: Component) -> None:
    """A model builds for a shape, and its networks fit it, or tells the user that it cannot."""
    model = load_registry().load(component)()
    for trait in set(type(model).traits) & set(SHAPES):
        fitting = [shape for shape in SHAPES[trait] if _fits(model, shape)]
        assert fitting, f"none of {SHAPES[trait]} can be done"


def _fits(model: Model, shape: tuple[int, ...]) -> bool:
    try:
        networks = model.networks(shape, classes=2)
    except UserError:
        return False
    discriminator: Any = networks["discriminator"]
    labels = [torch.tensor([0, 1])] * type(model).takes.count("label")
    [latent] = model.draw(Streams([0], torch.device("cpu")), "latent", 2)
    with torch.no_grad():
        fake = networks["generator"](latent, *labels)
        assert fake.shape == (2, *shape)
        assert discriminator(fake, *labels).shape == (2,)
        assert discriminator.features(fake).dim() == 2
    return True


def loads_the_same_data_twice(component: Component) -> None:
    """A data set is a function of its options, and is what its traits say; or it says which file it lacks."""
    registry = load_registry()
    datasets = [registry.load(component)() for _ in range(2)]
    try:
        first, second = (dataset.load() for dataset in datasets)
    except UserError as error:
        path = getattr(datasets[0], "path", None)
        if not path or path not in str(error):
            raise AssertionError(f"it does not say which file is missing: {error}") from error
        return
    traits = registry.describe(component).attributes["traits"]
    assert all(torch.equal(first.train[name], second.train[name]) for name in first.train)
    assert first.train["real"].dtype == torch.float32
    assert tuple(first.train["real"].shape[1:]) == first.shape
    assert [kind for kind in AXES if kind in traits] == [k for k, n in AXES.items() if n == len(first.shape)]
    assert ("density" in traits) == (first.density is not None)
    assert ("label" in traits) == ("label" in first.train)


def scores_each_replica_for_itself(component: Component) -> None:
    """Real samples score finitely, and a replica's score does not depend on the others."""
    registry = load_registry()
    data = _data_with(registry.describe(component).attributes.get("needs", ()))
    metric = registry.load(component)(samples=200)
    feature = getattr(metric, "features", None)
    extractors: dict[str, Features] = {feature: _Projection()} if feature else {}
    metric.fit(Reference(data, extractors))
    real = data.train["real"]
    fake = torch.stack([real[:200], real[200:400]])
    both = metric.score(Samples(fake, extractors, _brightness))
    assert set(both) == set(metric.names())
    for key, values in both.items():
        assert values.isfinite().all(), f"{key} of real samples is not finite"
        second = metric.score(Samples(fake[1:], extractors, _brightness))[key][0]
        torch.testing.assert_close(values[1], second, rtol=1e-5, atol=1e-6)


def looks_at_each_replica_for_itself(component: Component) -> None:
    """All keys are found, tables and pictures of every replica; none's numbers depend on the others."""
    both, alone = _looked(component, range(2)), _looked(component, range(1, 2))
    probe = load_registry().load(component)()
    assert list(both.values) == probe.names()
    assert all(len(rows) == 2 for rows in (*both.tables.values(), *both.pictures.values()))
    for key, values in both.values.items():
        assert len(values) == 2
        _assert_near(values[1], alone.values[key][0], f"{key} differs")
    for name, table in both.tables.items():
        _assert_near(table[1], alone.tables[name][0], f"table {name} differs")


def _looked(component: Component, replicas: range) -> Finding:
    """What a probe finds of a cohort after a few rounds, on data that it can be used with."""
    registry = load_registry()
    needs = registry.describe(component).attributes.get("needs", ())
    probe, data = registry.load(component)(), _data_with(needs)
    cohort = make_cohort(make_identity(optimizer=SMOOTH), data, replicas)
    feature = getattr(probe, "features", None)
    extractors: dict[str, Features] = {feature: _Projection()} if feature else {}
    trained = Trained(cohort, Reference(data, extractors), extractors)
    probe.check(trained)
    with torch.no_grad():
        probe.remember(trained)
        for _ in range(ROUNDS):
            with torch.enable_grad():
                cohort.round()
        return probe.look(trained)


def _assert_near(found: Any, expected: Any, message: str) -> None:
    pair = [torch.as_tensor(side, dtype=torch.float64) for side in (found, expected)]
    torch.testing.assert_close(*pair, rtol=1e-3, atol=1e-4, equal_nan=True, msg=message)


def compares_whoever_comes(component: Component) -> None:
    """A finite score in every key for everybody who did not diverge, for nobody else, and the same twice."""
    registry = load_registry()
    data = _data_with(registry.describe(component).attributes.get("needs", ()))
    contest = registry.load(component)(samples=60)
    feature = getattr(contest, "features", None)
    extractors: dict[str, Features] = {feature: _Projection()} if feature else {}
    standings = [contest.play(Field(data, extractors, _teams(data))) for _ in range(2)]
    assert list(standings[0].scores) == contest.names()
    assert standings[0].scores == standings[1].scores
    for key, scores in standings[0].scores.items():
        assert set(scores) == {0, 1, 3}, (
            f"{key} has no score of somebody who is alive, or one of the diverged"
        )
        assert all(math.isfinite(score) for score in scores.values())


def _teams(data: Data) -> list[Team]:
    """Two of two entrants, of which number 2 diverged; they show training samples, ever more disturbed."""
    real, label = data.train["real"], data.train.get("label")

    def team(name: str, alive: tuple[bool, bool], noise: float) -> Team:
        def labelled(count: int) -> tuple[torch.Tensor, torch.Tensor | None]:
            shown = torch.stack([real[:count], real[:count].flip(0)])
            disturbed = shown + noise * torch.linspace(-1, 1, count).view(-1, *[1] * (real.dim() - 1))
            return disturbed, None if label is None else torch.stack([label[:count], label[:count].flip(0)])

        return Team([Entrant(name, name, row, alive[row]) for row in range(2)], labelled, _brightness)

    return [team("first", (True, True), 0.1), team("second", (False, True), 0.5)]


def _data_with(traits: tuple[str, ...]) -> Data:
    """The first data set that has these traits."""
    registry = load_registry()
    for name in ["ring", "digits", *registry.names("dataset")]:
        component = registry.find("dataset", name)
        if set(traits) <= set(registry.describe(component).attributes["traits"]):
            data: Data = registry.load(component)().load()
            return data
    raise AssertionError(f"no data set has {' and '.join(traits)}")


def _brightness(samples: torch.Tensor) -> torch.Tensor:
    """A discriminator that needs no training, of scores and of energies: the mean square of each sample."""
    return samples.flatten(2).square().mean(-1)


class _Projection(Features):
    """Features that need no training: pixels, and a soft choice among the first ten as a class."""

    def extract(self, images: torch.Tensor) -> Extracted:
        flat = images.flatten(1)
        return Extracted(flat, (3 * flat[:, :10]).softmax(1))


def _cohort(
    component: Component, mode: str, replicas: range = range(3), batch_size: int = 8, **changes: Any
) -> Cohort:
    """A cohort that uses the component, with parts and on data that it can be used with."""
    budget = {"steps": 20, "batch_size": batch_size, "measurements": 2}
    if component.kind == "regularizer":
        return _regularized(use("regularizer", component.name), mode, replicas, budget=budget, **changes)
    parts = _parts(component)
    networks = _attributes("model", parts.get("model"))
    return make_cohort(make_identity(budget=budget, **parts, **changes), _data_for(networks), replicas, mode)


def _data_for(networks: dict[str, Any]) -> Data:
    """Small data of the first kind that a model with these attributes makes; points have no labels."""
    made = [kind for kind in SAMPLES if kind in networks["traits"]]
    kinds = [kind for kind in made if not (kind == "vector" and networks["takes"])]
    return SAMPLES[kinds[0] if kinds else "image"]()


def _regularized(regularizer: Identity, mode: str, replicas: range, **changes: Any) -> Cohort:
    """A cohort that the regularizer does not refuse: on points, else images; with batch norms if it must."""
    norms = {"generator_norm": "batch", "discriminator_norm": "batch"}
    refusal: UserError | None = None
    for options, data in product(({}, norms), (points(), images())):
        model = use("model", "mlp", width=16, **options)
        identity = make_identity(regularizers=[regularizer], model=model, **changes)
        try:
            return make_cohort(identity, data, replicas, mode)
        except UserError as error:
            refusal = refusal or error
    raise AssertionError(f"no cohort of the kit suits it: {refusal}")


def _parts(component: Component) -> dict[str, Any]:
    """The component, and what else an identity must name for it."""
    kind, name = component.kind, component.name
    attributes = load_registry().describe(component).attributes
    parts: dict[str, Any] = {kind: use(kind, name)}
    if kind == "loss":
        parts |= _suited("model", "gives", attributes["takes"])
    if kind == "model" and "scores" not in attributes["gives"]:
        parts |= _suited("loss", "takes", attributes["gives"][0])
    if kind == "model" and attributes["takes"]:
        parts |= _suited("game", "passes", attributes["takes"][0])
    if kind == "game" and attributes["passes"]:
        parts |= _suited("model", "takes", attributes["passes"][0])
    if kind == "game":
        parts |= {part: None for part in ("model", "loss") if part not in attributes["uses"]}
    return parts


def _attributes(kind: str, chosen: dict[str, Any] | None) -> dict[str, Any]:
    """The literal attributes of a part of an identity, or of the one that stands in for it."""
    registry = load_registry()
    name = chosen["use"] if chosen else DEFAULTS[kind]
    return registry.describe(registry.find(kind, name)).attributes


def _suited(kind: str, attribute: str, value: str) -> dict[str, Any]:
    """The first component of a kind whose attribute is or holds a value; none if the default one does."""
    registry = load_registry()
    for name in [DEFAULTS[kind], *registry.names(kind)]:
        given = registry.describe(registry.find(kind, name)).attributes.get(attribute, ())
        if value == given or (isinstance(given, tuple) and value in given):
            return {} if name == DEFAULTS[kind] else {kind: use(kind, name)}
    raise AssertionError(f"no {kind} has {value} among its {attribute}")


def _run(
    component: Component, mode: str, replicas: range = range(3), rounds: int = ROUNDS, **changes: Any
) -> dict[str, torch.Tensor]:
    cohort = _cohort(component, mode, replicas, **changes)
    return [cohort.round() for _ in range(rounds)][-1]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


TRAINING: list[Callable[[Component], None]] = [
    trains_alike_in_both_modes,
    ignores_its_neighbours,
    resumes_exactly,
    trains_on_another_batch_size_and_count,
]
CLAIMS: dict[str, list[Callable[[Component], None]]] = {
    "every": [says_what_it_is, reads_without_running],
    "loss": TRAINING,
    "regularizer": TRAINING,
    "model": [*TRAINING, makes_samples_of_any_size_or_says_why_not],
    "game": TRAINING,
    "rule": TRAINING,
    "dataset": [loads_the_same_data_twice],
    "metric": [scores_each_replica_for_itself],
    "contest": [compares_whoever_comes],
    "probe": [looks_at_each_replica_for_itself],
}
