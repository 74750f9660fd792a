"""Image retrieval: how near to each held-out sample the generator comes."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor

from gbench.api import Keys, Metric, Reference, Samples, UserError, evenly, option
from gbench_metrics._neighbours import nearest


@dataclass(kw_only=True)
class ImageRetrieval(Metric):
    """Mean over real queries of the Euclidean distance to their k-th nearest generated sample, in features.

    A query that the generator leaves out has no near neighbour (Wang et al. 2016). The paper compares two
    models by a Wilcoxon test over the queries and takes features of a network. There are as many queries as
    samples, evenly spaced in the split. The distance falls with more `samples`, so compare only values of
    equal ones.
    """

    paper: ClassVar[str] = "Wang et al. 2016, Ensembles of generative adversarial networks, arXiv:1612.00991"
    keys: ClassVar[Keys] = {"image-retrieval-{features}-{samples}-{split}": ("min", None)}

    features: str = option("pixels", "features in which distances are taken")
    split: Literal["train", "test"] = option("test", "real samples that are the queries")
    nearest_k: int = option(1, "which neighbour counts", ge=1)

    def fit(self, reference: Reference) -> None:
        if self.nearest_k > self.samples:
            raise UserError(
                f"image-retrieval: nearest_k {self.nearest_k} needs as many samples; there are {self.samples}"
            )
        self.queries = evenly(reference.features(self.features, self.split), self.samples)

    def score(self, samples: Samples) -> dict[str, Tensor]:
        """Of features [R, N, d]."""
        found = [nearest(self.queries, fake, self.nearest_k) for fake in samples.features(self.features)]
        distances = torch.stack([distance.mean() for distance, _ in found])
        finite = samples.features(self.features).flatten(1).isfinite().all(1)
        return self.named(distances.masked_fill(~finite, torch.nan))
