"""What it means that the tracking server is gone, and what to do."""

from pathlib import Path

import requests
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import SQLAlchemyError

from gbench.tracking.location import public_uri

LONGEST_REASON = 160  # characters
UNREACHABLE = (
    MlflowException,
    requests.RequestException,
    SQLAlchemyError,
    OSError,
    ImportError,
)  # no driver for postgresql, say


class TrackingLost(Exception):  # noqa: N818  a state of the server, not a mistake
    """The tracking server does not take what was recorded; the record itself is whole."""


def tracking_lost(uri: str, run: Path, error: BaseException) -> TrackingLost:
    """The message for a server at `uri`, which is named without its credentials."""
    shown = public_uri(uri)
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    reason = reason.replace(uri, shown)[:LONGEST_REASON]
    return TrackingLost(
        f"tracking server {shown} cannot be reached ({reason}); "
        f"nothing recorded is lost: once it is back, run `gbench sync {run}`"
    )
