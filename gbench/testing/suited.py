"""Small cohorts that use a component, with whatever other parts and data suit it."""

from itertools import product
from typing import Any

import torch

from gbench.data.dataset import Data
from gbench.engine.cohort import Cohort
from gbench.errors import UserError
from gbench.plugins import Chosen, Component, load_registry
from gbench.testing.cohorts import (
    domains,
    images,
    make_cohort,
    make_recipe,
    points,
    sequences,
    use,
    voxels,
)

ROUNDS = 4
SMOOTH = use("optimizer", "sgd", lr=1e-3)  # Adam's first step is the gradient's sign, which rounding may turn
SAMPLES = {"vector": points, "image": images, "voxel": voxels, "sequence": sequences}
DEFAULTS = {"model": "mlp", "loss": "non-saturating", "game": "adversarial"}


def ran(
    component: Component, mode: str, replicas: range = range(3), rounds: int = ROUNDS, **changes: Any
) -> dict[str, torch.Tensor]:
    cohort = cohort_with(component, mode, replicas, **changes)
    return [cohort.round() for _ in range(rounds)][-1]


def cohort_with(
    component: Component, mode: str, replicas: range = range(3), batch_size: int = 8, **changes: Any
) -> Cohort:
    """A cohort that uses the component, with parts and on data that it can be used with."""
    budget = {"steps": 20, "batch_size": batch_size, "measurements": 2}
    if component.kind == "regularizer":
        return _regularized(use("regularizer", component.name), mode, replicas, budget=budget, **changes)
    parts = parts_for(component)
    recipe = make_recipe(budget=budget, **(changes | parts))
    return make_cohort(recipe, _data_for(parts), replicas, mode)


def _data_for(parts: dict[str, Any]) -> Data:
    """Two domains for a game that needs them, else small data of the first kind that the model makes.

    Points have no labels.
    """
    if "source" in attributes_of("game", parts.get("game"))["needs"]:
        return domains()
    networks = attributes_of("model", parts.get("model"))
    made = [kind for kind in SAMPLES if kind in networks["traits"]]
    kinds = [kind for kind in made if not (kind == "vector" and networks["takes"])]
    return SAMPLES[kinds[0] if kinds else "image"]()


def _regularized(regularizer: Chosen, mode: str, replicas: range, **changes: Any) -> Cohort:
    """A cohort that the regularizer does not refuse: on points, else images; with batch norms if it must."""
    norms = {"generator_norm": "batch", "discriminator_norm": "batch"}
    refusal: UserError | None = None
    for options, data in product(({}, norms), (points(), images())):
        model = use("model", "mlp", width=16, **options)
        recipe = make_recipe(regularizers=(regularizer,), model=model, **changes)
        try:
            return make_cohort(recipe, data, replicas, mode)
        except UserError as error:
            refusal = refusal or error
    raise AssertionError(f"no cohort of the kit suits it: {refusal}")


def parts_for(component: Component) -> dict[str, Any]:
    """The component, and what else a recipe must name for it."""
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


def attributes_of(kind: str, chosen: Chosen | None) -> dict[str, Any]:
    """The literal attributes of a part of a recipe, or of the one that stands in for it."""
    registry = load_registry()
    name = chosen.use if chosen else DEFAULTS[kind]
    return registry.describe(registry.find(kind, name)).attributes


def _suited(kind: str, attribute: str, value: str) -> dict[str, Any]:
    """The first component of a kind whose attribute is or holds a value; none if the default one does."""
    registry = load_registry()
    for name in [DEFAULTS[kind], *registry.names(kind)]:
        given = registry.describe(registry.find(kind, name)).attributes.get(attribute, ())
        if value == given or (isinstance(given, tuple) and value in given):
            return {} if name == DEFAULTS[kind] else {kind: use(kind, name)}
    raise AssertionError(f"no {kind} has {value} among its {attribute}")
