"""What a data set plugin is, and the data that it loads."""

import hashlib
from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor

from gbench.data.density import Density
from gbench.plugins.named import Named

Fields = dict[str, Tensor]


@dataclass(frozen=True, kw_only=True)
class Data:
    """Real data in two splits, as named tensors whose first axis counts samples.

    `"real"` is float32: images [N, C, H, W] or voxels [N, C, D, H, W] in [-1, 1], sequences [N, C, T] or
    vectors [N, D]. `"label"` is int64 [N] in 0..classes-1.
    """

    #: What is trained on.
    train: Fields

    #: What is held out.
    test: Fields

    #: The shape of one sample, such as (C, H, W).
    shape: tuple[int, ...]

    #: The number of classes; None without labels.
    classes: int | None = None

    #: The law that the samples were drawn from, if it is known.
    density: Density | None = None

    @classmethod
    def drawn(cls, density: Density, points: int, seed: int = 0) -> "Data":
        """`points` training points of a known density, and a tenth as many test points, at least one."""
        generator = torch.Generator().manual_seed(seed)
        train = density.sample(points, generator)
        test = density.sample(max(points // 10, 1), generator)
        return cls(train={"real": train}, test={"real": test}, shape=(train.shape[1],), density=density)

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
        """sha256 over names, types, shapes and bytes of a split's fields, in hexadecimal digits."""
        sha = hashlib.sha256()
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
                return Data(train={"real": real}, test={"real": real}, shape=(1,))
    """

    #: The source of the data.
    paper: ClassVar[str] = ""

    #: The fields of a batch: `("real",)` or `("real", "label")`.
    provides: ClassVar[tuple[str, ...]] = ("real",)

    #: What the data are: `"image"`, `"vector"`, `"voxel"` or `"sequence"`, and `"label"`, `"density"` if they
    #: have them.
    traits: ClassVar[tuple[str, ...]] = ()

    #: The model that is trained on them unless a suite or a technique names one.
    model: ClassVar[str] = "mlp"

    def load(self) -> Data:
        """The same data at every call and on every machine."""
        raise NotImplementedError
