"""MNIST: 60,000 handwritten digits of 28×28 pixels and 10,000 to test, from a local file."""

from dataclasses import dataclass
from typing import ClassVar

from gbench.api import option
from gbench_datasets.npz import Npz


@dataclass(kw_only=True)
class Mnist(Npz):
    """The arrays of the original files, as Keras publishes them in `mnist.npz`; see the data set npz.

    The hash is that of the arrays, so any file that holds MNIST will do, however it was compressed. It was
    taken from the original files, which are known by their own hashes: MD5 6bbc9ace of the uncompressed
    training images, a25bea73 of their labels, 2646ac64 and 27ae3e4e of the test split.
    """

    paper: ClassVar[str] = "LeCun et al. 1998, Gradient-based learning applied to document recognition"

    path: str = option("mnist.npz", "the file, relative to $GBENCH_DATA or to the working directory")
    sha256: str = option(
        "1e35582d42a90940c55b956deb61875c020b567ed20e3c5b174f52bf7809ed9b",
        "what the arrays must hash to: MNIST's; empty: not checked",
    )
