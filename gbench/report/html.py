"""A report as one self-contained HTML page: no network, and every text escaped."""

import base64
import hashlib
from collections.abc import Sequence
from functools import singledispatch
from html import escape
from pathlib import Path
from string import Template

from gbench.report.blocks import Code, Figure, Gallery, Item, Report, Section, Strip, Table, Text
from gbench.report.thumbnails import embedded

PAGE = Path(__file__).parent / "page"


def to_html(document: Report) -> str:
    """The page; its script is named by its hash, so that the browser runs no other."""
    style, script = ((PAGE / name).read_text(encoding="utf-8") for name in ("style.css", "script.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    labels = sorted(document.colours)
    renderer = Renderer(labels, document.colours)
    return Template((PAGE / "page.html").read_text(encoding="utf-8")).substitute(
        title=escape(document.title),
        lead=escape(document.lead),
        script_hash=digest,
        style=style + renderer.palette(),
        script=script,
        contents=_contents(document.sections),
        techniques=renderer.chips(),
        sections="\n".join(renderer.section(section, 2, "") for section in document.sections),
        footer=escape(document.footer),
    )


def _contents(sections: Sequence[Section]) -> str:
    return "".join(f'<a href="#{anchor(section.title)}">{escape(section.title)}</a>' for section in sections)


def anchor(text: str, parent: str = "") -> str:
    """
    >>> anchor("Over training", "ring")
    'ring-over-training'
    """
    name = "".join(sign if sign.isalnum() else "-" for sign in text.lower())
    return f"{parent}-{name}" if parent else name


class Renderer:
    """Blocks as HTML, with each technique known by its number."""

    def __init__(self, labels: Sequence[str], colours: dict[str, str]):
        self.number = {label: index for index, label in enumerate(labels)}
        self.colours = colours

    def palette(self) -> str:
        """A rule for each technique's colour."""
        rules = (f'[data-technique="{self.number[label]}"]{{--own:{c}}}' for label, c in self.colours.items())
        return "\n" + "\n".join(sorted(rules)) + "\n"

    def chips(self) -> str:
        return "".join(
            f'<button type="button" data-technique="{number}" aria-pressed="false">{escape(label)}</button>'
            for label, number in self.number.items()
        )

    def section(self, section: Section, level: int, parent: str) -> str:
        """Figures that follow one another stand side by side."""
        name = anchor(section.title, parent)
        parts, figures = [], list[str]()
        for block in section.blocks:
            if isinstance(block, Figure):
                figures.append(self.figure(block))
                continue
            parts += [_side_by_side(figures), render(block, self)]
            figures = []
        parts.append(_side_by_side(figures))
        parts += [self.section(child, level + 1, name) for child in section.children]
        head = f'<h{level}><a href="#{name}">{escape(section.title)}</a></h{level}>'
        return f'<section id="{name}">{head}\n{"".join(parts)}</section>'

    def figure(self, figure: Figure) -> str:
        caption = f"<figcaption>{escape(figure.caption)}</figcaption>" if figure.caption else ""
        return f'<figure role="group" aria-label="{escape(figure.title)}">{figure.svg}{caption}</figure>'

    def technique(self, label: str | None) -> str:
        return f' data-technique="{self.number[label]}"' if label in self.number else ""


def _side_by_side(figures: Sequence[str]) -> str:
    return f'<div class="figures">{"".join(figures)}</div>' if figures else ""


@singledispatch
def render(block: object, renderer: Renderer) -> str:
    """A block as HTML."""
    raise TypeError(f"no form for a {type(block).__name__}")


@render.register
def _(block: Text, renderer: Renderer) -> str:
    return f'<p class="{block.tone or "plain"}">{escape(block.text)}</p>'


@render.register
def _(block: Code, renderer: Renderer) -> str:
    return f"<details><summary>{escape(block.title)}</summary><pre>{escape(block.text)}</pre></details>"


@render.register
def _(block: Table, renderer: Renderer) -> str:
    heads = "".join(
        f'<th scope="col"><button type="button">{escape(name)}</button></th>' for name in block.columns
    )
    rows = "".join(_row(row, renderer) for row in block.rows)
    caption = f'<p class="note">{escape(block.caption)}</p>' if block.caption else ""
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<h5>{escape(block.title)}</h5><div class="wide">{table}</div>{caption}'


def _row(row: Sequence[Item], renderer: Renderer) -> str:
    first, *others = row
    cells = "".join(f"<td{_order(item)}>{escape(item.text)}</td>" for item in others)
    warning = ' class="warned"' if first.warning else ""
    head = f'<th scope="row">{escape(first.text)}</th>'
    return f"<tr{renderer.technique(first.technique)}{warning}>{head}{cells}</tr>"


def _order(item: Item) -> str:
    return "" if item.order is None else f' data-order="{item.order:.9g}"'


@render.register
def _(block: Gallery, renderer: Renderer) -> str:
    steps = sorted({step for _, _, strips in block.rows for strip in strips for step, _ in strip.shots})
    rows = "".join(
        f'<div class="row"{renderer.technique(label)}><h6>{escape(title)}</h6>'
        + "".join(_strip(strip, title) for strip in strips)
        + "</div>"
        for label, title, strips in block.rows
    )
    slider = ""
    if len(steps) > 1:
        slider = (
            f'<label>step <input type="range" min="0" max="{len(steps) - 1}" value="{len(steps) - 1}" '
            f'data-steps="{" ".join(map(str, steps))}"> <output>{steps[-1]:,}</output></label>'
        )
    caption = f'<p class="note">{escape(block.caption)}</p>' if block.caption else ""
    head = f"<h5>{escape(block.title)}</h5>{slider}{caption}"
    single = all(len(strips) == 1 for _, _, strips in block.rows)
    return f'<div class="gallery{" abreast" * single}">{head}<div class="rows">{rows}</div></div>'


def _strip(strip: Strip, title: str) -> str:
    """The last picture is shown; where nothing runs the script, and on paper, it stays."""
    images = []
    for place, (step, path) in enumerate(strip.shots):
        hidden = "" if place == len(strip.shots) - 1 else " hidden"
        source, words = embedded(path), escape(f"{title}, {strip.heading}, step {step}")
        if source:
            images.append(f'<img src="{source}" alt="{words}" data-step="{step}"{hidden}>')
    pictures = "".join(images) or '<span class="note">the picture is gone</span>'
    return f"<figure>{pictures}<figcaption>{escape(strip.heading)}</figcaption></figure>"
