import pytest
import torch

from gbench.errors import UserError
from gbench.evaluation.dataset import Data
from gbench.evaluation.reference import CHUNK, Reference, spread
from gbench_features.pixels import Pixels

TRAIN = torch.arange(2.0 * (CHUNK + 1)).reshape(-1, 2, 1, 1)
DATA = Data(train={"real": TRAIN}, test={"real": TRAIN[:3] + 0.5}, shape=(2, 1, 1))


def test_chunks_are_joined_in_order() -> None:
    assert Reference(DATA, {"pixels": Pixels()}).features("pixels").equal(TRAIN.flatten(1))


def test_splits_are_kept_apart() -> None:
    reference = Reference(DATA, {"pixels": Pixels()})
    assert reference.features("pixels", "test").tolist() == [[0.5, 1.5], [2.5, 3.5], [4.5, 5.5]]
    assert len(reference.features("pixels", "train")) == CHUNK + 1


def test_an_unknown_split_is_a_users_mistake() -> None:
    with pytest.raises(UserError) as error:
        Reference(DATA, {"pixels": Pixels()}).features("pixels", "tset")
    assert str(error.value) == "unknown split 'tset'; did you mean 'test'?"


def test_pixels_give_no_probabilities() -> None:
    with pytest.raises(UserError) as error:
        Reference(DATA, {"pixels": Pixels()}).probabilities("pixels")
    assert str(error.value) == "features 'pixels' give no class probabilities; use features of a classifier"


def test_spread_rows_are_even_and_distinct() -> None:
    rows = torch.arange(1000)
    assert spread(rows, 4).tolist() == [0, 333, 666, 999]
    assert len(spread(rows, 999).unique()) == 999
    assert spread(rows, 2000) is rows


def test_a_sorted_file_gives_every_class_its_share() -> None:
    label = torch.arange(10).repeat_interleave(100)
    assert spread(label, 50).bincount().tolist() == [5] * 10
