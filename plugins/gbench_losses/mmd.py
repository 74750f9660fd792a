"""MMD loss: the maximum mean discrepancy between features of real and of generated samples."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import Tensor

from gbench.api import Loss, Setting, option
from gbench_losses._pairs import mean_of_all, mean_of_others, need_pairs, squared_distances

SCALES = {
    "rational-quadratic": (0.2, 0.5, 1.0, 2.0, 5.0),  # Bińkowski et al. 2018
    "rbf": (1.0, 2.0, 4.0, 8.0, 16.0),  # Li et al. 2017, their code
}


@dataclass(kw_only=True)
class Mmd(Loss):
    """MMD GAN, with a kernel k on the critic's features h.

        generator       MMD² = E k(h_r, h_r') + E k(h_g, h_g') − 2 E k(h_r, h_g)
        critic          −MMD²

    estimated without bias, from pairs of different samples (Gretton et al. 2012, lemma 6). Kernels are
    sums over the scales s:

        rational-quadratic   Σ (1 + ‖x − y‖²/2s)^(−s)
        rbf                  Σ exp(−‖x − y‖²/2s²)

    plus xᵀy with `linear`; rational-quadratic plus linear is the rq* of Bińkowski et al. 2018. A gradient
    penalty differentiates the witness f(h) = E k(h, h_r) − E k(h, h_g). Li et al. 2017 take the root of
    MMD² and let the critic decode its features; this is the later paper's simpler loss.
    """

    paper: ClassVar[str] = (
        "Li et al. 2017, MMD GAN: Towards deeper understanding of moment matching network, "
        "arXiv:1705.08584; Bińkowski et al. 2018, Demystifying MMD GANs, arXiv:1801.01401"
    )
    takes: ClassVar[Literal["features"]] = "features"
    paired: ClassVar[bool] = True

    kernel: Literal["rational-quadratic", "rbf"] = option("rational-quadratic", "family of the kernels")
    scales: tuple[float, ...] | None = option(
        None, "α or σ of the kernels that are added; by default 0.2 to 5, and for rbf 1 to 16", gt=0
    )
    linear: bool = option(False, "whether to add the kernel xᵀy (Bińkowski et al. 2018: rq*)")

    def begin(self, setting: Setting) -> None:
        need_pairs(self, setting)

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        return -self.generator(real, fake)

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        assert real is not None
        within = mean_of_others(self.similarity(real, real)) + mean_of_others(self.similarity(fake, fake))
        return within - 2 * mean_of_all(self.similarity(real, fake))

    def witness(self, features: Tensor, real: Tensor, fake: Tensor) -> Tensor:
        return self.similarity(features, real).mean(-1) - self.similarity(features, fake).mean(-1)

    def similarity(self, first: Tensor, second: Tensor) -> Tensor:
        """k(x_i, y_j): `[R, N, d], [R, M, d] -> [R, N, M]`."""
        squared = squared_distances(first, second)
        total = first @ second.mT if self.linear else squared.new_zeros(())
        for scale in self.scales or SCALES[self.kernel]:
            if self.kernel == "rbf":
                total = total + (squared / (-2 * scale**2)).exp()
            else:
                total = total + (squared / (2 * scale)).log1p().mul(-scale).exp()
        return total
