import torch

from gbench.data.dataset import Data
from gbench.data.density import Density

NORMAL = Density(torch.zeros(1, 2), 1.0)


def labelled(real: torch.Tensor, label: torch.Tensor) -> Data:
    fields = {"real": real, "label": label}
    return Data(train=fields, test=fields, classes=2)


def test_drawn_data_have_a_tenth_as_many_test_points() -> None:
    data = Data.drawn(NORMAL, 50)
    assert data.train["real"].shape == (50, 2)
    assert data.test["real"].shape == (5, 2)
    assert data.shape == (2,)
    assert data.density is NORMAL


def test_one_training_point_still_leaves_one_to_test() -> None:
    assert len(Data.drawn(NORMAL, 1).test["real"]) == 1


def test_seeds_of_drawn_data_differ() -> None:
    first, second = Data.drawn(NORMAL, 5), Data.drawn(NORMAL, 5, seed=1)
    assert not first.train["real"].equal(second.train["real"])
    assert first.digest() == Data.drawn(NORMAL, 5).digest() != second.digest()


def test_the_digest_sees_values_labels_and_shapes_but_not_the_test_split() -> None:
    real, label = torch.zeros(4, 6), torch.zeros(4, dtype=torch.long)
    data = labelled(real, label)
    others = [labelled(real + 1, label), labelled(real, label + 1), labelled(real.reshape(4, 2, 3), label)]
    assert len({data.digest(), *(other.digest() for other in others)}) == 4
    retested = Data(train=data.train, test={"real": real + 5, "label": label})
    assert retested.digest() == data.digest()


def test_data_move_with_their_density() -> None:
    moved = Data.drawn(NORMAL, 5).to("meta")
    assert moved.density is not None
    assert {moved.train["real"].device.type, moved.density.centers.device.type} == {"meta"}
