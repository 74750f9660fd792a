"""How long a report over 10,000 recorded runs takes, and how much memory.

    python benchmarks/report.py [--runs 10000] [--points 100] [--keep FOLDER]

Writes a record through `gbench.record` as a sweep would: 25 techniques, ten points of a grid, five data
sets, eight replicas a cell; ten measurements of four metrics, and six traces of `--points` points each.
Then `gbench report` runs on it in a fresh process, and its wall time, CPU time and peak resident memory
(the largest process, and all of them together) are told.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np

from gbench.plugins import Chosen
from gbench.recipe import Budget, Recipe
from gbench.record import RunDirectory
from gbench.record.events import Advance, Measurement, Trace
from gbench.suite.cell import Cell

REPLICAS, GRID, DATASETS, STEPS, MEASUREMENTS = 8, 10, 5, 1000, 10
SCORES = {"fd": ("min", None), "modes": ("max", 0.0), "precision": ("max", 0.0), "recall": ("max", 0.0)}
TRACES = ("objective/generator", "objective/discriminator", "gradient/generator")
TRACES += ("gradient/discriminator", "score/real", "score/fake")


def cells(runs: int) -> Iterator[Cell]:
    techniques = max(1, runs // (REPLICAS * GRID * DATASETS))
    for dataset, technique, point in product(range(DATASETS), range(techniques), range(GRID)):
        lr = 10.0 ** -(2 + point / 4)
        yield Cell(
            suite="many",
            label=f"technique-{technique:02}",
            technique="wgan-gp",
            dataset=f"data-{dataset}",
            point={"optimizer.lr": lr},
            replicas=REPLICAS,
            scores=SCORES,
            primary="fd",
            thresholds={"fd": 5.0},
            recipe=Recipe(
                schema=3,
                engine="1",
                seed=technique,
                dataset=Chosen("ring", "1", {"modes": 8 + dataset}),
                game=Chosen("adversarial"),
                model=Chosen("mlp"),
                loss=Chosen("hinge"),
                rule=Chosen("alternating"),
                regularizers=(),
                optimizers={"generator": Chosen("adam", "1", {"lr": lr})},
                ema=None,
                budget=Budget(steps=STEPS, batch_size=64, measurements=MEASUREMENTS),
                metrics=(),
                features={},
            ),
        )


def record(run: RunDirectory, cell: Cell, points: int, random: np.random.Generator) -> None:
    """One cohort's journal; a replica in sixteen diverges half-way."""
    with run.cohort(cell.id, 0, REPLICAS - 1).begin_attempt({"device": "cpu", "torch": "2.13"}) as attempt:
        gone = random.random(REPLICAS) < 1 / 16
        level = random.lognormal(1.5, 0.7, REPLICAS)
        for number in range(1, MEASUREMENTS + 1):
            step, late = number * STEPS // MEASUREMENTS, gone & (number > MEASUREMENTS // 2)
            values = {key: level * random.lognormal(1 / number, 0.1, REPLICAS) for key in SCORES}
            measured = {key: np.where(late, np.nan, value) for key, value in values.items()}
            attempt.append(Measurement(step=step, time=step, values=measured))
        steps = np.linspace(1, STEPS, points).astype(int)
        traces = {key: random.normal(size=(points, REPLICAS)) for key in TRACES}
        attempt.append(Trace(step=STEPS, time=STEPS, steps=steps, values=traces))
        seconds = {"train": 20.0, "evaluate": 2.0, "record": 0.1}
        attempt.append(Advance(step=STEPS, time=STEPS, seconds=seconds))
        outcomes = [
            {"replica": r, "status": "diverged" if out else "done", "step": STEPS // 2 if out else STEPS}
            for r, out in enumerate(gone)
        ]
        attempt.finish({"replicas": outcomes, "seconds": 22.1, "facts": {"device": "cpu"}})


def make(folder: Path, runs: int, points: int, most: int | None = None) -> int:
    """Record `runs` runs in full grids, or of these the first `most` cells; how many runs that are."""
    run, random = RunDirectory(folder), np.random.default_rng(0)
    run.create("name: many\n")
    made = list(cells(runs))[:most]
    for cell in made:
        path = run.cell_folder(cell.id)
        path.mkdir(parents=True)
        (path / "cell.json").write_text(json.dumps(cell.to_json()))
        record(run, cell, points, random)
    return len(made) * REPLICAS


def tree(pid: int) -> Iterator[tuple[int, int, float]]:
    """A process and those below it: its id, resident bytes, seconds of CPU."""
    waiting = [pid]
    while waiting:
        each = waiting.pop()
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            children = Path(f"/proc/{each}/task/{each}/children").read_text().split()
        except OSError:
            continue  # it has ended
        ticks = int(fields[11]) + int(fields[12])
        yield each, int(fields[21]) * resource.getpagesize(), ticks / os.sysconf("SC_CLK_TCK")
        waiting += [int(child) for child in children]


def measure(folder: Path) -> None:
    command = [sys.executable, "-m", "gbench.cli", "report", str(folder), "--to", str(folder / "report")]
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    largest, together, spent = 0, 0, dict[int, float]()
    while process.poll() is None:
        seen = list(tree(process.pid))
        largest = max([largest, *(memory for _, memory, _ in seen)])
        together = max(together, sum(memory for _, memory, _ in seen))
        spent |= {pid: seconds for pid, _, seconds in seen}
        time.sleep(0.05)
    wall = time.monotonic() - began
    cpu = sum(spent.values())
    load = f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    print(f"  wall {wall:.1f} s (load {load}), CPU {cpu:.1f} s in {len(spent)} processes")
    print(f"  peak {largest / 2**30:.2f} GiB the largest process, {together / 2**30:.2f} GiB all together")
    page = folder / "report" / "report.html"
    print(f"  page {page.stat().st_size / 2**20:.1f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--points", type=int, default=100)
    parser.add_argument("--keep", type=Path, help="keep the record there, and use it if it is there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary) / "many"
        if not folder.is_dir():
            print(f"{make(folder, given.runs, given.points):,} runs recorded")
        size = sum(path.stat().st_size for path in folder.rglob("events.*")) / 2**20
        print(f"{size:.0f} MiB of journals")
        measure(folder)


if __name__ == "__main__":
    main()
