import hashlib
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pooch
import pytest
import torch
from torch import Tensor

from gbench.api import Data, UserError
from gbench.evaluation import store
from gbench_features import _inception_weights as published
from gbench_features._inception_network import bytes_of, empty_inception, inception, resized
from gbench_features.inception_v3 import InceptionV3

from .formula import formula_images, formula_state

CONVOLUTIONS = 94
MOVED = f"get it from {published.URLS[0]} and put it into the folder that GBENCH_DATA names"


def scaled(images: Tensor) -> Tensor:
    """Bytes as a data set has them, in [-1, 1]."""
    return images.float() / 127.5 - 1


def data(*shape: int) -> Data:
    fields = {"real": torch.zeros(2, *shape)}
    return Data(train=fields, test=fields)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Numbers by formula in a file as torch wrote them in 2020, when the published one was made."""
    path: Path = tmp_path_factory.mktemp("weights") / published.NAME
    torch.save(formula_state(inception()), path, _use_new_zipfile_serialization=False)
    return path


@pytest.fixture(scope="module")
def extractor(weights: Path) -> InceptionV3:
    features = InceptionV3(batch_size=2)
    features.network = empty_inception()
    features.network.load_state_dict(torch.load(weights, weights_only=True), assign=True)
    features.network.eval()
    return features


@pytest.fixture
def ours(weights: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file by formula passes for the published one."""
    content = weights.read_bytes()
    monkeypatch.setattr(published, "SIZE", len(content))
    monkeypatch.setattr(published, "SHA256", hashlib.sha256(content).hexdigest())
    return weights


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No network, and an empty cache; gives the cache."""

    def refuse(*_: Any, **__: Any) -> str:
        raise ConnectionError("no route to host")

    monkeypatch.setattr(pooch, "retrieve", refuse)
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache" / name)
    monkeypatch.delenv("GBENCH_DATA", raising=False)
    return tmp_path / "cache" / "gbench"


def test_the_network_has_the_parameters_of_the_published_file() -> None:
    shapes = {name: tuple(entry.shape) for name, entry in empty_inception().state_dict().items()}
    assert len(shapes) == 6 * CONVOLUTIONS + 2
    assert sum(torch.Size(shape).numel() for shape in shapes.values()) == 23_885_486
    assert shapes["Conv2d_1a_3x3.conv.weight"] == (32, 3, 3, 3)
    assert shapes["Mixed_5b.branch5x5_2.conv.weight"] == (64, 48, 5, 5)
    assert shapes["Mixed_6c.branch7x7dbl_5.conv.weight"] == (192, 160, 1, 7)
    assert shapes["Mixed_7b.branch3x3dbl_3a.conv.weight"] == (384, 384, 1, 3)
    assert shapes["Mixed_7c.branch_pool.bn.running_var"] == (192,)
    assert shapes["fc.weight"] == (1008, 2048)
    assert "Mixed_6a.branch_pool.conv.weight" not in shapes


def test_outputs_on_weights_by_formula(extractor: InceptionV3) -> None:
    """By torch-fidelity 0.4.0: FeatureExtractorInceptionV3, features 2048 and logits_unbiased."""
    vectors, probabilities = extractor.extract(scaled(formula_images(2, 3, 32, 32)))
    assert vectors.shape == (2, 2048)
    assert vectors[:, :3].flatten().tolist() == pytest.approx(
        [0.43954629, 3.7068558, 0.0, 0.47625560, 3.4638553, 0.0], rel=1e-4
    )
    assert vectors.mean(1).tolist() == pytest.approx([3.2054932, 3.1780815], rel=1e-4)
    assert vectors.std(1).tolist() == pytest.approx([4.3210182, 4.2782216], rel=1e-4)
    assert probabilities is not None
    assert probabilities.shape == (2, 1008)
    assert probabilities.argmax(1).tolist() == [71, 71]
    assert probabilities[:, 71].tolist() == pytest.approx([0.7374, 0.7723], abs=2e-4)
    assert probabilities.sum(1).tolist() == pytest.approx([1, 1])


@pytest.fixture
def fidelity(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of torch-fidelity alone, for the package needs torchvision."""
    found = find_spec("torch_fidelity")
    if found is None:
        pytest.skip("torch-fidelity is not installed")
    package = ModuleType("torch_fidelity")
    package.__path__ = list(found.submodule_search_locations or ())
    monkeypatch.setitem(sys.modules, "torch_fidelity", package)
    from torch_fidelity import feature_extractor_inceptionv3  # type: ignore[import-not-found]

    return feature_extractor_inceptionv3


@pytest.mark.parametrize("shape", [(3, 32, 32), (3, 299, 299), (3, 17, 40), (3, 320, 301)])
def test_it_is_torch_fidelitys(
    fidelity: Any, weights: Path, extractor: InceptionV3, shape: tuple[int, ...]
) -> None:
    theirs = fidelity.FeatureExtractorInceptionV3("theirs", ["2048", "logits_unbiased"], str(weights))
    images = formula_images(2, *shape)
    features, logits = theirs(images)
    vectors, probabilities = extractor.extract(scaled(images))
    torch.testing.assert_close(vectors, features, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(probabilities, logits.softmax(1), rtol=1e-4, atol=1e-6)
    assert list(theirs.state_dict()) == list(inception().state_dict())


def test_a_channel_is_repeated_and_images_do_not_see_each_other(extractor: InceptionV3) -> None:
    images = scaled(formula_images(3, 1, 9, 9))
    together = extractor.extract(images.repeat(1, 3, 1, 1)).vectors
    torch.testing.assert_close(extractor.extract(images[2:]).vectors, together[2:], rtol=1e-4, atol=1e-4)


def test_every_byte_survives_the_way_to_minus_one_to_one_and_back() -> None:
    every = torch.arange(256, dtype=torch.uint8)
    assert bytes_of(scaled(every)).equal(every.float())
    assert bytes_of(torch.tensor([-1.5, -0.9999, 0.0, 0.0039, 0.0040, 1.2])).tolist() == [
        0,
        0,
        128,
        128,
        128,
        255,
    ]


def test_resizing_starts_at_the_corner_without_half_pixels() -> None:
    """Four pixels from two: at 0, 1/2, 1 and 3/2, the last beyond the edge, which is repeated."""
    image = torch.tensor([[[[0.0, 10.0], [20.0, 30.0]]]])
    rows = [[0, 5, 10, 10], [10, 15, 20, 20], [20, 25, 30, 30], [20, 25, 30, 30]]
    assert resized(image, side=4)[0, 0].tolist() == rows
    assert resized(torch.arange(16.0).reshape(1, 1, 4, 4), side=2)[0, 0].tolist() == [[0, 2], [8, 10]]


def test_a_file_is_loaded_and_used(ours: Path, extractor: InceptionV3, tmp_path: Path) -> None:
    features = InceptionV3(weights=str(ours))
    features.ready()
    features.fit(data(1, 8, 8), tmp_path)
    images = scaled(formula_images(1, 1, 8, 8))
    assert features.extract(images).vectors.equal(extractor.extract(images).vectors)
    assert not features.network.training
    assert store.file_name("x", features.identity()) == store.file_name("x", InceptionV3().identity())


def test_the_file_is_found_in_the_data_folder_before_the_cache(
    offline: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine"
    for folder in (mine, offline):
        folder.mkdir(parents=True)
        (folder / published.NAME).write_bytes(b"")
    assert published.locate("") == offline / published.NAME
    monkeypatch.setenv("GBENCH_DATA", str(mine))
    assert published.locate("") == mine / published.NAME


def test_the_second_address_is_asked_where_the_first_has_nothing(
    offline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def retrieve(url: str, known_hash: str, fname: str, path: Path, **_: Any) -> str:
        asked.append(url)
        if len(asked) == 1:
            raise ValueError("another hash")
        assert known_hash == "sha256:6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
        return str(path / fname)

    monkeypatch.setattr(pooch, "retrieve", retrieve)
    assert published.locate("") == offline / published.NAME
    assert asked == list(published.URLS)


def test_without_file_and_network_the_way_out_is_told(offline: Path) -> None:
    with pytest.raises(UserError) as error:
        InceptionV3().ready()
    assert str(error.value) == (
        f"features 'inception-v3' need pt_inception-2015-12-05-6726825d.pth, which is not in {offline}, "
        f"and cannot be downloaded (ConnectionError, ConnectionError); {MOVED}"
    )


def test_a_missing_file_is_told() -> None:
    with pytest.raises(UserError) as error:
        InceptionV3(weights="gone.pth").ready()
    assert str(error.value) == f"features 'inception-v3': no file 'gone.pth'; {MOVED}"


def test_another_size_is_told_and_nothing_is_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "load", lambda *_, **__: pytest.fail("parsed"))
    (path := tmp_path / "short.pth").write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
    with pytest.raises(UserError) as error:
        InceptionV3(weights=str(path)).fit(data(3, 8, 8), tmp_path)
    assert str(error.value) == (
        f"{path} is not the published pt_inception-2015-12-05-6726825d.pth: it has 25 bytes, not 95628359; "
        f"{MOVED}"
    )


def test_another_content_is_told_and_nothing_is_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch, "load", lambda *_, **__: pytest.fail("parsed"))
    monkeypatch.setattr(published, "SIZE", 3)
    (path := tmp_path / "other.pth").write_bytes(b"abc")
    with pytest.raises(UserError) as error:
        InceptionV3(weights=str(path)).fit(data(3, 8, 8), tmp_path)
    assert str(error.value) == (
        f"{path} is not the published pt_inception-2015-12-05-6726825d.pth: its sha256 is "
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad, not "
        f"6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2; {MOVED}"
    )


@pytest.mark.parametrize(("shape", "size"), [((2, 8, 8), "2×8×8"), ((4, 8, 8), "4×8×8"), ((64,), "64")])
def test_images_must_be_grey_or_coloured(tmp_path: Path, shape: tuple[int, ...], size: str) -> None:
    with pytest.raises(UserError) as error:
        InceptionV3().fit(data(*shape), tmp_path)
    assert str(error.value) == (
        f"features 'inception-v3' need images of 1 or 3 channels; this data set has {size}"
    )
