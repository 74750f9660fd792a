import subprocess
import sys
from pathlib import Path

import pytest

from gbench.errors import UserError
from gbench.record import RunDirectory
from gbench.suite.cell import Cell
from tests.record.steps import make_cell


def test_cells_come_back_by_name(run: RunDirectory, cell: Cell) -> None:
    other = make_cell("dragan")
    run.add([other])
    assert run.cells() == [other, cell]
    assert run.cell(cell.id) == cell


def test_a_cell_takes_more_replicas_without_losing_its_record(run: RunDirectory, cell: Cell) -> None:
    run.cohort(cell.id, 0, 2).begin_attempt().close()
    run.add([make_cell(replicas=8)])
    assert run.cell(cell.id).replicas == 8
    assert run.cohort(cell.id, 0, 2).attempts() == 1


def test_a_cell_half_added_when_the_driver_died_is_not_there(run: RunDirectory, cell: Cell) -> None:
    run.cell_folder("0123456789abcdef").mkdir()
    assert run.cells() == [cell]


def test_a_folder_without_a_run(tmp_path: Path) -> None:
    with pytest.raises(UserError) as error:
        RunDirectory(tmp_path / "nothing").require()
    assert str(error.value) == f"{tmp_path}/nothing: no run here; `gbench run SUITE` makes one"


def test_stopping_is_a_file(run: RunDirectory) -> None:
    assert not run.stop_requested()
    run.request_stop()
    run.request_stop()
    assert run.stop_requested()
    run.clear_stop()
    run.clear_stop()
    assert not run.stop_requested()


HOLD = """
import sys
from pathlib import Path
from gbench.record import RunDirectory
with RunDirectory(Path(sys.argv[1])).lock():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_driver_learns_who_the_first_is(run: RunDirectory) -> None:
    command = [sys.executable, "-c", HOLD, str(run.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"
        with pytest.raises(UserError) as error, run.lock():
            pass
        assert str(error.value).startswith(f"{run.root}/lock: process {first.pid} on ")
        assert str(error.value).endswith(" is running this suite already")
        assert (run.locked_by() or "").startswith(f"process {first.pid} on ")
        first.kill()
    assert run.locked_by() is None
    with run.lock():
        pass
