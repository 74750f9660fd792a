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


@pytest.mark.parametrize(
    ("name", "afterwards"),
    [
        ("Honest", ""),
        ("Computed", "Computed.takes = 'energies'\nComputed.paired: bool = bool(1)"),
        ("Undocumented", "Undocumented.__doc__ = 'Says something else.'"),
        ("Unlimited", "Unlimited.__dataclass_fields__['weight'].metadata = {'help': 'weight'}"),
    ],
)
def test_whole_readings_are_compared(
    name: str, afterwards: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / f"reading_{name.lower()}.py").write_text(LOSS.format(name=name) + afterwards)
    component = Component("loss", name.lower(), f"reading_{name.lower()}:{name}", "A loss.")
    if name == "Honest":
        reads_without_running(component)
    else:
        with pytest.raises(AssertionError):
            reads_without_running(component)
