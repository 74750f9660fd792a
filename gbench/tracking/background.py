"""The projection beside a running sweep: a quiet thread of the driver."""

import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Self

from gbench.errors import UserError
from gbench.record import RunDirectory
from gbench.tracking.location import check_uri
from gbench.tracking.ports import Publish, Summarise

if TYPE_CHECKING:
    from gbench.tracking.projector import Projector

INTERVAL = 10.0  # seconds between passes
PAUSE = 2.0  # seconds between tries at a server that does not answer
GRACE = 30.0  # seconds until such a server counts as lost
NICENESS = 10


class Projection:
    """Projects every few seconds from `start` to `close`, which makes a last pass.

    MLflow is imported in the thread, so the sweep need not wait for it.
    """

    def __init__(
        self,
        run: RunDirectory,
        uri: str | None = None,
        summarise: Summarise | None = None,
        publish: Publish | None = None,
        *,
        interval: float = INTERVAL,
        grace: float = GRACE,
    ):
        if uri is not None:
            check_uri(uri)
        self.run, self.uri, self.summarise, self.publish = run, uri, summarise, publish
        self.interval, self.grace = interval, grace
        self._projector: Projector | None = None
        self._failing_since: float | None = None
        self._lost: Exception | None = None
        self._bug: BaseException | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="gbench-projection", daemon=True)

    def start(self) -> Self:
        self._thread.start()
        return self

    def lost(self) -> Exception | None:
        """Why MLflow lags behind the record: TrackingLost, or the UserError of a damaged record.

        A server that comes back is served again, and this is `None` again.
        """
        return self._lost

    def close(self) -> None:
        """Make a last pass and end; `lost()` then says whether it succeeded."""
        self._closing.set()
        self._thread.join()
        if self._bug is not None:
            raise self._bug

    def _loop(self) -> None:
        _be_nice()
        try:
            while not self._closing.is_set():
                self._pass()
                self._closing.wait(PAUSE if self._failing_since else self.interval)
            self._pass()
        except Exception as error:  # a thread's boundary: raised again where the driver closes it
            self._bug = error

    def _pass(self) -> None:
        """One pass; remembers since when they fail, and says so after the grace period."""
        from gbench.tracking.outage import UNREACHABLE, tracking_lost
        from gbench.tracking.projector import Projector

        self._projector = self._projector or Projector(self.run, self.uri, self.summarise, self.publish)
        try:
            self._projector.project()
        except UserError as error:
            self._failing_since, self._lost = None, error
        except UNREACHABLE as error:
            self._failing_since = self._failing_since or time.monotonic()
            if time.monotonic() - self._failing_since >= self.grace or self._closing.is_set():
                self._lost = tracking_lost(self._projector.uri, self.run.root, error)
        else:
            self._failing_since = self._lost = None


def _be_nice() -> None:
    """Leave the processor to the training; only Linux counts niceness by thread."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
