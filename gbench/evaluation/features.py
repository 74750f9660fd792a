"""What a features plugin is: images in, vectors (and class probabilities) out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from torch import Tensor

from gbench.data.dataset import Data
from gbench.evaluation.store import described
from gbench.plugins.named import Named


class Extracted(NamedTuple):
    """Feature vectors [N, d] and, of a classifier, class probabilities [N, K]."""

    vectors: Tensor
    probabilities: Tensor | None = None


@dataclass(kw_only=True)
class Features(Named):
    """Base of features: `fit` once per data set, then `extract` from real and generated samples alike.

    Example, a file `pooled.py` in a plugin package:

        @dataclass(kw_only=True)
        class Pooled(Features):
            def extract(self, images: Tensor) -> Extracted:
                return Extracted(F.avg_pool2d(images, 2).flatten(1))
    """

    paper: ClassVar[str] = ""
    needs: ClassVar[tuple[str, ...]] = ()  # traits of a data set
    costly: ClassVar[bool] = True  # whether those of the real data are worth a file

    def ready(self) -> None:
        """Refuse with a `UserError` what cannot work on this machine, before anything trains."""

    def fit(self, data: Data, folder: Path) -> None:
        """Learn what must be learnt from `data.train`; files in `folder` outlive the process."""

    def extract(self, images: Tensor) -> Extracted:
        """Of samples [N, ...] in the layout of `Data`; deterministic, each sample for itself."""
        raise NotImplementedError

    def identity(self) -> Any:
        """JSON data: all that decides, with the training data, what is extracted. Classes, versions, options.

        Features that read a file add what is in it: real features are kept under this name.
        """
        return described(self)

    def facts(self) -> dict[str, float]:
        """Numbers worth recording about the fitted features, as `{"accuracy": 0.98}`."""
        return {}
