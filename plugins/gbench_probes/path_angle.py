"""Path angle: the game's vector field along the line from the start of training through its end."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from gbench.api import Finding, Keys, Probe, Trained, option
from gbench_probes._field import VectorField, flat
from gbench_probes._figures import BLUE, GREY, figure, image

Floats = NDArray[np.float64]
ANGLE, NORM = 1, 2  # columns of the table


@dataclass(kw_only=True)
class PathAngle(Probe):
    """The cosine between the line and the field v(ω) = (∇_1 L_1, …, ∇_n L_n) at ω_α = ω_0 + α (ω_T − ω_0):

        c(α) = ⟨ω_T − ω_0, v(ω_α)⟩ / (‖ω_T − ω_0‖ ‖v(ω_α)‖),

    with ω_0 the parameters after the share `since` of the budget and ω_T those at its end. If the equilibrium
    attracts, c jumps from −1 to 1. If training circles around it, c stays near 0, with a bump where the line
    passes it at some distance. With α* the place of the least ‖v‖ near α = 1, and δ up to `beyond` / 2,

    - path-switch: the mean of (c(α* + δ) − c(α* − δ)) / 2, 1 where everything attracts, 0 for a rotation;
    - path-bump: the largest |c(α* + δ) + c(α* − δ)| / 2, 0..1;
    - path-norm: ‖v(ω_T)‖.

    The paper shows switch and bump in plots; to measure them by these two numbers is a choice. The table
    `path` [R, n, 3] has α, c and ‖v‖. Averages of the weights are not used.
    """

    paper: ClassVar[str] = (
        "Berard et al. 2020, A closer look at the optimization landscapes of generative adversarial "
        "networks, section 4, arXiv:1906.04848"
    )
    keys: ClassVar[Keys] = {
        "path-switch": ("max", -1.0),
        "path-bump": ("min", 1.0),
        "path-norm": ("min", None),
    }

    since: float = option(
        0.0, "share of the budget at which the line starts; 0: the initial networks", ge=0, lt=1
    )
    beyond: float = option(
        0.5, "how far behind the end the line goes, in its own length (a choice)", ge=0.1, le=1
    )
    points: int = option(20, "points of the line from start to end (a choice)", ge=10)
    batches: int = option(4, "minibatches that the field is the mean of (a choice)", ge=1)

    def moment(self) -> float:
        return self.since

    def remember(self, trained: Trained) -> None:
        parameters = [p.detach() for player in trained.cohort.players for p in player.parameters]
        self.memory = {"start": flat(parameters).clone()}

    def look(self, trained: Trained) -> Finding:
        with torch.enable_grad():
            path = self.path(VectorField(trained, self.batches))
        end = path[:, self.points, NORM]
        numbers = np.array([[*self.shape(row[:, ANGLE], row[:, NORM])] for row in path])
        return Finding(
            values=self.named(*torch.from_numpy(np.column_stack([numbers, end]).T)),
            tables={"path": torch.from_numpy(path)},
            pictures={"path": [drawn(row) for row in path]},
        )

    def path(self, field: VectorField) -> Floats:
        """α, angle and norm at each point, [R, n, 3]; the angle is NaN where v is 0, or if no parameter
        moved.
        """
        start, end = self.memory["start"].to(field.point()), field.point()
        line = (end - start).double()
        rows = []
        for number in range(self.points + math.ceil(self.beyond * self.points) + 1):
            alpha = number / self.points
            values = field.at(end if alpha == 1 else torch.lerp(start, end, alpha)).double()
            norm = values.norm(dim=1)
            angle = (line * values).sum(1) / (line.norm(dim=1) * norm)
            rows.append(torch.stack([torch.full_like(norm, alpha), angle, norm], dim=1))
        return torch.stack(rows, dim=1).cpu().numpy()

    def shape(self, angle: Floats, norm: Floats) -> tuple[float, float]:
        """Switch and bump of one line's angles and norms [n]."""
        reach = max(int(self.beyond * self.points / 2), 1)
        near = slice(self.points - reach, len(norm) - reach)
        if not np.isfinite(norm).all():
            return math.nan, math.nan
        middle = self.points - reach + int(norm[near].argmin())
        after, before = angle[middle + 1 : middle + reach + 1], angle[middle - reach : middle][::-1]
        return float((after - before).mean() / 2), float(np.abs(after + before).max() / 2)


def drawn(path: Floats) -> Image.Image:
    """Angle and norm over α, one above the other."""
    made, plots = figure(4.8, 4.8, rows=2)
    for plot, column, name in zip(plots, (ANGLE, NORM), ("path angle c(α)", "‖v‖"), strict=True):
        plot.axvline(1, color=GREY, linewidth=0.8, linestyle="--")
        plot.plot(path[:, 0], path[:, column], color=BLUE, marker=".", markersize=4)
        plot.set_ylabel(name)
    plots[0].axhline(0, color=GREY, linewidth=0.6)
    reach = min(1.15 * float(np.nan_to_num(np.abs(path[:, ANGLE])).max()) + 0.05, 1.05)
    plots[0].set_ylim(-reach, reach)
    if (path[:, NORM] > 0).all():
        plots[1].set_yscale("log")
    plots[1].set_xlabel("α   (0: start of the line, 1: end of training)")
    return image(made)
