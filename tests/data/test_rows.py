"""Rows that are chosen evenly."""

import torch

from gbench.api import evenly


def test_rows_are_evenly_spaced_and_distinct() -> None:
    rows = torch.arange(1000)
    assert evenly(rows, 4).tolist() == [0, 333, 666, 999]
    assert len(evenly(rows, 999).unique()) == 999
    assert evenly(rows, 2000) is rows


def test_a_sorted_file_gives_every_class_its_share() -> None:
    label = torch.arange(10).repeat_interleave(100)
    assert evenly(label, 50).bincount().tolist() == [5] * 10
