"""Run directories made through `gbench.record`, with known numbers and no training."""

from pathlib import Path
from typing import Any

from PIL import Image

from gbench.plugins import Chosen
from gbench.recipe import Budget
from gbench.record import RunDirectory, event_of
from gbench.record.events import Advance, Images, Measurement, Trace
from gbench.suite.cell import Cell
from tests.recipes import plain_recipe

Curves = list[list[float | None]]  # a row for each replica, a column for each measurement


def make_cell(label: str, replicas: int, dataset: str = "ring", **changes: Any) -> Cell:
    settings: dict[str, Any] = {
        "scores": {"modes": ("max", 0.0), "kl": ("min", None)},
        "primary": "modes",
        "thresholds": {"modes": 8.0},
        "recipe": plain_recipe(
            label,
            dataset=Chosen(dataset),
            rule=Chosen("alternating", "1", changes.get("point", {})),
            budget=Budget(steps=200, batch_size=64, measurements=2),
        ),
    } | changes
    return Cell(suite="small", label=label, technique=label, dataset=dataset, replicas=replicas, **settings)


def record(
    run: RunDirectory,
    label: str,
    modes: Curves,
    *,
    diverged: tuple[int, ...] = (),
    finish: bool = True,
    pictures: bool = False,
    events: tuple[dict[str, Any], ...] = (),
    **changes: Any,
) -> Cell:
    """A cell whose replicas measure `modes` at steps 100, 200, ...; its other metric is 10 − modes."""
    cell = make_cell(label, len(modes), **changes)
    run.add([cell])
    with run.cohort(cell.id, 0, len(modes) - 1).begin_attempt({"device": "cpu", "torch": "2.13"}) as attempt:
        for number in range(len(modes[0])):
            step, column = 100 * (number + 1), [row[number] for row in modes]
            values = {"modes": column, "kl": [None if value is None else 10 - value for value in column]}
            attempt.append(Measurement(step=step, time=step, values=values))
            if pictures:
                attempt.append(picture_event(attempt.folder, step, len(modes)))
        last = 100 * len(modes[0])
        traces = {"score/real": [[1.0] * len(modes)] * 2, "gradient/generator": [[1.0] * len(modes)] * 2}
        attempt.append(Trace(step=last, time=last, steps=[1, last], values=traces))
        attempt.append(Advance(step=last, time=last, seconds={"train": 4.0, "evaluate": 1.0}))
        for event in events:
            attempt.append(event_of({"step": last, "time": last} | event))
        if finish:
            outcomes = [
                {"replica": replica, "status": "diverged" if replica in diverged else "done", "step": last}
                for replica in range(len(modes))
            ]
            attempt.finish(
                {"replicas": outcomes, "seconds": 5.0, "facts": {"device": "cpu", "torch": "2.13"}}
            )
        else:
            attempt.commit(last, lambda path: path.write_bytes(b"state"))
    return cell


def picture_event(folder: Path, step: int, replicas: int) -> Images:
    (folder / "samples").mkdir(exist_ok=True)
    files = {str(replica): f"samples/{step:06}-r{replica:02}.png" for replica in range(replicas)}
    for name in files.values():
        Image.new("RGB", (16, 16), (step % 256, 0, 0)).save(folder / name)
    return Images(step=step, time=step, files=files)


def new_run(folder: Path) -> RunDirectory:
    run = RunDirectory(folder)
    run.create("name: small\nsummary: Which is best?\n")
    return run
