"""f-divergence losses: any of seven divergences, by its variational lower bound."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

import torch.nn.functional as F
from torch import Tensor

from gbench.api import Loss, option

TANGENT = 30.0  # where exponentials go on as straight lines: log-ratios of densities are far below
LOG2 = math.log(2)


def exp(x: Tensor) -> Tensor:
    """e^x, and its tangent from x = 30 on: finite in single precision, and convex and smooth as e^x is."""
    bent = x.clamp(max=TANGENT)
    return bent.exp() * (1 + x - bent)


class Bound(NamedTuple):
    """A divergence's row in table 2 or its supplement: functions of the raw score a."""

    activation: Callable[[Tensor], Tensor]
    """T = g(a), within the domain of f*."""
    conjugate: Callable[[Tensor], Tensor]
    """f*(g(a)), simplified so that no logarithm of an exponential is left."""


BOUNDS = {
    #                       g(a)                             f*(g(a))                          f*(t)
    "kl": Bound(            lambda a: a,                     lambda a: exp(a - 1)),            # exp(t − 1)
    "reverse-kl": Bound(    lambda a: -exp(-a),              lambda a: a - 1),                 # −1 − log(−t)
    "pearson": Bound(       lambda a: a,                     lambda a: a.square() / 4 + a),    # t²/4 + t
    "neyman": Bound(        lambda a: 1 - exp(-a),           lambda a: 2 - 2 * exp(-a / 2)),   # 2 − 2√(1 − t)
    "hellinger": Bound(     lambda a: 1 - exp(-a),           lambda a: exp(a) - 1),            # t/(1 − t)
    "jensen-shannon": Bound(lambda a: LOG2 - F.softplus(-a), lambda a: F.softplus(a) - LOG2),  # −log(2 − e^t)
    "gan": Bound(           lambda a: -F.softplus(-a),       lambda a: F.softplus(a)),         # −log(1 − e^t)
}  # fmt: skip


@dataclass(kw_only=True)
class FDivergence(Loss):
    """f-GAN: D_f(P‖Q) = ∫ q f(p/q) ≥ E_P T(x) − E_Q f*(T(x)), with T = g(score) and f* the conjugate of f.

        discriminator   −g(a_r) + f*(g(a_g))
        generator       −f*(g(a_g))     objective: conjugate (algorithm 1)
                        −g(a_g)         objective: activation (section 3.2; of `gan`: non-saturating)

    The best T is f'(p/q), with u = p/q:

        divergence      f(u)                               f'(u)
        kl              u log u                            1 + log u
        reverse-kl      −log u                             −1/u
        pearson         (u − 1)²                           2(u − 1)
        neyman          (1 − u)²/u                         1 − 1/u²
        hellinger       (√u − 1)²                          1 − 1/√u
        jensen-shannon  −(u + 1) log((1 + u)/2) + u log u  log(2u/(1 + u))     twice the usual one
        gan             u log u − (u + 1) log(u + 1)       log(u/(u + 1))      minimax: −log 4 + 2 JS

    Exponentials are continued by their tangents beyond e^30, where single precision would overflow
    (a choice).
    """

    paper: ClassVar[str] = (
        "Nowozin et al. 2016, f-GAN: Training generative neural samplers using variational divergence "
        "minimization, table 2, arXiv:1606.00709"
    )

    divergence: Literal[
        "kl", "reverse-kl", "pearson", "neyman", "hellinger", "jensen-shannon", "gan"
    ] = option("kl", "which divergence of the real from the generated distribution (a choice)")  # fmt: skip
    objective: Literal["conjugate", "activation"] = option(
        "conjugate", "what the generator minimises: −f*(g(a)) (algorithm 1), or −g(a) (section 3.2)"
    )

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        bound = BOUNDS[self.divergence]
        return bound.conjugate(fake).mean(-1) - bound.activation(real).mean(-1)

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        bound = BOUNDS[self.divergence]
        value = bound.conjugate(fake) if self.objective == "conjugate" else bound.activation(fake)
        return -value.mean(-1)
