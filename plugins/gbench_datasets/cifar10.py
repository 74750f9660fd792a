"""CIFAR-10: 50,000 colour images of 32×32 pixels in ten classes and 10,000 to test, from a local file."""

from dataclasses import dataclass
from typing import ClassVar

from gbench.api import Data, UserError, option
from gbench_datasets.npz import Npz

ARCHIVES = (".tar.gz", ".tgz", ".tar", ".pkl", "-py", "-py/")


@dataclass(kw_only=True)
class Cifar10(Npz):
    """An .npz file with uint8 images and labels 0..9; see the data set npz.

    The original archive is not read, because it holds pickles, which can run any code. If you trust it,
    convert it once, for example with torchvision, which checks the archive's hash:

    sets = [torchvision.datasets.CIFAR10(".", train, download=True) for train in (True, False)]
    x, y = [s.data for s in sets], [s.targets for s in sets]
    numpy.savez("cifar10.npz", x_train=x[0], y_train=y[0], x_test=x[1], y_test=y[1])
    """

    paper: ClassVar[str] = "Krizhevsky 2009, Learning multiple layers of features from tiny images"

    path: str = option("cifar10.npz", "the file, relative to $GBENCH_DATA or to the working directory")

    def load(self) -> Data:
        """Both splits. Raises UserError if they are not ten classes of 3×32×32."""
        if self.path.endswith(ARCHIVES):
            raise UserError(
                f"data set cifar10 does not read '{self.path}': pickles can run code; convert it to .npz "
                "once, as `gbench show dataset cifar10` says"
            )
        data = super().load()
        if data.shape != (3, 32, 32) or data.classes != 10:
            size = "×".join(map(str, data.shape))
            raise UserError(
                f"'{self.path}' holds {data.classes} classes of {size}; CIFAR-10 is 10 classes of 3×32×32; "
                "data set npz takes other images"
            )
        return data
