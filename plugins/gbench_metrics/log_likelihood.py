"""How likely the samples are under a density that is known."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from gbench.api import Keys, Metric, Reference, Samples, option


@dataclass(kw_only=True)
class LogLikelihood(Metric):
    """E log p(G(z)) in nats, with p the true density.

    A perfect generator scores minus the density's entropy: −log K − D/2 log(2πe σ²) for K separate Gaussians
    of standard deviation σ in D dimensions. A higher score is no better, because it means that samples keep
    to the centres. A collapse to one centre is not seen, so read it together with `reverse-kl`. One far
    sample counts much, by its squared distance.
    """

    paper: ClassVar[str] = (
        "Borji 2019, Pros and cons of GAN evaluation measures, section 2.1, arXiv:1802.03446"
    )
    keys: ClassVar[Keys] = {"log-likelihood-{samples}": ("max", None)}
    needs: ClassVar[tuple[str, ...]] = ("density",)

    samples: int = option(2500, "generated samples per replica", ge=1)

    def fit(self, reference: Reference) -> None:
        self.density = reference.density

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of points [R, N, D]."""
        return self.named(self.density.log_prob(samples.fake.double()).mean(1))
