"""What holds for metrics, probes and contests."""

import math
from typing import Any

import torch

from gbench.evaluation.contest_field import ContestField
from gbench.evaluation.features import Features
from gbench.evaluation.probe import Finding
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples
from gbench.evaluation.trained import Trained
from gbench.plugins import Component, load_registry
from gbench.testing.cohorts import make_cohort, make_recipe
from gbench.testing.stand_ins import StandInFeatures, brightness, data_with, teams, unchanged
from gbench.testing.suited import ROUNDS, SMOOTH


def scores_each_replica_for_itself(component: Component) -> None:
    """Real samples score finitely, and a replica's score does not depend on the others."""
    registry = load_registry()
    data = data_with(registry.describe(component).attributes.get("needs", ()))
    metric = registry.make(component, samples=200)
    feature = getattr(metric, "features", None)
    extractors: dict[str, Features] = {feature: StandInFeatures()} if feature else {}
    metric.fit(Reference(data, extractors))
    real = data.train["real"]
    fake = torch.stack([real[:200], real[200:400]])
    both = metric.score(Samples(fake, extractors, brightness, ask=unchanged))
    assert set(both) == set(metric.names())
    for key, values in both.items():
        assert values.isfinite().all(), f"{key} of real samples is not finite"
        second = metric.score(Samples(fake[1:], extractors, brightness, ask=unchanged))[key][0]
        torch.testing.assert_close(values[1], second, rtol=1e-5, atol=1e-6)


def looks_at_each_replica_for_itself(component: Component) -> None:
    """All keys are found, tables and pictures of every replica; none's numbers depend on the others."""
    both, alone = _looked(component, range(2)), _looked(component, range(1, 2))
    probe = load_registry().make(component)
    assert list(both.values) == probe.names()
    assert all(len(rows) == 2 for rows in (*both.tables.values(), *both.pictures.values()))
    for key, values in both.values.items():
        assert len(values) == 2
        _assert_near(values[1], alone.values[key][0], f"{key} differs")
    for name, table in both.tables.items():
        _assert_near(table[1], alone.tables[name][0], f"table {name} differs")


def _looked(component: Component, replicas: range) -> Finding:
    """What a probe finds of a cohort after a few rounds, on data that it can be used with."""
    registry = load_registry()
    needs = registry.describe(component).attributes.get("needs", ())
    probe, data = registry.make(component), data_with(needs)
    cohort = make_cohort(make_recipe(optimizer=SMOOTH), data, replicas)
    feature = getattr(probe, "features", None)
    extractors: dict[str, Features] = {feature: StandInFeatures()} if feature else {}
    trained = Trained(cohort, Reference(data, extractors), extractors)
    probe.check(trained)
    with torch.no_grad():
        probe.remember(trained)
        for _ in range(ROUNDS):
            with torch.enable_grad():
                cohort.round()
        return probe.look(trained)


def _assert_near(found: Any, expected: Any, message: str) -> None:
    pair = [torch.as_tensor(side, dtype=torch.float64) for side in (found, expected)]
    torch.testing.assert_close(*pair, rtol=1e-3, atol=1e-4, equal_nan=True, msg=message)


def compares_whoever_comes(component: Component) -> None:
    """Every key has a finite score for each entrant that did not diverge and for no other, twice the same."""
    registry = load_registry()
    data = data_with(registry.describe(component).attributes.get("needs", ()))
    contest = registry.make(component, samples=60)
    feature = getattr(contest, "features", None)
    extractors: dict[str, Features] = {feature: StandInFeatures()} if feature else {}
    first, second = (contest.play(ContestField(data, extractors, teams(data))) for _ in range(2))
    assert list(first.scores) == contest.names()
    assert first.scores == second.scores
    for key, scores in first.scores.items():
        assert set(scores) == {0, 1, 3}, (
            f"{key} lacks the score of an entrant that is alive, or has one of an entrant that diverged"
        )
        assert all(math.isfinite(score) for score in scores.values())
