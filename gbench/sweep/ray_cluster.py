"""Tasks on the machines of a Ray cluster, or on the cores of this one. The only file that imports ray."""

import logging
import math
import os
import secrets
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

# Ray reads it once, when it is imported, and would not notice that a cluster wants a token.
os.environ.setdefault("RAY_AUTH_MODE", "token")

import ray
from ray.exceptions import NodeDiedError, OutOfMemoryError, RayActorError, RayError, RayTaskError

from gbench.errors import UserError
from gbench.sweep.fingerprint import difference, fingerprint
from gbench.sweep.ray_folder import SessionFolder
from gbench.worker.execution import execute
from gbench.worker.failures import last_line, one_line
from gbench.worker.tasks import Failed, Kind, Message, Task, TaskEvent

TASKS_PER_WORKER = 64  # a new process now and then bounds what any leak can do
EVENTS_PER_POLL = 1000
CONNECT_TIMEOUT = 5.0  # seconds
OBJECT_STORE = 100 * 2**20  # bytes; only small messages travel, and Ray refuses less than 75 MiB

QUIET_LOCAL_RAY = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "1",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",  # else `uv run gbench` builds its environment again for each worker
}


class Worker:
    """The actor: a process with its own share of a machine, which runs one task after another."""

    def __init__(self, driver_fingerprint: list[str], gpus: float):
        self.refusal = difference(fingerprint(), driver_fingerprint)
        if not gpus:
            os.environ["CUDA_VISIBLE_DEVICES"] = ""

    def machine(self) -> str:
        """Ray's id of the machine, to tell a lost machine from a lost process later."""
        return ray.get_runtime_context().get_node_id()

    def run(self, task: Task) -> Iterator[TaskEvent]:
        if self.refusal is None:
            yield from execute(task)
        else:
            yield Failed(task.id, "user", f"{ray.util.get_node_ip_address()}: {self.refusal}")


@dataclass
class Place:
    """A worker, the size it was started for, and what has come of it.

    A worker that has not spoken yet may still be waiting for its share of a machine.
    """

    actor: Any
    machine: Any  # a reference to the machine's id; a lost worker's can still be read
    cpus: float
    gpus: float
    tasks: int = 0
    spoke: bool = False

    def fits(self, task: Task) -> bool:
        return (self.cpus, self.gpus) == (task.cpus, task.gpus)


@dataclass
class Run:
    """A submitted task: where it runs, and the events that come from there."""

    place: Place
    events: Any


class RayExecutor:
    """A worker per running task. On CPUs a worker is kept for the next task, on GPUs it never is: a fresh
    process is the only way to give back all of a GPU's memory. After a failure it is not kept either. A task
    beyond `slots` waits in a new worker of its own.

    Without an `address` Ray starts on this machine, privately and for this process only. A Ray that this
    process has started already is used and left running. `slots` counts places for tasks of
    `cpus_per_task` and `gpus_per_task`, at most `workers`; given `workers`, a local Ray takes
    that many places for granted, however many cores there are.
    """

    def __init__(
        self,
        address: str | None = None,
        cpus_per_task: float = 1.0,
        gpus_per_task: float = 0.0,
        workers: int | None = None,
        driver_fingerprint: list[str] | None = None,
    ):
        self._size = (cpus_per_task, gpus_per_task)
        self._workers = workers
        self._fingerprint = fingerprint() if driver_fingerprint is None else driver_fingerprint
        self._runs: dict[str, Run] = {}
        self._idle: list[Place] = []
        self._folder: SessionFolder | None = None
        self._owns_ray = not ray.is_initialized()
        if self._owns_ray and address is None:
            self._folder = SessionFolder()
            start(self._folder, None if workers is None else math.ceil(workers * cpus_per_task))
            self._insist_on_a_slot()
        elif self._owns_ray and address is not None:
            join(address)

    def _insist_on_a_slot(self) -> None:
        if self.slots == 0:
            total = ray.cluster_resources()
            self.shutdown()
            wanted, there = size_text(*self._size), size_text(total.get("CPU", 0), total.get("GPU", 0))
            raise UserError(f"a task wants {wanted}, but this machine has {there}; lower `resources`")

    @property
    def slots(self) -> int:
        """Counted anew at each call over the machines that are alive."""
        machines = [node["Resources"] for node in ray.nodes() if node["Alive"]]
        places = sum(places_on(machine, *self._size) for machine in machines)
        return places if self._workers is None else min(places, self._workers)

    @property
    def running(self) -> list[str]:
        return list(self._runs)

    def submit(self, task: Task) -> None:
        if task.id in self._runs:
            raise ValueError(f"task '{task.id}' is running")
        place = self._place_for(task)
        place.tasks += 1
        events = place.actor.run.options(num_returns="streaming", name=task.id).remote(task)
        self._runs[task.id] = Run(place, events)

    def _place_for(self, task: Task) -> Place:
        """An idle worker of the task's size, or a new one; idle ones of other sizes make room for it."""
        fitting = [place for place in self._idle if place.fits(task)]
        if fitting:
            self._idle.remove(fitting[0])
            return fitting[0]
        while self._idle:
            end(self._idle.pop())
        actor = ray.remote(max_restarts=0, max_task_retries=0, num_cpus=task.cpus, num_gpus=task.gpus)(Worker)
        worker: Any = actor.remote(self._fingerprint, task.gpus)
        return Place(worker, worker.machine.remote(), task.cpus, task.gpus)

    def poll(self, timeout: float) -> list[TaskEvent]:
        events: list[TaskEvent] = []
        ready = self._ready(1, timeout)
        while ready and len(events) < EVENTS_PER_POLL:
            events += [self._take(task_id) for task_id in ready]
            ready = self._ready(len(self._runs), 0)
        return events

    def _ready(self, enough: int, timeout: float) -> list[str]:
        """The tasks that have an event; waits until `enough` have."""
        if not self._runs:
            return []
        streams = [run.events for run in self._runs.values()]
        ready = {id(stream) for stream in ray.wait(streams, num_returns=enough, timeout=timeout)[0]}
        return [task_id for task_id, run in self._runs.items() if id(run.events) in ready]

    def _take(self, task_id: str) -> TaskEvent:
        """The next event of a task; its last one frees the place."""
        run = self._runs[task_id]
        event = next_event(task_id, run)
        run.place.spoke = True
        if not isinstance(event, Message):
            del self._runs[task_id]
            self._vacate(run.place, reusable=not isinstance(event, Failed))
        return event

    def _vacate(self, place: Place, reusable: bool) -> None:
        """Keep the worker, unless it is spent or another may be waiting for its share of the machine."""
        fresh = reusable and not place.gpus and place.tasks < TASKS_PER_WORKER
        if fresh and all(run.place.spoke for run in self._runs.values()):
            self._idle.append(place)
        else:
            end(place)

    def kill(self, task_id: str) -> None:
        if task_id in self._runs:
            end(self._runs[task_id].place)

    def shutdown(self) -> None:
        if ray.is_initialized():
            for place in [*self._idle, *(run.place for run in self._runs.values())]:
                end(place)
            if self._owns_ray:
                ray.shutdown()
        self._idle.clear()
        self._runs.clear()
        if self._folder is not None:
            self._folder.remove()
            self._folder = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.shutdown()


def start(folder: SessionFolder, cpus: int | None) -> None:
    """A Ray of this process alone, silent, with all cores unless `cpus` says otherwise."""
    for name, value in {**QUIET_LOCAL_RAY, "RAY_AUTH_TOKEN": secrets.token_hex(32)}.items():
        os.environ.setdefault(name, value)
    ray.init(
        address="local",  # not the cluster that RAY_ADDRESS may name
        num_cpus=cpus,
        include_dashboard=False,
        object_store_memory=OBJECT_STORE,
        log_to_driver=False,
        logging_level=logging.ERROR,
        _temp_dir=str(folder.path),
    )


def join(address: str) -> None:
    """Raises a UserError if nobody answers there, or refuses."""
    try:
        check_reachable(address)
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, ValueError, RuntimeError, RayError) as error:
        reason = one_line(str(error)).partition(". ")[0]
        raise UserError(
            f"cannot join the Ray cluster at '{address}': {reason}; if it wants a token, set"
            " RAY_AUTH_MODE=token and RAY_AUTH_TOKEN_PATH, else RAY_AUTH_MODE=disabled"
        ) from error


def check_reachable(address: str) -> None:
    """Raises OSError if nobody listens at `host:port`, which Ray itself would find out in two minutes."""
    host, _, port = address.rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host, int(port)), timeout=CONNECT_TIMEOUT).close()


def size_text(cpus: float, gpus: float) -> str:
    """
    >>> size_text(1, 0.25)
    '1 CPUs and 0.25 GPUs'
    """
    return f"{cpus:g} CPUs and {gpus:g} GPUs"


def end(place: Place) -> None:
    ray.kill(place.actor, no_restart=True)


def places_on(machine: dict[str, float], cpus: float, gpus: float) -> int:
    """How many tasks fit on a machine at once. A share of a GPU never spans two devices.

    >>> places_on({"CPU": 8.0, "GPU": 2.0}, cpus=1, gpus=0.4)
    4
    """
    by_cpus = math.floor(machine.get("CPU", 0) / cpus) if cpus else math.inf
    devices = machine.get("GPU", 0)
    by_gpus = math.inf
    if gpus >= 1:
        by_gpus = math.floor(devices / gpus)
    elif gpus:
        by_gpus = math.floor(devices) * math.floor(1 / gpus)
    return int(min(by_cpus, by_gpus))


def next_event(task_id: str, run: Run) -> TaskEvent:
    """What the worker yielded next, or how it was lost: the last line of Ray's long story."""
    try:
        return ray.get(next(run.events))
    except StopIteration:
        return Failed(task_id, "worker", "the worker ended without a word")
    except RayError as error:
        story = str(error)
        if isinstance(error, RayActorError) and error.actor_init_failed:
            return Failed(task_id, "user", f"a worker could not start: {last_line(story)}", story)
        return Failed(task_id, kind_of_loss(error, run.place), last_line(story), story)


def kind_of_loss(error: RayError, place: Place) -> Kind:
    """Ray's own errors; what a target raises does not get here, it arrives as an event."""
    if isinstance(error, OutOfMemoryError):
        return "memory"
    if isinstance(error, RayTaskError):
        return "exception"
    return "node" if isinstance(error, NodeDiedError) or machine_is_lost(place) else "worker"


def machine_is_lost(place: Place) -> bool:
    """Asks the machine itself, too: the connection to a worker breaks before Ray's head hears of a loss."""
    try:
        machine = ray.get(place.machine, timeout=0)
    except RayError:  # the worker never started
        return False
    node = next(node for node in ray.nodes() if node["NodeID"] == machine)
    return not node["Alive"] or not is_listening(node["NodeManagerAddress"], node["NodeManagerPort"])


def is_listening(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=CONNECT_TIMEOUT).close()
    except OSError:
        return False
    return True
