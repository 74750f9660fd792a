import math
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
import torch
from torch import Tensor

from gbench.data.dataset import Data
from gbench.evaluation.evaluator import Evaluator
from gbench.evaluation.features import Extracted, Features
from gbench.evaluation.metric import Metric
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples

DATA = Data(train={"real": torch.ones(4, 2)}, test={"real": torch.ones(1, 2)})


@dataclass(kw_only=True)
class Offset(Metric):
    """Largest difference from the real mean."""

    keys: ClassVar[dict[str, tuple[str, float | None]]] = {"offset": ("min", None)}
    samples: int = 3

    def fit(self, reference: Reference) -> None:
        self.mean = reference.train["real"].mean(0)

    def score(self, samples: Samples) -> dict[str, Tensor]:
        return {"offset": (samples.fake - self.mean).abs().amax((1, 2))}


@dataclass(kw_only=True)
class Inverse(Metric):
    """Sum of the inverse of the first two samples as a matrix; singular ones raise."""

    keys: ClassVar[dict[str, tuple[str, float | None]]] = {"inverse-{name}": ("min", None)}
    samples: int = 2
    name: str = "2x2"

    def score(self, samples: Samples) -> dict[str, Tensor]:
        return {f"inverse-{self.name}": torch.linalg.inv(samples.fake).sum((1, 2))}


@dataclass(kw_only=True)
class Logarithm(Metric):
    """The logarithm of the first number of all."""

    keys: ClassVar[dict[str, tuple[str, float | None]]] = {"logarithm": ("max", None)}
    samples: int = 2

    def score(self, samples: Samples) -> dict[str, Tensor]:
        return {"logarithm": samples.fake[:, 0, 0].log()}


@dataclass(kw_only=True)
class Noted(Features):
    """Leaves a note in the folder."""

    def fit(self, data: Data, folder: Path) -> None:
        (folder / "note").write_text(str(len(data.train["real"])))

    def extract(self, images: Tensor) -> Extracted:
        return Extracted(images)

    def facts(self) -> dict[str, float]:
        return {"accuracy": 0.5}


def measure(fake: Tensor, *metrics: Metric) -> dict[str, list[float]]:
    return Evaluator(DATA, list(metrics), {}).fit(Path("unused")).measure(fake)


def test_scores_are_plain_numbers_in_the_order_of_replicas() -> None:
    fake = torch.ones(2, 3, 2)
    fake[1, 2, 0] = 3.5
    assert measure(fake, Offset()) == {"offset": [0.0, 2.5]}


def test_each_metric_sees_as_many_samples_as_it_asks_for() -> None:
    fake = torch.ones(1, 5, 2)
    fake[:, 3:] = 100
    assert Evaluator(DATA, [Offset(), Inverse()], {}).num_samples == 3
    assert measure(fake, Offset()) == {"offset": [0.0]}


def test_nothing_to_measure_needs_no_samples() -> None:
    assert Evaluator(DATA, [], {}).num_samples == 0
    assert measure(torch.ones(2, 0, 2)) == {}


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_replica_that_is_not_finite_is_nan_alone(bad: float) -> None:
    fake = torch.ones(3, 3, 2)
    fake[1, 2, 1] = bad
    fake[2] = 2
    scores = measure(fake, Offset())["offset"]
    assert math.isnan(scores[1])
    assert scores[::2] == [0.0, 1.0]


def test_no_finite_replica_leaves_every_key_nan() -> None:
    scores = measure(torch.full((2, 3, 2), math.nan), Offset(), Inverse())
    assert set(scores) == {"offset", "inverse-2x2"}
    assert all(math.isnan(value) for values in scores.values() for value in values)


def test_a_numerical_failure_hurts_no_other_replica_and_no_other_metric() -> None:
    fake = torch.eye(2).repeat(3, 1, 1)
    fake[0] *= 2
    fake[1] = 1
    scores = measure(torch.cat([fake, fake[:, :1]], 1), Inverse(), Offset())
    assert scores["inverse-2x2"][::2] == [1.0, 2.0]
    assert math.isnan(scores["inverse-2x2"][1])
    assert scores["offset"] == [1.0, 0.0, 1.0]


def test_an_infinite_score_is_nan() -> None:
    fake = torch.ones(2, 2, 2)
    fake[0] = 0
    scores = measure(fake, Logarithm())["logarithm"]
    assert math.isnan(scores[0])
    assert scores[1] == 0.0


def test_samples_of_another_type_are_converted() -> None:
    assert measure(torch.ones(1, 3, 2, dtype=torch.bfloat16), Offset()) == {"offset": [0.0]}


def test_features_are_fitted_and_their_facts_told(tmp_path: Path) -> None:
    evaluator = Evaluator(DATA, [], {"noted": Noted()}).fit(tmp_path)
    assert (tmp_path / "note").read_text() == "4"
    assert evaluator.facts() == {"noted/accuracy": 0.5}


def test_gradients_are_not_kept() -> None:
    fake = torch.ones(1, 3, 2, requires_grad=True)
    assert measure(fake, Offset()) == {"offset": [0.0]}
    assert fake.grad is None


def test_names_fill_options_in() -> None:
    assert Inverse(name="pair").names() == ["inverse-pair"]


@dataclass(kw_only=True)
class Asked(Metric):
    """The class of the first sample."""

    keys: ClassVar[dict[str, tuple[str, float | None]]] = {"asked-{samples}": ("max", None)}
    samples: int = 2

    def score(self, samples: Samples) -> dict[str, Tensor]:
        assert samples.labels is not None
        return self.named(samples.labels[:, 0])


def test_labels_stay_with_their_replicas() -> None:
    fake = torch.ones(3, 2, 2)
    fake[1] = math.nan
    labels = torch.tensor([[4, 0], [5, 0], [6, 0]])
    scores = Evaluator(DATA, [Asked()], {}).measure(fake, labels=labels)["asked-2"]
    assert math.isnan(scores[1])
    assert scores[::2] == [4.0, 6.0]
