"""How many tasks fit on a machine."""

import pytest

from gbench.sweep.ray_cluster import places_on


@pytest.mark.parametrize(
    ("cpus", "gpus", "places"),
    [
        (1, 0, 8),
        (3, 0, 2),
        (0.5, 0, 16),
        (1, 1, 4),
        (1, 2, 2),
        (1, 3, 1),
        (1, 0.5, 8),
        (0, 0.25, 16),
        (0, 0.4, 8),  # two on each device; 4 / 0.4 would be 10
        (0, 0.1, 40),
        (16, 0, 0),
    ],
)
def test_places_on_eight_cores_and_four_gpus(cpus: float, gpus: float, places: int) -> None:
    assert places_on({"CPU": 8.0, "GPU": 4.0}, cpus, gpus) == places


def test_a_machine_without_gpus_has_no_place_for_a_task_that_wants_one() -> None:
    assert places_on({"CPU": 8.0}, cpus=1, gpus=0.25) == 0
