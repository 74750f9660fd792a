"""The README's pictures: one replica's last samples for each technique of a run, side by side.

python docs/figures.py results/stability docs/images
"""

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from gbench.report.reading import read_study
from gbench.report.study import Entry

REPLICA = 0
SIDE, LABEL, GAP, COLUMNS = 180, 18, 8, 4  # pixels, and pictures in a row


def last_picture(entry: Entry) -> Image.Image | None:
    """The last sheet of samples of the replica, if it lived to draw one."""
    shots = entry.shots.get(REPLICA, ())
    return Image.open(shots[-1][1]).convert("RGB") if shots else None


def sheet(entries: list[Entry]) -> Image.Image:
    """Pictures in the order of the ranking, each under its technique's name."""
    height = -(-len(entries) // COLUMNS) * (SIDE + LABEL + GAP) + GAP
    page = Image.new("RGB", (COLUMNS * (SIDE + GAP) + GAP, height), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(13)
    for index, entry in enumerate(entries):
        left = GAP + index % COLUMNS * (SIDE + GAP)
        top = GAP + index // COLUMNS * (SIDE + LABEL + GAP)
        pen.text((left, top), entry.title, fill="black", font=font)
        picture = last_picture(entry)
        if picture is not None:
            page.paste(picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS), (left, top + LABEL))
    return page


def main(folder: str, target: str) -> None:
    study = read_study(Path(folder))
    Path(target).mkdir(parents=True, exist_ok=True)
    for results in study.datasets:
        sheet(results.ranked).save(Path(target) / f"{results.dataset}.png", optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
