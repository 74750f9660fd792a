from pathlib import Path

import numpy as np
import pytest

from gbench_datasets.digits import Digits
from gbench_features.inception_v3 import InceptionV3

from .conftest import Run


def test_mean_and_covariance_of_a_split_are_written(run: Run) -> None:
    answer = run("reference", "digits", "digits.npz", "--features", "pixels", "--split", "test")
    assert answer.code == 0
    assert answer.out.startswith("digits.npz: 64 features pixels of 360 test samples of digits, sha256 ")
    pixels = Digits().load().test["real"].flatten(1).double().numpy()
    with np.load("digits.npz", allow_pickle=False) as file:
        np.testing.assert_allclose(file["mu"], pixels.mean(0), rtol=1e-6)
        np.testing.assert_allclose(file["sigma"], np.cov(pixels.T), atol=1e-12)
        facts = {name: str(file[name]) for name in ("dataset", "features", "split", "samples")}
    assert facts == {"dataset": "digits", "features": "pixels", "split": "test", "samples": "360"}


def test_options_are_written_as_in_a_suite(run: Run) -> None:
    answer = run("reference", "{use: ring, points: 50}", "ring.npz", "--features", "pixels")
    assert answer.out.startswith("ring.npz: 2 features pixels of 50 train samples of ring, sha256 ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("rong",), "unknown dataset 'rong'; did you mean 'ring'?"),
        (("{use: ring, point: 3}",), "{use: ring, point: 3}: dataset ring has no option 'point'"),
        (("ring",), "features inception-v3 need image, which data set ring has not"),
        (("ring", "--split", "all"), "'all' is not one of 'train', 'test'"),
    ],
)
def test_mistakes_are_told(run: Run, arguments: tuple[str, ...], message: str) -> None:
    dataset, *options = arguments
    answer = run("reference", dataset, "out.npz", *options)
    assert answer.code == 2
    assert message in answer.err
    assert not Path("out.npz").exists()


def test_check_tells_that_the_weights_are_missing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    suite = Path("suite.yaml").read_text().replace("[ring]", "[digits]").replace("[modes]", "[fid]")
    Path("suite.yaml").write_text(suite)
    monkeypatch.setenv("GBENCH_DATA", ".")
    Path("pt_inception-2015-12-05-6726825d.pth").write_bytes(b"not yet whole")
    answer = run("check", "suite.yaml")
    assert answer.code == 2
    assert "it has 13 bytes, not 95628359; get it from https://github.com/mseitzer/pytorch-fid/" in answer.err
    monkeypatch.setattr(InceptionV3, "ready", lambda _: None)
    assert run("check", "suite.yaml").code == 0
