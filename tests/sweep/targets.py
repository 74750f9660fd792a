"""What the tests run as tasks. Executors import it by name, here or in a worker."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gbench.errors import UserError

Payload = dict[str, Any]
Messages = Iterator[dict[str, Any]]


def count(payload: Payload) -> Messages:
    for number in range(payload["to"]):
        yield {"number": number}


def place(payload: Payload) -> Messages:
    yield {"pid": os.getpid(), "devices": os.environ.get("CUDA_VISIBLE_DEVICES")}


def divide(payload: Payload) -> Messages:
    yield {"before": True}
    yield {"quotient": 1 / payload["by"]}


def allocate(payload: Payload) -> Messages:
    """More than any machine has: 4 bytes x 2^60."""
    import torch

    yield {"size": torch.empty(2**60).numel()}


def misuse(payload: Payload) -> Messages:
    yield {"before": True}
    raise UserError("unknown loss 'hnge'; did you mean 'hinge'?", "suites/stability.yaml:13")


def leave(payload: Payload) -> Messages:
    yield {"before": True}
    sys.exit(3)


def interrupt(payload: Payload) -> Messages:
    yield {"before": True}
    raise KeyboardInterrupt


def hang(payload: Payload) -> Messages:
    yield {"pid": os.getpid()}
    while True:
        time.sleep(0.01)
        yield {"still": True}


def wait_for(payload: Payload) -> Messages:
    """Creates one file and ends when the other is there."""
    Path(payload["mine"]).touch()
    while not Path(payload["other"]).exists():
        time.sleep(0.01)
    yield {"met": True}
