"""Counts a running sweep: steps of seeds, their pace, and the time left."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from gbench.record.events import Advance, Divergence, Event, Measurement
from gbench.sweep.progress import Load, Plan

WINDOW = 30.0  # seconds over which the pace is taken


@dataclass
class Running:
    """A cell as its latest events describe it."""

    load: Load
    #: By replica: the latest step that is known.
    steps: dict[int, int]
    #: The replicas that have diverged.
    diverged: set[int]
    #: Seconds for one step of one seed; None until they are known.
    cost: float | None = None
    #: The median of the primary metric over the replicas that have one.
    value: float | None = None

    @property
    def seed_steps(self) -> int:
        return sum(self.steps.values())

    @property
    def trained(self) -> int:
        """Steps of seeds beyond those that an earlier run committed."""
        return self.seed_steps - self.load.first * len(self.load.replicas)

    @property
    def remaining(self) -> int:
        return self.load.steps * len(self.load.replicas) - self.seed_steps

    @property
    def step(self) -> int:
        """The step that every replica has reached."""
        return min(self.steps.values(), default=0)


class Tally:
    """The state of a sweep, from its plan and its events. `clock` gives seconds."""

    def __init__(self, plan: Plan, clock: Callable[[], float]):
        self.plan = plan
        self.running: dict[str, Running] = {}
        self.ended: dict[str, str] = {}
        self._clock = clock
        self._began = clock()
        self._cells = {name: _waiting(load) for name, load in plan.cells.items()}
        self._pace = deque([(self._began, self.seed_steps)])

    @property
    def total(self) -> int:
        """Steps of seeds in the whole plan."""
        return sum(cell.load.steps * len(cell.load.replicas) for cell in self._cells.values())

    @property
    def remaining(self) -> int:
        """Steps of seeds that are still to be done; a cell that is done or failed has none."""
        return sum(cell.remaining for cell in self._open())

    @property
    def seed_steps(self) -> int:
        """Steps of seeds done, those that an earlier run committed included."""
        return sum(cell.seed_steps for cell in self._cells.values())

    @property
    def diverged(self) -> int:
        """Replicas that have diverged."""
        return sum(len(cell.diverged) for cell in self._cells.values())

    @property
    def elapsed(self) -> float:
        return self._clock() - self._began

    @property
    def rate(self) -> float:
        """Steps of seeds a second, lately."""
        then, before = self._pace[0]
        seconds = self._clock() - then
        return max(0.0, (self.seed_steps - before) / seconds) if seconds > 0 else 0.0

    @property
    def time_left(self) -> float | None:
        """Seconds; a cell's remaining steps weigh what its own have cost, or the mean of the others'.

        None before anything has moved.
        """
        done = sum(self._cost(cell) * cell.trained for cell in self._cells.values())
        left = sum(self._cost(cell) * cell.remaining for cell in self._open())
        return left * self.elapsed / done if done > 0 else None

    def count(self, status: str) -> int:
        """How many cells have ended so."""
        return sum(ended == status for ended in self.ended.values())

    def observe(self, name: str, replicas: Sequence[int], event: Event) -> None:
        """Takes in one event of a cell's cohort."""
        cell = self._cells[name]
        self.running.setdefault(name, cell)
        if isinstance(event, Divergence):
            cell.diverged.add(event.replica)
            return
        cell.steps |= dict.fromkeys(replicas, event.step)
        if isinstance(event, Advance) and event.step > 0:
            cell.cost = sum(event.seconds.values()) / (event.step * len(replicas))
        if isinstance(event, Measurement):
            cell.value = _shown(event, cell.load.primary)
        self._sample()

    def finish(self, name: str, status: str) -> None:
        """Takes in that a cell is over; steps that it has not done are not counted as remaining."""
        self.running.pop(name, None)
        self.ended[name] = status
        if status == "done":
            cell = self._cells[name]
            cell.steps = dict.fromkeys(cell.steps, cell.load.steps)
        self._sample()

    def _sample(self) -> None:
        """Remembers the present count; of those older than the window only the latest is kept."""
        now = self._clock()
        self._pace.append((now, self.seed_steps))
        while len(self._pace) > 2 and self._pace[1][0] <= now - WINDOW:
            self._pace.popleft()

    def _open(self) -> Iterator[Running]:
        return (cell for name, cell in self._cells.items() if self.ended.get(name, "stopped") == "stopped")

    def _cost(self, cell: Running) -> float:
        if cell.cost is not None:
            return cell.cost
        known = [other.cost for other in self._cells.values() if other.cost is not None]
        return sum(known) / len(known) if known else 1.0


def _waiting(load: Load) -> Running:
    return Running(load, dict.fromkeys(load.replicas, load.first), set())


def _shown(event: Measurement, primary: str | None) -> float | None:
    values = event.values.get(primary, ()) if primary is not None else ()
    known = [value for value in values if value is not None]
    return median(known) if known else None
