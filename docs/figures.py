"""The README's pictures: one replica's last samples for each technique of a run, side by side.

python docs/figures.py results/stability docs/images
"""

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from gbench.record import RunDirectory
from gbench.report.results import gather
from gbench.report.standings import Row, standings

REPLICA = "0"
SIDE, LABEL, GAP, COLUMNS = 180, 18, 8, 4  # pixels, and pictures in a row


def last_picture(run: RunDirectory, row: Row) -> Image.Image | None:
    """The last sheet of samples of the replica, if it lived to draw one."""
    for cohort in run.cohorts(row.cell.id):  # type: ignore[attr-defined]
        drawn = [e for e in cohort.events() if e["kind"] == "images" and REPLICA in e["files"]]
        if drawn:
            return Image.open(cohort.file(drawn[-1]["files"][REPLICA])).convert("RGB")
    return None


def sheet(run: RunDirectory, rows: list[Row]) -> Image.Image:
    """Pictures in the order of the ranking, each under its technique's name."""
    height = -(-len(rows) // COLUMNS) * (SIDE + LABEL + GAP) + GAP
    page = Image.new("RGB", (COLUMNS * (SIDE + GAP) + GAP, height), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(13)
    for index, row in enumerate(rows):
        left = GAP + index % COLUMNS * (SIDE + GAP)
        top = GAP + index // COLUMNS * (SIDE + LABEL + GAP)
        pen.text((left, top), row.technique, fill="black", font=font)
        picture = last_picture(run, row)
        if picture is not None:
            page.paste(picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS), (left, top + LABEL))
    return page


def main(folder: str, target: str) -> None:
    run = RunDirectory(Path(folder))
    rows, _ = gather(run, run.cells())
    Path(target).mkdir(parents=True, exist_ok=True)
    for standing in standings(rows):
        sheet(run, standing.rows).save(Path(target) / f"{standing.dataset}.png", optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
