"""A trained cohort with the data that it was trained on, as a probe looks at it."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace

import torch
from PIL.Image import Image
from torch import Tensor

from gbench.data.dataset import Data
from gbench.engine.cohort import SAMPLING_CHUNK, Cohort
from gbench.engine.model import Model
from gbench.engine.replicas import Replicas
from gbench.engine.seeds import derive
from gbench.engine.stage import Stage
from gbench.engine.streams import Streams
from gbench.evaluation.features import Features
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples
from gbench.pictures.picture import picture


class Trained:
    """`cohort` with all it was built of, and `reference`, the real side with its features.

    `features` are the fitted components that `Samples` of this cohort ask, by name.
    """

    def __init__(self, cohort: Cohort, reference: Reference, features: Mapping[str, Features]):
        self.cohort = cohort
        self.reference = reference
        self._features = dict(features)

    @property
    def size(self) -> int:
        """The number of replicas, R."""
        return len(self.cohort.replicas)

    @property
    def device(self) -> torch.device:
        return self.cohort.device

    @property
    def data(self) -> Data:
        return self.reference.data

    @property
    def stage(self) -> Stage:
        return self.cohort.stage

    @property
    def networks(self) -> dict[str, Replicas]:
        return self.cohort.networks

    def alive(self) -> list[bool]:
        """Which of the R replicas did not diverge."""
        return [bool(lives) for lives in self.cohort.health.alive.tolist()]

    def samples(self, count: int) -> Samples:
        """`count` generated samples of each replica, as metrics see them."""
        fake, labels = self.cohort.labelled(count)
        return self.samples_of(fake, labels)

    def samples_of(self, fake: Tensor, labels: Tensor | None = None) -> Samples:
        """Any samples [R, N, ...], with their features and scores."""
        fake = fake.to(self.data.train["real"])
        return Samples(fake, self._features, discriminator=self.cohort.judge, labels=labels)

    def streams(self, purpose: str) -> Streams:
        """Random numbers of this purpose alone, the same at every call."""
        return Streams([derive(seed, "probe", purpose) for seed in self.cohort.seeds], self.device)

    def latents(self, count: int, purpose: str) -> Tensor:
        """Latents [R, count, d] by the model's law, others than those of training and of metrics."""
        return self.stage.model.draw(self.streams(purpose), "latent", count)

    def generate(self, latents: Tensor) -> Tensor:
        """Samples [R, N, *shape] from latents [R, N, d], by the networks that metrics see.

        Latents that require gradients get them. Where the game asks for classes, the n-th sample's is the
        same at every call with as many samples.
        """
        sampler, average = self.networks[self.cohort.game.sampler()], self.cohort.average
        random = self.streams("labels")
        wanted = latents.requires_grad and torch.is_grad_enabled()
        with sampler.using(average.parameters) if average else nullcontext(), sampler.evaluating():
            torch.set_grad_enabled(wanted)  # `evaluating` sets it back
            return torch.cat(
                [
                    self.cohort.game.sample(replace(self.stage, model=Given(part)), random, part.shape[1])
                    for part in latents.split(SAMPLING_CHUNK, dim=1)
                ],
                dim=1,
            )

    def picture(self, samples: Tensor) -> Image | None:
        """Samples [N, ...] as a sheet of eight columns, points as a plot; None where nothing shows them."""
        return picture(samples, self.data.density)


class Given(Model):
    """Draws latents that are given."""

    def __init__(self, drawn: Tensor):
        super().__init__()
        self.drawn = drawn

    def draw(self, random: Streams, purpose: str, count: int) -> Tensor:
        return self.drawn
