"""Schedules of a technique: into the recipe, and refused."""

from typing import Any

import pytest

from gbench.errors import UserError

from .conftest import SUITE, Load

LINEAR = {"shape": "linear", "start": 1.0, "end": 0.0, "from": 0.0, "until": 1.0}
PENALTY = "regularizers.gradient-penalty.weight"


def technique(*lines: str) -> str:
    """The suite with these lines as `schedules` of its technique; the first is line 9."""
    block = "".join(f"      {line}\n" for line in lines)
    return SUITE.replace("[wgan-gp]", f"\n  - use: wgan-gp\n    schedules:\n{block}")


def recipe(load: Load, text: str, *sets: str) -> Any:
    [cell] = load(text, *sets).cells()
    return cell.recipe.to_json()


def schedules(load: Load, text: str, *sets: str) -> Any:
    return recipe(load, text, *sets).get("schedules")


def test_without_schedules_nothing_is_said_of_them(load: Load) -> None:
    assert "schedules" not in recipe(load, SUITE)
    assert load(technique("optimizer.lr: null")).cells()[0].id == load(SUITE).cells()[0].id


def test_a_schedule_is_part_of_the_recipe(load: Load) -> None:
    text = technique(
        "optimizer.lr: {shape: cosine, end: 0.1, until: 0.5}", f"{PENALTY}: {{start: 2, end: 1}}"
    )
    cosine = {"shape": "cosine", "start": 1.0, "end": 0.1, "from": 0.0, "until": 0.5}
    assert schedules(load, text) == {
        "optimizers.discriminator.lr": cosine,
        "optimizers.generator.lr": cosine,
        PENALTY: LINEAR | {"start": 2.0, "end": 1.0},
    }
    assert load(text).cells()[0].id != load(SUITE).cells()[0].id


def test_one_turns_optimizer_counts_more_than_every_turns(load: Load) -> None:
    text = technique("optimizers.generator.lr: {end: 0.5}", "optimizer.lr: {}")
    assert schedules(load, text) == {
        "optimizers.discriminator.lr": LINEAR,
        "optimizers.generator.lr": LINEAR | {"end": 0.5},
    }


@pytest.mark.parametrize(
    ("change", "end"),
    [
        ("techniques.wgan-gp.schedules.loss.margin={end: 2}", 2.0),
        ("techniques.wgan-gp.schedules.loss.margin.end=3", 3.0),
        ("techniques.wgan-gp.schedules={loss.margin: {end: 4}}", 4.0),
        ("techniques.wgan-gp.schedules={loss.margin.end: 5}", 5.0),
        ("overrides={ring: {schedules.loss.margin.end: 6}}", 6.0),
        ("grid={schedules.loss.margin.end: [7]}", 7.0),
    ],
)
def test_a_schedule_is_set_by_dotted_paths(load: Load, change: str, end: float) -> None:
    hinge = "techniques.wgan-gp.loss=hinge"
    assert schedules(load, SUITE, hinge, change) == {"loss.margin": LINEAR | {"end": end}}


def test_a_path_changes_an_option_and_a_mapping_the_whole(load: Load) -> None:
    text = technique(f"{PENALTY}: {{end: 3, until: 0.5}}")

    def overridden(change: str) -> Any:
        return schedules(load, text, f"overrides={{ring: {{schedules.{PENALTY}{change}}}}}")

    assert overridden(": {end: 2}") == {PENALTY: LINEAR | {"end": 2.0}}
    assert overridden(".end: 2") == {PENALTY: LINEAR | {"end": 2.0, "until": 0.5}}
    assert overridden(": null") is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("optimizer.lr: {shape: linaer}", "optimizer.lr: unknown shape 'linaer'; did you mean 'linear'?"),
        ("optimizer.lr: {ned: 0}", "optimizer.lr: a schedule has no option 'ned'; did you mean 'end'?"),
        ("optimizer.lr: {end: low}", "optimizer.lr: option 'end' of a schedule must be float, not 'low'"),
        ("optimizer.lr: {from: 2}", "optimizer.lr: option 'from' of a schedule must be >= 0, <= 1, not 2"),
        ("optimizer.lr: {from: 0.5, until: 0.5}",
         "optimizer.lr: `from` must be less than `until`, not 0.5 and 0.5"),
        ("optimizer.lr: {shape: step, end: 0.1}",
         "optimizer.lr: a step needs `from`, the share of the budget at which it is, and no `until`"),
        ("optimizer.lr: {shape: exponential}",
         "optimizer.lr: start and end of an exponential must be > 0, not 1 and 0"),
        ("optimizer.lr: {end: 0, until: 0.5}",
         "optimizer.lr: option 'lr' of optimizer adam must be > 0, not 0.0"),
        (f"{PENALTY}: {{end: -1}}",
         f"{PENALTY}: option 'weight' of regularizer gradient-penalty must be >= 0, not -9.8"),
        ("optimizer.epss: {}", "optimizer.epss: optimizer adam has no option 'epss'; did you mean 'eps'?"),
        ("optimizer.betas: {}", "optimizer.betas: option 'betas' of optimizer adam is not a real number"),
        ("rule.steps: {}", "rule.steps: option 'steps' of rule alternating is not a real number"),
        ("loss.margin: {}",
         "loss.margin: loss wasserstein has no option 'margin'; none of its options is a real number"),
        ("optimizers.genrator.lr: {}",
         "optimizers.genrator.lr: there is no turn 'genrator'; did you mean 'generator'?"),
        ("regularizers.gradient-penalti.weight: {}",
         "regularizers.gradient-penalti.weight: there is no regularizer 'gradient-penalti'; "
         "did you mean 'gradient-penalty'?"),
        ("regularizers.gradient-penalty: {}",
         "regularizers.gradient-penalty: not the path of an option; write regularizers.NAME.OPTION"),
        ("los.margin: {}", "los.margin: nothing there to change; did you mean 'loss'?"),
        ("model.width: {}",
         "model.width: nothing there to change; "
         "known: game, loss, optimizer, optimizers, regularizers, rule"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_with_its_place(load: Load, line: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        load(technique(line)).cells()
    assert str(caught.value) == f"suite.yaml:9: schedule {message}"


def test_a_mistake_in_the_form(load: Load) -> None:
    with pytest.raises(UserError) as caught:
        load(technique("optimizer.lr: 0.1")).cells()
    assert str(caught.value) == "suite.yaml:9: schedules.optimizer.lr must be a mapping of keys to values"
    with pytest.raises(UserError) as caught:
        load(SUITE, "techniques.wgan-gp.schedules.optimizer.lr.end.x=1").cells()
    assert (
        caught.value.message
        == "'schedules.optimizer.lr.end.x' goes too deep; write schedules.optimizer.lr.OPTION"
    )


def test_a_regularizer_that_is_there_twice_has_no_schedule(load: Load) -> None:
    twice = "techniques.wgan-gp.regularizers=[gradient-penalty, {use: gradient-penalty, weight: 1}]"
    with pytest.raises(UserError) as caught:
        load(technique(f"{PENALTY}: {{end: 2}}"), twice).cells()
    assert (
        str(caught.value) == f"suite.yaml:9: schedule {PENALTY}: the technique has gradient-penalty 2 times"
    )


def test_a_game_without_a_loss_has_none_to_schedule(load: Load) -> None:
    sets = ["techniques=[{label: x, game: bare, schedules: {loss.margin: {}}}]", "models={ring: mlp}"]
    with pytest.raises(UserError) as caught:
        load(SUITE, *sets).cells()
    assert caught.value.message == "schedule loss.margin: the game takes no loss"
