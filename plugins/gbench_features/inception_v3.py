"""Inception-v3 with the published weights of 2015-12-05: what FID and the inception score are defined on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor

from gbench.api import Data, Extracted, Features, UserError, option
from gbench_features import _inception_weights as published
from gbench_features._inception_network import bytes_of, empty_inception, logits, normalised, resized

VERSION = "1"


@dataclass(kw_only=True)
class InceptionV3(Features):
    """Vectors [N, 2048] of the last average pool, probabilities [N, 1008] of the logits without bias.

    The protocol of Heusel et al. 2017 and of Salimans et al. 2016: images in [-1, 1] are rounded to whole
    numbers 0..255, one channel is repeated to three, and all are resized to 299×299 bilinearly as TensorFlow
    1 does it, without half-pixel centres and without smoothing (clean-fid smooths: other numbers).
    In float32, never TF32.

    The weights are the file pt_inception-2015-12-05-6726825d.pth (95,628,359 bytes), whose sha256 is checked
    before it is parsed. It is searched in the folder that GBENCH_DATA names and in the user's cache, and
    downloaded into the cache if it is not there. `gbench check` tells if that fails too.
    """

    paper: ClassVar[str] = (
        "Szegedy et al. 2016, Rethinking the Inception architecture for computer vision, arXiv:1512.00567"
    )
    needs: ClassVar[tuple[str, ...]] = ("image",)

    weights: str = option("", "path of the published file; empty: looked for, else downloaded")
    batch_size: int = option(32, "images that the network sees together (a choice)", ge=1)

    def ready(self) -> None:
        """Raises UserError if the weights can neither be found nor downloaded."""
        published.checked(published.locate(self.weights))

    def fit(self, data: Data, folder: Path) -> None:
        """Loads the network; there is nothing to learn."""
        check_channels(data.shape)
        self.network = empty_inception()
        self.network.load_state_dict(published.read(published.locate(self.weights)), assign=True)
        self.network.eval().requires_grad_(False).to(data.train["real"].device)

    @torch.no_grad()
    def extract(self, images: Tensor) -> Extracted:
        """Of images [N, 1, H, W] or [N, 3, H, W] in [-1, 1]."""
        with torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
            vectors = torch.cat([self._vectors(batch) for batch in images.split(self.batch_size)])
        return Extracted(vectors, logits(self.network, vectors).softmax(1))

    def _vectors(self, images: Tensor) -> Tensor:
        colour = bytes_of(images).expand(-1, 3, -1, -1)
        vectors: Tensor = self.network[:-1](normalised(resized(colour)))
        return vectors

    def identity(self) -> Any:
        """What the file holds, not its path."""
        return ["inception-v3", VERSION, published.SHA256]


def check_channels(shape: tuple[int, ...]) -> None:
    """Raises UserError unless samples are images of one or three channels."""
    if len(shape) != 3 or shape[0] not in (1, 3):
        size = "×".join(map(str, shape))
        raise UserError(f"features 'inception-v3' need images of 1 or 3 channels; this data set has {size}")
