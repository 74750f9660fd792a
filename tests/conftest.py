"""What every test may use."""

import os

import pytest
from hypothesis import settings

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("RAY_AUTH_MODE", "disabled")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

# a loaded machine is no reason to fail; how long a test may take is not what it tests
settings.register_profile("gbench", deadline=None)
settings.load_profile("gbench")

HEAVY_SECONDS = 1800


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A heavy test may take longer than the time limit of pyproject.toml."""
    for item in items:
        if item.get_closest_marker("heavy") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(HEAVY_SECONDS))
