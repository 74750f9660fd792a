"""What holds for models and data sets."""

import torch

from gbench.data.dataset import Data
from gbench.engine.model import Model
from gbench.engine.streams import Streams
from gbench.errors import UserError
from gbench.plugins import Component, load_registry
from gbench.testing.networks import networks_of

SHAPES: dict[str, tuple[tuple[int, ...], ...]] = {
    "image": ((1, 8, 8), (3, 16, 16), (1, 28, 28)),
    "voxel": ((1, 8, 8, 8), (1, 16, 16, 16), (1, 12, 12, 12)),
    "sequence": ((1, 8), (3, 12)),
}
AXES = {"vector": 1, "sequence": 2, "image": 3, "voxel": 4}  # of a sample


def makes_samples_of_any_size_or_says_why_not(component: Component) -> None:
    """A model builds for a shape, and its networks fit it, or tells the user that it cannot."""
    model = load_registry().make(component)
    for trait in set(type(model).traits) & set(SHAPES):
        fitting = [shape for shape in SHAPES[trait] if _fits(model, shape)]
        assert fitting, f"none of {SHAPES[trait]} can be done"


def _fits(model: Model, shape: tuple[int, ...]) -> bool:
    try:
        networks = networks_of(model, shape, classes=2)
    except UserError:
        return False
    discriminator = networks["discriminator"]
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
    datasets = [registry.make(component) for _ in range(2)]
    try:
        first, second = (dataset.load() for dataset in datasets)
    except UserError as error:
        path = getattr(datasets[0], "path", None)
        if not path or path not in str(error):
            raise AssertionError(f"it does not say which file is missing: {error}") from error
        return
    _assert_equal(first, second)
    described = registry.describe(component).attributes
    traits = described["traits"]
    assert set(described["provides"]) == set(first.train)
    assert first.train["real"].dtype == torch.float32
    assert [kind for kind in AXES if kind in traits] == [k for k, n in AXES.items() if n == len(first.shape)]
    assert ("density" in traits) == (first.density is not None)
    assert all((name in traits) == (name in first.train) for name in ("label", "factors"))
    assert ("aligned" in traits) == (first.aligned and "source" in first.test)


def _assert_equal(first: Data, second: Data) -> None:
    assert (first.groups, first.aligned, first.classes) == (second.groups, second.aligned, second.classes)
    for split in ("train", "test"):
        ours, others = first.split(split), second.split(split)
        assert ours.keys() == others.keys()
        assert all(torch.equal(ours[name], others[name]) for name in ours), split
