"""What a features plugin is: samples in, vectors and perhaps class probabilities out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from torch import Tensor

from gbench.data.dataset import Data
from gbench.evaluation.store import described
from gbench.plugins.named import Named


class Extracted(NamedTuple):
    """Feature vectors [N, d] and, if a classifier made them, class probabilities [N, K]."""

    vectors: Tensor
    probabilities: Tensor | None = None


@dataclass(kw_only=True)
class Features(Named):
    """Base of features: `fit` once for a data set, then `extract` from real and from generated samples.

    Example, a file `pooled.py` in a plugin package:

        @dataclass(kw_only=True)
        class Pooled(Features):
            def extract(self, images: Tensor) -> Extracted:
                return Extracted(F.avg_pool2d(images, 2).flatten(1))
    """

    #: The source of the network or of the method.
    paper: ClassVar[str] = ""

    #: The traits that a data set must have. A metric that names these features needs them too.
    needs: ClassVar[tuple[str, ...]] = ()

    #: Whether the features of the real data are worth a file.
    costly: ClassVar[bool] = True

    def ready(self) -> None:
        """Raises UserError for what cannot work on this machine, before anything trains."""

    def fit(self, data: Data, folder: Path) -> None:
        """Learns what must be learnt from `data.train`; files in `folder` outlive the process."""

    def extract(self, images: Tensor) -> Extracted:
        """Features of samples [N, ...], laid out as in `Data`. A sample's features depend on it alone."""
        raise NotImplementedError

    def identity(self) -> Any:
        """JSON data that decides, with the training data, what is extracted: classes, versions, options.

        Features that read a file add what is in it, because real features are kept under this identity.
        """
        return described(self)

    def facts(self) -> dict[str, float]:
        """Numbers worth recording about the fitted features, as `{"accuracy": 0.98}`."""
        return {}
