"""What must hold between the fields of a data set: groups, lengths and shapes."""

from collections import Counter
from collections.abc import Iterable

from torch import Tensor

from gbench.errors import UserError

Fields = dict[str, Tensor]
Groups = tuple[tuple[str, ...], ...]


def check_groups(train: Fields, groups: Groups) -> None:
    """Every field is in exactly one group, and `real` is there."""
    if "real" not in train:
        raise UserError(f"data have no field 'real', which a game generates; they have {_listed(train)}")
    times = Counter(name for group in groups for name in group)
    for name in train:
        if times[name] != 1:
            where = f"{times[name]} groups" if times[name] else "no group"
            raise UserError(f"field '{name}' of the data is in {where}; put it in exactly one")
    unknown = [name for name in times if name not in train]
    if unknown:
        raise UserError(f"groups of the data name {_listed(unknown)}; fields are {_listed(train)}")


def check_lengths(fields: Fields, groups: Groups, split: str) -> None:
    """The fields of a group have as many samples each."""
    for group in groups:
        lengths = {name: len(fields[name]) for name in group}
        if len(set(lengths.values())) > 1:
            counts = ", ".join(f"{length} of '{name}'" for name, length in lengths.items())
            raise UserError(
                f"pairs of unequal length in {split}: {counts}; give a group as many samples of each field, "
                "or put what is not paired in groups of their own"
            )


def check_test(train: Fields, test: Fields) -> None:
    """The test split has the fields of training, in the same shapes."""
    missing = [name for name in train if name not in test]
    if missing:
        raise UserError(f"the test split lacks {_listed(missing)}, which training has")
    for name in train:
        trained, tested = train[name].shape[1:], test[name].shape[1:]
        if trained != tested:
            raise UserError(
                f"field '{name}' of the data is {_size(trained)} to train on and {_size(tested)} to test"
            )


def with_extras(groups: Groups, test: Fields) -> Groups:
    """The groups of the test split: fields that training has not belong to `real`."""
    known = {name for group in groups for name in group}
    extras = tuple(name for name in test if name not in known)
    return tuple((*group, *extras) if "real" in group else group for group in groups)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _size(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "one number"
