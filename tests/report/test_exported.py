import json
from pathlib import Path

import pytest

from gbench.errors import UserError
from gbench.report.exported import check_export, read_export, write_export
from gbench.report.reading import read_study
from gbench.report.study import Study

from .recorded import new_run, record


@pytest.fixture
def study(tmp_path: Path) -> Study:
    run = new_run(tmp_path / "run")
    probe = {
        "kind": "probe",
        "probe": "look",
        "values": {"depth": [1.0, 2.0, None]},
        "tables": {"bins": [[1, 2], [3, 4], None]},
        "files": {},
    }
    sampling = {"kind": "sampling", "repeats": 3, "values": {"modes": [0.5, 0.5, None]}}
    record(
        run,
        "a",
        [[9.0, 3.0], [2.0, 8.0], [4.0, None]],
        diverged=(2,),
        events=(sampling, probe),
        pictures=True,
        probed={"depth": ("min", None)},
    )
    record(run, "b", [[1.0, 2.0]], finish=False)
    return read_study(tmp_path / "run")


def test_what_is_written_is_read_back(study: Study, tmp_path: Path) -> None:
    write_export(study, tmp_path / "out", pictures=True)
    back = read_study(tmp_path / "out")
    assert (back.name, back.summary, back.suite) == ("small", "Which is best?", study.suite)
    for entry, former in zip(back.entries, study.entries, strict=True):
        assert entry.cell == former.cell
        assert entry.summary == former.summary
        assert entry.outcomes == former.outcomes
        assert entry.probes == former.probes
        assert entry.state == former.state
    shots = back.entries[0].shots
    assert [(step, path.is_file()) for step, path in shots[0]] == [(100, True), (200, True)]
    assert check_export(tmp_path / "out") == []


def test_an_infinite_statistic_is_written_and_read(study: Study, tmp_path: Path) -> None:
    write_export(study, tmp_path / "out")
    (entry, _) = read_export(tmp_path / "out").entries
    assert entry.statistic("worst/kl") == float("inf")
    text = (tmp_path / f"out/cells/{entry.cell.id}.json").read_text()
    assert json.loads(text)["statistics"]["worst/kl"] == "inf"
    assert "NaN" not in text


def test_writing_again_gives_the_same_bytes(study: Study, tmp_path: Path) -> None:
    for _ in range(2):
        write_export(study, tmp_path / "out")
    write_export(read_study(tmp_path / "out"), tmp_path / "again")
    first, second = ((tmp_path / name / "results.json").read_text() for name in ("out", "again"))
    assert first == second


def test_a_changed_number_is_found(study: Study, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_export(study, out)
    (path,) = [path for path in (out / "cells").iterdir() if '"status":"done"' in path.read_text()]
    text = path.read_text()
    name = f"cells/{path.name}"
    path.write_text(text.replace('"median/modes":3.0', '"median/modes":4.0'))
    assert path.read_text() != text
    assert check_export(out) == [
        f"{name}: changed since it was exported (sha256 differs)",
        f"{name}: median/modes is 4 there, 3 from the measurements",
    ]
    path.write_text("{}")
    assert check_export(out)[1] == (
        f"{name}: {path}: damaged record: not a cell as `gbench export` writes it"
    )
    path.unlink()
    assert check_export(out) == [f"{name}: not there"]


def test_another_folder_is_left_alone(study: Study, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.tex").touch()
    with pytest.raises(UserError, match="mine: there are other files; name a new folder"):
        write_export(study, tmp_path / "mine")


def test_a_name_that_leads_out_is_refused(study: Study, tmp_path: Path) -> None:
    write_export(study, tmp_path / "out")
    index = tmp_path / "out/results.json"
    data = json.loads(index.read_text())
    index.write_text(json.dumps(data | {"files": {"../secret": "0"}}))
    with pytest.raises(UserError, match=r"damaged record: '\.\./secret' leads out of the folder"):
        check_export(tmp_path / "out")
