"""What a probe plugin is: it looks once, at the end of training, at the players themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from PIL.Image import Image
from torch import Tensor

from gbench.evaluation.trained import Trained
from gbench.plugins.keys import Keys, filled
from gbench.plugins.named import Named


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a probe found, of R replicas in the order of the cohort; NaN and None where there is nothing.

    values: {key: [R]}, every key of the probe. tables: {name: [R, ...]}. pictures: {name: R of them}.
    """

    values: Mapping[str, Tensor | Sequence[float]]
    tables: Mapping[str, Tensor | Sequence[Any]] = field(default_factory=dict)
    pictures: Mapping[str, Sequence[Image | None]] = field(default_factory=dict)


@dataclass(kw_only=True)
class Probe(Named):
    """Base of probes: `look` once at a trained cohort, whose training is over.

    A probe draws its random numbers from the cohort's streams or from a generator of its own, and no
    replica's numbers depend on another replica. It runs without gradients unless it enables them, and may
    leave the cohort as it likes: whatever it changes is undone.

    keys: {key: (direction, worst possible value)}, as a metric's. needs: traits of a data set. uses: the
    parts without which a game has nothing to look at, such as `("model",)` for latents.

    Example, a file `weight_norm.py` in a plugin package:

        @dataclass(kw_only=True)
        class WeightNorm(Probe):
            keys = {"weight-norm": ("min", None)}

            def look(self, trained: Trained) -> Finding:
                norms = [p.flatten(1).norm(dim=1) for p in trained.networks["generator"].parameters.values()]
                return Finding(values={"weight-norm": torch.stack(norms).norm(dim=0)})
    """

    paper: ClassVar[str] = ""
    keys: ClassVar[Keys] = {}
    needs: ClassVar[tuple[str, ...]] = ()
    uses: ClassVar[tuple[str, ...]] = ()

    memory: dict[str, Tensor] = field(default_factory=dict, init=False, repr=False, compare=False)

    def names(self) -> list[str]:
        """The keys of `look`: `keys` with the values of options filled in."""
        return [filled(key, vars(self)) for key in self.keys]

    def named(self, *values: Tensor) -> dict[str, Tensor]:
        """Values [R], in the order of `keys`, by the names of these."""
        return dict(zip(self.names(), values, strict=True))

    def check(self, trained: Trained) -> None:
        """Refuses with a `UserError` what cannot work; nothing is trained yet, nor features fitted."""

    def moment(self) -> float | None:
        """The share of the budget, in [0, 1), after which `remember` is called; None: it need not be."""
        return None

    def remember(self, trained: Trained) -> None:
        """Keeps in `memory`, as tensors [R, ...], what `look` will want; checkpoints hold it."""

    def look(self, trained: Trained) -> Finding:
        raise NotImplementedError
