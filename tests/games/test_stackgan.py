"""StackGAN's game: a matching-aware discriminator, the conditions' divergence, classes that are obeyed."""

import re
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from gbench.data.dataset import Data
from gbench.engine.cohort import Cohort
from gbench.errors import UserError
from gbench.testing import images, make_cohort, make_recipe, use
from gbench_games.stackgan import wrong_labels

SMALL = {"latents": 4, "condition": 6, "width": 8, "label_width": 5, "residuals": 1}


def stackgan(data: Data | None = None, replicas: range = range(2), **changes: Any) -> Cohort:
    parts = {"game": use("game", "stackgan"), "model": use("model", "stacked", **SMALL), **changes}
    return make_cohort(make_recipe(**parts), data or images(), replicas)


def classes(count: int) -> Data:
    label = torch.arange(60) % count
    real = torch.zeros(60, 1, 8, 8) + label.view(-1, 1, 1, 1) / 10
    fields = {"real": real, "label": label}
    return Data(train=fields, test=fields, classes=count)


def test_a_wrong_label_counts_as_much_as_a_generated_sample() -> None:
    """The authors' discriminator: real + (wrong + generated) / 2, in cross-entropies."""
    cohort = stackgan()
    batch = cohort.draw()
    judge, generator = cohort.networks["discriminator"], cohort.networks["generator"]
    real, label = cohort.model.shown(batch["real"]), batch["label"]
    objective = cohort.players[0].objective(batch)
    scores = judge(real, label), judge(real, batch["wrong"]), judge(generator(batch["latent"], label), label)
    right, wrong, fake = F.softplus(-scores[0]), F.softplus(scores[1]), F.softplus(scores[2])
    torch.testing.assert_close(objective, right.mean(1) + (wrong.mean(1) + fake.mean(1)) / 2)


def test_the_generator_pays_for_the_divergence_of_its_conditions() -> None:
    weighted, free = (stackgan(game=use("game", "stackgan", weight=weight)) for weight in (3.0, 0.0))
    batch = free.draw()
    for cohort in (weighted, free):
        with torch.no_grad():
            cohort.networks["generator"].parameters["first.augment.law.bias"].fill_(1.0)
            cohort.networks["generator"].parameters["first.augment.law.weight"].zero_()
    difference = weighted.players[1].objective(batch) - free.players[1].objective(batch)
    divergence = (torch.e**2 + 1 - 1) / 2 - 1  # mean 1 and log σ 1 in every dimension
    torch.testing.assert_close(difference, torch.full((2,), 3 * divergence), rtol=1e-5, atol=1e-5)


def test_a_model_without_conditions_pays_nothing() -> None:
    model = use("model", "conditional-mlp", width=8)
    ours = stackgan(model=model)
    plain = make_cohort(make_recipe(game=use("game", "cgan"), model=model), images(), range(2))
    batch = ours.draw()
    assert torch.equal(ours.players[1].objective(batch), plain.players[1].objective(batch))


def test_wrong_labels_are_all_the_others_equally_often() -> None:
    cohort = stackgan(classes(4))
    label = torch.arange(4).repeat(5000).expand(2, -1)
    wrong = wrong_labels(cohort.stage, label)
    for row, other in zip(label, wrong, strict=True):
        table = torch.zeros(4, 4).index_put_((row, other), torch.tensor(1.0), accumulate=True) / 5000
        torch.testing.assert_close(table, (1 - torch.eye(4)) / 3, rtol=0, atol=0.03)
    assert not torch.equal(wrong[0], wrong[1])


def test_one_class_is_refused() -> None:
    message = "game stackgan shows real samples with a wrong label, but the data have one class"
    with pytest.raises(UserError, match=f"^{re.escape(message)}$"):
        stackgan(classes(1))


def test_samples_are_full_images_with_their_classes_in_both_stages() -> None:
    cohort = stackgan(budget={"steps": 2, "batch_size": 8, "measurements": 1})
    for _ in range(2):
        cohort.round()
        generated = cohort.inference.generated(5)
        fake, label = generated.samples, generated.labels
        assert fake.shape == (2, 5, 1, 8, 8)
        assert label is not None
        assert label.shape == (2, 5)
        assert cohort.inference.scores_of(fake) is None


def test_both_stages_learn_to_obey_the_class() -> None:
    """Of images of one brightness: those of class 1 are bright, the others dark."""
    label = torch.arange(64) % 2
    real = (label - 0.5).view(-1, 1, 1, 1) + 0.1 * torch.linspace(-1, 1, 64).view(64, 1, 1, 1)
    fields = {"real": real.expand(64, 1, 8, 8).contiguous(), "label": label}
    options = {"latents": 2, "condition": 32, "label_width": 8, "discriminator_norm": "none"}
    cohort = stackgan(
        Data(train=fields, test=fields, classes=2),
        range(1, 3),
        game=use("game", "stackgan", weight=0.2),
        model=use("model", "stacked", **SMALL | options),
        optimizer=use("optimizer", "adam", lr=0.005, betas=[0.5, 0.999]),
        budget={"steps": 240, "batch_size": 16, "measurements": 1},
    )
    for _ in range(2):
        for _ in range(120):
            cohort.round()
        latent = cohort.model.draw(cohort.stage.random, "test", 200)
        asked = torch.arange(200).expand(2, -1) % 2
        with cohort.networks["generator"].evaluating():
            bright = cohort.networks["generator"](latent, asked).mean((2, 3, 4)) > 0
        assert ((bright == (asked == 1)).float().mean(1) > 0.85).all()
