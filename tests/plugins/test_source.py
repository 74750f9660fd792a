"""What is read from the source is what Python would say, and nothing is imported for it."""

import sys
from pathlib import Path
from typing import Literal

import pytest

from gbench.plugins.describe import ClassReading, Option, read_class, read_source
from gbench.plugins.literal import NotLiteralError
from gbench.plugins.source import SourceReader

from .conftest import Install, write_files

BASE = '''
from dataclasses import dataclass, field
from typing import ClassVar
from gbench.plugins.options import option

@dataclass(kw_only=True)
class Regularizer:
    """Base."""
    paper: ClassVar[str] = ""
    needs: ClassVar[tuple[str, ...]] = ()
    on: str = option("discriminator", "which network")
    weight: float = option(1.0, "weight", ge=0)
    state: dict = field(default_factory=dict, init=False)

    def penalty(self): ...
'''

PENALTY = '''
"""A penalty."""
import abc
from dataclasses import dataclass
from typing import ClassVar, Literal

from acme_api import Regularizer, option

SCALE = 1e-3
Place = Literal["real", "fake"]

@dataclass(kw_only=True)
class Penalty(Regularizer, abc.ABC):
    """γ/2 ‖∇D‖².

    Eq. 9.
    """
    paper: ClassVar[str] = ("Mescheder et al. "
        "2018")
    needs = ("real", "label")
    order = [1, -2]
    computed = tuple(range(2))
    weight: float = option(10 * SCALE, help="γ", gt=0, le=1 / 2)
    at: Place = option("real", "where")
    betas: tuple[float, float] = option((0.5, 0.9), "decays", ge=0, lt=1)
    widths: "list[int]" = option([64, 128], "widths")
    limit: int | None = option(None, "limit")
    plain: bool = True
'''


@pytest.fixture
def package(install: Install, tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "acme_api.py": "from acme_engine.base import Regularizer\nfrom acme_engine import option",
            "acme_engine/__init__.py": "from gbench.plugins.options import option as option",
            "acme_engine/base.py": BASE,
            "acme_losses/__init__.py": "",
            "acme_losses/penalty.py": PENALTY,
        },
    )


EXPECTED = ClassReading(
    doc="γ/2 ‖∇D‖².\n\nEq. 9.",
    options={
        "on": Option("on", str, "discriminator", "which network", {}),
        "weight": Option("weight", float, 0.01, "γ", {"gt": 0, "le": 0.5}),
        "at": Option("at", Literal["real", "fake"], "real", "where", {}),
        "betas": Option("betas", tuple[float, float], (0.5, 0.9), "decays", {"ge": 0, "lt": 1}),
        "widths": Option("widths", list[int], [64, 128], "widths", {}),
        "limit": Option("limit", int | None, None, "limit", {}),
        "plain": Option("plain", bool, True, "", {}),
    },
    attributes={"paper": "Mescheder et al. 2018", "needs": ("real", "label"), "order": [1, -2]},
)


@pytest.mark.usefixtures("package")
def test_a_class_is_read_through_its_imports_without_importing_it() -> None:
    assert read_source(SourceReader(), "acme_losses.penalty:Penalty") == EXPECTED
    assert not {"acme_api", "acme_engine", "acme_losses.penalty"} & set(sys.modules)


@pytest.mark.usefixtures("package")
def test_order_of_options_is_that_of_the_dataclass() -> None:
    reading = read_source(SourceReader(), "acme_losses.penalty:Penalty")
    assert list(reading.options) == list(EXPECTED.options)


def test_the_class_itself_says_the_same(install: Install, tmp_path: Path) -> None:
    penalty = PENALTY.replace("    computed = tuple(range(2))\n", "").replace("acme_api", "twin_api")
    write_files(tmp_path, {"twin_api.py": BASE, "twin_penalty.py": penalty})
    from twin_penalty import Penalty  # type: ignore[import-not-found]

    assert read_class(Penalty) == read_source(SourceReader(), "twin_penalty:Penalty") == EXPECTED


DIAMOND = """
class A:
    x = "a"
class B(A): pass
class C(A):
    x = "c"
class D(B, C): pass
"""


def test_a_diamond_follows_pythons_order(install: Install, tmp_path: Path) -> None:
    write_files(tmp_path, {"diamond.py": DIAMOND})
    from diamond import D  # type: ignore[import-not-found]

    assert read_source(SourceReader(), "diamond:D").attributes == {"x": D.x} == {"x": "c"}


@pytest.mark.parametrize(
    "body",
    [
        "class X(make_base()): ...",
        "class X(Nowhere): ...",
        "class X(metaclass=type): ...",
        "@register\nclass X: ...",
        "class X:\n    if True:\n        a = 1",
        "class X:\n    needs = tuple(sorted('ab'))",
        "class X:\n    @property\n    def keys(self): ...",
        "from clever_nowhere import X",
        "from clever import X",
        "X = type('X', (), {})",
        "@dataclass\nclass X:\n    a: float = option(compute(), 'a')",
        "@dataclass\nclass X:\n    a: complex = option(1, 'a')",
        "@dataclass\nclass X:\n    a: float",
    ],
)
def test_what_is_too_clever_is_admitted(install: Install, tmp_path: Path, body: str) -> None:
    write_files(tmp_path, {"clever.py": body})
    with pytest.raises(NotLiteralError):
        read_source(SourceReader(), "clever:X")


def test_a_class_that_is_too_clever_is_imported(install: Install, hook: str) -> None:
    from gbench.plugins import Registry, discover

    clever = (
        '"""Clever."""\nfrom dataclasses import dataclass\nfrom gbench.plugins import option\n'
        "@dataclass(kw_only=True)\nclass Clever:\n"
        "    width: int = option(len('four'), 'width', ge=1)\n    needs = tuple(sorted('ba'))\n"
    )
    install(
        "clever", "1", {"losses": "clever_g"}, {"clever_g/__init__.py": hook, "clever_g/clever.py": clever}
    )
    registry = Registry(package for package in discover() if package.distribution == "clever")
    description = registry.describe(registry.find("loss", "clever"))
    assert description.options == {"width": Option("width", int, 4, "width", {"ge": 1})}
    assert description.attributes == {"needs": ("a", "b")}
