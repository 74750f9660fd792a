"""What a cohort gives to those who only look: samples, codes, translations, scores."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor

from gbench.engine.average import Average
from gbench.engine.game import Game
from gbench.engine.seeds import derive
from gbench.engine.stage import Stage
from gbench.engine.streams import Streams

CHUNK = 500  # samples that the networks of each replica see at once


@dataclass(frozen=True, kw_only=True)
class Generated:
    """Samples, and what they were made of."""

    samples: Tensor
    """`[R, N, *shape]`."""

    inputs: Mapping[str, Tensor] = field(default_factory=dict)
    """What the game was asked for, `[R, N, ...]` each: labels, codes, source images; without latents."""

    @property
    def labels(self) -> Tensor | None:
        """The classes `[R, N]` that were asked for, where the game asks for classes."""
        return self.inputs.get("label")


class Inference:
    """A game's networks in evaluation mode, those that make samples with their averages if these are kept."""

    def __init__(self, game: Game, stage: Stage, averages: Mapping[str, Average], seeds: Sequence[int]):
        self.game = game
        self.stage = stage
        self.averages = averages
        self.seeds = seeds

    def generated(self, count: int, repeat: int = 0) -> Generated:
        """`count` samples of each replica; equal repeats have equal latents, at every call."""
        purpose = ("evaluation", repeat) if repeat else ("evaluation",)
        random = Streams([derive(seed, *purpose) for seed in self.seeds], self.stage.device)
        parts: list[Generated] = []
        for start in range(0, count, CHUNK):
            inputs = self.game.inputs(self.stage, random, min(CHUNK, count - start))
            shown = {name: values for name, values in inputs.items() if name != "latent"}
            parts.append(Generated(samples=self.generate(inputs), inputs=shown))
        return Generated(
            samples=torch.cat([part.samples for part in parts], dim=1),
            inputs={
                name: torch.cat([part.inputs[name] for part in parts], dim=1) for name in parts[0].inputs
            },
        )

    def generate(self, inputs: Mapping[str, Tensor]) -> Tensor:
        """Samples `[R, N, *shape]` of such inputs; inputs that require gradients get them."""
        wanted = torch.is_grad_enabled() and any(values.requires_grad for values in inputs.values())
        count = next(iter(inputs.values())).shape[1]
        with self._evaluating(wanted):
            parts = [
                self.game.generate(self.stage, {name: x[:, at : at + CHUNK] for name, x in inputs.items()})
                for at in range(0, count, CHUNK)
            ]
        return torch.cat(parts, dim=1)

    def ask(self, verb: str, samples: Tensor) -> Tensor | None:
        """What the game answers of samples `[R, N, ...]`; None where it has no such verb.

        verb: one of `VERBS`.
        """
        answer = getattr(self.game, verb)
        with self._evaluating():
            parts = [answer(self.stage, part) for part in samples.split(CHUNK, dim=1)]
        found = [part for part in parts if part is not None]
        return torch.cat(found, dim=1) if found else None

    def scores_of(self, samples: Tensor) -> Tensor | None:
        """The discriminator's scores `[R, N]` of samples `[R, N, *shape]`, or None."""
        with self._evaluating():
            return self.game.scores_of(self.stage, samples)

    @contextmanager
    def _evaluating(self, differentiable: bool = False) -> Iterator[None]:
        with ExitStack() as stack:
            for name, network in self.stage.networks.items():
                if name in self.averages:
                    stack.enter_context(network.using(self.averages[name].parameters))
                stack.enter_context(network.evaluating())
            stack.enter_context(torch.set_grad_enabled(differentiable))
            yield
