"""What the harness costs over training: the wall time of a sweep against the sum of its training times.

    python benchmarks/harness.py [SUITE] [--set PATH=VALUE ...] [--workers 2]
    python benchmarks/harness.py --run results/stability [--workers 2]

Runs the suite in a fresh folder (or takes a finished run), then adds up what its journals say. From
the first cohort's start to the last one's end each worker was training, evaluating (metrics and
pictures), recording (journals and checkpoints), or none of them: starting a cohort, or waiting while
others finished. Start-up (imports, Ray, fitting features) lies before the first cohort and is told apart.
"""

import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

from gbench.record import CohortDirectory, RunDirectory
from gbench.record.events import Advance

PURPOSES = ("train", "evaluate", "record")


def cohorts_of(run: RunDirectory) -> list[CohortDirectory]:
    return [cohort for cell in run.cells() for cohort in run.cohorts(cell.id) if cohort.result()]


def spent(cohort: CohortDirectory) -> dict[str, float]:
    """Seconds by purpose, cumulative in the last progress event."""
    seconds = [event.seconds for event in cohort.events() if isinstance(event, Advance)]
    return {purpose: seconds[-1].get(purpose, 0.0) for purpose in PURPOSES}


def span(cohort: CohortDirectory) -> tuple[float, float]:
    """When the attempt started and when its result was written, in seconds."""
    attempt = cohort.attempt()
    assert attempt is not None
    return attempt["started"] / 1000, (cohort.path / "result.json").stat().st_mtime


def account(run: RunDirectory, workers: int) -> dict[str, float]:
    cohorts = cohorts_of(run)
    spans = [span(cohort) for cohort in cohorts]
    wall = max(end for _, end in spans) - min(start for start, _ in spans)
    sums = {purpose: sum(spent(cohort)[purpose] for cohort in cohorts) for purpose in PURPOSES}
    idle = workers * wall - sum(sums.values())
    return {"cohorts": len(cohorts), "wall": wall} | sums | {"other": idle}


def show(costs: dict[str, float], workers: int) -> None:
    train = costs["train"]
    print(f"{costs['cohorts']:.0f} cohorts on {workers} workers, {costs['wall']:.1f} s from first to last")
    for purpose in (*PURPOSES, "other"):
        print(f"  {purpose:<9} {costs[purpose]:8.1f} s   {costs[purpose] / train:6.1%} of training")
    ratio = workers * costs["wall"] / train
    print(f"workers x wall / training: {ratio:.3f}")


def run_suite(suite: str, sets: list[str], workers: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = ["gbench", "run", suite, "--results", folder, "--workers", str(workers)]
        start = time.monotonic()
        subprocess.run([*command, *(part for value in sets for part in ("--set", value))], check=True)
        total = time.monotonic() - start
        run = RunDirectory(next(path.parent for path in Path(folder).glob("*/suite.yaml")))
        costs = account(run, workers)
        show(costs, workers)
        print(f"whole command: {total:.1f} s, of which start-up and end {total - costs['wall']:.1f} s")
        print(json.dumps(costs | {"command": total}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suite", nargs="?", default="suites/stability.yaml")
    parser.add_argument("--set", action="append", default=[], dest="sets")
    parser.add_argument("--run", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    if arguments.run:
        show(account(RunDirectory(arguments.run), arguments.workers), arguments.workers)
    else:
        run_suite(arguments.suite, arguments.sets, arguments.workers)


if __name__ == "__main__":
    main()
