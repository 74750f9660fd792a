"""One attempt at a cohort, as it goes: rounds, measurements, pictures, commits."""

import platform
import time
from collections.abc import Iterator

import torch

from gbench.engine.checkpoint import save_checkpoint
from gbench.engine.cohort import Cohort
from gbench.engine.inference import Generated, Inference
from gbench.engine.measuring import measurement_steps, picture_steps
from gbench.engine.traces import Traces
from gbench.evaluation.evaluator import Evaluator
from gbench.pictures.picture import picture
from gbench.plugins import load_registry
from gbench.recipe import Json
from gbench.record import NETWORKS, Attempt, RunDirectory
from gbench.record.events import Advance, Divergence, Event, Images, Measurement, Sampling, Trace
from gbench.suite.cell import Cell
from gbench.worker.probing import Probing

Scores = dict[str, list[float]]  # key: a value for each replica

MESSAGE_PAUSE = 0.5  # seconds between looks at the clock's other hand: messages, divergence, the stop file
CENSUS = 100  # rounds between counts of the living; not timed, so that the record is the same everywhere
COMMIT_PAUSE = 10.0  # seconds, the least time between commits at measurements
COMMIT_AT_LEAST = 60.0  # seconds, the most time between commits


class Session:
    """Trains, measures, draws and commits one cohort until its budget is spent or somebody says stop."""

    def __init__(self, run: RunDirectory, cell: Cell, cohort: Cohort, evaluator: Evaluator, attempt: Attempt):
        budget = cell.recipe.budget
        self.run = run
        self.cohort = cohort
        self.evaluator = evaluator
        self.attempt = attempt
        self.keep_networks = cell.keep_networks
        self.steps = budget.steps
        self.sampling = cell.sampling if evaluator.metrics else 0
        self.measured = set(measurement_steps(self.steps, budget.measurements))
        self.pictured = picture_steps(self.steps, budget.measurements)
        self.traces = Traces(self.steps)
        self.probing = Probing(cell.recipe, cohort, evaluator, attempt.folder)
        self.seconds = {"train": 0.0, "evaluate": 0.0, "record": 0.0}
        self._announced: set[int] = set()
        self._messages: list[Event] = []
        self._committed = self._looked = self._mark = time.monotonic()

    def train(self) -> Iterator[Json]:
        """The loop: a round, and every now and then a look around."""
        self._mark = time.monotonic()
        if self.cohort.step == 0:
            self.probing.remember()
        while self.cohort.step < self.steps and not self._nobody_lives():
            self.traces.record(self.cohort.step + 1, self.cohort.round())
            self.probing.remember()
            if self.cohort.step in self.measured:
                self._measure()
            if time.monotonic() - self._looked >= MESSAGE_PAUSE or self._messages:
                self._look()
                yield from self._take_messages()
                if self.run.stop_requested():
                    self._commit()
                    return
        for _ in self._probe():
            yield from self._take_messages()
            if self.run.stop_requested():
                self._commit()
                return
        self._finish()
        yield from self._take_messages()

    def _nobody_lives(self) -> bool:
        return self.cohort.step % CENSUS == 0 and self.cohort.health.all_dead()

    def _look(self) -> None:
        """Announces divergence and progress; commits if it is time."""
        self._looked = time.monotonic()
        self._spend("train")
        self._announce_diverged()
        self._messages.append(Advance(**self._now(), seconds=dict(self.seconds)))
        pause = COMMIT_PAUSE if self.cohort.step in self.measured else COMMIT_AT_LEAST
        if self._looked - self._committed >= pause:
            self._commit()

    def _measure(self) -> None:
        """The metrics of all replicas, null for those that diverged, and their pictures."""
        self._wait_for_device()
        self._spend("train")
        self._announce_diverged()
        inference = self.cohort.inference
        generated = inference.generated(max(self.evaluator.num_samples, 64))
        alive = self.cohort.health.alive.tolist()
        values = self._scored(inference, generated)
        self._record(Measurement(**self._now(), values=of_the_living(values, alive)))
        if self.cohort.step in self.pictured:
            self._draw(generated.samples, alive)
        if self.cohort.step == self.steps and self.sampling:
            del generated
            self._sample_again(values, alive)
        self._spend("evaluate")

    def _sample_again(self, values: Scores, alive: list[bool]) -> None:
        """How far each replica's last scores spread over draws of latents: this one and fresh ones."""
        draws = [values]
        for repeat in range(1, self.sampling + 1):
            inference = self.cohort.inference
            again = inference.generated(self.evaluator.num_samples, repeat)
            draws.append(self._scored(inference, again))
        deviations = {key: deviation([draw[key] for draw in draws]) for key in values}
        spread = of_the_living(deviations, alive)
        self._record(Sampling(**self._now(), repeats=self.sampling, values=spread))

    def _scored(self, inference: Inference, generated: Generated) -> Scores:
        return self.evaluator.measure(generated.samples, inference.scores_of, generated.labels, inference.ask)

    def _probe(self) -> Iterator[None]:
        """Every probe's one look, of players that have been committed as they are."""
        if self.probing.waits():
            self._commit()
        for found in self.probing.look():
            self._record(found)
            self._spend("evaluate")
            if time.monotonic() - self._committed >= COMMIT_PAUSE:
                self._commit()
            yield

    def _draw(self, fake: torch.Tensor, alive: list[bool]) -> None:
        folder = self.attempt.folder / "samples"
        folder.mkdir(exist_ok=True)
        files = {}
        for replica, samples, lives in zip(self.cohort.replicas, fake, alive, strict=True):
            image = picture(samples, self.evaluator.data.density) if lives else None
            if image is not None:
                name = f"samples/{self.cohort.step:06}-r{replica:02}.png"
                image.save(self.attempt.folder / name)
                files[str(replica)] = name
        if files:
            self._record(Images(**self._now(), files=files))

    def _announce_diverged(self) -> None:
        died_at = self.cohort.health.died_at.tolist()
        for step, replica in sorted(zip(died_at, self.cohort.replicas, strict=True)):
            if step >= 0 and replica not in self._announced:
                self._announced.add(replica)
                self._record(Divergence(step=step, time=self._now()["time"], replica=replica))

    def _record(self, event: Event) -> None:
        self.attempt.append(event)
        self._messages.append(event)

    def _record_traces(self, partial: bool = False) -> None:
        steps, curves = self.traces.flush(partial)
        if steps:
            self.attempt.append(Trace(**self._now(), steps=steps, values=curves))

    def _commit(self) -> None:
        self._announce_diverged()
        self._record_traces()
        self.attempt.append(Advance(**self._now(), seconds=dict(self.seconds)))
        self.attempt.commit(self.cohort.step, lambda path: save_checkpoint(path, self.state()))
        self._committed = time.monotonic()
        self._spend("record")

    def _finish(self) -> None:
        self._wait_for_device()
        self._spend("train")
        self._announce_diverged()
        self._record_traces(partial=True)
        self._record(Advance(**self._now(), seconds=dict(self.seconds)))
        died_at = self.cohort.health.died_at.tolist()
        outcomes = [
            {"replica": replica, "status": "done", "step": self.steps}
            if step < 0
            else {"replica": replica, "status": "diverged", "step": step}
            for replica, step in zip(self.cohort.replicas, died_at, strict=True)
        ]
        if self.keep_networks:
            self.attempt.keep(NETWORKS, lambda path: save_checkpoint(path, self.cohort.trained()))
        self.attempt.finish(
            {
                "replicas": outcomes,
                "seconds": sum(self.seconds.values()),
                "facts": facts(self.cohort, self.evaluator),
            }
        )

    def state(self) -> Json:
        return {
            "cohort": self.cohort.state(),
            "traces": self.traces.state(),
            "probing": self.probing.state(),
            "seconds": dict(self.seconds),
        }

    def load_state(self, state: Json) -> None:
        self.cohort.load_state(state["cohort"])
        self.traces.load_state(state["traces"])
        self.probing.load_state(state["probing"])
        self.seconds = dict(state["seconds"])
        died_at = self.cohort.health.died_at.tolist()
        self._announced = {
            replica for replica, step in zip(self.cohort.replicas, died_at, strict=True) if step >= 0
        }

    def _now(self) -> dict[str, int]:
        """What every event says: the step, and the time in ms since 1970."""
        return {"step": self.cohort.step, "time": time.time_ns() // 1_000_000}

    def _take_messages(self) -> list[Json]:
        messages, self._messages = self._messages, []
        return [event.to_json() for event in messages]

    def _spend(self, purpose: str) -> None:
        """Books the time since the last booking."""
        now = time.monotonic()
        self.seconds[purpose] += now - self._mark
        self._mark = now

    def _wait_for_device(self) -> None:
        if self.cohort.device.type == "cuda":
            torch.cuda.synchronize(self.cohort.device)


def of_the_living(values: Scores, alive: list[bool]) -> dict[str, list[float | None]]:
    """None in place of the scores of replicas that diverged."""
    return {
        key: [score if lives else None for score, lives in zip(scores, alive, strict=True)]
        for key, scores in values.items()
    }


def deviation(draws: list[list[float]]) -> list[float]:
    """The standard deviation (n − 1) of each replica's scores over draws; NaN where one does not exist."""
    return torch.tensor(draws, dtype=torch.float64).std(0).tolist()


def facts(cohort: Cohort, evaluator: Evaluator) -> Json:
    """What an attempt ran on and with."""
    on_gpu = cohort.device.type == "cuda"
    return {
        "device": torch.cuda.get_device_name(cohort.device) if on_gpu else platform.processor() or "cpu",
        "device_type": cohort.device.type,
        "threads": torch.get_num_threads(),
        "mode": cohort.mode,
        "torch": torch.__version__,
        "python": platform.python_version(),
        "plugins": load_registry().fingerprint(),
        "parameters": {
            name: sum(p[0].numel() for p in network.parameters.values())
            for name, network in cohort.networks.items()
        },
        "seeds": dict(zip(map(str, cohort.replicas), cohort.seeds, strict=True)),
        "features": evaluator.facts(),
        "data": evaluator.data.digest(),
    }
