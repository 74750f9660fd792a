"""What runs on a worker after training: one contest between the kept networks of a data set's cells."""

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from gbench.data.dataset import Data
from gbench.engine.checkpoint import load_checkpoint
from gbench.engine.cohort import Cohort
from gbench.engine.device import choose_device
from gbench.errors import UserError
from gbench.evaluation.contest import Contest, ContestResult
from gbench.evaluation.contest_field import ContestField, Entrant, Team
from gbench.plugins import Chosen, load_registry
from gbench.recipe import Json
from gbench.record import ContestRecord, RunDirectory
from gbench.record.contests import save_contest, trainings
from gbench.record.status import owned
from gbench.suite.cell import Cell
from gbench.worker.train import load_data


def hold(payload: Json) -> Iterator[Json]:
    """Holds the contest `{"run", "contest", "cells"}` and records what it found, or why it found nothing."""
    run, request = RunDirectory(Path(payload["run"])), payload["contest"]
    cells = [Cell.from_json(cell) for cell in payload["cells"]]
    record = ContestRecord(
        contest=request["use"],
        version=request["version"],
        options=request["options"],
        features=request["features"],
        dataset=cells[0].dataset,
        cells=[cell.id for cell in cells],
        participants=trainings(run, cells),
    )
    try:
        found = _played(run, request, cells)
    except UserError as error:
        save_contest(run, ContestRecord(**vars(record) | {"error": error.message}))
        raise
    save_contest(run, ContestRecord(**vars(record) | found))
    yield {"kind": "contest", "dataset": record.dataset, "contest": record.contest}


def _played(run: RunDirectory, request: Json, cells: list[Cell]) -> Json:
    """The fields of the record that playing fills in."""
    registry = load_registry()
    contest: Contest = registry.create(Chosen.from_json(request), "contest")
    device = choose_device(cells[0].resources.gpus)
    field, notes = enter(run, cells, load_data(cells[0].recipe, device), request["features"], device)
    try:
        standing = contest.play(field)
    except UserError as error:
        raise UserError("; ".join([error.message, *notes])) from error
    scores = dict(zip(contest.names(), contest.keys.values(), strict=True))
    tables = {name: {"columns": t.columns, "rows": t.rows} for name, t in standing.tables.items()}
    values = {key: by_cell(field, standing, key, worst) for key, (_, worst) in scores.items()}
    return {"scores": scores, "values": values, "tables": tables, "notes": [*notes, *standing.notes]}


def by_cell(
    field: ContestField, standing: ContestResult, key: str, worst: float | None
) -> dict[str, list[float | None]]:
    """The scores of each cell's replicas; the worst for those without, unless none of the cell took part."""
    scores = standing.scores[key]
    values: dict[str, list[float | None]] = {}
    for members in field.cells.values():
        alive = [n for n in members if field.entrants[n].alive and n not in field.broken]
        if not alive or any(number in scores for number in alive):
            ordered = sorted(members, key=lambda number: field.entrants[number].replica)
            values[field.entrants[members[0]].cell] = [scores.get(number, worst) for number in ordered]
    return values


def enter(
    run: RunDirectory, cells: list[Cell], data: Data, features: Json, device: torch.device
) -> tuple[ContestField, list[str]]:
    """The field of all replicas whose networks were kept, and a line for each cell that stays out."""
    folder = run.root / "prepared"
    folder.mkdir(parents=True, exist_ok=True)
    extractors = {
        name: load_registry().create(Chosen.from_json(use), "features") for name, use in features.items()
    }
    for extractor in extractors.values():
        extractor.fit(data, folder)
    teams, notes = [], []
    for cell in cells:
        try:
            teams += teams_of(run, cell, data, device)
        except UserError as error:
            notes.append(f"{label_of(cell)}: {error.message}")
    if not teams:
        raise UserError(notes[0] if len(notes) == 1 else f"nobody can take part; {notes[0]}")
    return ContestField(data, extractors, teams), notes


def teams_of(run: RunDirectory, cell: Cell, data: Data, device: torch.device) -> list[Team]:
    """The finished replicas of a cell, built as they were trained. Raises UserError."""
    if run.status(cell).missing:
        raise UserError("it is not trained to its end")
    found = []
    for cohort, own in owned(run.cohorts(cell.id)):
        if members := [replica for replica in own if replica < cell.replicas]:
            path = cohort.networks()
            if path is None:
                raise UserError(
                    "its networks were not kept, for it was trained before the suite had contests; "
                    f"delete {run.cell_folder(cell.id)} and run the suite to train it again"
                )
            made = Cohort(cell.recipe, data, cohort.replicas, load_registry(), device, cell.resources.mode)
            made.load_trained(load_checkpoint(path, device))
            found.append(team_of(cell, made, members))
    return found


def team_of(cell: Cell, cohort: Cohort, members: list[int]) -> Team:
    """Those replicas of a cohort that speak for the cell."""
    rows = [cohort.replicas.index(replica) for replica in members]
    alive = cohort.health.alive.tolist()
    sign = {"scores": 1, "energies": -1}.get(cohort.stage.loss.takes)

    def labelled(count: int) -> tuple[Tensor, Tensor | None]:
        generated = cohort.inference.generated(count)
        labels = generated.labels
        return generated.samples[rows], None if labels is None else labels[rows]

    def judge(samples: Tensor) -> Tensor | None:
        everyone = samples.new_zeros(len(cohort.replicas), *samples.shape[1:])
        everyone[rows] = samples
        scores = None if sign is None else cohort.inference.scores_of(everyone)
        return None if scores is None or sign is None else sign * scores[rows]

    entrants = [
        Entrant(cell.id, label_of(cell), replica, alive[row])
        for replica, row in zip(members, rows, strict=True)
    ]
    return Team(entrants, labelled, judge)


def label_of(cell: Cell) -> str:
    """The cell's name without its data set."""
    return cell.name.removeprefix(f"{cell.dataset}/")
