"""Images stacked as colour channels, which makes data of many modes from data of few."""

import torch

from gbench.api import Data

CHANNELS = 3


def stack(data: Data, points: int, seed: int = 0) -> Data:
    """Triples of independent images of one channel each: `points` to train on and a tenth as many to test.

    Each split is drawn with replacement from the same split of `data`. The label is a number of three digits
    to the base K, the number of classes; the first channel is the leading digit. So there are K³ classes.
    """
    assert data.classes is not None, "only images with labels can be stacked"
    generator = torch.Generator().manual_seed(seed)
    place = data.classes ** torch.arange(CHANNELS - 1, -1, -1)
    splits = []
    for fields, count in ((data.train, points), (data.test, max(points // 10, 1))):
        chosen = torch.randint(len(fields["real"]), (count, CHANNELS), generator=generator)
        real = fields["real"].squeeze(1)[chosen]
        splits.append({"real": real, "label": (fields["label"][chosen] * place).sum(1)})
    train, test = splits
    return Data(train=train, test=test, classes=data.classes**CHANNELS)
