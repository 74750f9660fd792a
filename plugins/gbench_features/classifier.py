"""A small convolutional classifier, trained once per data set on its labels."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gbench.api import Data, Extracted, Features, UserError, load_weights, option, save_weights

VERSION = "1"


@dataclass(kw_only=True)
class Classifier(Features):
    """Vectors [N, width] are the activations before the last layer, probabilities [N, K] its softmax.

    Convolutions halve the image to 4×4 or less and double the channels. It is trained by Adam with a falling
    rate, on images that are shifted by up to one pixel. Architecture and training are a choice of gbench.
    Training runs on one CPU thread and from a fixed seed, so that equal machines give equal weights. They are
    kept in a file that is named by a hash of what shaped them: data, options, network, and the versions of
    this file and of torch.
    """

    needs: ClassVar[tuple[str, ...]] = ("image", "label")

    width: int = option(64, "length of a feature vector", ge=2)
    epochs: int = option(30, "passes over the training images", ge=1)
    batch_size: int = option(64, "images a step", ge=1)
    lr: float = option(3e-3, "first rate of Adam; it falls to 0 along a cosine", gt=0)
    min_accuracy: float = option(0.95, "least share of test images classified rightly", ge=0, le=1)

    def fit(self, data: Data, folder: Path) -> None:
        """Loads or trains the network.

        Raises UserError if there are no labels, or if the accuracy stays below `min_accuracy`.
        """
        if len(data.shape) != 3 or data.classes is None:
            raise UserError("features 'classifier' need images with labels; this data set has none")
        with torch.device("meta"):  # where building a layer draws no random numbers
            network = build(data.shape, data.classes, self.width)
        self.network = network.to_empty(device="cpu")
        path = folder / f"classifier-{self.fingerprint(data)}.weights"
        if not load_weights(self.network, path):
            self.train(data.to("cpu"))
            save_weights(self.network, path)
        self.network.to(data.train["real"].device)
        self.accuracy = self.test(data)
        if self.accuracy < self.min_accuracy:
            raise UserError(
                f"features 'classifier' reach a test accuracy of {self.accuracy:.3f} on this data set, below "
                f"min_accuracy {self.min_accuracy:g}; raise epochs, or choose other features"
            )

    @torch.no_grad()
    def extract(self, images: Tensor) -> Extracted:
        """Of images [N, C, H, W]; an image's features depend on it alone, because no layer looks across a
        batch.
        """
        vectors = self.network[:-1](images)
        return Extracted(vectors, self.network[-1](vectors).softmax(-1))

    def facts(self) -> dict[str, float]:
        return {"accuracy": self.accuracy}

    def fingerprint(self, data: Data) -> str:
        """16 hexadecimal digits of everything that shapes the weights."""
        shaped = {name: value for name, value in asdict(self).items() if name != "min_accuracy"}
        facts = [VERSION, torch.__version__, data.digest(), data.classes, repr(self.network), shaped]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]

    def train(self, data: Data) -> None:
        """Cross-entropy on the training split."""
        generator = torch.Generator().manual_seed(0)
        real, label = data.train["real"], data.train["label"]
        with one_thread(), torch.enable_grad():
            initialise(self.network, generator)
            optimizer = torch.optim.Adam(self.network.parameters(), lr=self.lr)
            schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=self.epochs)
            for _ in range(self.epochs):
                for chosen in torch.randperm(len(real), generator=generator).split(self.batch_size):
                    scores = self.network(shift(real[chosen], generator))
                    optimizer.zero_grad()
                    F.cross_entropy(scores, label[chosen]).backward()
                    optimizer.step()
                schedule.step()

    @torch.no_grad()
    def test(self, data: Data) -> float:
        """Share of test images classified rightly."""
        guesses = [self.network(images).argmax(-1) for images in data.test["real"].split(1000)]
        return (torch.cat(guesses) == data.test["label"]).double().mean().item()


def build(shape: tuple[int, ...], classes: int, width: int) -> nn.Sequential:
    """Convolutions down to 4×4 or less, `width` rectified features, and the class scores last."""
    channels, side, reach = 16, max(shape[1:]), shape[1:]
    layers: list[nn.Module] = [nn.Conv2d(shape[0], channels, 3, padding=1), nn.ReLU()]
    while side > 4:
        layers += [nn.Conv2d(channels, wider := min(2 * channels, 128), 3, stride=2, padding=1), nn.ReLU()]
        channels, side, reach = wider, (side + 1) // 2, tuple((length + 1) // 2 for length in reach)
    layers += [nn.Flatten(), nn.Linear(channels * reach[0] * reach[1], width), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(width, classes))


def initialise(network: nn.Module, generator: torch.Generator) -> None:
    """He et al. 2015 for every weight, and zero for every bias."""
    for parameter in network.parameters():
        if parameter.dim() > 1:
            nn.init.kaiming_normal_(parameter, nonlinearity="relu", generator=generator)
        else:
            nn.init.zeros_(parameter)


def shift(images: Tensor, generator: torch.Generator) -> Tensor:
    """The batch [N, C, H, W], moved as one by -1, 0 or 1 pixel each way; the edge is repeated."""
    row, column = torch.randint(3, (2,), generator=generator).tolist()
    height, width = images.shape[-2:]
    return F.pad(images, (1, 1, 1, 1), mode="replicate")[..., row : row + height, column : column + width]


@contextmanager
def one_thread() -> Iterator[None]:
    """One thread, so that sums have one order, however many cores a worker has."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
