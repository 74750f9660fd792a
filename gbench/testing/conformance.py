"""Checks that every component of a kind passes, found by discovery and never by a list."""

from collections.abc import Callable
from dataclasses import dataclass

from gbench.plugins import Component, load_registry
from gbench.testing.claims.building import (
    loads_the_same_data_twice,
    makes_samples_of_any_size_or_says_why_not,
)
from gbench.testing.claims.describing import reads_without_running, says_what_it_is
from gbench.testing.claims.scoring import (
    compares_whoever_comes,
    looks_at_each_replica_for_itself,
    scores_each_replica_for_itself,
)
from gbench.testing.claims.training import (
    ignores_its_neighbours,
    resumes_exactly,
    trains_alike_in_both_modes,
    trains_on_another_batch_size_and_count,
)

TRAINING: list[Callable[[Component], None]] = [
    trains_alike_in_both_modes,
    ignores_its_neighbours,
    resumes_exactly,
    trains_on_another_batch_size_and_count,
]
CLAIMS: dict[str, list[Callable[[Component], None]]] = {
    "every": [says_what_it_is, reads_without_running],
    "loss": TRAINING,
    "regularizer": TRAINING,
    "model": [*TRAINING, makes_samples_of_any_size_or_says_why_not],
    "game": TRAINING,
    "rule": TRAINING,
    "optimizer": TRAINING,
    "dataset": [loads_the_same_data_twice],
    "metric": [scores_each_replica_for_itself],
    "contest": [compares_whoever_comes],
    "probe": [looks_at_each_replica_for_itself],
}


@dataclass(frozen=True)
class Case:
    """One component and one thing that must hold for it."""

    component: Component
    claim: Callable[[Component], None]

    def check(self) -> None:
        """`AssertionError` if it does not hold."""
        self.claim(self.component)

    def __str__(self) -> str:
        return f"{self.component.kind} {self.component.name}: {self.claim.__name__.replace('_', ' ')}"


def conformance_cases(distribution: str | None = None) -> list[Case]:
    """Every claim about every component, of one distribution or of all."""
    packages = load_registry().packages
    return [
        Case(component, claim)
        for package in packages
        if distribution in (None, package.distribution)
        for component in package.components
        for claim in (*CLAIMS["every"], *CLAIMS.get(component.kind, []))
    ]
