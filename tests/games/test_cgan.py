"""The conditional game: whose labels go where, and that a generator learns to obey them."""

import re
from typing import Any

import pytest
import torch
from torch import Tensor

from gbench.data.dataset import Data
from gbench.engine.cohort import Cohort
from gbench.engine.replicas import Replicas
from gbench.engine.seeds import derive
from gbench.engine.streams import Streams
from gbench.errors import UserError
from gbench.suite import load_suite
from gbench.testing import images, make_cohort, make_recipe, use

CENTERS = torch.tensor([[-1.0, 0.0], [1.0, 0.0], [0.0, 1.5]])


def clusters() -> Data:
    """Three narrow clusters, the class of each point its cluster."""
    label = torch.arange(300) % 3
    generator = torch.Generator().manual_seed(0)
    real = CENTERS[label] + 0.1 * torch.randn(300, 2, generator=generator)
    fields = {"real": real, "label": label}
    return Data(train=fields, test=fields, classes=3)


def conditional(data: Data | None = None, replicas: range = range(2), **changes: Any) -> Cohort:
    parts = {
        "game": use("game", "cgan"),
        "model": use("model", "conditional-mlp", latents=2, width=32),
        **changes,
    }
    return make_cohort(make_recipe(**parts), data or clusters(), replicas)


class Recorder:
    """Stands in for a network and remembers what it was called with."""

    def __init__(self, network: Replicas):
        self.network = network
        self.calls: list[tuple[Tensor, ...]] = []

    def __call__(self, *inputs: Tensor) -> Tensor:
        self.calls.append(inputs)
        return self.network(*inputs)


@pytest.fixture
def recorded() -> tuple[Cohort, dict[str, Recorder]]:
    cohort = conditional()
    recorders = {name: Recorder(network) for name, network in cohort.networks.items()}
    cohort.stage.networks.update(recorders)  # type: ignore[arg-type]
    return cohort, recorders


def test_the_discriminator_sees_the_labels_of_its_samples(recorded: tuple[Cohort, dict]) -> None:
    cohort, recorders = recorded
    batch = cohort.draw()
    cohort.players[0].objective(batch)
    (real, real_label), (_, fake_label) = recorders["discriminator"].calls
    assert torch.equal(real.detach(), batch["real"])
    assert torch.equal(torch.cdist(real.detach(), CENTERS.expand(2, 3, 2)).argmin(-1), real_label)
    assert torch.equal(real_label, batch["label"])
    assert torch.equal(fake_label, batch["label"])


@pytest.mark.parametrize("turn", [0, 1])
def test_the_generator_is_told_the_labels_that_its_samples_are_judged_with(
    turn: int, recorded: tuple[Cohort, dict]
) -> None:
    cohort, recorders = recorded
    batch = cohort.draw()
    cohort.players[turn].objective(batch)
    [(latent, label)] = recorders["generator"].calls
    assert torch.equal(latent, batch["latent"])
    assert torch.equal(label, batch["label"])
    assert torch.equal(recorders["discriminator"].calls[-1][1], label)


def test_samples_have_every_class_equally_often(recorded: tuple[Cohort, dict]) -> None:
    cohort, recorders = recorded
    cohort.game.generate(cohort.stage, cohort.game.inputs(cohort.stage, cohort.stage.random, 9000))
    [(_, label)] = recorders["generator"].calls
    for row in label:
        shares = torch.bincount(row, minlength=3) / 9000
        assert shares.tolist() == pytest.approx([1 / 3] * 3, abs=0.02)
    assert not torch.equal(label[0], label[1])


def test_samples_whose_labels_nobody_knows_are_not_judged() -> None:
    assert conditional().inference.scores_of(torch.zeros(2, 4, 2)) is None


def test_a_generator_learns_the_mean_of_each_class() -> None:
    adam = use("optimizer", "adam", lr=0.002, betas=[0.5, 0.999])
    budget = {"steps": 600, "batch_size": 64, "measurements": 1}
    cohort = conditional(
        optimizer=adam, budget=budget, regularizers=[use("regularizer", "zero-centered-penalty", weight=1.0)]
    )
    for _ in range(600):
        cohort.round()
    generator, random = cohort.networks["generator"], cohort.stage.random
    for label in range(3):
        latent = cohort.model.draw(random, "test", 500)
        with torch.no_grad():
            fake = generator(latent, torch.full((2, 500), label))
        torch.testing.assert_close(fake.mean(1), CENTERS[label].expand(2, 2), rtol=0, atol=0.25)


def test_losses_on_features_are_refused() -> None:
    message = "game cgan needs a loss that takes scores, since features know no labels; use loss hinge"
    with pytest.raises(UserError, match=f"^{re.escape(message)}$"):
        conditional(loss=use("loss", "cramer"))


def test_packing_is_refused() -> None:
    message = "game cgan cannot judge several samples at once: each has a label of its own"
    model = use("model", "conditional-mlp")
    with pytest.raises(UserError, match=f"^{re.escape(message)}$"):
        conditional(images(), model=model, regularizers=[use("regularizer", "packing")])


def test_a_model_that_takes_no_labels_is_refused_by_planning(tmp_path: Any) -> None:
    path = tmp_path / "suite.yaml"
    path.write_text(
        "name: labels\nseeds: 1\nbudget: {steps: 1, batch_size: 4, measurements: 1}\ndatasets: [digits]\n"
        "metrics: [frechet-distance]\ntechniques: [{use: cgan, model: dcgan}]\n"
    )
    message = (
        r"model dcgan takes no label, which game cgan passes; use model biggan, conditional-mlp or stacked"
    )
    with pytest.raises(UserError, match=message):
        load_suite(path).cells()


def test_samples_come_with_the_classes_that_were_asked_for() -> None:
    cohort = conditional()
    generated = cohort.inference.generated(600)
    fake, labels = generated.samples, generated.labels
    assert labels is not None
    assert labels.shape == fake.shape[:2] == (2, 600)
    assert labels[0].bincount().tolist() == pytest.approx([200] * 3, abs=50)
    assert not labels[0].equal(labels[1])
    again = cohort.inference.generated(600)
    assert again.samples.equal(fake)
    assert again.labels is not None
    assert again.labels.equal(labels)
    latents = cohort.stage.model.draw(evaluation_streams(cohort), "latent", 500)
    assert cohort.networks["generator"](latents, labels[:, :500]).equal(fake[:, :500])


def test_a_game_without_classes_asks_for_none() -> None:
    generated = make_cohort().inference.generated(5)
    assert generated.samples.shape == (3, 5, 2)
    assert generated.labels is None


def evaluation_streams(cohort: Cohort) -> Streams:
    return Streams([derive(seed, "evaluation") for seed in cohort.seeds], cohort.device)
