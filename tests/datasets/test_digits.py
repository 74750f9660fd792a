import numpy as np
import torch
from sklearn.datasets import load_digits

from gbench_datasets.digits import Digits


def test_splits_are_disjoint_and_together_what_scikit_learn_loads() -> None:
    data = Digits().load()
    assert (len(data.train["real"]), len(data.test["real"])) == (1437, 360)
    bunch = load_digits()
    ours = torch.cat([data.train["real"], data.test["real"]]).flatten(1).numpy() * 8 + 8
    labels = torch.cat([data.train["label"], data.test["label"]]).numpy()
    table = np.column_stack([ours, labels])
    theirs = np.column_stack([bunch.data, bunch.target])
    assert (table[np.lexsort(table.T)] == theirs[np.lexsort(theirs.T)]).all()


def test_images_fill_the_range_of_tanh() -> None:
    data = Digits().load()
    real = data.train["real"]
    assert (data.shape, data.classes, real.dtype) == ((1, 8, 8), 10, torch.float32)
    assert real.shape[1:] == (1, 8, 8)
    assert (real.min().item(), real.max().item()) == (-1.0, 1.0)
    assert ((real + 1) * 8 % 1 == 0).all()


def test_every_digit_has_its_share_in_both_splits() -> None:
    data = Digits().load()
    train, test = data.train["label"].bincount(minlength=10), data.test["label"].bincount(minlength=10)
    assert ((test - (train + test) / 5).abs() < 1).all()
    assert data.train["label"].dtype == torch.int64
