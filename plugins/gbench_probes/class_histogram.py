"""How often the generator makes each class, as a classifier sees it, compared with the data."""

from dataclasses import dataclass
from typing import ClassVar

import torch

from gbench.api import Finding, Keys, Probe, Trained, option
from gbench_probes._histogram import histogram, shares


@dataclass(kw_only=True)
class ClassHistogram(Probe):
    """class-distance: ½ Σ_k |g_k − p_k|, 0..1, the share of samples that would have to change their class.

    g are the shares of generated samples, p those of the training images, both as the classifier sees them.
    A perfect generator's N samples of K even classes score about √((K − 1) / (2π N)), not 0.

    The table `class-histogram` [R, 2, K] has the shares of generated and of training samples.
    """

    paper: ClassVar[str] = (
        "Borji 2019, Pros and cons of GAN evaluation measures, section 2.2.3, arXiv:1802.03446"
    )
    keys: ClassVar[Keys] = {"class-distance-{features}-{samples}": ("min", 1.0)}
    needs: ClassVar[tuple[str, ...]] = ("image", "label")

    features: str = option("classifier", "features of a classifier that tells the classes")
    samples: int = option(1000, "generated samples per replica (a choice)", ge=1)

    def look(self, trained: Trained) -> Finding:
        samples = trained.samples(self.samples)
        chances = samples.probabilities(self.features)
        classes = chances.shape[-1]
        generated = [shares(row.argmax(-1), classes) for row in chances]
        finite = samples.fake.flatten(1).isfinite().all(1).tolist()
        generated = [row if sound else row * torch.nan for row, sound in zip(generated, finite, strict=True)]
        real = shares(trained.reference.probabilities(self.features).argmax(-1), classes)
        return histogram(self, generated, real, [*map(str, range(classes))], "class")
