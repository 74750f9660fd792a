"""InfoGAN: the bound in both players' objectives, codes among the inputs, and what it recognises."""

import pytest
import torch

from gbench.errors import UserError
from gbench.testing import use
from tests.games.playing import moves, play, small

NUMBERS = {"categories": (3, 2), "numbers": 1}


@pytest.mark.parametrize(("turn", "side"), [("discriminator", "discriminator"), ("generator", "generator")])
def test_both_players_raise_the_bound(turn: str, side: str) -> None:
    cohort = small("info-gan", options=NUMBERS | {"weight": 0.5})
    done = play(cohort, turn)
    [look] = done.looks.values()
    bound = done.curves["information/categories"] + done.curves["information/numbers"]
    torch.testing.assert_close(done.objective, getattr(look, side)() - 0.5 * bound)


def test_the_generator_is_moved_through_the_recogniser() -> None:
    cohort = small("info-gan", options=NUMBERS)
    done = play(cohort, "generator")
    assert moves(cohort, done.curves["information/categories"]) == {"generator", "discriminator"}
    done = play(cohort, "discriminator")
    assert moves(cohort, done.curves["information/categories"]) == {"discriminator"}


def test_samples_come_with_the_codes_that_were_asked_for() -> None:
    cohort = small("info-gan", options=NUMBERS)
    generated = cohort.inference.generated(7)
    assert generated.samples.shape == (2, 7, 1, 8, 8)
    assert generated.inputs["code"].shape == (2, 7, 6)
    codes = generated.inputs["code"]
    again = cohort.inference.generate({"latent": torch.zeros(2, 7, 3), "code": codes})
    other = cohort.inference.generate({"latent": torch.zeros(2, 7, 3), "code": codes.flip(1)})
    assert not torch.equal(again, other)


def test_it_says_what_a_sample_was_made_of() -> None:
    cohort = small("info-gan", options=NUMBERS)
    samples = torch.randn(2, 5, 1, 8, 8)
    codes = cohort.inference.ask("encode", samples)
    classes = cohort.inference.ask("classify", samples)
    assert codes is not None
    assert classes is not None
    assert codes.shape == (2, 5, 6)
    torch.testing.assert_close(codes[..., :3].sum(-1), torch.ones(2, 5))
    torch.testing.assert_close(codes[..., 3:5].sum(-1), torch.ones(2, 5))
    assert torch.equal(classes, codes[..., :3])


def test_without_categories_it_tells_no_clusters_apart() -> None:
    cohort = small("info-gan", options={"categories": (), "numbers": 2})
    assert cohort.inference.ask("classify", torch.zeros(2, 5, 1, 8, 8)) is None
    cohort.round()


def test_it_needs_a_code() -> None:
    with pytest.raises(UserError) as caught:
        small("info-gan", options={"categories": (), "numbers": 0})
    assert caught.value.message == "game info-gan needs a code; set categories or numbers"


def test_it_refuses_a_regularizer_that_hides_the_recogniser() -> None:
    with pytest.raises(UserError, match="hides what recognises codes; drop the regularizer"):
        small("info-gan", regularizers=[use("regularizer", "minibatch-discrimination")])


def test_it_refuses_packs_of_samples() -> None:
    with pytest.raises(UserError) as caught:
        small("info-gan", regularizers=[use("regularizer", "packing")])
    assert caught.value.message == (
        "game info-gan asks its discriminator about single samples; "
        "drop the regularizer that joins them, such as packing"
    )
