"""Pictures of samples, in the form that MLflow's image charts read.

MLflow's own `log_image` puts a fresh uuid into the file's name, so sending twice shows everything twice;
here the uuid follows from what the picture shows.
"""

import uuid
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from mlflow import MlflowClient
from PIL import Image

from gbench.record.files import require
from gbench.record.history import SAMPLES

LARGEST_PICTURE = 2**24  # pixels
THUMBNAIL = 256  # pixels a side
NAMESPACE = uuid.UUID("6f1d3a52-7c0e-5f0b-9f86-0d2f6c7f9b1e")


@dataclass(frozen=True)
class Picture:
    """A PNG file that shows something of a replica at a step."""

    path: Path
    step: int
    #: Milliseconds since 1970.
    time: int
    #: What it shows; a file's name can hold it.
    name: str = SAMPLES


def send_pictures(client: MlflowClient, run_id: str, owner: str, pictures: list[Picture]) -> None:
    """Bring a replica's pictures to its run; a file that was deleted since is left out.

    `owner` tells the replica from every other.
    """
    present = [picture for picture in pictures if picture.path.is_file()]
    if not present:
        return
    with TemporaryDirectory() as folder:
        for picture in present:
            _write(picture, Path(folder), owner)
        client.log_artifacts(run_id, folder, "images")
    client.set_tag(run_id, "mlflow.loggedImages", "True")


def _write(picture: Picture, folder: Path, owner: str) -> None:
    """The picture and its thumbnail, under the names that MLflow 3 gives them."""
    identifier = uuid.uuid5(NAMESPACE, f"{owner}/{picture.name}/{picture.step}")
    stem = f"{picture.name}+step+{picture.step}+timestamp+{picture.time}+{identifier}"
    try:
        with Image.open(picture.path, formats=["PNG"]) as image:
            require(image.width * image.height <= LARGEST_PICTURE, picture.path, "too large a picture")
            image.save(folder / f"{stem}.png")
            image.thumbnail((THUMBNAIL, THUMBNAIL))
            image.convert("RGB").save(folder / f"{stem}+compressed.webp")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        require(False, picture.path, "not a PNG picture")
