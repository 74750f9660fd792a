"""KID: the kernel distance of features of Inception-v3 with its published weights."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from gbench.api import Keys, option
from gbench_metrics.kid import Kid


@dataclass(kw_only=True)
class InceptionKid(Kid):
    """The metric `kid` on the 2048 features `inception-v3`, where its key is plain `kid`.

    E k(x, x') + E k(y, y') − 2 E k(x, y) with k(x, y) = (x·y/2048 + 1)³ (Bińkowski et al. 2018, section 4),
    unbiased for any number of samples. It is taken from all samples at once, without the usual random
    subsets.
    """

    paper: ClassVar[str] = "Bińkowski et al. 2018, Demystifying MMD GANs, arXiv:1801.01401"
    keys: ClassVar[Keys] = {"kid-{samples}-{split}": ("min", None)}

    samples: int = option(10_000, "generated samples per replica, as many as fid's (a choice)", ge=2)
    features: Literal["inception-v3"] = option("inception-v3", "features to compare")
