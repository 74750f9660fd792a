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
from gbench.testing.cohorts import make_cohort, make_identity
from gbench.testing.stand_ins import RandomProjection, brightness, data_with, teams
from gbench.testing.suited import ROUNDS, SMOOTH


def scores_each_replica_for_itself(component: Component) -> None:
    """Real samples score finitely, and a replica's score does not depend on the others."""
    registry = load_registry()
    data = data_with(registry.describe(component).attributes.get("needs", ()))
    metric = registry.load(component)(samples=200)
    feature = getattr(metric, "features", None)
    extractors: dict[str, Features] = {feature: RandomProjection()} if feature else {}
    metric.fit(Reference(data, extractors))
    real = data.train["real"]
    fake = torch.stack([real[:200], real[200:400]])
    both = metric.score(Samples(fake, extractors, brightness))
    assert set(both) == set(metric.names())
    for key, values in both.items():
        assert values.isfinite().all(), f"{key} of real samples is not finite"
        second = metric.score(Samples(fake[1:], extractors, brightness))[key][0]
        torch.testing.assert_close(values[1], second, rtol=1e-5, atol=1e-6)


def looks_at_each_replica_for_itself(component: Component) -> None:
    """All keys are found, tables and pictures of every replica; none's numbers depend on the others."""
    both, alone = _looked(component, range(2)), _looked(component, range(1, 2))
    probe = load_registry().load(component)()
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
    probe, data = registry.load(component)(), data_with(needs)
    cohort = make_cohort(make_identity(optimizer=SMOOTH), data, replicas)
    feature = getattr(probe, "features", None)
    extractors: dict[str, Features] = {feature: RandomProjection()} if feature else {}
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
    """A finite score in every key for everybody who did not diverge, for nobody else, and the same twice."""
    registry = load_registry()
    data = data_with(registry.describe(component).attributes.get("needs", ()))
    contest = registry.load(component)(samples=60)
    feature = getattr(contest, "features", None)
    extractors: dict[str, Features] = {feature: RandomProjection()} if feature else {}
    standings = [contest.play(ContestField(data, extractors, teams(data))) for _ in range(2)]
    assert list(standings[0].scores) == contest.names()
    assert standings[0].scores == standings[1].scores
    for key, scores in standings[0].scores.items():
        assert set(scores) == {0, 1, 3}, (
            f"{key} has no score of somebody who is alive, or one of the diverged"
        )
        assert all(math.isfinite(score) for score in scores.values())
