"""How often the generator visits each mode of a known mixture, compared with the data."""

from dataclasses import dataclass
from typing import ClassVar

import torch

from gbench.api import Finding, Keys, Probe, Trained, option
from gbench_probes._histogram import histogram, shares


@dataclass(kw_only=True)
class ModeHistogram(Probe):
    """mode-distance: ½ Σ_k |g_k − p_k|, 0..1, the share of samples that would have to move to another mode.

    g are the shares of generated samples and p those of the training data. A sample belongs to the nearest
    centre if it is within `sigmas` standard deviations of it, otherwise to none, which is the last bar. A
    perfect generator's N samples of K even modes score about √((K − 1) / (2π N)), not 0.

    The table `mode-histogram` [R, 2, K + 1] has the shares of generated and of training samples.
    """

    paper: ClassVar[str] = (
        "Borji 2019, Pros and cons of GAN evaluation measures, section 2.2.3, arXiv:1802.03446"
    )
    keys: ClassVar[Keys] = {"mode-distance-{samples}": ("min", 1.0)}
    needs: ClassVar[tuple[str, ...]] = ("density",)

    samples: int = option(2500, "generated samples per replica (Srivastava et al. 2017)", ge=1)
    sigmas: float = option(3.0, "standard deviations within which a sample belongs to a mode", gt=0)

    def look(self, trained: Trained) -> Finding:
        modes = trained.reference.density.modes
        fake = trained.samples(self.samples).fake
        generated = [self.shares(trained, points) for points in fake]
        real = self.shares(trained, trained.data.train["real"])
        names = [*map(str, range(modes)), "none"]
        return histogram(self, generated, real, names, "mode")

    def shares(self, trained: Trained, points: torch.Tensor) -> torch.Tensor:
        """Shares [K + 1] of points [N, D]; NaN if one is not finite."""
        density = trained.reference.density
        distance, mode = density.nearest(points)
        found = shares(mode.where(distance <= self.sigmas * density.std, density.modes), density.modes + 1)
        return found if points.isfinite().all() else found * torch.nan
