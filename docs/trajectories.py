"""Where the players of a two-player game went: a panel for each method of a run, a page for each game.

python docs/trajectories.py results/two-player-games docs/images
"""

import math
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from gbench.record import History, RunDirectory
from gbench.suite import load_suite

REPLICA = 0
FINE = 4  # a panel is drawn so much larger, and then shrunk
SIDE, LABEL, GAP, COLUMNS = 172, 20, 12, 5  # pixels, and panels in a row
REACH = 2.2  # half-width of the plane, in distances of the start from the equilibrium

PAPER, FRAME, INK, FAINT = (250, 250, 248), (214, 214, 210), (30, 30, 30), (130, 130, 128)
EQUILIBRIUM, REACHED = (214, 69, 65), (28, 122, 82)
EARLY, LATE = (176, 204, 232), (10, 50, 120)  # the first rounds and the last ones

PLANES = (("position/theta", "position/psi"), ("position/x", "position/y"))
CHOICES = ("rock", "paper", "scissors")
CORNERS = (
    (-math.sqrt(3) / 2, -0.75),
    (0.0, 0.75),
    (math.sqrt(3) / 2, -0.75),
)  # of the triangle of strategies

Point = tuple[float, float]
Colour = tuple[int, int, int]


class Panel:
    """A square whose coordinates go from −reach to reach; what lies outside is cut off."""

    def __init__(self, reach: float):
        self.reach = reach
        self.image = Image.new("RGB", (SIDE * FINE, SIDE * FINE), PAPER)
        self.pen = ImageDraw.Draw(self.image)

    def finished(self) -> Image.Image:
        """The panel at its size, in a frame."""
        image = self.image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        ImageDraw.Draw(image).rectangle((0, 0, SIDE - 1, SIDE - 1), outline=FRAME)
        return image

    def pixel(self, point: Point) -> Point:
        scale = SIDE * FINE / 2
        return scale * (1 + point[0] / self.reach), scale * (1 - point[1] / self.reach)

    def line(self, start: Point, end: Point, colour: Colour, width: float) -> None:
        self.pen.line([self.pixel(start), self.pixel(end)], colour, round(width * FINE))

    def dot(self, point: Point, colour: Colour, radius: float, filled: bool = True) -> None:
        (x, y), r = self.pixel(point), radius * FINE
        fill = colour if filled else PAPER
        self.pen.ellipse((x - r, y - r, x + r, y + r), fill, colour, round(1.4 * FINE))

    def cross(self, point: Point) -> None:
        """The equilibrium, over whatever goes there."""
        (x, y), size = point, 0.05 * self.reach
        self.line((x - size, y), (x + size, y), EQUILIBRIUM, 1.5)
        self.line((x, y - size), (x, y + size), EQUILIBRIUM, 1.5)

    def trajectory(self, points: Sequence[Point], width: float) -> None:
        """A line that darkens with the rounds, from a ring to a dot."""
        for index in range(len(points) - 1):
            self.line(points[index], points[index + 1], shade(index / len(points)), width)
        self.dot(points[0], LATE, 3.0, filled=False)
        self.dot(points[-1], LATE, 2.4)


def shade(share: float) -> Colour:
    """The colour of a trajectory after a share of the rounds; it darkens fast at first."""
    red, green, blue = (round(a + math.sqrt(share) * (b - a)) for a, b in zip(EARLY, LATE, strict=True))
    return red, green, blue


def curve(history: History, key: str) -> list[float]:
    """A trace of the replica; it ends where its numbers do."""
    return [value for _, value in history.traces[key][REPLICA] if value is not None]


def plane(history: History, across: str, up: str) -> Image.Image:
    """Both players' numbers: the generator's across, the discriminator's up."""
    start = [history.cell.recipe.game.options[key.removeprefix("position/")] for key in (across, up)]
    panel = Panel(REACH * math.hypot(*start))
    panel.line((-panel.reach, 0), (panel.reach, 0), FRAME, 1)
    panel.line((0, -panel.reach), (0, panel.reach), FRAME, 1)
    panel.trajectory(list(zip(curve(history, across), curve(history, up), strict=True)), 1.2)
    panel.cross((0, 0))
    return panel.finished()


def triangle(history: History) -> Image.Image:
    """The generator's strategies between rock (left), paper (top) and scissors (right)."""
    panel = Panel(0.96)
    for start, end in zip(CORNERS, CORNERS[1:] + CORNERS[:1], strict=True):
        panel.line(start, end, FRAME, 1.2)
    shares = zip(*(curve(history, f"{choice}/generator") for choice in CHOICES), strict=True)
    panel.trajectory([mixture(share) for share in shares], 0.8)
    panel.cross(mixture((1 / 3, 1 / 3, 1 / 3)))
    return panel.finished()


def mixture(shares: Sequence[float]) -> Point:
    """A strategy as a point of the triangle."""
    pairs = list(zip(shares, CORNERS, strict=True))
    return sum(share * x for share, (x, _) in pairs), sum(share * y for share, (_, y) in pairs)


def draw(history: History) -> Image.Image | None:
    """The panel of a cell, if its game says where the players are."""
    if f"{CHOICES[0]}/generator" in history.traces:
        return triangle(history)
    for across, up in PLANES:
        if across in history.traces:
            return plane(history, across, up)
    return None


def caption(history: History) -> str:
    """How far from the equilibrium the replica ended."""
    primary = history.cell.primary
    assert primary is not None
    value = history.measurements[primary][REPLICA][-1][1]
    return "lost" if value is None else "reached" if value < 1e-3 else f"{value:.2g}"


def page(panels: Sequence[tuple[str, str, Image.Image]]) -> Image.Image:
    """Panels in the order of the suite, each under its method's name and the distance at its end."""
    rows = -(-len(panels) // COLUMNS)
    size = (COLUMNS * (SIDE + GAP) + GAP, rows * (SIDE + LABEL + GAP) + GAP)
    sheet = Image.new("RGB", size, "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for index, (name, end, image) in enumerate(panels):
        left = GAP + index % COLUMNS * (SIDE + GAP)
        top = GAP + index // COLUMNS * (SIDE + LABEL + GAP)
        pen.text((left, top), name, INK, font)
        pen.text((left + SIDE, top), end, REACHED if end == "reached" else FAINT, font, anchor="ra")
        sheet.paste(image, (left, top + LABEL))
    return sheet


def main(folder: str, target: str) -> None:
    run = RunDirectory(Path(folder))
    pages: dict[str, list[tuple[str, str, Image.Image]]] = {}
    for cell in load_suite(run.root / "suite.yaml").cells():
        history = run.history(cell)
        image = draw(history) if history.traces else None
        if image is not None:
            pages.setdefault(cell.dataset, []).append((cell.label, caption(history), image))
    Path(target).mkdir(parents=True, exist_ok=True)
    for dataset, panels in pages.items():
        page(panels).save(Path(target) / f"{dataset}.png", optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
