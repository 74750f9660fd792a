"""Why a task failed, told from the exception that it raised."""

import errno
import traceback

from gbench.errors import UserError
from gbench.worker.tasks import Failed, Kind

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
LONGEST_MESSAGE = 500  # characters

# torch's allocators, cuBLAS and cuDNN say so in a plain RuntimeError.
OUT_OF_MEMORY_TEXTS = ("out of memory", "can't allocate memory", "_ALLOC_FAILED")


def failure(task_id: str, error: Exception) -> Failed:
    """The event for an exception; where its text tells a person what to do, it needs no traceback."""
    kind = kind_of(error)
    if kind == "user":
        return Failed(task_id, kind, one_line(str(error)))
    if isinstance(error, OSError) and kind == "disk":
        return Failed(task_id, kind, one_line(cannot_write(error)))
    message = one_line(f"{type(error).__name__}: {error}".removesuffix(": "))
    return Failed(task_id, kind, message, "".join(traceback.format_exception(error)))


def kind_of(error: BaseException) -> Kind:
    """By name where it is torch's error, so that torch need not be imported."""
    if isinstance(error, UserError):
        return "user"
    if is_full(error):
        return "disk"
    names = {cls.__name__ for cls in type(error).__mro__}
    if names & {"MemoryError", "OutOfMemoryError"}:
        return "memory"
    if isinstance(error, RuntimeError) and any(text in str(error) for text in OUT_OF_MEMORY_TEXTS):
        return "memory"
    return "exception"


def is_full(error: BaseException) -> bool:
    """Whether a file could not be written for want of space."""
    return isinstance(error, OSError) and error.errno in FULL


def cannot_write(error: OSError) -> str:
    """
    >>> cannot_write(OSError(28, "No space left on device"))
    'cannot write to the disk: No space left on device'
    """
    return f"cannot write {error.filename or 'to the disk'}: {error.strerror}"


def one_line(text: str) -> str:
    """The first line that says something, at most `LONGEST_MESSAGE` characters."""
    return _line(text, 0)


def last_line(text: str) -> str:
    """The last line that says something, at most `LONGEST_MESSAGE` characters."""
    return _line(text, -1)


def _line(text: str, position: int) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()] or [""]
    line = lines[position]
    return line if len(line) <= LONGEST_MESSAGE else line[: LONGEST_MESSAGE - 1] + "…"
