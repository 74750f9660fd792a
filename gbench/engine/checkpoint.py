"""Files that hold a cohort's state: tensors and plain containers, never code."""

import io
from pathlib import Path
from typing import Any

import torch

from gbench.errors import UserError


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Writes the state; atomicity is the record's business (`gbench.record`).

    Through memory, because torch's own writer hides what the system says of a full disk.
    """
    buffer = io.BytesIO()
    torch.save(state, buffer)
    path.write_bytes(buffer.getbuffer())


def load_checkpoint(path: Path, device: torch.device) -> dict[str, Any]:
    """Reads a state with torch's restricted loader, which refuses everything but plain data."""
    try:
        return torch.load(path, map_location=device, weights_only=True)
    except OSError:
        raise
    except Exception as error:  # the loader's own errors are many: zip, unpickling, end of file
        raise UserError(
            f"not a checkpoint that can be read ({type(error).__name__}); delete its folder to start again",
            str(path),
        ) from error
