import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbench.errors import UserError
from gbench.suite.overrides import apply_sets, parse_set
from gbench.suite.yaml import parse_yaml

NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True).filter(lambda name: name != "grid")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


def applied(text: str, *sets: str) -> Any:
    return apply_sets(parse_yaml(text, "s.yaml"), sets).data


def refused(text: str, *sets: str) -> str:
    with pytest.raises(UserError) as caught:
        applied(text, *sets)
    return str(caught.value)


@given(st.lists(NAMES, min_size=1, max_size=4), VALUES)
def test_a_value_set_is_found_at_its_path(path: list[str], value: Any) -> None:
    found = applied("{}", f"{'.'.join(path)}={json.dumps(value)}")
    for key in path:
        found = found[key]
    assert json.dumps(found) == json.dumps(value)


def test_values_are_strict_yaml() -> None:
    assert parse_set("a.b=1e-4") == ("a.b", 1e-4)
    assert parse_set("a=yes") == ("a", "yes")
    assert parse_set("a==") == ("a", "=")
    assert parse_set("a=") == ("a", None)


def test_later_ones_win_and_the_rest_stays() -> None:
    assert applied("a: {b: 1, c: 2}", "a.b=3", "a.b=4") == {"a": {"b": 4, "c": 2}}


def test_the_document_given_is_left_alone() -> None:
    document = parse_yaml("a: {b: 1}", "s.yaml")
    apply_sets(document, ["a.b=2"])
    assert document.data == {"a": {"b": 1}}


def test_a_grid_has_dotted_keys() -> None:
    assert applied("{}", "grid.optimizer.lr=[1]") == {"grid": {"optimizer.lr": [1]}}


def test_entries_of_a_list_go_by_label_or_name() -> None:
    text = "techniques: [a, {use: a, label: b}]"
    assert applied(text, "techniques.a.loss.margin=2", "techniques.b.ema=0.9")["techniques"] == [
        {"use": "a", "loss.margin": 2},
        {"use": "a", "label": "b", "ema": 0.9},
    ]
    assert applied(text, "techniques.b=c")["techniques"] == ["a", "c"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("seeds", "--set seeds: must be PATH=VALUE, as budget.steps=100"),
        ("a..b=1", "--set a..b=1: must be PATH=VALUE, as budget.steps=100"),
        ("seeds.x=1", "--set seeds.x=1: 'seeds' is not a mapping, so it has no 'x'"),
        ("list.on=1", "--set list.on=1: no entry 'on'; did you mean 'one'?"),
        ("seeds=.inf", "--set seeds=.inf: .inf is not a finite number"),
    ],
)
def test_refusals(change: str, message: str) -> None:
    assert refused("{seeds: 3, list: [one, 2]}", change) == message


def test_places_follow() -> None:
    document = apply_sets(parse_yaml("a: {b: {c: 1}}\nd: 1", "s.yaml"), ["a.b=3"])
    assert document.place("a", "b", "c") == "--set a.b=3"
    assert document.place("d") == "s.yaml:2"
