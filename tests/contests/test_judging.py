"""Tournament, skill rating and GAM with discriminators whose mistakes can be counted."""

import math

import pytest
import torch

from gbench.errors import UserError
from gbench.evaluation.contest_field import ContestField
from gbench_contests._judging import Decisions
from gbench_contests.gam import Gam, ratio
from gbench_contests.skill_rating import SkillRating
from gbench_contests.tournament import Tournament
from tests.contests.fields import entrant, field, indifferent, signs, value

REAL = signs(100, 0)
NAN = math.nan


def three() -> ContestField:
    """Generators that deceive on 10, 30 and 0 of 100 samples; the third discriminator is indifferent."""
    return field(
        [
            entrant("a", signs(10, 90), value),
            entrant("b", signs(30, 70), value),
            entrant("c", signs(0, 100), indifferent),
        ],
        REAL,
    )


def diverged() -> ContestField:
    """Two that tell all apart, and one that diverged."""
    return field(
        [
            entrant("a", signs(10, 90), value),
            entrant("b", signs(30, 70), value),
            entrant("c", torch.full((100, 1), NAN), lambda samples: samples[:, 0] * NAN, alive=False),
        ],
        REAL,
    )


def test_win_rates_are_the_shares_of_wrong_decisions() -> None:
    """Against a seeing judge 0.10 of generated and none of real ones: 0.05; against an indifferent one ½."""
    standing = Tournament(samples=100).play(three())
    won, judged = standing.scores.values()
    assert list(standing.scores) == ["tournament-win-rate-100", "tournament-judge-rate-100"]
    assert won == pytest.approx({0: (0.05 + 0.5) / 2, 1: (0.15 + 0.5) / 2, 2: 0.0})
    assert judged == pytest.approx({0: 1 - (0.15 + 0) / 2, 1: 1 - (0.05 + 0) / 2, 2: 0.5})


def test_the_table_has_cells_against_cells() -> None:
    table = Tournament(samples=100).play(three()).tables["matches"]
    assert table.columns == ["generator", "a", "b", "c"]
    [first, *_] = table.rows
    assert first[0] == "a"
    assert math.isnan(first[1])  # a cell of one replica does not play itself
    assert first[2:] == pytest.approx([0.05, 0.5])


def test_replicas_of_one_cell_play_each_other() -> None:
    teams = [entrant("a", signs(share, 100 - share), value, replica=r) for r, share in enumerate((10, 30))]
    standing = Tournament(samples=100).play(field(teams, REAL))
    assert standing.scores["tournament-win-rate-100"] == pytest.approx({0: 0.05, 1: 0.15})
    assert standing.tables["matches"].rows == [["a", pytest.approx(0.1)]]


def test_scores_of_any_scale_and_zero_are_cut_in_the_middle() -> None:
    """A critic knows no zero: 3x + 100 decides as x does, unless the cut is 0."""
    teams = [entrant("a", signs(10, 90), value), entrant("b", signs(30, 70), lambda x: 3 * value(x) + 100)]
    middle = Tournament(samples=100).play(field(teams, REAL))
    assert middle.scores["tournament-judge-rate-100"] == pytest.approx({0: 0.85, 1: 0.95})
    zero = Tournament(samples=100, cut="zero").play(field(teams, REAL))
    assert zero.scores["tournament-judge-rate-100"] == pytest.approx({0: 0.85, 1: 0.5})


@pytest.mark.parametrize("contest", [Tournament, SkillRating, Gam])
def test_the_order_of_the_entrants_does_not_matter(contest: type) -> None:
    forward, backward = three(), ContestField(three().data, {}, three().teams[::-1])
    scores = contest(samples=100).play(forward).scores
    for key, found in contest(samples=100).play(backward).scores.items():
        assert {2 - number: score for number, score in found.items()} == pytest.approx(scores[key])


@pytest.mark.parametrize("contest", [Tournament, SkillRating])
def test_who_diverged_plays_no_match(contest: type) -> None:
    with_it = contest(samples=100).play(diverged())
    without = contest(samples=100).play(ContestField(diverged().data, {}, diverged().teams[:2]))
    assert with_it.scores == without.scores


def test_who_diverged_loses_every_battle() -> None:
    """The two others win against it; between them b, which deceives more, wins."""
    standing = Gam(samples=100).play(diverged())
    assert standing.scores == {"gam-100": {0: 0.5, 1: 1.0}}


def test_skill_follows_the_win_rates() -> None:
    standing = SkillRating(samples=100, periods=5).play(three())
    skill = standing.scores["skill-rating-100"]
    assert skill[1] > skill[0] > skill[2]
    players = standing.tables["players"]
    assert players.columns == ["replica", "player", "rating", "deviation", "volatility"]
    assert len(players.rows) == 6
    assert [row[2] for row in players.rows] == sorted((row[2] for row in players.rows), reverse=True)


def test_equals_keep_the_rating_of_strangers() -> None:
    """Half of every decision is wrong, so generators and discriminators are as good as each other."""
    teams = [entrant(name, signs(50, 50), indifferent) for name in "abc"]
    scores = SkillRating(samples=100).play(field(teams, REAL)).scores
    for ratings in scores.values():
        assert list(ratings.values()) == pytest.approx([1500.0] * 3)


def test_more_periods_than_samples_are_as_many_as_these() -> None:
    few = SkillRating(samples=4, periods=100).play(three()).scores
    assert few == SkillRating(samples=4, periods=4).play(three()).scores


def decisions(missed: tuple[float, float], fooled: tuple[float, float]) -> Decisions:
    """Of two: missed real samples of each, and how often each discriminator takes the other's for real."""
    fake = torch.tensor([[[NAN], [fooled[1]]], [[fooled[0]], [NAN]]])
    return Decisions([0, 1], [0, 1], torch.tensor(missed)[:, None], fake)


@pytest.mark.parametrize(
    ("missed", "fooled", "outcome"),
    [
        ((0.25, 0.25), (0.125, 0.5), 1.0),  # r_samples 0.25
        ((0.25, 0.25), (0.5, 0.125), 0.0),
        ((0.25, 0.25), (0.5, 0.5), 0.5),
        ((0.75, 0.25), (0.125, 0.5), 0.5),  # r_test 3 says nothing of the generators
        ((0.3, 0.25), (0.125, 0.5), 1.0),  # r_test 1.2 is about 1
        ((0.0, 0.0), (0.0, 0.5), 1.0),  # 0/0 counts as 1
        ((0.0, 0.25), (0.0, 0.5), 0.5),
    ],
)
def test_battles(missed: tuple[float, float], fooled: tuple[float, float], outcome: float) -> None:
    battle = Gam().battle(decisions(missed, fooled), 0, 1)
    assert battle.outcome == outcome
    assert battle.samples == pytest.approx(fooled[0] / fooled[1])


def test_ratios_of_nothing() -> None:
    assert (ratio(0, 0), ratio(0.5, 0), ratio(0, 0.5)) == (1.0, math.inf, 0.0)


def test_battles_are_counted_by_cells() -> None:
    table = Gam(samples=100).play(three()).tables["battles"]
    assert table.columns == ["first", "second", "first won", "second won", "undecided", "r_test", "r_samples"]
    assert table.rows[0] == ["a", "b", 0, 1, 0, 1.0, pytest.approx(3.0)]
    assert table.rows[1][:5] == ["a", "c", 0, 0, 1]  # an indifferent one misses half of the real samples


@pytest.mark.parametrize("contest", [Tournament, SkillRating, Gam])
def test_a_single_entrant_is_refused(contest: type) -> None:
    alone = field([entrant("a", signs(10, 90), value)], REAL)
    with pytest.raises(UserError) as refused:
        contest(samples=100).play(alone)
    assert str(refused.value) == (
        "it takes 2 replicas that did not diverge, and here are 1 of 1; add seeds or techniques"
    )


@pytest.mark.parametrize("contest", [Tournament, SkillRating, Gam])
def test_games_without_discriminators_are_refused(contest: type) -> None:
    blind = field([entrant(name, signs(10, 90)) for name in "ab"], REAL)
    with pytest.raises(UserError) as refused:
        contest(samples=100).play(blind)
    assert str(refused.value) == (
        "it takes 2 discriminators that judge single samples, and of 2 trained replicas 0 have one; "
        "use game adversarial without packing"
    )


def test_who_has_no_discriminator_generates_only() -> None:
    teams = [*three().teams, entrant("d", signs(60, 40))]
    tournament, gam = (contest(samples=100).play(field(teams, REAL)) for contest in (Tournament, Gam))
    won, judged = tournament.scores.values()
    assert won[3] == pytest.approx((0.3 + 0.3 + 0.5) / 3)
    assert 3 not in judged
    assert tournament.notes == [
        "d: its game has no discriminator that judges single samples, so it only generates"
    ]
    assert set(gam.scores["gam-100"]) == {0, 1, 2}
    assert gam.notes == ["d: its game has no discriminator that judges single samples, so it stays out"]


def test_samples_that_are_not_finite_count_as_diverged() -> None:
    broken = signs(10, 90)
    broken[7] = math.inf
    teams = [*diverged().teams[:2], entrant("c", broken, value)]
    assert Gam(samples=100).play(field(teams, REAL)).scores == {"gam-100": {0: 0.5, 1: 1.0}}


def test_a_discriminator_without_finite_scores_of_its_own_samples_judges_nobody() -> None:
    def exploded(samples: torch.Tensor) -> torch.Tensor:
        return torch.where(samples[:, 0] > 1e3, NAN, samples[:, 0])

    loud = torch.full((100, 1), 1e6)
    entrants = [entrant("a", signs(10, 90), value), entrant("b", signs(30, 70), value)]
    standing = Tournament(samples=100).play(field([*entrants, entrant("c", loud, exploded)], REAL))
    won, judged = standing.scores.values()
    assert set(judged) == {0, 1}
    assert won[0] == pytest.approx(0.05)  # by b alone: nobody who says NaN has a voice


def test_samples_that_are_not_finite_are_remembered() -> None:
    broken = field([entrant("a", signs(10, 90), value), entrant("b", torch.full((100, 1), NAN), value)], REAL)
    assert broken.fit(100) == [0]
    assert broken.broken == {1}
