"""Ctrl-C and SIGTERM as a wish to stop, not as an exception in the middle of something."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interruption:
    """A watch for the driver: the first signal asks it to stop, the second ends the process at once."""

    def __init__(self) -> None:
        self.asked = False

    def reason(self) -> str | None:
        return "interrupted" if self.asked else None

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    @contextmanager
    def listening(self) -> Iterator["Interruption"]:
        """Takes the signals for a while."""
        former = {number: signal.signal(number, self._ask) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield self
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)
