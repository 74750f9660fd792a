import hashlib
import struct
from pathlib import Path

import pytest
import torch
from torch import nn

from gbench.evaluation.weights import load_weights, save_weights


def line(weight: float, bias: float) -> nn.Linear:
    network = nn.Linear(1, 1)
    with torch.no_grad():
        network.weight.fill_(weight)
        network.bias.fill_(bias)
    return network


def numbers(network: nn.Linear) -> list[float]:
    return [network.weight.item(), network.bias.item()]


def test_the_file_is_numbers_and_their_hash(tmp_path: Path) -> None:
    path = tmp_path / "new" / "line.weights"
    save_weights(line(0.5, -2.0), path)
    content = struct.pack("<ff", 0.5, -2.0)
    assert path.read_bytes() == content + hashlib.sha256(content).digest()
    assert list(path.parent.iterdir()) == [path]


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    save_weights(line(0.5, -2.0), tmp_path / "line")
    network = line(0, 0)
    assert load_weights(network, tmp_path / "line")
    assert numbers(network) == [0.5, -2.0]
    assert network.weight.requires_grad


@pytest.mark.parametrize("damage", ["missing", "empty", "short", "long", "flipped", "pickle"])
def test_a_damaged_file_is_refused_and_nothing_changed(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "line"
    save_weights(line(0.5, -2.0), path)
    content = path.read_bytes()
    damaged = {
        "empty": b"",
        "short": content[:-1],
        "long": content + b"\0",
        "flipped": bytes([content[0] ^ 1]) + content[1:],
        "pickle": b"cos\nsystem\n(S'exit 1'\ntR.".ljust(len(content), b"\0"),
    }
    path.unlink() if damage == "missing" else path.write_bytes(damaged[damage])
    network = line(7, 8)
    assert not load_weights(network, path)
    assert numbers(network) == [7.0, 8.0]
