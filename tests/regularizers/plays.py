"""Turns and settings made by hand, for regularizers whose numbers are known."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn

from gbench.engine.cohort import Cohort
from gbench.engine.look import Look
from gbench.engine.play import Play
from gbench.engine.regularizer import Regularizer
from gbench.engine.replicas import Replicas
from gbench.engine.streams import Streams
from gbench.plugins import load_registry

CPU = torch.device("cpu")


def regularizer(name: str, **options: Any) -> Any:
    """A built-in regularizer that has not begun."""
    registry = load_registry()
    built: Regularizer = registry.load(registry.find("regularizer", name))(**options)
    built.name = name
    return built


def make_stage(replicas: int = 2, **parts: Any) -> Any:
    """What a regularizer looks at in `begin` and `weigh`; `takes` is the loss's."""
    setting = {
        "networks": {},
        "discriminators": ("discriminator",),
        "looks_at": parts.pop("takes", "scores"),
        "told": (),
        "random": Streams(range(replicas), CPU),
        "size": replicas,
        "device": CPU,
        "batch_size": 8,
        "progress": torch.tensor(1.0),
    }
    return SimpleNamespace(**(setting | parts))


def make_play(
    score: Callable[[Tensor], Tensor],
    batch: int = 7,
    shape: tuple[int, ...] = (2,),
    replicas: int = 2,
    features: Callable[[Tensor], Tensor] | None = None,
    **parts: Any,
) -> Play:
    """A discriminator's turn with normal samples, in double precision."""
    generator = torch.Generator().manual_seed(batch)
    real, fake = (
        torch.randn(replicas, batch, *shape, generator=generator, dtype=torch.double).requires_grad_()
        for _ in range(2)
    )
    look = Look(
        by="discriminator",
        side="discriminator",
        real=(parts.pop("real", real),),
        fake=(parts.pop("fake", fake),),
        loss=SimpleNamespace(takes="scores", paired=False, name="known"),
        random=Streams(range(replicas), CPU),
        judge=score,
        trunk=features or score,
        weigh=lambda scores: scores,
    )
    objective = parts.pop("objective", torch.zeros(replicas, dtype=torch.double))
    return Play(objective, {"discriminator": look}, **parts)


def sides(play: Play) -> tuple[Tensor, Tensor]:
    """The real and the generated samples of such a turn, `[R, B, ...]` each."""
    look = play.look("discriminator")
    return look.real_seen[0], look.fake[0]


def replicas_of(*modules: nn.Module) -> Replicas:
    """Networks of one architecture, in double precision."""
    return Replicas([module.double() for module in modules], "loop", CPU)


def seen_of(cohort: Cohort, samples: Tensor) -> Tensor:
    """What the cohort's discriminator sees of samples `[R, B, ...]`."""
    [seen] = cohort.stage.look(None, samples).fake
    return seen
