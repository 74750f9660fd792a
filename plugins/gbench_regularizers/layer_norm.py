"""Layer normalisation: in place of batch normalisation, each sample by its own statistics."""

from dataclasses import dataclass
from typing import ClassVar

from torch import nn

from gbench.api import Regularizer, option
from gbench_regularizers._batch_norms import BatchNorm, replace_batch_norms


@dataclass(kw_only=True)
class LayerNorm(Regularizer):
    """g (x − μ) / √(σ² + ε) + b, with μ and σ² over all features of one sample.

    For images over channels, height and width, with a gain g and a bias b for each channel: so
    does the code of Gulrajani et al. 2017, who recommend it for critics with a gradient penalty,
    as it does not couple the samples of a minibatch. Gains, biases and ε are taken over from the
    batch normalisations that are replaced.
    """

    paper: ClassVar[str] = (
        "Ba et al. 2016, Layer normalization, arXiv:1607.06450; "
        "Gulrajani et al. 2017, Improved training of Wasserstein GANs, section 4, arXiv:1704.00028"
    )

    on: str = option("discriminator", "the network whose batch normalisations are replaced")

    def wrap(self, network: nn.Module) -> nn.Module:
        replace_batch_norms(network, _layer_norm, self)
        return network


def _layer_norm(layer: BatchNorm) -> nn.Module:
    """One group of all channels; for vectors that is all coordinates."""
    norm = nn.GroupNorm(1, layer.num_features, layer.eps, layer.affine)
    if layer.affine:
        norm.weight, norm.bias = layer.weight, layer.bias
    return norm
