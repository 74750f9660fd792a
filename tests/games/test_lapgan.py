"""LAPGAN: the levels' games against hand-written ones, each level for itself, and what cannot be played."""

import re
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from gbench.engine.cohort import Cohort
from gbench.errors import UserError
from gbench.suite import load_suite
from gbench.testing import images, make_cohort, make_recipe, use
from gbench_datasets.digits import Digits
from gbench_games.lapgan import decompose

SMALL = {"latents": 6, "units": 20, "discriminator_units": 10, "width": 4, "coarsest": 4, "dropout": 0.0}
LEVELS = 3


def pyramids(size: int = 16, replicas: range = range(2), mode: str = "auto", **changes: Any) -> Cohort:
    parts = {"game": use("game", "lapgan"), "model": use("model", "laplacian-pyramid", **SMALL), **changes}
    return make_cohort(make_recipe(**parts), images(size=size), replicas, mode)


def by_hand(cohort: Cohort, batch: Any, replica: int) -> list[tuple[Tensor, Tensor]]:
    """Scores of real and of generated images at each level, by one replica's modules."""
    generator, discriminator = cohort.networks["generator"], cohort.networks["discriminator"]
    for network in (generator, discriminator):
        network._install({name: value[replica] for name, value in network.parameters.items()})
    g, d = generator.module, discriminator.module
    sizes = [F.avg_pool2d(batch["real"][replica], factor) for factor in (4, 2, 1)]
    z, *noise = batch["latent"][replica].split([6, 64, 256], -1)
    scores = [(d.levels[0](sizes[0]), d.levels[0](g.coarsest(z)))]
    for level in (1, 2):
        low = F.interpolate(sizes[level - 1], scale_factor=2.0, mode="bilinear")
        plane = noise[level - 1].view(-1, 1, *low.shape[2:])
        fake = low + g.finer[level - 1](torch.cat([low, plane], 1))
        scores.append((d.levels[level](sizes[level]), d.levels[level](fake)))
    return scores


LOSSES = {
    "non-saturating": (
        lambda real, fake: (F.softplus(-real) + F.softplus(fake)).mean(),
        lambda real, fake: F.softplus(-fake).mean(),
    ),
    "relativistic": (
        lambda real, fake: F.softplus(fake - real).mean(),
        lambda real, fake: F.softplus(real - fake).mean(),
    ),
}


@pytest.mark.parametrize("mode", ["loop", "vmap"])
@pytest.mark.parametrize("loss", LOSSES)
def test_an_objective_is_the_mean_of_the_levels_own(loss: str, mode: str) -> None:
    cohort = pyramids(loss=use("loss", loss), mode=mode)
    batch = cohort.draw()
    for player, formula in zip(cohort.players, LOSSES[loss], strict=True):
        objective = player.objective(batch)
        for replica in range(2):
            levels = [formula(real, fake) for real, fake in by_hand(cohort, batch, replica)]
            torch.testing.assert_close(objective[replica], torch.stack(levels).mean())


@pytest.mark.parametrize("turn", [0, 1])
@pytest.mark.parametrize("level", range(LEVELS))
def test_a_level_learns_as_if_it_were_alone(level: int, turn: int) -> None:
    """Its gradient is that of its own game, whatever the other levels are like."""
    cohort = pyramids()
    player, batch = cohort.players[turn], cohort.draw()
    own = [f"levels.{level}.", "coarsest." if level == 0 else f"finer.{level - 1}."][turn]
    names = [name for network in player.networks.values() for name in network.parameters]
    chosen = [name for name in names if name.startswith(own)]
    before = dict(zip(names, player.gradient(batch), strict=True))
    for network in cohort.networks.values():
        for name, parameter in network.parameters.items():
            if not name.startswith(
                (f"levels.{level}.", "coarsest." if level == 0 else f"finer.{level - 1}.")
            ):
                parameter.data.add_(0.1)
    after = dict(zip(names, player.gradient(batch), strict=True))
    assert chosen
    for name in chosen:
        torch.testing.assert_close(after[name], before[name])
        assert before[name].abs().sum() > 0
    others = [name for name in names if name not in chosen]
    assert any(not torch.allclose(after[name], before[name]) for name in others)


def test_penalties_are_taken_of_each_level_by_itself() -> None:
    """R1 with γ = 2: the mean over samples and levels of ‖∇D_k(h_k)‖²."""
    plain = pyramids(replicas=range(1))
    penalised = pyramids(
        replicas=range(1), regularizers=[use("regularizer", "zero-centered-penalty", weight=2.0)]
    )
    batch = plain.draw()
    difference = penalised.players[0].objective(batch) - plain.players[0].objective(batch)
    by_hand(plain, batch, 0)
    levels = plain.networks["discriminator"].module.levels
    squares = []
    for level, factor in zip(levels, (4, 2, 1), strict=True):
        seen = F.avg_pool2d(batch["real"][0], factor).requires_grad_()
        [gradient] = torch.autograd.grad(level(seen).sum(), seen)
        squares.append(gradient.flatten(1).square().sum(1).mean())
    torch.testing.assert_close(difference, torch.stack(squares).mean()[None], rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("gradient-penalty", {}),
        ("feature-matching", {"on": "generator"}),
        ("top-k", {"on": "generator"}),
        ("consistency", {}),
        ("spectral-norm", {}),
    ],
)
def test_regularizers_of_samples_features_scores_and_weights_work(name: str, options: dict) -> None:
    cohort = pyramids(8, regularizers=[use("regularizer", name, **options)])
    for _ in range(2):
        for value in cohort.round().values():
            assert value.isfinite().all()


def test_metrics_get_images_and_the_sum_of_the_levels_scores() -> None:
    cohort = pyramids(8)
    fake = cohort.inference.generated(5).samples
    assert fake.shape == (2, 5, 1, 8, 8)
    scores = cohort.inference.scores_of(fake)
    discriminator = cohort.networks["discriminator"]
    with discriminator.evaluating():
        bands, low = decompose(cohort.stage, fake)
        torch.testing.assert_close(scores, discriminator(bands, low).sum(-1))


@pytest.mark.parametrize("name", ["instance-noise", "diffaugment", "ada"])
def test_changes_of_samples_are_refused(name: str) -> None:
    message = (
        f"game lapgan cannot have {name} change what its discriminators see: "
        "a band-pass image and the low-pass one that goes with it would have to change alike"
    )
    with pytest.raises(UserError, match=f"^{re.escape(message)}$"):
        pyramids(regularizers=[use("regularizer", name)])


SUITE = """
name: pyramids
seeds: 1
budget: {{steps: 1, batch_size: 4, measurements: 1}}
datasets: [digits]
metrics: [frechet-distance]
techniques: [{technique}]
"""


@pytest.mark.parametrize(
    ("technique", "message"),
    [
        (
            "{use: lapgan, model: dcgan}",
            "model dcgan takes no pyramid, which game lapgan passes; use model laplacian-pyramid",
        ),
        (
            "{use: wgan-gp, model: laplacian-pyramid}",
            "model laplacian-pyramid takes a pyramid, which game adversarial does not pass; use game lapgan",
        ),
        (
            "{use: lapgan, loss: cramer}",
            "loss cramer takes features, but the discriminator of model laplacian-pyramid gives scores",
        ),
    ],
)
def test_planning_refuses_what_does_not_fit(technique: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "suite.yaml"
    path.write_text(SUITE.format(technique=technique))
    with pytest.raises(UserError, match=re.escape(message)):
        load_suite(path).cells()


def test_a_short_training_gets_nearer_to_digits_at_every_level() -> None:
    """How much each pixel varies among samples, where a collapsed generator's would not at all."""
    data = Digits().load()
    adam = use("optimizer", "adam", lr=0.001, betas=[0.5, 0.999])
    model = use("model", "laplacian-pyramid", width=8, units=128, discriminator_units=64)
    parts = {"game": use("game", "lapgan"), "model": model, "optimizer": adam}
    regularizers = [use("regularizer", "zero-centered-penalty", weight=1.0)]
    budget = {"steps": 250, "batch_size": 32, "measurements": 1}
    cohort = make_cohort(make_recipe(budget=budget, regularizers=regularizers, **parts), data, range(2))
    real = decompose(cohort.stage, data.train["real"][None])[0].std(1)

    def distances() -> Tensor:
        return (decompose(cohort.stage, cohort.inference.generated(500).samples)[0].std(1) - real).norm(
            dim=-1
        )

    before = distances()
    for _ in range(250):
        cohort.round()
    assert (distances() < before / 1.5).all()
