"""Files for tensors that are costly to compute, shared by all workers."""

import hashlib
import io
import json
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gbench.record.files import write_bytes

Tensors = dict[str, Tensor]


def kept(path: Path, compute: Callable[[], Tensors]) -> Tensors:
    """What `compute` gives, bit for bit: read from the file if it is there, else computed and written to it.

    Two workers that find no file both compute, and write the same.
    """
    found = load(path)
    if found is None:
        found = compute()
        save(found, path)
    return found


def save(tensors: Tensors, path: Path) -> None:
    """Writes an npz archive, followed by its sha256. Readers see the old file or the new one, whole."""
    archive = io.BytesIO()
    np.savez(archive, allow_pickle=False, **{name: t.detach().cpu().numpy() for name, t in tensors.items()})
    content = archive.getvalue()
    write_bytes(path, content + hashlib.sha256(content).digest())


def load(path: Path) -> Tensors | None:
    """The tensors of a file; None if it is missing or damaged."""
    if not path.is_file():
        return None
    content = path.read_bytes()
    archive, digest = content[:-32], content[-32:]
    if hashlib.sha256(archive).digest() != digest:
        return None
    with np.load(io.BytesIO(archive), allow_pickle=False) as arrays:
        return {name: torch.from_numpy(arrays[name]) for name in arrays.files}


def file_name(name: str, shaped_by: Any) -> str:
    """A name with 16 hexadecimal digits: a hash of the JSON data that decides what the file holds."""
    text = json.dumps([torch.__version__, shaped_by], sort_keys=True)
    return f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.npz"


def described(component: Any) -> Any:
    """The classes of a component with their versions, and its options, as JSON data."""
    classes = [
        [made.__module__, made.__qualname__, getattr(sys.modules[made.__module__], "VERSION", "1")]
        for made in type(component).__mro__
        if made is not object
    ]
    return [classes, {name: repr(value) for name, value in options_of(component).items()}]


def options_of(component: Any) -> dict[str, Any]:
    """The options of a component, by name."""
    return {option.name: getattr(component, option.name) for option in fields(component)}
