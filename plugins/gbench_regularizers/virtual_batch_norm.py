"""Virtual batch normalisation: statistics of a fixed reference batch and of the sample itself."""

from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from gbench.api import Regularizer, Setting, option
from gbench_regularizers._batch_norms import BatchNorm, replace_batch_norms


@dataclass(kw_only=True)
class VirtualBatchNorm(Regularizer):
    """In place of batch normalisation, a sample is normalised by itself and n reference samples.

    Mean and variance are those of n + 1 samples: the reference batch, drawn once before training,
    and the sample. The reference samples are normalised by their own. So a sample's output does
    not depend on the rest of its minibatch, in training and in evaluation alike, and each pass
    takes the reference batch along, at up to twice the cost (section 3.4).

    The discriminator's reference batch are real samples, without replacement, packed if it sees
    packs, but free of noise and augmentation; the generator's are latents. Regularizers that look
    at the whole minibatch, such as minibatch-discrimination, come after it in the list.
    """

    paper: ClassVar[str] = (
        "Salimans et al. 2016, Improved techniques for training GANs, section 3.4, arXiv:1606.03498"
    )

    on: str = option("discriminator", "the network whose batch normalisations are replaced")
    references: int | None = option(
        None, "n, samples of the reference batch; by default the batch size (a choice)", ge=1
    )

    def wrap(self, network: nn.Module) -> nn.Module:
        replace_batch_norms(network, _VirtualNorm, self)
        return _Referring(network)

    def begin(self, setting: Setting) -> None:
        if setting.told:
            raise self.refuse(
                f"has no {setting.told[0]} for its reference batch; use a model that takes samples alone"
            )
        network, count = setting.networks[self.on], self.references or setting.batch_size
        [prefix] = [name for name, part in network.module.named_modules() if isinstance(part, _Referring)]
        examples = setting.examples(self.on, "virtual-batch-norm", count)
        network.buffers[f"{prefix}.reference".lstrip(".")] = examples


class _Referring(nn.Module):
    """A network that sees its reference batch before every minibatch, and leaves it out of its output."""

    network: Any
    reference: Tensor

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network
        self.norms = [part for part in network.modules() if isinstance(part, _VirtualNorm)]
        self.register_buffer("reference", torch.empty(0))
        if isinstance(getattr(network, "head", None), nn.Module):
            self.head = network.head

    def forward(self, inputs: Tensor) -> Tensor:
        return self.network(self._joined(inputs))[len(self.reference) :]

    def features(self, samples: Tensor) -> Tensor:
        return self.network.features(self._joined(samples))[len(self.reference) :]

    def _joined(self, inputs: Tensor) -> Tensor:
        for norm in self.norms:
            norm.references = len(self.reference)
        return torch.cat([self.reference, inputs])


class _VirtualNorm(nn.Module):
    """Normalises rows `[n + B, C, ...]`, of which the first n = `references` are the reference batch."""

    references: int

    def __init__(self, layer: BatchNorm):
        super().__init__()
        self.eps = layer.eps
        self.weight, self.bias = layer.weight, layer.bias

    def forward(self, rows: Tensor) -> Tensor:
        flat = rows.flatten(2) if rows.dim() > 2 else rows.unsqueeze(2)  # [n + B, C, positions]
        normal = self._normalised(flat - flat[: self.references].mean((0, 2))[:, None])
        if self.weight is not None:
            normal = normal * self.weight[:, None] + self.bias[:, None]
        return normal.view_as(rows)

    def _normalised(self, centred: Tensor) -> Tensor:
        """Rows `[n + B, C, positions]` from which the mean of the references has been taken.

        With s = 1/(n + 1) a sample x moves the mean to s E x, and the variance to
        (1 − s) variance + s E x² − (s E x)².
        """
        share = 1 / (self.references + 1)
        references, samples = centred[: self.references], centred[self.references :]
        variance = references.square().mean((0, 2))[:, None]
        shift = share * samples.mean(2, keepdim=True)
        moved = (1 - share) * variance + share * samples.square().mean(2, keepdim=True) - shift.square()
        return torch.cat(
            [
                references * (variance + self.eps).rsqrt(),
                (samples - shift) * (moved + self.eps).rsqrt(),
            ]
        )
