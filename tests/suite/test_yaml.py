import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbench.errors import UserError
from gbench.suite.dump import to_yaml
from gbench.suite.yaml import parse_yaml, read_yaml

PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126) | st.sampled_from("λ‖½\n\t:#'\"&*!"))
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | PRINTABLE
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PRINTABLE, inner, max_size=4),
    max_leaves=20,
)


def read(text: str) -> Any:
    return parse_yaml(text, "s.yaml").data


def refused(text: str) -> str:
    with pytest.raises(UserError) as caught:
        parse_yaml(text, "s.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-4", 1e-4),
        ("1E5", 1e5),
        (".5", 0.5),
        ("-3", -3),
        ("010", 10),
        ("true", True),
        ("yes", "yes"),
        ("on", "on"),
        ("True", "True"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("2024-01-01", "2024-01-01"),
        ("0x1f", "0x1f"),
        ("'1e-4'", "1e-4"),
        ('"true"', "true"),
        ("null", None),
        ("~", None),
        ("", None),
        ("|\n  12\n", "12\n"),
        ("! 12", 12),
    ],
)
def test_scalars(text: str, value: Any) -> None:
    assert repr(read(f"a: {text}")["a"]) == repr(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", "s.yaml:3: duplicate key 'a', first on line 1"),
        ("\nx: !!python/name:os", "s.yaml:2: tag tag:yaml.org,2002:python/name:os is not allowed"),
        ("a: !!str 1", "s.yaml:1: tag tag:yaml.org,2002:str is not allowed"),
        ("a: .nan", "s.yaml:1: .nan is not a finite number"),
        ("a:\n- -.inf", "s.yaml:2: -.inf is not a finite number"),
        ("a: 1e999", "s.yaml:1: 1e999 is not a finite number"),
        ("1: a", "s.yaml:1: key 1 is not text; quote it"),
        ("[a, b]: a", "s.yaml:1: key of several values is not text; quote it"),
        ("a: &x [1, *x]", "s.yaml:1: alias *x is inside its own anchor"),
        ("a: *x", "s.yaml:1: alias *x has no anchor before it"),
        ("--- 1\n--- 2", "s.yaml:2: a second document; one file holds one"),
        ("a: [1", "s.yaml:2: not YAML: did not find expected ',' or ']'"),
        ("a: " + "9" * 401, "s.yaml:1: a number of 401 digits is too long"),
        ("[" * 200_000, "s.yaml:1: nested deeper than 64"),
        ("a: 1\nb: \x07", "s.yaml:2: not YAML: control characters are not allowed"),
    ],
)  # fmt: skip
def test_refusals(text: str, message: str) -> None:
    assert refused(text) == message


def test_aliases_are_copies() -> None:
    data = read("a: &x {b: [1]}\nc: *x\n")
    assert data == {"a": {"b": [1]}, "c": {"b": [1]}}
    assert data["a"] is not data["c"]


def test_a_bomb_of_aliases_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert refused("\n".join(lines)).endswith("more than 100,000 values once aliases are expanded")


def test_a_tower_of_aliases_is_refused() -> None:
    lines = ["a0: &a0 x"] + [f"a{n}: &a{n} {'[' * 30}*a{n - 1}{']' * 30}" for n in range(1, 9)]
    assert refused("\n".join(lines)).endswith("nested deeper than 64 once aliases are expanded")


def test_places() -> None:
    document = parse_yaml("a: 1\nb:\n  - c\n  - d: {e: 1,\n        f: 2}\n", "s.yaml")
    assert document.place("a") == "s.yaml:1"
    assert document.place("b", 0) == "s.yaml:3"
    assert document.place("b", 1, "d", "f") == "s.yaml:5"
    assert document.place("b", 1, "missing") == "s.yaml:4"
    assert document.marks["b", 1, "d", "f"] == (5, 9)


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    with pytest.raises(UserError, match="cannot be read: No such file or directory"):
        read_yaml(path)
    path.write_bytes(b"a: 1\nb: \xff")
    with pytest.raises(UserError) as caught:
        read_yaml(path)
    assert str(caught.value) == f"{path}:2: is not UTF-8"
    path.write_bytes(b"#" * (2**20 + 1))
    with pytest.raises(UserError) as caught:
        read_yaml(path)
    assert str(caught.value) == f"{path}:1: is larger than 1 MiB"


@given(DATA)
def test_what_is_written_is_read_back(data: Any) -> None:
    back = read(to_yaml(data))
    assert json.dumps(back) == json.dumps(data)


@given(st.text())
def test_any_text_is_read_or_refused_with_its_line(text: str) -> None:
    try:
        parse_yaml(text, "s.yaml")
    except UserError as error:
        place, line, _ = str(error).split(":", 2)
        assert place == "s.yaml"
        assert 1 <= int(line) <= text.count("\n") + text.count("\r") + 2
