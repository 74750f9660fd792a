"""What to do about a failed attempt: pure policy, no clocks, no processes."""

from dataclasses import dataclass

from gbench.worker.tasks import Kind

LOST_ATTEMPTS = 5  # a lost worker or machine says nothing about the cell
RAISED_ATTEMPTS = 2  # an exception is nearly always deterministic; once more rules out a hiccup
FIRST_PAUSE = 1.0  # seconds
LONGEST_PAUSE = 60.0  # seconds


@dataclass(frozen=True)
class Retry:
    """Submit the cohort again after `pause` seconds."""

    pause: float


@dataclass(frozen=True)
class Halve:
    """Submit the two halves of the cohort instead."""


@dataclass(frozen=True)
class GiveUp:
    """Record the failure as the cohort's outcome."""


Decision = Retry | Halve | GiveUp


def decide(kind: Kind, attempts: int, replicas: int) -> Decision:
    """`attempts` counts the tries that failed for this `kind`, this one included (from 1 on);
    `replicas` is the size of the cohort.
    """
    if kind in ("worker", "node") and attempts <= LOST_ATTEMPTS:
        return Retry(min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE))
    if kind == "memory" and replicas > 1:
        return Halve()
    if kind == "exception" and attempts < RAISED_ATTEMPTS:
        return Retry(0.0)
    return GiveUp()
