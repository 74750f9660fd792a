from pathlib import Path

import pytest

from gbench.report.pasting import paste
from gbench.suite import load_suite

SUITES = Path(__file__).parent.parent.parent / "suites"


@pytest.mark.parametrize(
    "name", ["losses", "stability", "two-player-games", "normalisation", "parallel-lines", "tricks"]
)
def test_a_pasted_cell_is_the_same_cell(name: str, tmp_path: Path) -> None:
    """Whatever overrides, grids and presets made it: same identity, so same numbers."""
    cells = load_suite(SUITES / f"{name}.yaml").cells()
    for cell in cells[:: max(1, len(cells) // 8)]:
        path = tmp_path / "cell.yaml"
        path.write_text(paste(cell))
        (again,) = load_suite(path).cells()
        assert again.id == cell.id
        assert (again.primary, again.thresholds, again.replicas) == (
            cell.primary,
            cell.thresholds,
            cell.replicas,
        )
        assert (again.label, again.dataset) == (cell.label, cell.dataset)
