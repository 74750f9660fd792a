"""Tasks that look at the interpreter's state, and one that changes all of it. The module imports torch."""

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

Payload = dict[str, Any]
Messages = Iterator[dict[str, Any]]


def report_state(payload: Payload) -> Messages:
    """Everything of the interpreter's state that a task could find changed."""
    yield {
        "python": random.random(),
        "numpy": np.random.random(),
        "numpy_errors": np.geterr(),
        "torch": torch.rand(()).item(),
        "dtype": str(torch.get_default_dtype()),
        "device": str(torch.get_default_device()),
        "threads": torch.get_num_threads(),
        "grad": torch.is_grad_enabled(),
        "autocast": torch.is_autocast_enabled("cpu"),
        "anomaly": torch.is_anomaly_enabled(),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "precision": torch.get_float32_matmul_precision(),
        "cudnn": [
            torch.backends.cudnn.enabled,
            torch.backends.cudnn.benchmark,
            torch.backends.cudnn.deterministic,
            torch.backends.cudnn.allow_tf32,
        ],
    }


def pollute_state(payload: Payload) -> Messages:
    """Changes all that `report_state` reports, then reports it."""
    random.seed(payload["seed"])
    np.random.seed(payload["seed"])
    np.seterr(all="ignore")
    torch.manual_seed(payload["seed"])
    torch.set_num_threads(3)
    torch.set_grad_enabled(False)
    torch.set_default_dtype(torch.float64)
    torch.set_default_device("cpu:0")
    torch.set_autocast_enabled("cpu", True)
    torch.autograd.set_detect_anomaly(True, check_nan=False)
    torch.use_deterministic_algorithms(True)
    torch.set_float32_matmul_precision("medium")
    torch.backends.cudnn.enabled = False
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.allow_tf32 = False
    yield from report_state(payload)
