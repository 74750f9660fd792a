"""CycleGAN: its losses where the closed form is known, its pool, and its translations."""

import math
from typing import Any

import pytest
import torch

from gbench.data.dataset import Data
from gbench.engine.streams import Streams
from gbench.errors import UserError
from gbench.testing import domains, use
from gbench_games._pool import empty_pool, exchange
from tests.games.playing import moves, play, silence, small

CPU = torch.device("cpu")


def cycle(data: Data | None = None, **options: Any) -> Any:
    return small("cycle-gan", data or domains(16), options)


def one_domain() -> Data:
    """The same picture everywhere, in both domains."""
    fields = {"real": torch.full((16, 1, 8, 8), 0.5), "source": torch.full((16, 1, 8, 8), 0.5)}
    return Data(train=fields, test=fields, groups=(("real",), ("source",)), aligned=True)


def test_translators_that_do_nothing_between_equal_domains_pay_the_adversaries_alone() -> None:
    cohort = cycle(one_domain(), identity=0.5)
    for name in ("generator", "inverse"):
        cohort.stage.networks[name] = lambda samples: samples
    for name in ("discriminator", "source-discriminator"):
        silence(cohort, name)
    done = play(cohort, "generator")
    assert done.curves["cycle"].tolist() == [0, 0]
    torch.testing.assert_close(done.objective, torch.full((2,), 2 * math.log(2)))


def test_lambda_and_iota_weigh_mean_absolute_errors() -> None:
    """Translators that add 1: the cycle is off by 2 in both directions, the identity by 1."""
    cohort = cycle(one_domain(), cycle=10.0, identity=0.5)
    for name in ("generator", "inverse"):
        cohort.stage.networks[name] = lambda samples: samples + 1
    for name in ("discriminator", "source-discriminator"):
        silence(cohort, name)
    expected = 2 * math.log(2) + 10 * (2 + 2) + 10 * 0.5 * (1 + 1)
    torch.testing.assert_close(play(cohort, "generator").objective, torch.full((2,), expected))


@pytest.mark.parametrize("turn", ["discriminator", "source-discriminator"])
def test_each_discriminator_moves_alone_and_its_loss_is_halved(turn: str) -> None:
    cohort = cycle()
    assert moves(cohort, play(cohort, turn).objective) == {turn}
    silence(cohort, turn)
    torch.testing.assert_close(play(cohort, turn).objective, torch.full((2,), math.log(2)))


def test_both_translators_move_together() -> None:
    cohort = cycle()
    assert {"generator", "inverse"} <= moves(cohort, play(cohort, "generator").objective)


def test_discriminators_judge_their_own_domain() -> None:
    cohort = cycle()
    for by, field in (("discriminator", "real"), ("source-discriminator", "source")):
        [look] = play(cohort, by).looks.values()
        for sample in look.real_seen[0].flatten(0, 1):
            assert (cohort.stage.data[field] == sample).flatten(1).all(1).any()


def test_a_pool_gives_back_what_it_was_shown_first_and_later_half_of_what_it_kept() -> None:
    """Samples are numbers that count up, so each can be followed."""
    pool, random = empty_pool(50, 2, (1,), CPU), Streams([0, 1], CPU)
    stored = total = 0
    shown_twice: list[list[int]] = [[], []]
    for number in range(200):
        fresh = (torch.arange(10) + 10 * number + 1.0).expand(2, 10)[..., None]
        shown, pool = exchange(pool, fresh, random, "pool")
        if number < 5:
            assert torch.equal(shown, fresh)
        else:
            stored, total = stored + int((shown != fresh).sum()), total + shown.numel()
        for replica in range(2):
            held = pool["samples"][replica, :50, 0]
            held = held[held > 0].tolist()
            assert len(set(held)) == len(held) == min(10 * (number + 1), 50)
            shown_twice[replica] += shown[replica, (shown != fresh)[replica, :, 0], 0].tolist()
            assert not set(held) & set(shown_twice[replica])
    assert stored / total == pytest.approx(0.5, abs=0.03)
    for replica in shown_twice:
        assert len(set(replica)) == len(replica)


def test_replicas_exchange_apart() -> None:
    pool, random = empty_pool(4, 2, (1,), CPU), Streams([0, 1], CPU)
    for number in range(20):
        fresh = (torch.arange(4) + 4.0 * number).expand(2, 4)[..., None]
        shown, pool = exchange(pool, fresh, random, "pool")
    assert not torch.equal(shown[0], shown[1])


@pytest.mark.parametrize("size", [0, 3])
def test_a_pool_may_be_smaller_than_a_minibatch(size: int) -> None:
    pool, random = empty_pool(size, 1, (1,), CPU), Streams([0], CPU)
    seen: list[float] = []
    for number in range(30):
        fresh = (torch.arange(8) + 8.0 * number + 1)[None, :, None]
        shown, pool = exchange(pool, fresh, random, "pool")
        assert shown.shape == fresh.shape
        assert int((shown != fresh).sum()) <= size
        seen += shown[shown != fresh].tolist()
    assert len(set(seen)) == len(seen)
    assert bool(seen) == (size > 0)


def test_the_pool_is_kept_once_a_step_is_made() -> None:
    cohort = cycle(pool=10)
    play(cohort, "discriminator")
    assert cohort.game.memory["discriminator/held"].tolist() == [0, 0]
    cohort.round()
    for by in ("discriminator", "source-discriminator"):
        assert cohort.game.memory[f"{by}/held"].tolist() == [8, 8]


def test_it_translates_samples_of_the_source() -> None:
    cohort = cycle()
    source = torch.randn(2, 5, 1, 8, 8)
    torch.testing.assert_close(
        cohort.inference.ask("translate", source), cohort.stage.run("generator", source)
    )
    generated = cohort.inference.generated(6)
    torch.testing.assert_close(
        cohort.inference.ask("translate", generated.inputs["source"]), generated.samples
    )


def test_its_domains_may_differ_in_shape_with_an_mlp() -> None:
    fields = {"real": torch.zeros(16, 1, 10, 10), "source": torch.zeros(16, 3, 8, 8)}
    data = Data(train=fields, test=fields, groups=(("real",), ("source",)))
    cohort = cycle(data)
    cohort.round()
    assert cohort.inference.generated(2).samples.shape == (2, 2, 1, 10, 10)


def test_it_wants_images_of_one_size_of_a_translator_of_convolutions() -> None:
    fields = {"real": torch.zeros(16, 1, 10, 10), "source": torch.zeros(16, 1, 8, 8)}
    data = Data(train=fields, test=fields, groups=(("real",), ("source",)))
    with pytest.raises(UserError, match="a translator of images keeps their size, not 1×8×8 to 1×10×10"):
        small("cycle-gan", data, model=use("model", "resnet", width=8))
