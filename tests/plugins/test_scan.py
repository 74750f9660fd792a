import sys
from pathlib import Path

import pytest

from gbench.plugins import Component, components_in

from .conftest import write_files

EXPLODES = "raise RuntimeError('imported')\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_each_file_is_a_component_and_none_is_imported(folder: Path) -> None:
    files = {
        "folder_a/__init__.py": "",
        "folder_a/_helpers.py": EXPLODES,
        "folder_a/hinge.py": f'"""Hinge loss.\n\nMore."""\n{EXPLODES}class Hinge: ...\n',
        "folder_a/kl_two.py": '"""KL."""\nVERSION = "3"\nclass KLTwo: ...\n',
    }
    write_files(folder, files)
    assert components_in("folder_a", kind="loss") == [
        Component("loss", "hinge", "folder_a.hinge:Hinge", "Hinge loss.", "1"),
        Component("loss", "kl-two", "folder_a.kl_two:KLTwo", "KL.", "3"),
    ]
    assert "folder_a.hinge" not in sys.modules


def test_techniques_are_yaml_files(folder: Path) -> None:
    text = "summary: WGAN\npaper: 'A 2017'\nversion: 2\nloss: wasserstein\n"
    write_files(folder, {"folder_b/__init__.py": EXPLODES, "folder_b/wgan_gp.yaml": text})
    assert components_in("folder_b", kind="technique") == [
        Component("technique", "wgan-gp", "folder_b:wgan_gp.yaml", "WGAN", "2")
    ]


@pytest.mark.parametrize(
    ("file", "text", "kind", "message"),
    [
        ("hinge.py", "class Hinge: ...", "loss", "hinge.py has no docstring; its first line is the summary"),
        ("r_one.py", '"""R1."""', "loss", "r_one.py defines no class ROne"),
        (
            "hinge.py",
            '"""H."""\nVERSION = 1 + 1\nclass Hinge: ...',
            "loss",
            'hinge.py:2: VERSION must be a plain string like "1"',
        ),
        ("x.yaml", "summary: X\n", "technique", "x.yaml has no `paper`"),
        ("x.yaml", "[1]\n", "technique", "x.yaml is not a mapping"),
    ],
)
def test_a_malformed_file_is_named(folder: Path, file: str, text: str, kind: str, message: str) -> None:
    write_files(folder, {"folder_c/__init__.py": "", f"folder_c/{file}": text})
    with pytest.raises(ValueError, match=r"\w") as caught:
        components_in("folder_c", kind=kind)
    assert str(caught.value) == message


def test_a_module_is_no_package_folder(folder: Path) -> None:
    write_files(folder, {"folder_d.py": ""})
    with pytest.raises(ValueError, match="folder_d is not a package folder"):
        components_in("folder_d", kind="loss")
