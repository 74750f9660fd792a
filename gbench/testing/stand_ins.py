"""Stands in for what need not be trained to check a component: data, features, players, entrants."""

import torch

from gbench.data.dataset import Data
from gbench.evaluation.contest_field import Entrant, Team
from gbench.evaluation.features import Extracted, Features
from gbench.plugins import load_registry


def data_with(traits: tuple[str, ...]) -> Data:
    """The first data set that has these traits."""
    registry = load_registry()
    for name in ["ring", "digits", *registry.names("dataset")]:
        component = registry.find("dataset", name)
        if set(traits) <= set(registry.describe(component).attributes["traits"]):
            data: Data = registry.make(component).load()
            return data
    raise AssertionError(f"no data set has {' and '.join(traits)}")


def brightness(samples: torch.Tensor) -> torch.Tensor:
    """A discriminator: the mean square of each sample, which can pass for a score and for an energy."""
    return samples.flatten(2).square().mean(-1)


def unchanged(verb: str, samples: torch.Tensor) -> torch.Tensor:
    """A game that answers every question with what it was given."""
    return samples


class StandInFeatures(Features):
    """Features that need no training: pixels, and a soft choice among the first ten as a class."""

    def extract(self, images: torch.Tensor) -> Extracted:
        flat = images.flatten(1)
        return Extracted(flat, (3 * flat[:, :10]).softmax(1))


def teams(data: Data) -> list[Team]:
    """Two teams of two entrants; number 2 diverged. They show training samples with more and more noise."""
    real, label = data.train["real"], data.train.get("label")

    def team(name: str, alive: tuple[bool, bool], noise: float) -> Team:
        def generator(count: int) -> tuple[torch.Tensor, torch.Tensor | None]:
            shown = torch.stack([real[:count], real[:count].flip(0)])
            disturbed = shown + noise * torch.linspace(-1, 1, count).view(-1, *[1] * (real.dim() - 1))
            return disturbed, None if label is None else torch.stack([label[:count], label[:count].flip(0)])

        return Team([Entrant(name, name, row, alive[row]) for row in range(2)], generator, brightness)

    return [team("first", (True, True), 0.1), team("second", (False, True), 0.5)]
