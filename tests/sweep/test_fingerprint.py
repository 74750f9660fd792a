"""Which differences between machines are refused."""

import platform

import pytest

from gbench.sweep.fingerprint import difference, fingerprint


def test_python_and_torch_without_its_build_come_first() -> None:
    python, torch = fingerprint()[:2]
    assert python == f"python=={platform.python_version()}"
    assert torch.startswith("torch==")
    assert "+" not in torch


@pytest.mark.parametrize(
    ("here", "driver", "text"),
    [
        (["a==1"], ["a==1"], None),
        (["a==1", "b==1"], ["a==1", "b==2"], "b is 1 here, 2 at the driver"),
        (["a==1"], [], "a is 1 here, missing at the driver"),
        ([], ["a==1"], "a is missing here, 1 at the driver"),
    ],
)
def test_the_first_difference_is_named(here: list[str], driver: list[str], text: str | None) -> None:
    assert difference(here, driver) == text
