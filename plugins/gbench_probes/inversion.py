"""Inversion: how near the generator comes to real samples if its latents are fitted to them (IvOM)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor

from gbench.api import Finding, Keys, Probe, Trained, evenly, option

PAIRS = 4  # rows of real samples in the sheet, each above the row of what came nearest
COLUMNS = 8


@dataclass(kw_only=True)
class Inversion(Probe):
    """The mean over real samples x of min_z ‖G(z) − x‖² / (numbers in a sample), inference via optimization.

    Adam searches for z from `restarts` latents for each sample, and the best result is taken. Uniform latents
    stay inside their cube. A generator that has dropped a mode cannot come near its samples. Held-out samples
    show how well it generalises, training samples how well it remembers. The optimiser can get stuck, so the
    number is an upper bound. The paper uses L-BFGS; the optimiser and the number of steps are a choice here.
    In games that ask for classes, each start keeps its class.

    The sheet shows four rows of real samples, each above the row of what came nearest to them.
    """

    paper: ClassVar[str] = (
        "Metz et al. 2017, Unrolled generative adversarial networks, section 3.4.1, arXiv:1611.02163"
    )
    keys: ClassVar[Keys] = {"inversion-{samples}-{split}": ("min", None)}
    uses: ClassVar[tuple[str, ...]] = ("model",)

    samples: int = option(64, "real samples (a choice)", ge=1)
    split: Literal["train", "test"] = option("test", "real samples: those that were trained on, or others")
    restarts: int = option(3, "latents that the search starts from (a choice)", ge=1)
    steps: int = option(100, "steps of Adam (a choice)", ge=1)
    lr: float = option(0.1, "learning rate of Adam (a choice); it falls to 0 along a cosine", gt=0)

    def look(self, trained: Trained) -> Finding:
        real = evenly(trained.data.split(self.split)["real"], self.samples)
        best, error = self.search(trained, real)
        return Finding(
            values=self.named(error.mean(-1)),
            pictures={"inversion": [trained.picture(paired(real, row)) for row in best]},
        )

    def search(self, trained: Trained, real: Tensor) -> tuple[Tensor, Tensor]:
        """The samples [R, N, ...] that came nearest to real ones [N, ...], and their mean squared error [R,
        N].
        """
        count = len(real)
        goal = real.repeat(self.restarts, *[1] * (real.dim() - 1))
        latents = trained.latents(len(goal), "inversion").clone().requires_grad_()
        adam = torch.optim.Adam([latents], lr=self.lr)
        falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, T_max=self.steps)
        for _ in range(self.steps):
            with torch.enable_grad():
                errors = (trained.generate(latents) - goal).square().flatten(2).mean(-1)
                [latents.grad] = torch.autograd.grad(errors.sum(), [latents])
            adam.step()
            falling.step()
            if trained.stage.model.latent == "uniform":
                latents.data.clamp_(-1, 1)
        found = trained.generate(latents.detach())
        errors = (found - goal).square().flatten(2).mean(-1).unflatten(1, (self.restarts, count))
        nearest = errors.argmin(1)
        tries = found.unflatten(1, (self.restarts, count))
        best = torch.stack([row[chosen, range(count)] for row, chosen in zip(tries, nearest, strict=True)])
        return best, errors.amin(1).double()


def paired(real: Tensor, found: Tensor) -> Tensor:
    """Rows of eight real samples, each above what was found for them. Of points only what was found."""
    if real.dim() == 2:
        return found
    rows = []
    for start in range(0, min(PAIRS * COLUMNS, len(real)), COLUMNS):
        for samples in (real, found):
            row = samples[start : start + COLUMNS]
            rows += [row, row.new_ones(COLUMNS - len(row), *row.shape[1:])]
    return torch.cat(rows)
