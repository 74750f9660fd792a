import torch

from gbench_datasets.digits import Digits
from gbench_datasets.stacked_digits import StackedDigits


def test_every_channel_is_a_digit_of_its_split_and_the_label_spells_them() -> None:
    single, data = Digits().load(), StackedDigits(points=300).load()
    assert (data.shape, data.classes) == ((3, 8, 8), 1000)
    for stacked, digits in ((data.train, single.train), (data.test, single.test)):
        known = {
            tuple(row): label
            for row, label in zip(digits["real"].flatten(1).tolist(), digits["label"].tolist(), strict=True)
        }
        spelled = [
            int("".join(str(known[tuple(channel)]) for channel in image))
            for image in stacked["real"].flatten(2).tolist()
        ]
        assert spelled == stacked["label"].tolist()
    assert (len(data.train["real"]), len(data.test["real"])) == (300, 30)


def test_modes_are_drawn_alike_and_channels_for_themselves() -> None:
    label = StackedDigits().load().train["label"]
    assert len(label) == 20_000
    assert len(label.unique()) == 1000
    digits = torch.stack([label // 100, label // 10 % 10, label % 10]).double()
    assert torch.corrcoef(digits).fill_diagonal_(0).abs().max().item() < 0.03
