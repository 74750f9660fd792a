"""Weights of a network in a file without a format to parse: float32 numbers, then their sha256."""

import hashlib
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from gbench.record.files import write_bytes


def save_weights(network: nn.Module, path: Path) -> None:
    """Writes all parameters in the network's order. Readers see the old file or the new one, whole."""
    content = parameters_to_vector(network.parameters()).detach().cpu().numpy().astype("<f4").tobytes()
    write_bytes(path, content + hashlib.sha256(content).digest())


def load_weights(network: nn.Module, path: Path) -> bool:
    """Fills the network from the file. Returns False, and changes nothing, if it is missing or damaged."""
    size = 4 * sum(parameter.numel() for parameter in network.parameters())
    digest = hashlib.sha256().digest_size
    if not path.is_file() or path.stat().st_size != size + digest:
        return False
    content = path.read_bytes()
    if hashlib.sha256(content[:size]).digest() != content[size:]:
        return False
    numbers = np.frombuffer(content[:size], dtype="<f4").astype(np.float32)
    vector_to_parameters(torch.from_numpy(numbers), network.parameters())
    return True
