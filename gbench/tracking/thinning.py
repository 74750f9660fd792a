"""Which points of a curve are shown: the first in each of 300 equal parts of the budget."""

POINTS_PER_CURVE = 300  # MLflow's charts draw about as many


class Thinning:
    """Chooses by steps alone, so that reading the same journal again chooses the same points.

    `latest` holds the part in which each curve's latest point fell; it travels in the cursor.
    """

    def __init__(self, total_steps: int, latest: dict[str, int] | None = None):
        self.total_steps = max(total_steps, 1)
        self.latest = dict(latest or {})

    def keeps(self, curve: str, step: int) -> bool:
        """Whether the curve's point at `step` is shown; ask in the order of the journal."""
        part = min(step * POINTS_PER_CURVE // (self.total_steps + 1), POINTS_PER_CURVE - 1)
        if part <= self.latest.get(curve, -1):
            return False
        self.latest[curve] = part
        return True
