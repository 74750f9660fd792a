"""From an exception to a kind and one line."""

import errno

import pytest
import torch

from gbench.errors import UserError
from gbench.worker.failures import failure, kind_of, last_line, one_line
from gbench.worker.tasks import Failed


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ValueError("x"), "exception"),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), "exception"),
        (ValueError("out of memory"), "exception"),
        (MemoryError(), "memory"),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB"), "memory"),
        (RuntimeError("CUDA error: out of memory"), "memory"),
        (
            RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate`"),
            "memory",
        ),
        (UserError("no such file"), "user"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk"),
        (OSError(errno.EROFS, "Read-only file system"), "disk"),
        (OSError(errno.ENOENT, "No such file or directory"), "exception"),
    ],
)
def test_the_kind_of_an_exception(error: Exception, kind: str) -> None:
    assert kind_of(error) == kind


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (None, "cannot write to the disk: No space left on device"),
        ("results/small/stop", "cannot write results/small/stop: No space left on device"),
    ],
)
def test_a_full_disk_is_told_without_a_traceback(file: str | None, message: str) -> None:
    error = OSError(errno.ENOSPC, "No space left on device", file)
    assert failure("t", error) == Failed("t", "disk", message)


def test_an_exception_without_a_text_is_named() -> None:
    assert failure("t", MemoryError()).message == "MemoryError"


def test_messages_are_one_line_of_bounded_length() -> None:
    assert one_line("\n  first \nsecond") == "first"
    assert last_line("first\nsecond \n\n") == "second"
    assert one_line("") == last_line(" \n") == ""
    assert one_line("x" * 1000) == "x" * 499 + "…"
