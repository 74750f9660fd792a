"""Shares of modes or classes, compared with those of the data."""

from collections.abc import Sequence

import torch
from torch import Tensor

from gbench.api import Finding, Probe
from gbench_probes._figures import bars


def shares(members: Tensor, count: int) -> Tensor:
    """Share [K] of each of K modes in float64, where sample n belongs to mode members[n]."""
    return members.bincount(minlength=count).double() / len(members)


def histogram(
    probe: Probe, generated: Sequence[Tensor], real: Tensor, names: Sequence[str], what: str
) -> Finding:
    """½ Σ|g − p|, the table [R, 2, K] of generated and real shares, and bars. NaN stays NaN."""
    table = torch.stack([torch.stack([row, real]) for row in generated]).cpu()
    drawn = [
        bars(row[0].tolist(), row[1].tolist(), names, what) if row.isfinite().all() else None for row in table
    ]
    name = f"{what}-histogram"
    distance = (table[:, 0] - table[:, 1]).abs().sum(-1) / 2
    return Finding(values=probe.named(distance), tables={name: table}, pictures={name: drawn})
