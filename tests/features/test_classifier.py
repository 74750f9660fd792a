from dataclasses import replace
from pathlib import Path

import pytest
import torch

from gbench.data.dataset import Data
from gbench.errors import UserError
from gbench_datasets.digits import Digits
from gbench_features.classifier import Classifier, build

STRIPES = torch.tensor([[1.0, -1.0]]).repeat(8, 4)


def stripes(count: int = 40) -> Data:
    """Upright stripes are class 0, level ones class 1; bright or dark by the image."""
    label = torch.arange(count) % 2
    brightness = torch.linspace(0.5, 1, count).view(-1, 1, 1, 1)
    real = brightness * torch.where(label.view(-1, 1, 1) == 0, STRIPES, STRIPES.T)[:, None]
    fields = {"real": real, "label": label}
    return Data(train=fields, test=fields, classes=2)


def small(**options: float) -> Classifier:
    return Classifier(**{"width": 8, "epochs": 15, "batch_size": 8, **options})  # type: ignore[arg-type]


def fitted(folder: Path, data: Data | None = None, **options: float) -> Classifier:
    classifier = small(**options)
    classifier.fit(data or stripes(), folder)
    return classifier


def test_digits_are_told_apart(tmp_path: Path) -> None:
    data = Digits().load()
    classifier = Classifier()
    classifier.fit(data, tmp_path)
    assert classifier.facts()["accuracy"] >= 0.98
    vectors, probabilities = classifier.extract(data.test["real"])
    assert vectors.shape == (360, 64)
    assert probabilities is not None
    torch.testing.assert_close(probabilities.sum(1), torch.ones(360))
    right = (probabilities.argmax(1) == data.test["label"]).double().mean().item()
    assert right == pytest.approx(classifier.facts()["accuracy"])


def test_two_trainings_give_the_same_weights_whatever_the_global_generator(tmp_path: Path) -> None:
    torch.manual_seed(1)
    first = fitted(tmp_path / "first")
    torch.manual_seed(2)
    state = torch.get_rng_state()
    second = fitted(tmp_path / "second")
    assert torch.get_rng_state().equal(state)
    for mine, yours in zip(first.network.parameters(), second.network.parameters(), strict=True):
        assert mine.equal(yours)


def test_training_leaves_the_number_of_threads(tmp_path: Path) -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(threads + 1)
    fitted(tmp_path)
    assert torch.get_num_threads() == threads + 1
    torch.set_num_threads(threads)


def test_a_second_fit_loads_and_does_not_train(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = fitted(tmp_path)
    monkeypatch.setattr(Classifier, "train", lambda *_: pytest.fail("trained again"))
    second = fitted(tmp_path)
    images = stripes().test["real"]
    assert second.extract(images).vectors.equal(first.extract(images).vectors)
    assert second.facts() == first.facts()


@pytest.mark.parametrize("content", [b"", b"cos\nsystem\n(S'exit 1'\ntR."])
def test_a_damaged_file_is_trained_anew(tmp_path: Path, content: bytes) -> None:
    fitted(tmp_path)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes(content)
    fitted(tmp_path)
    assert path.read_bytes() == whole


def test_whatever_shapes_the_weights_changes_the_files_name(tmp_path: Path) -> None:
    data = stripes()
    darker = replace(data, train=data.train | {"real": data.train["real"] * 0.9})
    fitted(tmp_path, min_accuracy=0)
    fitted(tmp_path, data=darker, min_accuracy=0)
    fitted(tmp_path, epochs=14, min_accuracy=0)
    fitted(tmp_path, width=9, min_accuracy=0)
    assert len(list(tmp_path.iterdir())) == 4
    fitted(tmp_path, min_accuracy=0.5)
    assert len(list(tmp_path.iterdir())) == 4


def test_each_image_is_extracted_for_itself(tmp_path: Path) -> None:
    classifier, images = fitted(tmp_path), stripes().test["real"]
    alone = torch.cat([classifier.extract(image[None]).vectors for image in images])
    torch.testing.assert_close(classifier.extract(images).vectors, alone)


def test_a_classifier_that_knows_nothing_is_refused(tmp_path: Path) -> None:
    data = stripes()
    swapped = replace(data, test=data.test | {"label": 1 - data.test["label"]})
    with pytest.raises(UserError) as error:
        fitted(tmp_path, data=swapped)
    assert str(error.value) == (
        "features 'classifier' reach a test accuracy of 0.000 on this data set, below min_accuracy 0.95; "
        "raise epochs, or choose other features"
    )


@pytest.mark.parametrize(("shape", "classes"), [((64,), 2), ((1, 8, 8), None)])
def test_data_without_images_or_labels_are_refused(
    tmp_path: Path, shape: tuple[int, ...], classes: int | None
) -> None:
    data = stripes()
    fields = data.train | {"real": data.train["real"].reshape(-1, *shape)}
    with pytest.raises(UserError) as error:
        fitted(tmp_path, data=replace(data, train=fields, test=fields, classes=classes))
    assert str(error.value) == "features 'classifier' need images with labels; this data set has none"


@pytest.mark.parametrize("shape", [(1, 2, 2), (3, 32, 32), (1, 28, 28), (3, 5, 17)])
def test_networks_fit_any_shape(shape: tuple[int, ...]) -> None:
    assert build(shape, 4, 16)(torch.zeros(2, *shape)).shape == (2, 4)
