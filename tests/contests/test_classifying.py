"""NRDS, GAN-train and GAN-test, adversarial accuracy and divergence on classes that can be told apart."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from gbench.errors import UserError
from gbench.evaluation.contest_field import ContestField, Team
from gbench_contests.adversarial_accuracy import AdversarialAccuracy
from gbench_contests.adversarial_divergence import AdversarialDivergence, divergence
from gbench_contests.gan_train_gan_test import GanTrainGanTest
from gbench_contests.nrds import Nrds, normalised
from tests.contests.fields import entrant, field

CENTRES = torch.tensor([[4.0, 0.0], [0.0, 4.0], [-4.0, -4.0]])
LABELLED = [GanTrainGanTest, AdversarialAccuracy, AdversarialDivergence]


def blobs(count: int = 300, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Points [N, 2] around three centres, in turn, and which one each belongs to."""
    noise = torch.randn(count, 2, generator=torch.Generator().manual_seed(seed))
    labels = torch.arange(count) % 3
    return CENTRES[labels] + 0.3 * noise, labels


def labelled(*teams: Team) -> ContestField:
    return field(teams, *blobs())


def perfect(name: str = "perfect") -> Team:
    samples, labels = blobs(seed=1)
    return entrant(name, samples, labels=labels)


def mistaken() -> Team:
    """The samples of each class are the next one's."""
    samples, labels = blobs(seed=1)
    return entrant("mistaken", samples, labels=(labels + 1) % 3)


def collapsed() -> Team:
    """The first class alone, whatever it was asked for."""
    samples, labels = blobs(900, seed=1)
    return entrant("collapsed", samples[labels == 0], labels=labels[labels == 0])


def test_gan_train_is_recall_and_gan_test_precision() -> None:
    """One class alone is always recognised, and teaches a third of the classes."""
    standing = GanTrainGanTest(samples=300).play(labelled(perfect(), mistaken(), collapsed()))
    train, test = standing.scores.values()
    assert list(standing.scores) == ["gan-train-pixels-300", "gan-test-pixels-300"]
    assert train == pytest.approx({0: 1.0, 1: 0.0, 2: 1 / 3})
    assert test == pytest.approx({0: 1.0, 1: 0.0, 2: 1.0})
    assert standing.tables["gan-base"].rows == [[1.0]]


def test_adversarial_accuracy_has_the_real_classifier_beside_it() -> None:
    standing = AdversarialAccuracy(samples=300).play(labelled(perfect(), collapsed()))
    assert standing.scores == {"adversarial-accuracy-pixels-300": pytest.approx({0: 1.0, 1: 1 / 3})}
    assert standing.tables["accuracies"].rows == [["perfect:0", 1.0, 1.0], ["collapsed:0", 1 / 3, 1.0]]


def test_a_generator_of_the_training_data_has_no_adversarial_divergence() -> None:
    """The same samples make the same classifier; others of the same law nearly."""
    samples, labels = blobs()
    copy = entrant("copy", samples, labels=labels)
    standing = AdversarialDivergence(samples=300).play(labelled(copy, perfect(), mistaken(), collapsed()))
    found = standing.scores["adversarial-divergence-pixels-300"]
    assert found[0] == 0.0
    assert 0 < found[1] < 0.01 < 1 < found[2]
    assert found[3] > 1


def test_divergence_is_that_of_kullback_and_leibler() -> None:
    p, q = np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([[0.25, 0.75], [0.5, 0.5]])
    assert divergence(p, q) == pytest.approx((0.5 * math.log(4 / 3) + math.log(2)) / 2)
    assert divergence(p, p) == 0


@pytest.mark.parametrize("contest", LABELLED)
def test_who_tells_no_classes_stays_out(contest: type) -> None:
    samples, _ = blobs()
    standing = contest(samples=300, epochs=2).play(labelled(perfect(), entrant("plain", samples)))
    assert all(set(scores) == {0} for scores in standing.scores.values())
    assert standing.notes == ["plain: its game tells no classes of what it generates, so it stays out"]


@pytest.mark.parametrize("contest", LABELLED)
def test_nobody_who_tells_classes_is_an_error(contest: type) -> None:
    samples, _ = blobs()
    with pytest.raises(UserError) as refused:
        contest(samples=300).play(labelled(entrant("plain", samples)))
    assert str(refused.value) == (
        "no game of these techniques tells classes of what it generates; use game cgan"
    )


def test_one_labelled_replica_is_enough_and_the_diverged_stay_out() -> None:
    broken = entrant("broken", torch.full((300, 2), math.nan), labels=blobs()[1], alive=False)
    standing = GanTrainGanTest(samples=300).play(labelled(broken, perfect()))
    assert [set(scores) for scores in standing.scores.values()] == [{1}, {1}]
    assert standing.notes == []


def test_copies_share_alike() -> None:
    standing = Nrds(samples=300, epochs=3).play(labelled(perfect("a"), perfect("b")))
    assert standing.scores == {"nrds-pixels-300": pytest.approx({0: 0.5, 1: 0.5})}


def test_who_is_told_late_has_the_larger_share() -> None:
    samples, labels = blobs(seed=1)
    near = entrant("near", samples + 1)
    far = entrant("far", samples + 20)
    diverged = entrant("diverged", samples * math.nan, alive=False)
    standing = Nrds(samples=300, epochs=5).play(field([far, perfect(), near, diverged], samples, labels))
    found = standing.scores["nrds-pixels-300"]
    assert found[1] > found[2] > found[0]
    assert sum(found.values()) == pytest.approx(1)
    assert set(found) == {0, 1, 2}
    curves = standing.tables["curves"]
    assert curves.columns == ["technique", "1", "2", "3", "4", "5"]
    assert [row[0] for row in curves.rows] == ["far", "perfect", "near"]


def test_shares_are_those_of_areas() -> None:
    """Areas 0.75 and 0.5 under two epochs."""
    assert normalised(np.array([[0.5, 0.5], [0.25, 0.0]])) == pytest.approx([0.6, 0.4])


def test_one_against_itself_is_refused() -> None:
    with pytest.raises(UserError) as refused:
        Nrds(samples=300).play(labelled(perfect()))
    assert str(refused.value) == (
        "it takes 2 replicas that did not diverge, and here are 1 of 1; add seeds or techniques"
    )


def test_constant_samples_have_numbers() -> None:
    flat = torch.zeros(60, 2)
    teams = [entrant(name, flat, labels=torch.arange(60) % 3) for name in "ab"]
    for contest in (Nrds, *LABELLED):
        standing = contest(samples=60, epochs=2).play(field(teams, flat, torch.arange(60) % 3))
        assert all(math.isfinite(value) for scores in standing.scores.values() for value in scores.values())
