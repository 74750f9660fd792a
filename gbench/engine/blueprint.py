"""What a game asks a model to build for one of its networks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ROLES = (
    "generator",
    "decoder",
    "discriminator",
    "recogniser",
    "encoder",
    "pair-discriminator",
    "vector-discriminator",
    "translator",
    "mapper",
)
OWN = "own"
"""The role of a network that the game builds itself."""


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """Shapes and sizes of a network of one replica, whose axes of replicas and samples are left out.

    role                    input                          output
    generator               latents as the model draws     a sample
    decoder                 a vector `[inputs]`            a sample
    discriminator           a sample                       a score; has `features`
    recogniser              a sample                       a score; has `features` and `recognise`, `[size]`
    encoder                 a sample                       `[size]`
    pair-discriminator      a sample and a vector `[size]` a score; has `features`
    vector-discriminator    a vector `[size]`              a score; has `features`
    translator              a sample of `source`           a sample
    mapper                  a vector `[inputs]`            a vector `[size]`
    """

    shape: tuple[int, ...]
    """Of one sample, as this network gets it or makes it."""

    told: Mapping[str, int] = field(default_factory=dict)
    """What it is told beside its input, as one more argument each: `{"label": classes}`."""

    size: int = 1
    """Numbers in the vector that it gives, or takes beside a sample."""

    inputs: int = 1
    """Numbers in the vector that a decoder or a mapper takes."""

    source: tuple[int, ...] | None = None
    """The shape of what a translator is given; None: that of its samples."""
