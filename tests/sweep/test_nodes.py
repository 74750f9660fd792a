"""Machines that are lost and machines that join, on a simulated cluster in a process of its own."""

import subprocess
import sys

import pytest

LOSE_AND_JOIN = """
import os
os.environ.update(RAY_AUTH_MODE="disabled", RAY_USAGE_STATS_ENABLED="0")
from ray.cluster_utils import Cluster
from gbench.sweep.ray_folder import SessionFolder
from gbench.sweep.ray_cluster import RayExecutor
from tests.sweep.drive import await_slots, drain, failure, next_message, run, task, values

folder = SessionFolder()
os.environ["RAY_TMPDIR"] = str(folder.path)  # where Ray notes the cluster's address, in a folder `ray`
(folder.path / "ray").mkdir()
head = dict(num_cpus=0, include_dashboard=False, temp_dir=str(folder.path), object_store_memory=100 * 2**20)
cluster = Cluster(initialize_head=True, head_node_args=head)
first = cluster.add_node(num_cpus=1, object_store_memory=100 * 2**20)
answers = []
with RayExecutor(cluster.address) as executor:
    answers.append(executor.slots)
    executor.submit(task("hang"))
    next_message(executor)
    cluster.remove_node(first, allow_graceful=False)
    answers.append(failure(drain(executor)).kind)
    await_slots(executor, 0)
    cluster.add_node(num_cpus=2, object_store_memory=100 * 2**20)
    await_slots(executor, 2)
    answers.append(values(run(executor, task("count", to=1))))
cluster.shutdown()
folder.remove()
print("\\nanswers:", *answers)  # Ray itself prints the last words of a lost machine
"""


@pytest.mark.heavy
def test_a_lost_machine_is_reported_and_a_new_one_is_used() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOSE_AND_JOIN], capture_output=True, text=True, check=True, timeout=300
    )
    assert done.stdout.splitlines()[-1] == "answers: 1 node [{'number': 0}]"
