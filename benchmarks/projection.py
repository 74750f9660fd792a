"""How long a full projection of 1,000 recorded cells into MLflow takes, with its report.

    python benchmarks/projection.py [--cells 1000] [--replicas 1] [--points 100] [--keep FOLDER]

Writes a record as `benchmarks/report.py` does: ten measurements of four metrics, and six traces of
`--points` points each. Then `gbench sync` runs on it in a fresh process, into a database that is there
already, and its wall time and CPU time are told.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import report

from gbench.tracking.location import database, embedded_uri, prepare_database


def make(folder: Path, cells: int, replicas: int, points: int) -> None:
    """A run directory of `cells` cells, each with a finished cohort of `replicas`."""
    report.REPLICAS = replicas
    report.make(folder, cells * replicas, points, most=cells)


def measure(folder: Path) -> None:
    """Project everything, as if for the first time."""
    for path in folder.rglob("tracking.json"):
        path.unlink()
    results = folder.parent
    database(results).unlink(missing_ok=True)
    shutil.rmtree(results / "artifacts", ignore_errors=True)
    prepare_database(embedded_uri(results))
    before, began = os.times(), time.monotonic()
    subprocess.run([sys.executable, "-m", "gbench.cli", "sync", str(folder)], check=True)
    wall, after = time.monotonic() - began, os.times()
    cpu = sum(after[2:4]) - sum(before[2:4])
    print(f"  wall {wall:.1f} s (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores), CPU {cpu:.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cells", type=int, default=1000)
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--points", type=int, default=100)
    parser.add_argument("--keep", type=Path, help="keep the record there, and use it if it is there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.keep or Path(temporary)) / "many"
        if not folder.is_dir():
            make(folder, given.cells, given.replicas, given.points)
        size = sum(path.stat().st_size for path in folder.rglob("events.*")) / 2**20
        print(f"{len(list(folder.glob('cells/*')))} cells, {size:.0f} MiB of journals")
        measure(folder)


if __name__ == "__main__":
    main()
