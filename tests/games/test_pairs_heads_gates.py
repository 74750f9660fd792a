"""Games of pairs, heads, gates and two domains: with every regularizer and every rule, and their verbs."""

from typing import Any

import pytest
import torch

from gbench.data.dataset import Data
from gbench.engine.cohort import Cohort
from gbench.engine.game import VERBS, Game
from gbench.engine.rehearsal import check_asked
from gbench.errors import UserError
from gbench.plugins import load_registry
from gbench.testing import domains, images, make_cohort, make_recipe, use

REGISTRY = load_registry()
GAMES = ("bigan", "info-gan", "vae-gan", "cycle-gan")
ROUNDS = 2
NORMS = {"generator_norm": "batch", "discriminator_norm": "batch"}


def data_of(game: str) -> Data:
    return domains(16) if game == "cycle-gan" else images(16)


def cohort_of(game: str, norms: dict[str, Any] | None = None, **changes: Any) -> Cohort:
    model = use("model", "mlp", latents=3, width=6, **norms or {})
    budget = {"steps": 10, "batch_size": 4, "measurements": 1}
    recipe = make_recipe(game=use("game", game), model=model, budget=budget, **changes)
    return make_cohort(recipe, data_of(game), range(2))


def train(cohort: Cohort) -> None:
    """A few rounds and samples, all finite."""
    for _ in range(ROUNDS):
        for name, values in cohort.round().items():
            assert values.isfinite().all(), name
    assert cohort.inference.generated(3).samples.isfinite().all()


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("regularizer", REGISTRY.names("regularizer"))
def test_a_regularizer_trains_or_says_why_not(regularizer: str, game: str) -> None:
    try:
        cohort = cohort_of(game, NORMS, regularizers=[use("regularizer", regularizer)])
        train(cohort)
        check_asked(cohort)
    except UserError as error:
        refusal = error
    else:
        refusal = None
    assert refusal is None or len(str(refusal).splitlines()) == 1


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize(
    "regularizer",
    [
        "zero-centered-penalty",
        "gradient-penalty",
        "spectral-norm",
        "weight-clipping",
        "instance-noise",
        "lecam",
    ],
)
def test_the_usual_ones_train(regularizer: str, game: str) -> None:
    train(cohort_of(game, regularizers=[use("regularizer", regularizer)]))


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("rule", REGISTRY.names("rule"))
def test_every_rule_trains_it(rule: str, game: str) -> None:
    train(cohort_of(game, rule=use("rule", rule)))


@pytest.mark.parametrize("game", ["bigan", "vae-gan"])
def test_a_penalty_on_the_encoder_changes_the_encoder(game: str) -> None:
    """After one step of each turn: whatever moves before the encoder is what it was without the penalty."""
    penalty = use("regularizer", "orthogonal", on="encoder", weight=1.0)
    bare, penalised = cohort_of(game), cohort_of(game, regularizers=[penalty])
    for cohort in (bare, penalised):
        cohort.round()
    check_asked(penalised)
    theirs = penalised.networks["encoder"].parameters
    changed = {name for name, p in bare.networks["encoder"].parameters.items() if not p.equal(theirs[name])}
    assert any(name.endswith("weight") for name in changed)
    unmoved = penalised.networks["discriminator"].parameters
    assert all(p.equal(unmoved[name]) for name, p in bare.networks["discriminator"].parameters.items()) == (
        game == "bigan"
    )


@pytest.mark.parametrize("game", REGISTRY.names("game"))
def test_what_a_game_answers_is_what_it_does(game: str) -> None:
    """A verb is a method of its own class: the base class has none."""
    made = REGISTRY.load(REGISTRY.find("game", game))
    assert {verb for verb in VERBS if getattr(made, verb) is not getattr(Game, verb)} == set(made.answers)


@pytest.mark.parametrize("game", GAMES)
def test_it_answers_of_each_sample(game: str) -> None:
    cohort = cohort_of(game)
    samples = torch.randn(2, 5, 1, 8, 8)
    for verb in VERBS:
        answer = cohort.inference.ask(verb, samples)
        assert (answer is not None) == (verb in type(cohort.game).answers)
        if answer is not None:
            assert answer.shape[:2] == (2, 5)
            alone = cohort.inference.ask(verb, samples[:, 3:4])
            torch.testing.assert_close(answer[:, 3:4], alone)
