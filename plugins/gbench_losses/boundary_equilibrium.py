"""Boundary-equilibrium loss: reconstruction errors, kept in proportion by a controller."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor

from gbench.api import Loss, Setting, option


@dataclass(kw_only=True)
class BoundaryEquilibrium(Loss):
    """BEGAN, with an autoencoder's reconstruction error L and a control k of each replica.

        discriminator   L(x) − k L(G(z))
        generator       L(G(z))
        then            k ← k + λ (γ L(x) − L(G(z))), clamped to [0, 1]

    L(x) is that of the discriminator's last turn, L(G(z)) that of the generator's, which moves k: once
    for each pair of turns. Curves: `equilibrium/control` is k after the round, `equilibrium/measure` the
    convergence measure M = L(x) + |γ L(x) − L(G(z))| (section 3.4.1).
    """

    paper: ClassVar[str] = (
        "Berthelot et al. 2017, BEGAN: Boundary equilibrium generative adversarial networks, section 3.4, "
        "arXiv:1703.10717"
    )
    takes: ClassVar[Literal["energies"]] = "energies"

    gamma: float = option(0.5, "γ, the diversity ratio E L(G(z)) / E L(x) that k aims at", ge=0, le=1)
    rate: float = option(1e-3, "λ_k, the control's learning rate", ge=0)
    start: float = option(0.0, "k₀, the control before the first round", ge=0, le=1)

    def begin(self, setting: Setting) -> None:
        device = setting.device
        self.memory["control"] = torch.full((setting.size,), self.start, device=device)
        self.memory["real"] = torch.zeros(setting.size, device=device)
        self.memory["fake"] = torch.zeros(setting.size, device=device)

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        control = self.memory[
            "control"
        ].clone()  # a rule that differentiates gradients again needs it unchanged
        return real.mean(-1) - control * fake.mean(-1)

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        return fake.mean(-1)

    def update(self, side: Literal["discriminator", "generator"], real: Tensor | None, fake: Tensor) -> None:
        """Keeps both errors; the generator's turn moves the control."""
        if side == "discriminator":
            assert real is not None
            self.memory["real"].copy_(real.mean(-1))
        else:
            self.memory["fake"].copy_(fake.mean(-1))
            self.memory["control"].add_(self.rate * self._imbalance()).clamp_(0, 1)

    def observe(self, setting: Setting) -> dict[str, Tensor]:
        return {
            "equilibrium/control": self.memory["control"].clone(),
            "equilibrium/measure": self.memory["real"] + self._imbalance().abs(),
        }

    def _imbalance(self) -> Tensor:
        """γ L(x) − L(G(z)), `[R]`."""
        return self.gamma * self.memory["real"] - self.memory["fake"]
