"""Self-attention between the pixels of an image."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gbench_models._parts import xavier


class SelfAttention(nn.Module):
    """x_j ↦ x_j + γ W_v Σ_i β_ji W_h x_i with β_j = softmax_i(W_f x_i · W_g x_j) (Zhang et al., eq. 1-3).

    All W are 1×1 convolutions without bias; γ is learnt and starts at 0, so that the network starts
    without attention. There is no division by √d before the softmax.

    key: channels of W_f and W_g, by default C/8.
    value: channels of W_h, in the paper C/8 too; the authors' code, and BigGAN, have C/2.
    pooled: keys and values are max-pooled 2×2 before, as in the authors' code and BigGAN, not in the paper.
    """

    def __init__(self, channels: int, key: int | None = None, value: int | None = None, pooled: bool = False):
        super().__init__()
        key, value = key or max(channels // 8, 1), value or max(channels // 8, 1)
        self.pooled = pooled
        self.key = xavier(nn.Conv2d(channels, key, 1, bias=False))
        self.query = xavier(nn.Conv2d(channels, key, 1, bias=False))
        self.value = xavier(nn.Conv2d(channels, value, 1, bias=False))
        self.out = xavier(nn.Conv2d(value, channels, 1, bias=False))
        self.gamma = nn.Parameter(torch.zeros(()))

    def forward(self, images: Tensor) -> Tensor:
        keys, values = self.key(images), self.value(images)
        if self.pooled:
            keys, values = F.max_pool2d(keys, 2), F.max_pool2d(values, 2)
        affinity = self.query(images).flatten(2).mT @ keys.flatten(2)
        attended = values.flatten(2) @ affinity.softmax(-1).mT
        return images + self.gamma * self.out(attended.view(*attended.shape[:2], *images.shape[2:]))
