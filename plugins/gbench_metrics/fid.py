"""FID: the Fréchet distance of features of Inception-v3 with its published weights."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from gbench.api import Keys, Moments, Reference, UserError, option
from gbench_metrics.frechet_distance import FrechetDistance, side_of


@dataclass(kw_only=True)
class Fid(FrechetDistance):
    """The metric `frechet-distance` on the 2048 features `inception-v3` (Heusel et al. 2017, eq. 6).

    ‖m − m_g‖² + tr Σ + tr Σ_g − 2 tr √(Σ Σ_g), with mean m and unbiased covariance Σ of the real features.

    Few samples bias it upwards, by an amount that differs between generators. So compare only values of equal
    `samples`, which stand in the key. Below 2,049 samples the covariance is singular; the value is still
    exact, but mostly bias.

    `reference` takes the real side from a file instead: `mu` and `sigma`, as `gbench reference`, pytorch-fid
    and clean-fid write them. Nothing is unpickled. A file of gbench names its split and features, and is
    refused for other ones. A cell's id holds only the path, so `sha256` ties it to the content.
    """

    paper: ClassVar[str] = (
        "Heusel et al. 2017, GANs trained by a two time-scale update rule converge to a local Nash "
        "equilibrium, arXiv:1706.08500"
    )
    keys: ClassVar[Keys] = {"fid-{samples}-{split}": ("min", None)}

    samples: int = option(10_000, "generated samples per replica (Heusel et al. 2017, code: at least)", ge=2)
    features: Literal["inception-v3"] = option("inception-v3", "features to compare")
    reference: str = option("", "file with the real mean and covariance; empty: computed from the split")
    sha256: str = option("", "what that file must hash to; empty: not checked")

    def fit(self, reference: Reference) -> None:
        """Raises UserError if the file is not what it must be."""
        if not self.reference:
            super().fit(reference)
            return
        known = side_of(self.read(Path(self.reference)))
        device = reference.train["real"].device
        self.mean, self.trace, self.factor = (known[part].to(device) for part in ("mean", "trace", "factor"))

    def read(self, path: Path) -> Moments:
        """The file's mean and covariance. Raises UserError unless they are of the right 2048 features and
        split.
        """
        moments = Moments.load(path, self.sha256)
        if len(moments.mean) != 2048:
            raise UserError(f"{path} is of {len(moments.mean)} features; fid compares 2048")
        for fact, mine in {"features": self.features, "split": self.split}.items():
            if (found := moments.facts.get(fact, mine)) != mine:
                raise UserError(f"{path} was made with {fact} {found}, but fid is to compare {mine}")
        return moments
