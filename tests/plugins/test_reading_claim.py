"""The conformance kit refuses a component whose source says something else than its class."""

from pathlib import Path

import pytest

from gbench.plugins import Component
from gbench.testing.claims.describing import reads_without_running

LOSS = '''
"""A loss."""
from dataclasses import dataclass
from typing import ClassVar
from gbench.api import Loss, option

@dataclass(kw_only=True)
class {name}(Loss):
    """Says what it is."""
    takes: ClassVar[str] = "scores"
    weight: float = option(1.0, "weight", ge=0)
'''


def written(folder: Path, name: str, afterwards: str = "") -> Component:
    """A component in a module of its own, which goes on with a line after the class."""
    (folder / f"reading_{name.lower()}.py").write_text(LOSS.format(name=name) + afterwards)
    return Component("loss", name.lower(), f"reading_{name.lower()}:{name}", "A loss.")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_a_class_that_its_source_describes_passes(folder: Path) -> None:
    reads_without_running(written(folder, "Honest"))


@pytest.mark.parametrize(
    ("name", "afterwards"),
    [
        ("Changed", "Changed.takes = 'energies'"),
        ("Undocumented", "Undocumented.__doc__ = 'Says something else.'"),
        ("Unlimited", "Unlimited.__dataclass_fields__['weight'].metadata = {'help': 'weight'}"),
    ],
)
def test_attributes_docstring_and_options_are_compared(name: str, afterwards: str, folder: Path) -> None:
    with pytest.raises(AssertionError):
        reads_without_running(written(folder, name, afterwards))
