"""Suites to cells, on components that cannot be imported."""

import json
from typing import Any

import pytest

from gbench.errors import UserError
from gbench.plugins import Chosen
from gbench.recipe import Budget, Resources
from gbench.suite.cell import Cell

from .conftest import SUITE, Load


def recipe(cells: list[Cell]) -> Any:
    [cell] = cells
    return cell.recipe.to_json()


def test_a_cell_holds_everything_that_changes_its_numbers(load: Load) -> None:
    [cell] = load().cells()
    options = {"lr": 1e-4, "betas": [0.0, 0.9], "eps": 1e-8, "weight_decay": 0.0}
    adam = {"use": "adam", "version": "1", "options": options}
    assert cell.recipe.to_json() == {
        "schema": 3,
        "engine": "1",
        "seed": 0,
        "dataset": {"use": "ring", "version": "1", "options": {"modes": 8}},
        "game": {"use": "adversarial", "version": "1", "options": {}},
        "model": {"use": "mlp", "version": "1", "options": {"width": 128}},
        "loss": {"use": "wasserstein", "version": "1", "options": {}},
        "rule": {"use": "alternating", "version": "1", "options": {"steps": 5}},
        "regularizers": [{"use": "gradient-penalty", "version": "1", "options": {"weight": 10.0}}],
        "optimizers": {"discriminator": adam, "generator": adam},
        "ema": None,
        "budget": {"steps": 100, "batch_size": 16, "measurements": 5},
        "metrics": [
            {"use": "modes", "version": "1", "options": {}},
            {"use": "distance", "version": "1", "options": {"features": "pixels", "samples": 1000}},
        ],
        "features": {"pixels": {"use": "pixels", "version": "1", "options": {"size": 8}}},
    }
    assert cell.name == "ring/wgan-gp"
    assert (cell.suite, cell.technique, cell.replicas) == ("stability", "wgan-gp", 4)
    assert cell.scores == {"modes": ("max", 0.0), "fd-pixels-1k": ("min", None)}
    assert cell.primary == "modes"
    assert cell.resources == Resources(cpus=1.0, gpus=0.0, cohort=None, mode="auto")
    assert Cell.from_json(json.loads(json.dumps(cell.to_json()))) == cell


@pytest.mark.parametrize(
    "change",
    ["seeds=9", "resources.gpus=1", "primary.ring=fd-pixels", "thresholds.ring.modes=8", "name=other"],
)
def test_what_changes_no_number_changes_no_id(load: Load, change: str) -> None:
    assert load(SUITE, change).cells()[0].id == load().cells()[0].id


@pytest.mark.parametrize(
    "change", ["seed=1", "budget.steps=101", "techniques.wgan-gp.ema=0.9", "metrics=[modes]"]
)
def test_what_changes_numbers_changes_the_id(load: Load, change: str) -> None:
    assert load(SUITE, change).cells()[0].id != load().cells()[0].id


def test_a_default_written_out_is_the_same_cell(load: Load) -> None:
    written = load(
        SUITE, "techniques.wgan-gp.model={use: mlp, width: 128}", "datasets=[{use: ring, modes: 8}]"
    )
    assert written.cells()[0].id == load().cells()[0].id


def test_a_technique_is_changed_by_dotted_paths(load: Load) -> None:
    text = """techniques=[{use: wgan-gp, label: x, regularizers.gradient-penalty.weight: 0.1,
        loss: hinge, loss.margin: 2, ema: 0.5,
        optimizers.generator.lr: 1, optimizers: {discriminator: {use: sgd, lr: 3}}}]"""
    found = recipe(load(SUITE, text).cells())
    assert found["regularizers"] == [{"use": "gradient-penalty", "version": "1", "options": {"weight": 0.1}}]
    assert found["loss"]["options"] == {"margin": 2.0}
    assert found["optimizers"]["generator"]["options"]["lr"] == 1.0
    assert found["optimizers"]["generator"]["options"]["betas"] == [0.0, 0.9]
    assert found["optimizers"]["discriminator"]["use"] == "sgd"
    assert found["optimizers"]["discriminator"]["options"] == {
        "lr": 3.0,
        "momentum": 0.0,
        "nesterov": False,
        "weight_decay": 0.0,
    }
    assert found["ema"] == 0.5


def test_a_component_chosen_anew_starts_from_its_own_defaults(load: Load) -> None:
    found = recipe(
        load(SUITE, "techniques=[{use: wgan-gp, optimizer.lr: 2, optimizer.use: rmsprop}]").cells()
    )
    assert found["optimizers"]["generator"]["use"] == "rmsprop"
    assert found["optimizers"]["generator"]["options"] == {
        "lr": 2.0,
        "alpha": 0.99,
        "eps": 1e-8,
        "momentum": 0.0,
        "weight_decay": 0.0,
    }


def test_a_composition_of_ones_own(load: Load) -> None:
    regularizers = "[clipping, {use: gradient-penalty, weight: 1}]"
    text = f"techniques=[{{label: mine, loss: hinge, regularizers: {regularizers}}}]"
    [cell] = load(SUITE, text).cells()
    assert (cell.label, cell.technique) == ("mine", "mine")
    assert [chosen.use for chosen in cell.recipe.regularizers] == ["clipping", "gradient-penalty"]
    assert cell.recipe.optimizers["generator"].options["lr"] == 1e-3


def test_the_model_is_the_techniques_else_the_suites_else_the_data_sets(load: Load) -> None:
    model = "techniques.wgan-gp.model"
    assert recipe(load(SUITE, f"{model}.width=3").cells())["model"]["options"] == {"width": 3}
    assert recipe(load(SUITE, "models={ring: {use: mlp, width: 5}}").cells())["model"]["options"] == {
        "width": 5
    }
    both = load(SUITE, "models={ring: {width: 5}}", f"{model}={{use: mlp}}")
    assert recipe(both.cells())["model"]["options"] == {"width": 128}


def test_a_grid_over_a_technique_and_the_budget(load: Load) -> None:
    cells = load(
        SUITE, "grid={optimizer.lr: [1e-4, 1e-3], budget.steps: [10, 20]}", "techniques=[wgan-gp, hinge]"
    )
    assert [cell.name for cell in cells.cells()][:2] == [
        "ring/wgan-gp[optimizer.lr=0.0001,budget.steps=10]",
        "ring/wgan-gp[optimizer.lr=0.0001,budget.steps=20]",
    ]
    assert len(cells.cells()) == 8
    assert cells.cells()[-1].point == {"optimizer.lr": 1e-3, "budget.steps": 20}
    assert cells.cells()[-1].recipe.budget == Budget(steps=20, batch_size=16, measurements=5)
    assert cells.cells()[-1].recipe.optimizers["generator"].options["lr"] == 1e-3


@pytest.mark.parametrize(
    ("changes", "measurements"),
    [
        (["budget={steps: 10}"], 10),
        (["budget={steps: 30}"], 20),
        (["budget={steps: 30, measurements: null}"], 20),
        (["budget={steps: 30}", "budgets={ring: {steps: 7}}"], 7),
        (["budget={steps: 3}", "grid={budget.steps: [50]}"], 20),
    ],
)
def test_there_are_no_more_measurements_than_steps(load: Load, changes: list[str], measurements: int) -> None:
    found = recipe(load(SUITE, *changes).cells())["budget"]
    assert found["measurements"] == measurements


def test_metrics_that_a_data_set_cannot_serve_are_left_out(load: Load) -> None:
    suite = load(SUITE, "datasets=[ring, digits]")
    ring, digits = suite.cells()
    assert list(ring.scores) == ["modes", "fd-pixels-1k"]
    assert (list(digits.scores), digits.primary) == (["fd-pixels-1k"], "fd-pixels-1k")
    assert [metric.use for metric in digits.recipe.metrics] == ["distance"]
    assert suite.notes() == ["metric modes is left out on digits, which has no density"]


def test_a_game_without_data_needs_no_model(load: Load) -> None:
    found = recipe(load(SUITE, "techniques=[dirac-gan]", "datasets=[orphan]", "metrics=[distance]").cells())
    assert found["model"] is None
    assert found["loss"]["use"] == "wasserstein"


def test_thresholds_and_the_primary_metric(load: Load) -> None:
    [cell] = load(SUITE, "thresholds={ring: {modes: 7, fd-pixels: 0.5}}", "primary={ring: fd-pixels}").cells()
    assert cell.thresholds == {"modes": 7.0, "fd-pixels-1k": 0.5}
    assert cell.primary == "fd-pixels-1k"


TWICE = "metrics=[{use: distance, samples: 500}, {use: distance, samples: 10000}]"


def test_a_full_key_tells_two_protocols_apart(load: Load) -> None:
    changes = "thresholds={ring: {fd-pixels-500: 7, fd-pixels-10k: 0.5}}", "primary={ring: fd-pixels-10k}"
    [cell] = load(SUITE, TWICE, *changes).cells()
    assert list(cell.scores) == ["fd-pixels-500", "fd-pixels-10k"]
    assert cell.thresholds == {"fd-pixels-500": 7.0, "fd-pixels-10k": 0.5}
    assert cell.primary == "fd-pixels-10k"


@pytest.mark.parametrize("change", ["primary={ring: fd-pixels}", "thresholds={ring: {fd-pixels: 3}}"])
def test_a_stem_that_may_be_either_is_told_with_both(load: Load, change: str) -> None:
    with pytest.raises(UserError) as caught:
        load(SUITE, TWICE, change)
    assert str(caught.value) == (
        f"--set {change}: 'fd-pixels' may be any of fd-pixels-500, fd-pixels-10k on data set ring; "
        "write one in full"
    )


def test_features_have_options_that_are_part_of_the_cell(load: Load) -> None:
    [cell] = load(SUITE, "features=[{use: pixels, size: 4}]").cells()
    assert cell.recipe.features == {"pixels": Chosen("pixels", "1", {"size": 4})}
    assert cell.id != load().cells()[0].id
    assert load(SUITE, "features=[pixels]").cells() == load().cells()


def test_sampling_is_the_cells_but_changes_no_id(load: Load) -> None:
    [by_default], [off] = load().cells(), load(SUITE, "sampling=0").cells()
    assert (by_default.sampling, off.sampling) == (4, 0)
    assert by_default.id == off.id


def test_a_suite_as_run_is_the_same_suite(load: Load) -> None:
    suite = load(SUITE, "grid.optimizer.lr=[1e-5, 2e-5]", "seeds=2")
    again = load(suite.to_yaml())
    assert again.cells() == suite.cells()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("sedes=1", "unknown key 'sedes' of a suite; did you mean 'seeds'?"),
        ("budget.stps=1", "unknown key 'stps' of 'budget'; did you mean 'steps'?"),
        ("budget={}", "'budget' needs 'steps'"),
        ("budget={steps: 4, measurements: 5}", "'budget' can have at most one measurement a step"),
        ("seeds=0", "'seeds' must be >= 1, not 0"),
        ("seeds=1001", "'seeds' must be <= 1000, not 1001"),
        ("seeds=true", "'seeds' must be a whole number, not True"),
        ("name=../x", "'name' must be small letters, digits and hyphens, not '../x'"),
        ("datasets=[]", "'datasets' must be a list that is not empty, not []"),
        ("datasets=[3]", "'datasets.0' must be a name or {use: name, option: value}, not 3"),
        ("datasets=[rng]", "unknown dataset 'rng'; did you mean 'ring'?"),
        ("datasets=[ring, ring]", "data set 'ring' appears twice; give one a `label`"),
        ("datasets=[{use: ring, label: a/b}]", "data set 'a/b' must be letters, digits and any of . _ + -"),
        ("datasets.ring.modes=0", "option 'modes' of dataset ring must be >= 1, not 0"),
        ("metrics=[modes, modes]",
         "metric modes appears twice and records 'modes' both times on data set ring; keep one"),
        ("metrics=[distance, {use: distance}]",
         "metric distance appears twice and records 'fd-pixels-1k' both times on data set ring; "
         "only features and samples can tell two apart"),
        ("metrics=[modes, modes-too]",
         "metrics modes and modes-too both record 'modes' on data set ring; keep one"),
        ("metrics=[accuracy]", "metric accuracy needs label, caption, which no data set of the suite has"),
        ("metrics.distance.features=pixel", "unknown features 'pixel'; did you mean 'pixels'?"),
        ("thresholds={ring: {mods: 1}}", "no metric records 'mods' on data set ring; did you mean 'modes'?"),
        ("thresholds={ring: {fd-pixel: 1}}",
         "no metric records 'fd-pixel' on data set ring; did you mean 'fd-pixels'?"),
        ("thresholds={ring: {fd-pixels: 1, fd-pixels-1k: 2}}",
         "data set ring has two thresholds of 'fd-pixels-1k'"),
        ("features=[pixel]", "unknown features 'pixel'; did you mean 'pixels'?"),
        ("features=[{size: 4}]", "an entry of 'features' needs a name: {use: name, option: value}"),
        ("features=[{use: pixels, size: 0}]", "option 'size' of features pixels must be >= 1, not 0"),
        ("features=[pixels, pixels]", "features 'pixels' appear twice; keep one"),
        ("features=[network]", "nothing in the suite uses features 'network'; known: pixels"),
        ("sampling=-1", "'sampling' must be >= 0, not -1"),
        ("primary={rnig: modes}", "'primary' names an unknown data set 'rnig'; did you mean 'ring'?"),
        ("models={ring: dcgan}",
         "technique wgan-gp: model dcgan makes image, but data set ring is vector, density"),
        ("techniques=[wgan]", "unknown technique 'wgan'; did you mean 'wgan-gp'?"),
        ("techniques=[hinge, hinge]", "technique 'hinge' appears twice; give one a `label`"),
        ("techniques=[{loss: hinge}]",
         "a technique needs `use` (a preset) or, with parts of its own, a `label`"),
        ("techniques=[{label: x}]", "technique x: game adversarial needs a loss"),
        (
            "techniques=[conditional]",
            "technique conditional: game conditional needs 'label', which data set ring does not provide; "
            "use data set digits",
        ),
        ("techniques=[{use: dirac-gan, model.width: 2}]", "technique dirac-gan: game dirac takes no model"),
        ("techniques.wgan-gp.los=hinge", "unknown key 'los' of a technique; did you mean 'loss'?"),
        ("techniques.wgan-gp.loss.margin=2", "loss wasserstein has no option 'margin'; it has none"),
        ("techniques.wgan-gp.loss.a.b=2", "'loss.a.b' goes too deep; write loss.OPTION"),
        ("techniques.wgan-gp.ema=1", "ema must be a decay > 0, < 1, or null, not 1"),
        (
            "techniques.wgan-gp.regularizers.gradient-penalti.weight=1",
            "the technique has no regularizer 'gradient-penalti'; did you mean 'gradient-penalty'?",
        ),
        ("techniques.wgan-gp.optimizer=adan", "unknown optimizer 'adan'; did you mean 'adam'?"),
        ("techniques.wgan-gp.optimizer.lr=0", "option 'lr' of optimizer adam must be > 0, not 0"),
        ("techniques.wgan-gp.optimizer={use: sgd, nesterov: true}",
         "option 'nesterov' of optimizer sgd needs a momentum > 0"),
        ("techniques.wgan-gp.optimizers.genrator.lr=1",
         "game adversarial has no turn 'genrator'; did you mean 'generator'?"),
        ("grid={optimizer.lr: []}", "'grid.optimizer.lr' must be a list that is not empty, not []"),
        ("grid={optimiser.lr: [1]}", "a technique has no 'optimiser.lr'; did you mean 'optimizer'?"),
        ("grid={budget.stps: [1]}", "unknown key 'stps' of 'budget'; did you mean 'steps'?"),
        ("resources.mode=fast", "'resources.mode' must be one of 'auto', 'vmap' or 'loop', not 'fast'"),
        ("resources.cpus=-1", "'resources.cpus' must be >= 0, not -1"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_with_its_place(load: Load, change: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        load(SUITE, change).cells()
    assert str(caught.value) == f"--set {change}: {message}"


def test_a_mistake_in_the_file_has_its_line(load: Load) -> None:
    weak = "  - use: wgan-gp\n    label: weak\n    regularizers.gradient-penalty.weight: -1\n"
    text = SUITE.replace("techniques: [wgan-gp]", f"techniques:\n  - wgan-gp\n{weak}")
    with pytest.raises(UserError) as caught:
        load(text).cells()
    assert (
        str(caught.value)
        == "suite.yaml:10: option 'weight' of regularizer gradient-penalty must be >= 0, not -1"
    )


def test_a_data_set_without_a_metric_is_told(load: Load) -> None:
    with pytest.raises(UserError) as caught:
        load(SUITE, "datasets=[ring, digits]", "metrics=[modes]")
    assert caught.value.message == "no metric of the suite can be taken on data set digits"


def test_a_technique_without_a_model_is_told(load: Load) -> None:
    with pytest.raises(UserError) as caught:
        load(SUITE, "datasets=[orphan]", "metrics=[distance]").cells()
    assert str(caught.value) == (
        "suite.yaml:6: technique wgan-gp has no model, and data set orphan brings none; "
        "add `models: {orphan: NAME}`"
    )


def test_vmap_is_refused_for_a_model_that_cannot(load: Load) -> None:
    sorting = "models={ring: sorting}"
    assert load(SUITE, sorting).cells()
    with pytest.raises(UserError) as caught:
        load(SUITE, sorting, "resources.mode=vmap").cells()
    assert str(caught.value) == (
        "--set resources.mode=vmap: technique wgan-gp: model sorting cannot run under vmap: "
        "it sorts in Python; use mode auto or loop"
    )


def test_a_missing_key_is_told_at_the_top(load: Load) -> None:
    with pytest.raises(UserError) as caught:
        load("name: x\n")
    assert str(caught.value) == "suite.yaml:1: a suite needs 'budget'"


@pytest.mark.parametrize("text", ["", "3", "[a]"])
def test_a_suite_is_a_mapping(load: Load, text: str) -> None:
    with pytest.raises(UserError) as caught:
        load(text)
    assert str(caught.value) == "suite.yaml:1: a suite must be a mapping of keys to values"


def test_the_same_cell_twice_names_both(load: Load) -> None:
    with pytest.raises(UserError) as caught:
        load(SUITE, "techniques=[wgan-gp, {use: wgan-gp, label: again}]").cells()
    assert caught.value.message == "cells ring/wgan-gp and ring/again are one and the same"


def test_a_grid_has_a_limit(load: Load) -> None:
    values = ",".join(map(str, range(1, 401)))
    with pytest.raises(UserError) as caught:
        load(SUITE, f"grid={{optimizer.lr: [{values}], model.width: [{values}]}}").cells()
    assert caught.value.message == "the grid makes 160,000 cells; at most 100,000"
