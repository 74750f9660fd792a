"""Fields of entrants whose samples and discriminators are known."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from gbench.data.dataset import Data
from gbench.evaluation.contest_field import ContestField, Entrant, Team
from gbench.evaluation.features import Extracted, Features

Score = Callable[[Tensor], Tensor]


class Pixels(Features):
    def extract(self, images: Tensor) -> Extracted:
        return Extracted(images.flatten(1))


def entrant(
    label: str,
    samples: Tensor,
    judge: Score | None = None,
    labels: Tensor | None = None,
    alive: bool = True,
    replica: int = 0,
) -> Team:
    """A team of one. samples [N, ...]: the first are shown. judge: samples [N, ...] -> scores [N]."""

    def labelled(count: int) -> tuple[Tensor, Tensor | None]:
        return samples[None, :count], None if labels is None else labels[None, :count]

    return Team(
        [Entrant(label, label, replica, alive)],
        labelled,
        lambda shown: None if judge is None else judge(shown[0])[None],
    )


def field(teams: Sequence[Team], real: Tensor, labels: Tensor | None = None) -> ContestField:
    """Both splits are the same."""
    fields = {"real": real} if labels is None else {"real": real, "label": labels}
    classes = None if labels is None else int(labels.max()) + 1
    data = Data(train=fields, test=fields, classes=classes)
    return ContestField(data, {"pixels": Pixels()}, teams)


def signs(positive: int, negative: int) -> Tensor:
    """Samples [N, 1] of +1, then of −1, dealt out evenly."""
    return torch.cat([torch.ones(positive), -torch.ones(negative)])[:, None]


def value(samples: Tensor) -> Tensor:
    """The discriminator that sees through everybody where real samples are 1 and generated ones −1."""
    return samples[:, 0]


def indifferent(samples: Tensor) -> Tensor:
    """The discriminator that knows nothing."""
    return torch.zeros(len(samples))
