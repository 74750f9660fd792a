"""Paths between latents."""

import torch
from torch import Tensor

FLAT = 1e-3  # below this sine of the angle between two latents, float32 cannot tell their great circle


def between(law: str, first: Tensor, second: Tensor, share: Tensor | float) -> Tensor:
    """The latents [..., d] at a share of the path from the first to the second ones.

    For normal latents the path is a great circle (White 2016, Sampling generative networks, section 2.1), so
    that their length stays what the generator was trained on. For uniform latents it is straight.
    """
    if law == "uniform":
        return torch.lerp(first, second, torch.as_tensor(share, dtype=first.dtype, device=first.device))
    cosine = torch.nn.functional.cosine_similarity(first, second, dim=-1).clamp(-1, 1)[..., None]
    angle = cosine.acos()
    sine = angle.sin()
    along = ((1 - share) * angle).sin() / sine * first + (share * angle).sin() / sine * second
    return torch.where(sine > FLAT, along, torch.lerp(first, second, torch.as_tensor(share).to(first)))
