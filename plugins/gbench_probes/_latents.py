"""Ways between latents."""

import torch
from torch import Tensor

FLAT = 1e-3  # sine of an angle at which the great circle is not told by its ends in float32


def between(law: str, first: Tensor, second: Tensor, share: Tensor | float) -> Tensor:
    """The latents a share of the way from the first to the second ones [..., d].

    Along the great circle for normal latents (White 2016, Sampling generative networks, section 2.1), whose
    length is then what the generator knows; straight for uniform ones.
    """
    if law == "uniform":
        return torch.lerp(first, second, torch.as_tensor(share, dtype=first.dtype, device=first.device))
    cosine = torch.nn.functional.cosine_similarity(first, second, dim=-1).clamp(-1, 1)[..., None]
    angle = cosine.acos()
    sine = angle.sin()
    along = ((1 - share) * angle).sin() / sine * first + (share * angle).sin() / sine * second
    return torch.where(sine > FLAT, along, torch.lerp(first, second, torch.as_tensor(share).to(first)))
