"""What fields of a data set must have in common, and what they need not."""

from typing import Any

import pytest
import torch

from gbench.data.dataset import Data
from gbench.errors import UserError

DOMAINS = (("real", "label"), ("source",))


def fields(reals: int = 4, sources: int = 6, **more: torch.Tensor) -> dict[str, torch.Tensor]:
    return {
        "real": torch.zeros(reals, 1, 8, 8),
        "label": torch.zeros(reals, dtype=torch.long),
        "source": torch.zeros(sources, 3, 10, 10),
        **more,
    }


def without(name: str, given: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {key: value for key, value in given.items() if key != name}


def test_every_field_has_a_shape_of_its_own() -> None:
    data = Data(train=fields(), test=fields(target=torch.zeros(4, 2)), groups=DOMAINS)
    assert data.shape == data.shape_of("real") == (1, 8, 8)
    assert data.shape_of("source") == (3, 10, 10)
    assert data.shape_of("label") == ()
    assert data.shape_of("target") == (2,)


def test_fields_without_groups_are_one_aligned_group() -> None:
    data = Data(train=fields(5, 5), test=fields(2, 2))
    assert data.groups == (("real", "label", "source"),)
    assert data.aligned


def test_groups_apart_are_aligned_where_the_data_set_says_so() -> None:
    assert not Data(train=fields(), test=fields(), groups=DOMAINS).aligned
    data = Data(train=fields(), test=fields(3, 3), groups=DOMAINS, aligned=True)
    assert data.aligned
    assert data.to("meta").aligned
    assert data.to("meta").groups == DOMAINS


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"train": fields(4, 6)},
            "pairs of unequal length in train: 4 of 'real', 4 of 'label', 6 of 'source'; give a group as "
            "many samples of each field, or put what is not paired in groups of their own",
        ),
        (
            {"test": fields(4, 6), "groups": DOMAINS, "aligned": True},
            "pairs of unequal length in test: 4 of 'real', 4 of 'label', 6 of 'source'; give a group as many "
            "samples of each field, or put what is not paired in groups of their own",
        ),
        (
            {"test": fields(4, 6, target=torch.zeros(6)), "groups": DOMAINS},
            "pairs of unequal length in test: 4 of 'real', 4 of 'label', 6 of 'target'; give a group as many "
            "samples of each field, or put what is not paired in groups of their own",
        ),
        (
            {"train": without("real", fields(4, 4))},
            "data have no field 'real', which a game generates; they have 'label', 'source'",
        ),
        (
            {"groups": (("real", "label"),)},
            "field 'source' of the data is in no group; put it in exactly one",
        ),
        (
            {"groups": (("real", "label"), ("label", "source"))},
            "field 'label' of the data is in 2 groups; put it in exactly one",
        ),
        (
            {"groups": (*DOMAINS, ("sauce",))},
            "groups of the data name 'sauce'; fields are 'real', 'label', 'source'",
        ),
        ({"test": without("label", fields(4, 4))}, "the test split lacks 'label', which training has"),
        (
            {"test": fields(4, 4) | {"source": torch.zeros(4, 3, 9, 10)}},
            "field 'source' of the data is 3×10×10 to train on and 3×9×10 to test",
        ),
        (
            {"test": fields(4, 4) | {"label": torch.zeros(4, 2)}},
            "field 'label' of the data is one number to train on and 2 to test",
        ),
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError) as error:
        Data(**{"train": fields(4, 4), "test": fields(4, 4), **changes})
    assert str(error.value) == message


def test_the_digest_knows_groups_where_there_are_several() -> None:
    together = Data(train=fields(4, 4), test=fields(4, 4))
    named = Data(train=fields(4, 4), test=fields(4, 4), groups=(("source", "real", "label"),))
    apart = Data(train=fields(4, 4), test=fields(4, 4), groups=DOMAINS)
    others = Data(train=fields(4, 4), test=fields(4, 4), groups=(("real",), ("label", "source")))
    assert together.digest() == named.digest()
    assert len({together.digest(), apart.digest(), others.digest()}) == 3


def test_the_digest_of_one_group_is_fixed_for_ever() -> None:
    """Anybody's sha256 of "real torch.float32 (2, 1) " and two floats of 1.0."""
    real = torch.ones(2, 1)
    expected = "c60aef3b87afc1ab51fc4c4f860553bd52f72003ec039af54a97f30a16d2a9ff"
    assert Data(train={"real": real}, test={"real": real}).digest() == expected
