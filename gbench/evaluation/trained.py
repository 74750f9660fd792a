"""A trained cohort with the data that it was trained on, as a probe looks at it."""

from collections.abc import Mapping

import torch
from PIL.Image import Image
from torch import Tensor

from gbench.data.dataset import Data
from gbench.engine.cohort import Cohort
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
        generated = self.cohort.inference.generated(count)
        return self.samples_of(generated.samples, generated.labels)

    def samples_of(self, fake: Tensor, labels: Tensor | None = None) -> Samples:
        """Any samples [R, N, ...], with their features and scores."""
        fake = fake.to(self.data.train["real"])
        inference = self.cohort.inference
        return Samples(
            fake, self._features, discriminator=inference.scores_of, labels=labels, ask=inference.ask
        )

    def streams(self, purpose: str) -> Streams:
        """Random numbers of this purpose alone, the same at every call."""
        return Streams([derive(seed, "probe", purpose) for seed in self.cohort.seeds], self.device)

    def latents(self, count: int, purpose: str) -> Tensor:
        """Latents [R, count, d] by the model's law, others than those of training and of metrics."""
        return self.stage.model.draw(self.streams(purpose), "latent", count)

    def generate(self, latents: Tensor) -> Tensor:
        """Samples [R, N, *shape] from latents [R, N, d], by the networks that metrics see.

        Latents that require gradients get them. Where the game asks for more, such as classes, the n-th
        sample's is the same at every call with as many samples.
        """
        inputs = self.cohort.game.inputs(self.stage, self.streams("labels"), latents.shape[1])
        return self.cohort.inference.generate({**inputs, "latent": latents})

    def picture(self, samples: Tensor) -> Image | None:
        """Samples [N, ...] as a sheet of eight columns, points as a plot; None where nothing shows them."""
        return picture(samples, self.data.density)
