"""A suite: read, overridden, validated against the plugins, expanded to cells."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gbench.errors import UserError
from gbench.plugins.registry import Registry, load_registry
from gbench.recipe import Json
from gbench.suite.cell import Cell
from gbench.suite.check import unanswered_notes
from gbench.suite.dataset_plan import DatasetPlan, left_out_notes, read_plans
from gbench.suite.document import Document
from gbench.suite.dump import to_yaml
from gbench.suite.expand import Expansion
from gbench.suite.overrides import apply_sets
from gbench.suite.resolver import Resolver
from gbench.suite.schema import SuiteShape, read_shape
from gbench.suite.technique import Technique, check_label, read_technique
from gbench.suite.yaml import read_yaml


@dataclass(frozen=True)
class Suite:
    """A validated suite; its cells are made when they are first asked for."""

    path: Path
    document: Document
    shape: SuiteShape
    plans: list[DatasetPlan]
    techniques: list[Technique]
    resolver: Resolver

    @property
    def name(self) -> str:
        return self.shape.name

    def cells(self) -> list[Cell]:
        """Every cell, by data set, then technique, then point of the grid. Raises UserError."""
        return list(self._cells)

    @cached_property
    def _cells(self) -> list[Cell]:
        return Expansion(self.shape, self.document, self.plans, self.techniques, self.resolver).cells()

    def contests(self) -> dict[str, list[Json]]:
        """By data set, the contests that it can serve, as plain data with the features that they name."""
        return {
            plan.label: [
                contest.component.to_json()
                | {"features": {name: chosen.to_json() for name, chosen in contest.features.items()}}
                for contest in plan.contests
            ]
            for plan in self.plans
            if plan.contests
        }

    def notes(self) -> list[str]:
        """What a user may want to know though it is no mistake: metrics left out."""
        unanswered = unanswered_notes(self.plans, self.cells())
        return list(dict.fromkeys([*left_out_notes(self.plans), *unanswered]))

    def to_yaml(self) -> str:
        """The suite as YAML, with the changes that `--set` made."""
        return to_yaml(self.document.data)


def read_suite(path: Path, sets: Iterable[str], registry: Registry | None) -> Suite:
    """Reads a suite file, with `--set` changes. Raises UserError at the first mistake."""
    document = apply_sets(read_yaml(path), sets)
    shape = read_shape(document)
    resolver = Resolver(registry or load_registry())
    techniques = [
        read_technique(part, resolver.registry) for part in document.part("techniques").items("techniques")
    ]
    _check_labels(techniques)
    plans = read_plans(shape, document, resolver)
    return Suite(path, document, shape, plans, techniques, resolver)


def _check_labels(techniques: list[Technique]) -> None:
    seen: set[str] = set()
    for technique in techniques:
        check_label(technique.label, "technique", technique.place)
        if technique.label in seen:
            raise UserError(
                f"technique '{technique.label}' appears twice; give one a `label`", technique.place
            )
        seen.add(technique.label)
