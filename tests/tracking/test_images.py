from pathlib import Path

import pytest
from mlflow import MlflowClient
from PIL import Image

from gbench.errors import UserError
from gbench.tracking.images import Picture, send_pictures
from gbench.tracking.location import embedded_uri


def send(results: Path, owner: str, pictures: list[Picture]) -> tuple[MlflowClient, str]:
    client = MlflowClient(embedded_uri(results))
    run_id = client.create_run("0").info.run_id
    send_pictures(client, run_id, owner, pictures)
    return client, run_id


def test_names_are_those_that_the_image_chart_reads(results: Path, tmp_path: Path) -> None:
    Image.new("RGB", (512, 256), "navy").save(tmp_path / "a.png")
    client, run_id = send(results, "origin/0", [Picture(tmp_path / "a.png", 500, 1234)])
    names = sorted(file.path for file in client.list_artifacts(run_id, "images"))
    stem = "images/samples+step+500+timestamp+1234+46abe56a-8ebb-5872-a19b-eaee0ce81585"
    assert names == [f"{stem}+compressed.webp", f"{stem}.png"]
    assert client.get_run(run_id).data.tags["mlflow.loggedImages"] == "True"
    folder = Path(client.get_run(run_id).info.artifact_uri.removeprefix("file://"))
    with Image.open(folder / names[0]) as thumbnail, Image.open(folder / names[1]) as whole:
        assert (thumbnail.size, whole.size) == ((256, 128), (512, 256))


def test_a_deleted_picture_is_left_out(results: Path, tmp_path: Path) -> None:
    client, run_id = send(results, "origin/0", [Picture(tmp_path / "gone.png", 500, 1234)])
    assert client.list_artifacts(run_id) == []
    assert "mlflow.loggedImages" not in client.get_run(run_id).data.tags


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n\0\0"])
def test_what_is_no_picture(results: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(UserError) as error:
        send(results, "origin/0", [Picture(path, 500, 1234)])
    assert str(error.value) == f"{path}: damaged record: not a PNG picture"


def test_a_picture_too_large(results: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("1", (5000, 5000)).save(path)
    with pytest.raises(UserError) as error:
        send(results, "origin/0", [Picture(path, 500, 1234)])
    assert str(error.value) == f"{path}: damaged record: too large a picture"
