"""The published weights of Inception-v3: where they are looked for, and how they are read."""

import hashlib
import io
import os
from pathlib import Path

import torch
from torch import Tensor

from gbench.api import UserError

NAME = "pt_inception-2015-12-05-6726825d.pth"
SIZE = 95_628_359
SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
URLS = (
    "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/" + NAME,
    "https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/"
    "weights-inception-2015-12-05-6726825d.pth",
)
TIMEOUT = 20  # seconds without an answer until a download is given up


def read(path: Path) -> dict[str, Tensor]:
    """The state dictionary, parsed without unpickling from the same bytes that were hashed."""
    state: dict[str, Tensor] = torch.load(io.BytesIO(checked(path)), map_location="cpu", weights_only=True)
    return state


def checked(path: Path) -> bytes:
    """The bytes of the published file; a UserError where they are others."""
    if (size := path.stat().st_size) != SIZE:
        raise UserError(f"{path} is not the published {NAME}: it has {size} bytes, not {SIZE}; {remedy()}")
    content = path.read_bytes()
    if (found := hashlib.sha256(content).hexdigest()) != SHA256:
        raise UserError(
            f"{path} is not the published {NAME}: its sha256 is {found}, not {SHA256}; {remedy()}"
        )
    return content


def locate(weights: str) -> Path:
    """`weights` if that is given; else the file in $GBENCH_DATA, in the cache, or from the network."""
    if weights:
        if not Path(weights).is_file():
            raise UserError(f"features 'inception-v3': no file '{weights}'; {remedy()}")
        return Path(weights)
    for folder in folders():
        if (folder / NAME).is_file():
            return folder / NAME
    return download()


def folders() -> list[Path]:
    """Where the file may lie: $GBENCH_DATA if that is set, and the user's cache."""
    import pooch

    data = os.environ.get("GBENCH_DATA")
    return [*([Path(data)] if data else []), Path(pooch.os_cache("gbench"))]


def download() -> Path:
    """The file in the cache, fetched from the first address that has it; a UserError where none does."""
    import pooch

    reasons = []
    for url in URLS:
        try:
            fetch = pooch.HTTPDownloader(timeout=TIMEOUT)
            found = pooch.retrieve(url, f"sha256:{SHA256}", NAME, folders()[-1], downloader=fetch)
            return Path(found)
        except (OSError, ValueError) as error:  # no network, a full disk; other bytes than expected
            reasons.append(type(error).__name__)
    places = " nor in ".join(map(str, folders()))
    raise UserError(
        f"features 'inception-v3' need {NAME}, which is not in {places}, and cannot be downloaded "
        f"({', '.join(reasons)}); {remedy()}"
    )


def remedy() -> str:
    """The way out of every mistake here."""
    return f"get it from {URLS[0]} and put it into the folder that GBENCH_DATA names"
