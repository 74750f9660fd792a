"""`gbench sync`: bring a run directory to MLflow, once, and whatever has been brought there already."""

from pathlib import Path

from gbench.record import RunDirectory
from gbench.tracking.location import public_uri
from gbench.tracking.outage import UNREACHABLE, tracking_lost
from gbench.tracking.ports import Publish, Summarise
from gbench.tracking.projector import Projector


def sync(
    run: Path,
    uri: str | None = None,
    summarise: Summarise | None = None,
    publish: Publish | None = None,
) -> str:
    """Project all that `run` has committed; a sentence about it for the terminal.

    Raises UserError for a folder without a run or a damaged record, TrackingLost for a server that
    cannot be reached.
    """
    directory = RunDirectory(run)
    directory.require()
    projector = Projector(directory, uri, summarise, publish)
    try:
        points = projector.project()
    except UNREACHABLE as error:
        raise tracking_lost(projector.uri, run, error) from None  # it may hold a password
    return f"{len(directory.cells())} cells, {points:,} new points -> {public_uri(projector.uri)}"
