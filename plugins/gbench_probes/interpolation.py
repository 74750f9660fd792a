"""Interpolation: samples along paths through the latent space, and the length of these paths (PPL)."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gbench.api import Finding, Keys, Probe, Trained, option
from gbench_probes._latents import between

PATHS, FRAMES = 8, 8  # rows and columns of the sheet
POINTS = 60  # on each path, if samples are points


@dataclass(kw_only=True)
class Interpolation(Probe):
    """Perceptual path length, in the distance of features φ, of the generator that metrics see:

        ppl = E ‖φ(G(z(t))) − φ(G(z(t + ε)))‖² / ε²,    z(t) from z1 to z2, t ~ U(0, 1),

    along great circles for normal latents and straight lines for uniform ones. A generator that jumps between
    modes scores high, and a smooth one low. One that always makes the same sample scores 0, so read the
    number together with a metric of diversity. Each element of φ counts in its own units. The paper's φ is
    LPIPS. Its code leaves out the lowest and the highest percent; its equation does not, and neither does
    this probe.

    The sheet shows eight paths, a row each.
    """

    paper: ClassVar[str] = (
        "Karras et al. 2019, A style-based generator architecture for generative adversarial networks, "
        "section 4.1, arXiv:1812.04948"
    )
    keys: ClassVar[Keys] = {"ppl-{features}-{samples}": ("min", None)}
    uses: ClassVar[tuple[str, ...]] = ("model",)

    features: str = option("pixels", "features that the distance is taken in")
    samples: int = option(1000, "paths (Karras et al. 2019: 100,000)", ge=1)
    epsilon: float = option(1e-4, "ε, the step along a path (Karras et al. 2019)", gt=0, lt=1)

    def look(self, trained: Trained) -> Finding:
        start, end = (trained.latents(self.samples, f"interpolation/{side}") for side in ("start", "end"))
        place = trained.streams("interpolation").uniform("place", (self.samples, 1))
        near, far = (self.seen(trained, start, end, place + shift) for shift in (0, self.epsilon))
        length = (far - near).square().sum(-1).mean(-1) / self.epsilon**2
        return Finding(
            values=self.named(length),
            pictures={"interpolation": [trained.picture(row) for row in paths(trained)]},
        )

    def seen(self, trained: Trained, start: Tensor, end: Tensor, place: Tensor) -> Tensor:
        """Features [R, N, d] in float64 at a place of each path, in [0, 1]."""
        latents = between(trained.stage.model.latent, start, end, place)
        return trained.samples_of(trained.generate(latents)).features(self.features).double()


def paths(trained: Trained) -> Tensor:
    """Samples [R, paths · frames, ...], path after path."""
    start, end = (trained.latents(PATHS, f"interpolation/{side}/shown") for side in ("start", "end"))
    frames = POINTS if len(trained.data.shape) == 1 else FRAMES
    places = torch.linspace(0, 1, frames).tolist()
    law = trained.stage.model.latent
    shown = [trained.generate(between(law, start, end, place)) for place in places]
    return torch.stack(shown, dim=2).flatten(1, 2)
