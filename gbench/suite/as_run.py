"""The suite that a run directory keeps: `suite.yaml`, as it was run."""

from dataclasses import dataclass
from pathlib import Path

from gbench.suite.yaml import read_yaml


@dataclass(frozen=True)
class SuiteAsRun:
    """What a report says about a suite beside its numbers."""

    #: Its name; the folder's where the file names none.
    name: str
    #: The question that it answers; empty where it asks none.
    summary: str
    #: The file's text; empty where there is no file.
    text: str


def suite_as_run(folder: Path) -> SuiteAsRun:
    """The suite in a run directory. Raises UserError where the file is not strict YAML."""
    path = folder / "suite.yaml"
    if not path.is_file():
        return SuiteAsRun(folder.resolve().name, "", "")
    data = read_yaml(path).data
    known = data if isinstance(data, dict) else {}
    name, summary = known.get("name") or folder.resolve().name, known.get("summary") or ""
    return SuiteAsRun(str(name), str(summary), path.read_text(encoding="utf-8"))
