"""Ray: processes, places, losses, and a local Ray that leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gbench.errors import UserError
from gbench.sweep.executor import Executor
from gbench.worker.tasks import Finished
from tests.sweep.drive import alive, drain, failure, next_message, run, task, values, wait_until_gone

MakeExecutor = Callable[..., Executor]


def pid_of(executor: Executor, **size: float) -> int:
    return values(run(executor, task("place", **size)))[0]["pid"]


def test_a_killed_process_is_a_lost_worker_and_the_slot_works_again(ray_executor: MakeExecutor) -> None:
    executor = ray_executor(workers=1)
    executor.submit(task("hang"))
    os.kill(next_message(executor)["pid"], signal.SIGKILL)
    assert failure(drain(executor)).kind == "worker"
    assert values(run(executor, task("count", to=1))) == [{"number": 0}]


def test_two_tasks_overlap(ray_executor: MakeExecutor, tmp_path: Path) -> None:
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    tasks = task("wait_for", name="a", mine=one, other=two), task("wait_for", name="b", mine=two, other=one)
    assert values(run(ray_executor(), *tasks)) == [{"met": True}] * 2


def test_on_cpus_a_process_is_kept_until_a_failure(ray_executor: MakeExecutor) -> None:
    executor = ray_executor()
    first = pid_of(executor)
    assert pid_of(executor) == first
    run(executor, task("divide", by=0))
    assert pid_of(executor) != first
    wait_until_gone(first)


def test_a_process_is_replaced_after_its_share_of_tasks(
    ray_executor: MakeExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gbench.sweep.ray_cluster.TASKS_PER_WORKER", 2)
    executor = ray_executor()
    first, second, third = (pid_of(executor) for _ in range(3))
    assert first == second != third


def test_on_gpus_each_task_has_a_fresh_process(ray_executor: MakeExecutor) -> None:
    executor = ray_executor(gpus_per_task=0.5)
    assert pid_of(executor, gpus=0.5) != pid_of(executor, gpus=0.5)


def test_shares_of_gpus_run_beside_each_other(ray_executor: MakeExecutor, tmp_path: Path) -> None:
    executor = ray_executor(cpus_per_task=0.5, gpus_per_task=0.5)
    assert executor.slots == 4
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    tasks = [
        task("wait_for", name="a", cpus=0.5, gpus=0.5, mine=one, other=two),
        task("wait_for", name="b", cpus=0.5, gpus=0.5, mine=two, other=one),
    ]
    assert values(run(executor, *tasks)) == [{"met": True}] * 2


def test_a_task_sees_its_own_gpu_only(ray_executor: MakeExecutor) -> None:
    executor = ray_executor(gpus_per_task=1)
    (with_gpu,) = values(run(executor, task("place", gpus=1)))
    (without,) = values(run(executor, task("place")))
    assert with_gpu["devices"] in ("0", "1")
    assert without["devices"] == ""


def test_idle_workers_make_room_for_tasks_of_another_size(ray_executor: MakeExecutor) -> None:
    executor = ray_executor()
    run(executor, task("count", name="a", to=1), task("count", name="b", to=1))
    assert run(executor, task("count", cpus=2, to=0)) == [Finished("t")]


@pytest.mark.parametrize(
    ("options", "slots"),
    [
        ({}, 2),
        ({"workers": 1}, 1),
        ({"cpus_per_task": 2}, 1),
        ({"cpus_per_task": 3}, 0),
        ({"gpus_per_task": 2}, 1),
    ],
)
def test_slots_count_places_on_the_machines(ray_executor: MakeExecutor, options: dict, slots: int) -> None:
    assert ray_executor(**options).slots == slots


def test_a_worker_with_other_packages_refuses(ray_executor: MakeExecutor) -> None:
    failed = failure(run(ray_executor(driver_fingerprint=["python==2.7.18"]), task("count", to=1)))
    here = ".".join(map(str, sys.version_info[:3]))
    assert failed.kind == "user"
    assert failed.message.endswith(f": python is {here} here, 2.7.18 at the driver")


def test_shutdown_ends_a_running_worker_within_three_seconds(ray_executor: MakeExecutor) -> None:
    executor = ray_executor()
    executor.submit(task("hang"))
    pid = next_message(executor)["pid"]
    begin = time.monotonic()
    executor.shutdown()
    wait_until_gone(pid)
    assert time.monotonic() - begin < 3


LOCAL = """
from gbench.sweep.ray_cluster import RayExecutor
from tests.sweep.drive import next_message, task
with RayExecutor(workers=3) as executor:
    executor.submit(task("hang"))
    print(executor.slots, next_message(executor)["pid"], executor._folder.path, flush=True)
"""


def test_a_local_ray_is_silent_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """The driver prints its slots, its worker and its session folder, and nothing else is heard of Ray."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", LOCAL],
        env={**ours, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    slots, worker, folder = done.stdout.split()
    assert (slots, done.stderr) == ("3", "")
    assert not alive(int(worker))
    assert not Path(folder).exists()
    assert list(tmp_path.iterdir()) == []


def test_an_unreachable_cluster_is_the_users_mistake() -> None:
    from gbench.sweep.ray_cluster import join

    with pytest.raises(UserError) as caught:
        join("127.0.0.1:1")
    assert str(caught.value) == (
        "cannot join the Ray cluster at '127.0.0.1:1': [Errno 111] Connection refused; if it wants a token,"
        " set RAY_AUTH_MODE=token and RAY_AUTH_TOKEN_PATH, else RAY_AUTH_MODE=disabled"
    )
