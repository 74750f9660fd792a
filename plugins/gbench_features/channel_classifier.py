"""The classifier's probabilities for each channel of stacked images, for data of many modes."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Data, Extracted, Fields, UserError, evenly, option
from gbench_features.classifier import Classifier


@dataclass(kw_only=True)
class ChannelClassifier(Classifier):
    """Vectors [N, C·K]: for each of C channels, the probabilities of its K classes.

    The data's K^C classes are numbered by those of the channels, and the first channel is the leading digit.
    One network of the features `classifier` learns the K classes from single channels. There are no class
    probabilities, because those of 1000 classes for 26,000 samples of each replica would fill the memory and
    hold nothing new.
    """

    needs: ClassVar[tuple[str, ...]] = ("image", "label", "stacked")

    epochs: int = option(5, "passes over the training channels", ge=1)
    images: int = option(4000, "training images whose channels are learnt from, evenly spaced", ge=1)

    def fit(self, data: Data, folder: Path) -> None:
        """Loads a network or trains it on single channels. Raises UserError unless there are K^C classes."""
        self.channels = data.shape[0]
        super().fit(unstack(data, self.images), folder)

    def extract(self, images: Tensor) -> Extracted:
        """Probabilities of each channel, which is classified alone."""
        each = super().extract(images.flatten(0, 1)[:, None]).probabilities
        assert each is not None, "a classifier gives probabilities"
        return Extracted(each.reshape(len(images), -1))


def unstack(data: Data, images: int) -> Data:
    """Channels of `images` training images and of all test images as data of their own, [N·C, 1, H, W]."""
    channels, height, width = data.shape
    classes = round((data.classes or 0) ** (1 / channels))
    if data.classes is None or classes**channels != data.classes:
        raise UserError(
            f"features 'channel-classifier' need K^{channels} classes for {channels} channels, "
            f"not {data.classes}; use features classifier"
        )

    def single(fields: Fields) -> Fields:
        digits = [fields["label"] // classes**place % classes for place in reversed(range(channels))]
        return {
            "real": fields["real"].reshape(-1, 1, height, width),
            "label": torch.stack(digits, 1).flatten(),
        }

    train = {name: evenly(field, images) for name, field in data.train.items()}
    return replace(data, train=single(train), test=single(data.test), classes=classes)
