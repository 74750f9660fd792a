"""The errors that a user can mend: one line, exit code 2, never a traceback."""

import difflib
from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """What `gbench` tells the shell."""

    OK = 0
    FAILED = 1  # the sweep ran, but a cell failed or something outside broke (disk, tracking server)
    USAGE = 2  # a mistake in a suite, an option, a path or a plugin
    INTERRUPTED = 130  # Ctrl-C, as shells count it


class UserError(Exception):
    """A mistake in a suite, an option, a path or a plugin.

    `place` is where it is, as `suites/stability.yaml:13`; the text printed is `place: message`.
    """

    def __init__(self, message: str, place: str | None = None):
        super().__init__(message)
        self.message = message
        self.place = place

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


def suggestion(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: the nearest known one, else what there is.

    >>> suggestion("wgan-pg", ["dragan", "wgan-gp"])
    "; did you mean 'wgan-gp'?"
    >>> suggestion("x", ["loss", "model"])
    '; known: loss, model'
    """
    known = sorted(known)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; known: {', '.join(known)}" if known else ""
