"""What a data set plugin is, and the data that it loads."""

import hashlib
from dataclasses import dataclass, replace
from typing import ClassVar

import torch

from gbench.data.density import Density
from gbench.data.layout import Fields, Groups, check_groups, check_lengths, check_test, with_extras
from gbench.plugins.named import Named


@dataclass(frozen=True, kw_only=True)
class Data:
    """Real data in two splits, as named tensors whose first axis counts samples.

    `real` is what a game generates: float32, images [N, C, H, W] or voxels [N, C, D, H, W] in [-1, 1],
    sequences [N, C, T] or vectors [N, D]. `source`, where there is one, is what a translator is given to
    make `real` from, in the same layouts and a shape of its own. `label` is int64 [N] in 0..classes-1, the
    class of `real`. Other fields have a name and a shape of their own.
    """

    #: What is trained on.
    train: Fields

    #: It has the fields of `train`, and may have more: targets, or marks of what is anomalous.
    test: Fields

    #: Number of classes, where there are labels.
    classes: int | None = None

    #: The law that the samples were drawn from, if it is known.
    density: Density | None = None
    #: Fields of a group are shuffled together, as pairs; groups apart, as unpaired domains, and their lengths
    #: may differ. Empty stands for one group of all fields, and becomes that.
    groups: Groups = ()
    #: Whether row i of all fields of the test split belongs together although the groups are shuffled apart:
    #: then test["real"][i] is what test["source"][i] should become. Always true where there is one group.
    aligned: bool = False

    def __post_init__(self) -> None:
        groups = self.groups or (tuple(self.train),)
        object.__setattr__(self, "groups", groups)
        object.__setattr__(self, "aligned", self.aligned or len(groups) == 1)
        check_groups(self.train, groups)
        check_lengths(self.train, groups, "train")
        check_test(self.train, self.test)
        together = (tuple(self.test),) if self.aligned else with_extras(groups, self.test)
        check_lengths(self.test, together, "test")

    @property
    def shape(self) -> tuple[int, ...]:
        """That of one sample of `real`, such as (C, H, W)."""
        return self.shape_of("real")

    def shape_of(self, field: str) -> tuple[int, ...]:
        """That of one sample of a field, () of a label."""
        return tuple({**self.test, **self.train}[field].shape[1:])

    @classmethod
    def drawn(cls, density: Density, points: int, seed: int = 0) -> "Data":
        """`points` training points of a known density, and a tenth as many test points, at least one."""
        generator = torch.Generator().manual_seed(seed)
        train = density.sample(points, generator)
        test = density.sample(max(points // 10, 1), generator)
        return cls(train={"real": train}, test={"real": test}, density=density)

    def split(self, name: str) -> Fields:
        """`train` or `test`."""
        return {"train": self.train, "test": self.test}[name]

    def to(self, device: torch.device | str) -> "Data":
        return replace(
            self,
            train={name: field.to(device) for name, field in self.train.items()},
            test={name: field.to(device) for name, field in self.test.items()},
            density=self.density.to(device) if self.density else None,
        )

    def digest(self, split: str = "train") -> str:
        """sha256 over names, types, shapes and bytes of a split's fields; of what a model trained on.

        Groups are part of it if there are several.
        """
        sha = hashlib.sha256()
        if len(self.groups) > 1:
            sha.update(f"{self.groups} ".encode())
        for name, field in sorted(self.split(split).items()):
            sha.update(f"{name} {field.dtype} {tuple(field.shape)} ".encode())
            sha.update(field.cpu().contiguous().numpy().tobytes())
        return sha.hexdigest()


@dataclass(kw_only=True)
class Dataset(Named):
    """Base of data sets: its fields are options, and `load` gives the data.

    Example, a file `line.py` in a plugin package:

        @dataclass(kw_only=True)
        class Line(Dataset):
            provides = ("real",)
            traits = ("vector",)
            points: int = option(1000, "training points", ge=1)

            def load(self) -> Data:
                real = torch.linspace(-1, 1, self.points)[:, None]
                return Data(train={"real": real}, test={"real": real})
    """

    #: The source of the data.
    paper: ClassVar[str] = ""

    #: The fields of its batches.
    provides: ClassVar[tuple[str, ...]] = ("real",)
    #: One of the four kinds of sample that `real` is, and what else holds: "label", "density", "factors",
    #: "aligned" (with a source, and the test split says what becomes of it).
    traits: ClassVar[tuple[str, ...]] = ()
    #: The model, unless a suite names another.
    model: ClassVar[str] = "mlp"

    def load(self) -> Data:
        """The same data at every call and on every machine."""
        raise NotImplementedError
