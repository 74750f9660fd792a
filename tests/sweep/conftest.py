"""Executors to test: inline, and Ray on two cores and two GPUs that are only numbers."""

import logging
import os

# Ray reads it when it is imported; a token file of the user's must not change what the tests do.
os.environ["RAY_AUTH_MODE"] = "disabled"
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "1"

from collections.abc import Callable, Iterator

import pytest

from gbench.sweep.executor import Executor
from gbench.sweep.inline import InlineExecutor
from gbench.sweep.ray_folder import SessionFolder


@pytest.fixture(scope="session")
def ray_session() -> Iterator[None]:
    import ray

    folder = SessionFolder()
    ray.init(
        address="local",
        num_cpus=2,
        num_gpus=2,
        include_dashboard=False,
        object_store_memory=100 * 2**20,
        log_to_driver=False,
        logging_level=logging.ERROR,
        _temp_dir=str(folder.path),
    )
    yield
    ray.shutdown()
    folder.remove()


@pytest.fixture
def ray_executor(ray_session: None) -> Iterator[Callable[..., Executor]]:
    """Makes executors on the session's Ray and shuts them down after the test."""
    from gbench.sweep.ray_cluster import RayExecutor

    made: list[Executor] = []

    def make(**options: object) -> Executor:
        made.append(RayExecutor(**options))
        return made[-1]

    yield make
    for executor in made:
        executor.shutdown()


@pytest.fixture(params=["inline", "ray"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    """An executor for tasks of one CPU."""
    if request.param == "ray":
        yield request.getfixturevalue("ray_executor")()
    else:
        with InlineExecutor() as inline:
            yield inline
