"""Eigenvalues of the game's Jacobian at the end of training: does the game attract, and does it rotate?"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from PIL import Image

from gbench.api import Finding, Keys, Probe, Trained, option
from gbench_probes._arnoldi import Ritz, eigenvalues
from gbench_probes._field import TransposedJacobian, VectorField
from gbench_probes._figures import BLUE, GREY, RED, figure, image

MAX_RATIO = 20  # of the largest |λ| to the median; above it axes are logarithmic, except around 0


@dataclass(kw_only=True)
class Jacobian(Probe):
    """Eigenvalues λ of J = ∂v/∂ω, with v(ω) = −(∇_1 L_1, …, ∇_n L_n) the field that the parameters ω of all
    players follow. Penalties are part of the objectives L.

    An equilibrium attracts small steps if every λ has a negative real part. An imaginary part that is large
    compared with it means rotation, which needs smaller steps.

    - jacobian-growth: the largest Re λ, per unit of time (learning rate times steps of gradient descent);
    - jacobian-rotation: Σ|Im λ| / Σ|λ|, 0 (a descent) to 1 (a circle);
    - jacobian-radius: the largest |λ|.

    J is never formed. Products of its transpose, which has the same eigenvalues, with vectors are a backward
    pass each, and from them Arnoldi's method without restarts finds the outer eigenvalues. Equal eigenvalues
    are found once. The three numbers count those with a residual of at most `tolerance` times the largest
    |λ|. The table `eigenvalues` [R, steps, 3] has the real part, the imaginary part and the residual of all.

    The field is that of the losses on `batches` minibatches. A rule or an optimizer may follow another one:
    Adam's steps are not along v, and `consensus` adds a term that is missing here.

    Memory: the graph of `batches` gradients, and `steps` + 1 copies of all parameters.
    """

    paper: ClassVar[str] = "Mescheder et al. 2017, The numerics of GANs, section 3, arXiv:1705.10461"
    keys: ClassVar[Keys] = {
        "jacobian-growth": ("min", None),
        "jacobian-rotation": ("min", 1.0),
        "jacobian-radius": ("min", None),
    }

    steps: int = option(20, "products with vectors, and eigenvalues at most (a choice)", ge=2)
    batches: int = option(4, "minibatches that the field is the mean of (a choice)", ge=1)
    tolerance: float = option(0.05, "largest residual relative to the largest |λ| (a choice)", gt=0)

    def check(self, trained: Trained) -> None:
        """Tries one product, so that a gradient that cannot be differentiated again fails before training."""
        with torch.enable_grad():
            field = VectorField(trained, 1)
            TransposedJacobian(field)(torch.ones_like(field.point()))

    def look(self, trained: Trained) -> Finding:
        with torch.enable_grad():
            field = VectorField(trained, self.batches)
            transposed = TransposedJacobian(field)
            start = direction(field.point())
            found = eigenvalues(lambda vectors: -transposed(vectors), start, self.steps)
        numbers = torch.tensor([self.summary(ritz) for ritz in found], dtype=torch.float64)
        return Finding(
            values=self.named(*numbers.T),
            tables={"eigenvalues": [table(ritz, self.steps) for ritz in found]},
            pictures={"eigenvalues": [plane(ritz, self.trusted(ritz)) for ritz in found]},
        )

    def trusted(self, ritz: Ritz) -> np.ndarray:
        """Which of the k eigenvalues have a residual within the tolerance."""
        return ritz.residuals <= self.tolerance * np.abs(ritz.values).max(initial=0.0)

    def summary(self, ritz: Ritz) -> tuple[float, float, float]:
        """Growth, rotation and radius; NaN if no eigenvalue is known. A constant field does not rotate."""
        values = ritz.values[self.trusted(ritz)]
        if not len(values):
            return np.nan, np.nan, np.nan
        total = np.abs(values).sum()
        rotation = np.abs(values.imag).sum() / total if total > 0 else 0.0
        return values.real.max(), rotation, np.abs(values).max()


def direction(like: torch.Tensor) -> torch.Tensor:
    """A random direction [R, P], the same for every replica."""
    generator = torch.Generator().manual_seed(0)
    return torch.randn(like.shape[1], generator=generator).to(like).expand_as(like)


def table(ritz: Ritz, rows: int) -> list[list[float]]:
    """(real part, imaginary part, residual) of each; the rest of the rows is NaN."""
    found = np.full((rows, 3), np.nan)
    found[: len(ritz.values)] = np.stack([ritz.values.real, ritz.values.imag, ritz.residuals], 1)
    return found.tolist()


def plane(ritz: Ritz, trusted: np.ndarray) -> Image.Image | None:
    """The eigenvalues in the complex plane; those that are not trusted are grey."""
    if not len(ritz.values):
        return None
    made, [plot] = figure(4.2, 4.2)
    sizes = np.abs(ritz.values)
    reach = 1.15 * max(float(sizes.max()), 1e-12)
    if reach > MAX_RATIO * (middle := float(np.median(sizes))) > 0:  # a large one would squeeze the others
        straight = 10 ** np.round(np.log10(middle))
        plot.set_xscale("symlog", linthresh=straight)
        plot.set_yscale("symlog", linthresh=straight)
    plot.set_xlim(-reach, reach)
    plot.set_ylim(-reach, reach)
    plot.axvspan(0, reach, color=RED, alpha=0.08, linewidth=0)
    plot.axhline(0, color=GREY, linewidth=0.6)
    for chosen, colour, label in ((trusted, BLUE, "settled"), (~trusted, GREY, "not settled")):
        if chosen.any():
            plot.scatter(ritz.values.real[chosen], ritz.values.imag[chosen], s=22, color=colour, label=label)
    plot.set_xlabel("Re λ   (left attracts, right repels)")
    plot.set_ylabel("Im λ   (rotation)")
    made.legend(loc="outside upper right", ncols=2, frameon=False)
    return image(made)
