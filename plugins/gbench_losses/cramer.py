"""Cramér loss: the energy distance between features of real and of generated samples."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import Tensor

from gbench.api import Loss, Setting, option
from gbench_losses._pairs import distances, mean_of_all, mean_of_others, need_pairs


@dataclass(kw_only=True)
class Cramer(Loss):
    """Cramér GAN, with the critic's features h and pairs of different samples.

        generator       2 ‖h_r − h_g‖ − ‖h_r − h_r'‖ − ‖h_g − h_g'‖
        critic          −f(h_r) + f(h_g), with the witness
                        f(h) = E ‖h − h_g‖ − ‖h‖            critic: surrogate (algorithm 1)
                        f(h) = E ‖h − h_g‖ − E ‖h − h_r‖    critic: distance, the generator's opponent

    The surrogate stands for the case of a single real sample in each context. The generator's is the
    paper's, plus a term in real samples alone, which makes its value the energy distance. Means are over
    all pairs of the minibatch, where the paper takes one h_g' for each h_g: the same in expectation.
    As it is, the critic has no bound: it needs a gradient penalty, which differentiates the witness.
    """

    paper: ClassVar[str] = (
        "Bellemare et al. 2017, The Cramer distance as a solution to biased Wasserstein gradients, "
        "algorithm 1, arXiv:1705.10743"
    )
    takes: ClassVar[Literal["features"]] = "features"
    paired: ClassVar[bool] = True

    critic: Literal["surrogate", "distance"] = option("surrogate", "what the critic maximises")

    def begin(self, setting: Setting) -> None:
        need_pairs(self, setting)

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        if self.critic == "distance":
            return -self.generator(real, fake)
        lengths = fake.norm(dim=-1).mean(-1) - real.norm(dim=-1).mean(-1)
        return mean_of_others(distances(fake, fake)) - mean_of_all(distances(real, fake)) - lengths

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        assert real is not None
        within = mean_of_others(distances(real, real)) + mean_of_others(distances(fake, fake))
        return 2 * mean_of_all(distances(real, fake)) - within

    def witness(self, features: Tensor, real: Tensor, fake: Tensor) -> Tensor:
        far = distances(features, fake).mean(-1)
        if self.critic == "distance":
            return far - distances(features, real).mean(-1)
        return far - features.norm(dim=-1)
