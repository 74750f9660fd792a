from typing import Any, Literal

import pytest

from gbench.errors import UserError
from gbench.plugins.describe import Option
from gbench.plugins.validate import OptionValidator


def options(*items: Option) -> dict[str, Option]:
    return {item.name: item for item in items}


VALIDATOR = OptionValidator(
    "loss hinge",
    options(
        Option("weight", float, 10, "", {"ge": 0}),
        Option("steps", int, 1, "", {"ge": 1, "lt": 9}),
        Option("betas", tuple[float, float], (0.5, 0.9), "", {"ge": 0, "lt": 1}),
        Option("at", Literal["real", "fake"], "real", "", {}),
        Option("width", int | None, None, "", {"ge": 1}),
        Option("json", bool, False, "", {}),
        Option("model_config", list[int], [1], "", {}),
    ),
)


def locate(option: str) -> str:
    return f"suites/x.yaml:{list(VALIDATOR.options).index(option) if option in VALIDATOR.options else 99}"


def test_an_option_may_require_another_one() -> None:
    """Where it is set; its own place is told."""
    validator = OptionValidator(
        "optimizer sgd",
        options(
            Option("momentum", float, 0.0, "", {"ge": 0}),
            Option("nesterov", bool, False, "", {}, requires="momentum"),
        ),
    )
    with pytest.raises(UserError) as caught:
        validator.plain({"nesterov": True}, lambda option: f"x.yaml:{option}")
    assert str(caught.value) == "x.yaml:nesterov: option 'nesterov' of optimizer sgd needs a momentum > 0"
    assert validator.plain({"nesterov": True, "momentum": 0.5}, locate)["nesterov"] is True
    assert validator.plain({}, locate) == {"momentum": 0.0, "nesterov": False}


def test_defaults_are_filled_in_as_plain_data() -> None:
    assert VALIDATOR.plain({}, locate) == {
        "weight": 10.0,
        "steps": 1,
        "betas": [0.5, 0.9],
        "at": "real",
        "width": None,
        "json": False,
        "model_config": [1],
    }


def test_whole_numbers_stand_for_floats_and_lists_for_tuples() -> None:
    plain = VALIDATOR.plain({"weight": 2, "betas": [0, 0.5]}, locate)
    assert repr(plain["weight"]) == "2.0"
    assert repr(plain["betas"]) == "[0.0, 0.5]"
    assert VALIDATOR.typed({"betas": [0, 0.5]}, locate)["betas"] == (0.0, 0.5)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"weight": -1},
            "suites/x.yaml:0: option 'weight' of loss hinge must be >= 0, not -1",
        ),
        (
            {"weight": "1"},
            "suites/x.yaml:0: option 'weight' of loss hinge must be float, not '1'",
        ),
        (
            {"weight": True},
            "suites/x.yaml:0: option 'weight' of loss hinge must be float, not true",
        ),
        (
            {"weight": float("inf")},
            "suites/x.yaml:0: option 'weight' of loss hinge must be finite, not Infinity",
        ),
        (
            {"weight": float("nan")},
            "suites/x.yaml:0: option 'weight' of loss hinge must be finite, not NaN",
        ),
        (
            {"steps": 9},
            "suites/x.yaml:1: option 'steps' of loss hinge must be >= 1, < 9, not 9",
        ),
        (
            {"steps": 1.0},
            "suites/x.yaml:1: option 'steps' of loss hinge must be int, not 1.0",
        ),
        (
            {"betas": [0.5, 1.0]},
            "suites/x.yaml:2: option 'betas' of loss hinge must be >= 0, < 1, not [0.5, 1.0]",
        ),
        (
            {"betas": [0.5]},
            "suites/x.yaml:2: option 'betas' of loss hinge must be tuple[float, float], not [0.5]",
        ),
        (
            {"at": "reel"},
            "suites/x.yaml:3: option 'at' of loss hinge must be one of real, fake, not 'reel'",
        ),
        ({"width": 0}, "suites/x.yaml:4: option 'width' of loss hinge must be >= 1, not 0"),
        (
            {"width": "x"},
            "suites/x.yaml:4: option 'width' of loss hinge must be int | none, not 'x'",
        ),
        (
            {"wieght": 1},
            "suites/x.yaml:99: loss hinge has no option 'wieght'; did you mean 'weight'?",
        ),
    ],
)
def test_a_wrong_option_is_told_in_one_line(given: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError) as caught:
        VALIDATOR.plain(given, locate)
    assert str(caught.value) == message


def test_a_component_without_options_says_so() -> None:
    with pytest.raises(UserError) as caught:
        OptionValidator("loss hinge", {}).plain({"margin": 1}, lambda option: None)
    assert str(caught.value) == "loss hinge has no option 'margin'; it has none"
