import pytest
import torch
from sklearn.linear_model import RidgeClassifier
from torch import Tensor

from gbench.data.dataset import Data
from gbench.errors import UserError
from gbench.evaluation.features import Extracted, Features
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples
from gbench_metrics.boundary_distortion import BoundaryDistortion, linear_classifier

from .vectors import normal


class Corner(Features):
    """A classifier: the class is the nearest of three corners of a triangle."""

    corners = torch.tensor([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])

    def extract(self, images: Tensor) -> Extracted:
        return Extracted(images, (-torch.cdist(images, self.corners)).softmax(1))


def drawn(*counts: int, seed: int = 0, width: float = 1.0) -> tuple[Tensor, Tensor]:
    """That many points around each corner, and which corner."""
    label = torch.arange(3).repeat_interleave(torch.tensor(counts))
    return Corner.corners[label] + width * normal(len(label), 2, seed=seed), label


def fitted(samples: int = 1000) -> BoundaryDistortion:
    (train, label), (test, answer) = drawn(100, 100, 100, seed=1), drawn(90, 90, 90, seed=2)
    fields = {"train": {"real": train, "label": label}, "test": {"real": test, "label": answer}}
    metric = BoundaryDistortion(samples=samples)
    metric.fit(Reference(Data(**fields, classes=3), {}))
    return metric


def values(fake: Tensor, labels: Tensor | None = None) -> list[float]:
    scores = fitted().score(Samples(fake, {"classifier": Corner()}, labels=labels))
    assert list(scores) == ["boundary-distortion-classifier-1k"]
    return scores["boundary-distortion-classifier-1k"].tolist()


@pytest.mark.parametrize(("rows", "columns"), [(60, 4), (20, 50)])
@pytest.mark.parametrize("ridge", [1.0, 0.01])
def test_the_classifier_agrees_with_scikit_learn(rows: int, columns: int, ridge: float) -> None:
    """Uneven classes, one of which does not occur."""
    x = normal(rows, columns).double() + torch.arange(rows)[:, None] / rows
    label = torch.tensor([0, 0, 0, 2, 3]).repeat(rows // 5)
    weights, bias = linear_classifier(x, label, 4, ridge)
    other = RidgeClassifier(alpha=ridge, class_weight="balanced", solver="cholesky").fit(x, label)
    torch.testing.assert_close(weights[:, [0, 2, 3]].T, torch.from_numpy(other.coef_), rtol=1e-6, atol=1e-9)
    torch.testing.assert_close(bias[[0, 2, 3]], torch.from_numpy(other.intercept_), rtol=1e-6, atol=1e-9)
    assert ((x @ weights + bias).argmax(1) != 1).all()


def test_the_training_data_lose_nothing() -> None:
    train, label = drawn(100, 100, 100, seed=1)
    assert values(train[None], label[None]) == [0.0]


def test_new_samples_lose_little_however_often_each_class_is_drawn() -> None:
    fresh, uneven = drawn(100, 100, 100, seed=3), drawn(240, 40, 20, seed=4)
    found = values(torch.stack([fresh[0], uneven[0]]), torch.stack([fresh[1], uneven[1]]))
    assert found == pytest.approx([0.0, 0.0], abs=0.03)


def test_a_class_that_is_never_drawn_is_lost() -> None:
    """With its third of the test samples; where one class is left, all but that one's."""
    two, one = drawn(150, 150, 0, seed=3), drawn(300, 0, 0, seed=3)
    found = values(torch.stack([two[0], one[0]]), torch.stack([two[1], one[1]]))
    assert found[0] == pytest.approx(1 / 3, abs=0.05)
    assert found[1] == pytest.approx(float(fitted().expected) - 1 / 3)


def test_a_boundary_in_the_wrong_place_loses_accuracy() -> None:
    """Samples of the first class that reach over into the second are called the second's by the labels."""
    fake, label = drawn(100, 100, 100, seed=3)
    fake[label == 0] -= 6
    assert values(fake[None], label[None])[0] > 0.1


def test_samples_without_labels_have_those_of_the_classifier() -> None:
    fake, _ = drawn(100, 100, 100, seed=3, width=1.5)
    votes = Corner().extract(fake).probabilities
    assert votes is not None
    assert values(fake[None]) == values(fake[None], votes.argmax(1)[None])


def test_order_and_neighbours() -> None:
    fake, _ = drawn(100, 60, 100, seed=3, width=1.5)
    alone = values(fake[None])
    assert values(torch.stack([0 * fake, fake, fake.flip(0)]))[1:] == pytest.approx(alone * 2)


def test_features_that_know_other_classes_are_refused() -> None:
    class Two(Features):
        def extract(self, images: Tensor) -> Extracted:
            return Extracted(images, images.softmax(1))

    with pytest.raises(UserError) as caught:
        fitted().score(Samples(normal(1, 50, 2), {"classifier": Two()}))
    assert caught.value.message == (
        "boundary-distortion: features 'classifier' tell 2 classes, and the data have 3; "
        "use features classifier"
    )
