"""Weights of a network in a file that nothing parses: float32 numbers, then their sha256."""

import hashlib
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from gbench.record.files import write_bytes


def save(network: nn.Module, path: Path) -> None:
    """Write all parameters, in the order of the network; readers see the old file or the new one."""
    content = parameters_to_vector(network.parameters()).detach().cpu().numpy().astype("<f4").tobytes()
    write_bytes(path, content + hashlib.sha256(content).digest())


def load(network: nn.Module, path: Path) -> bool:
    """Fill the network from the file; False, and nothing changed, where it is missing or damaged."""
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
