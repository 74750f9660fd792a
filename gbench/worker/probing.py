"""A cell's probes: what they remember while the cohort trains, and their one look when it has."""

import copy
import math
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from PIL.Image import Image

from gbench.engine.cohort import Cohort
from gbench.errors import UserError
from gbench.evaluation.evaluator import Evaluator
from gbench.evaluation.probe import Finding, Probe
from gbench.evaluation.trained import Trained
from gbench.plugins import load_registry
from gbench.recipe import Json, Recipe
from gbench.record.events import Files, ProbeFinding


class Probing:
    """Runs the probes of a recipe, each once; `folder` is the cohort's, where pictures go."""

    def __init__(self, recipe: Recipe, cohort: Cohort, evaluator: Evaluator, folder: Path):
        self.names = [probe.use for probe in recipe.probes]
        self.probes: list[Probe] = [load_registry().create(probe, "probe") for probe in recipe.probes]
        self.trained = Trained(cohort, evaluator.reference, evaluator.features)
        self.folder = folder
        self.done = 0
        self.moments: dict[int, list[Probe]] = {}
        for probe in self.probes:
            if (share := probe.moment()) is not None:
                self.moments.setdefault(math.floor(share * cohort.steps), []).append(probe)

    def remember(self) -> None:
        """Lets those remember whose moment it is."""
        for probe in self.moments.get(self.trained.cohort.step, ()):
            with torch.no_grad():
                probe.remember(self.trained)

    def waits(self) -> bool:
        """Whether a probe has not looked yet."""
        return self.done < len(self.probes)

    def look(self) -> Iterator[ProbeFinding]:
        """The event of each probe that has not looked yet."""
        while self.waits():
            probe, name = self.probes[self.done], self.names[self.done]
            finding, reason = self._finding(probe)
            self.done += 1
            yield self._event(name, finding, reason)

    def _finding(self, probe: Probe) -> tuple[Finding, str]:
        """What it found, or nothing and why: a cohort that has trained is not lost to a probe."""
        nothing = Finding(values={key: [math.nan] * self.trained.size for key in probe.names()})
        if not any(self.trained.alive()):
            return nothing, "every replica diverged"
        cohort = self.trained.cohort
        state = copy.deepcopy(cohort.state())
        try:
            with torch.no_grad():
                return probe.look(self.trained), ""
        except UserError as error:
            return nothing, error.message
        except OSError:
            raise  # a full disk stops the sweep
        except Exception as error:  # a plugin's boundary: whatever it raises, the training is done and stays
            return nothing, f"{type(error).__name__}: {' '.join(str(error).split())}"
        finally:
            cohort.load_state(state)

    def _event(self, name: str, finding: Finding, reason: str) -> ProbeFinding:
        alive = self.trained.alive()
        return ProbeFinding(
            step=self.trained.cohort.step,
            time=time.time_ns() // 1_000_000,
            probe=name,
            values={key: living(row, alive) for key, row in finding.values.items()},
            tables={table: living(rows, alive) for table, rows in finding.tables.items()},
            files={shown: self._save(shown, living(row, alive)) for shown, row in finding.pictures.items()},
            reason=reason,
        )

    def _save(self, name: str, pictures: Sequence[Image | None]) -> Files:
        files = {}
        (self.folder / "samples").mkdir(exist_ok=True)
        for replica, image in zip(self.trained.cohort.replicas, pictures, strict=True):
            if image is not None:
                files[str(replica)] = f"samples/{name}-r{replica:02}.png"
                image.save(self.folder / files[str(replica)])
        return files

    def state(self) -> Json:
        """What a checkpoint holds of it."""
        return {"done": self.done, "memories": [probe.memory for probe in self.probes]}

    def load_state(self, state: Json) -> None:
        self.done = state["done"]
        for probe, memory in zip(self.probes, state["memories"], strict=True):
            probe.memory = dict(memory)


def living(rows: Any, alive: Sequence[bool]) -> list[Any]:
    """None in place of what was found of replicas that diverged."""
    rows = rows.tolist() if isinstance(rows, torch.Tensor) else rows
    return [row if lives else None for row, lives in zip(rows, alive, strict=True)]
