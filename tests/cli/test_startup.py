"""The command line starts fast because it imports nothing heavy."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "ray", "mlflow", "pandas", "matplotlib", "sklearn", "scipy")

PROBE = """
import atexit, sys
atexit.register(lambda: print("loaded:", *({heavy} & set(sys.modules)), file=sys.stderr))
from gbench.cli import main
main()
"""


@pytest.mark.parametrize(
    "arguments", [["--help"], ["list"], ["show", "loss", "hinge"], ["plugins"], ["schema"]], ids=" ".join
)
def test_nothing_heavy_is_imported(arguments: list[str]) -> None:
    probe = PROBE.format(heavy=set(HEAVY))
    done = subprocess.run(
        [sys.executable, "-c", probe, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stderr == "loaded:\n"
    assert done.stdout


def test_rich_is_not_needed_for_help() -> None:
    probe = PROBE.format(heavy={"rich", "pydantic", "yaml"})
    done = subprocess.run(
        [sys.executable, "-c", probe, "--help"], capture_output=True, text=True, check=False
    )
    assert done.stderr == "loaded:\n"
