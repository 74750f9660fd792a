"""A folder with a suite, and `gbench` in it."""

from pathlib import Path

import pytest

from tests.end_to_end.black_box import Gbench


@pytest.fixture
def gbench(tmp_path: Path) -> Gbench:
    return Gbench(tmp_path)
