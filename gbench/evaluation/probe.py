"""What a probe plugin is: it looks at the trained players once, when training is over."""

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
    """What a probe found of R replicas, in the order of the cohort."""

    #: For every key of the probe R numbers; NaN if a replica has none.
    values: Mapping[str, Tensor | Sequence[float]]

    #: Tables by name: for each replica rows of numbers, [R, ...].
    tables: Mapping[str, Tensor | Sequence[Any]] = field(default_factory=dict)

    #: Pictures by name, which names their files: R of each; None if a replica has none.
    pictures: Mapping[str, Sequence[Image | None]] = field(default_factory=dict)


@dataclass(kw_only=True)
class Probe(Named):
    """Base of probes: `look` once at a trained cohort, whose training is over.

    A probe draws its random numbers from the cohort's streams or from a generator of its own, and no
    replica's numbers depend on another replica. It runs without gradients unless it enables them. It may
    change the cohort, because everything that it changes is undone.

    Example, a file `weight_norm.py` in a plugin package:

        @dataclass(kw_only=True)
        class WeightNorm(Probe):
            keys = {"weight-norm": ("min", None)}

            def look(self, trained: Trained) -> Finding:
                norms = [p.flatten(1).norm(dim=1) for p in trained.networks["generator"].parameters.values()]
                return Finding(values={"weight-norm": torch.stack(norms).norm(dim=0)})
    """

    #: The source of the probe.
    paper: ClassVar[str] = ""

    #: What it records, as a metric's keys.
    keys: ClassVar[Keys] = {}

    #: The traits that a data set must have.
    needs: ClassVar[tuple[str, ...]] = ()

    #: The parts that a game must have, such as `("model",)` if the probe draws latents.
    uses: ClassVar[tuple[str, ...]] = ()

    memory: dict[str, Tensor] = field(default_factory=dict, init=False, repr=False, compare=False)

    def names(self) -> list[str]:
        """The keys of `look`: `keys` with the values of options filled in."""
        return [filled(key, vars(self)) for key in self.keys]

    def named(self, *values: Tensor) -> dict[str, Tensor]:
        """The values [R], given in the order of `keys`, by name."""
        return dict(zip(self.names(), values, strict=True))

    def check(self, trained: Trained) -> None:
        """Raises UserError for what cannot work. Nothing is trained yet, and no features are fitted."""

    def moment(self) -> float | None:
        """The share of the budget, in [0, 1), after which `remember` is called; None: never."""
        return None

    def remember(self, trained: Trained) -> None:
        """Keeps in `memory` the tensors [R, ...] that `look` will need; checkpoints hold them."""

    def look(self, trained: Trained) -> Finding:
        """What there is to see. A UserError is recorded as the reason why there is nothing."""
        raise NotImplementedError
