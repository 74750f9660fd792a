"""What a contest plugin is: it compares the trained models of several cells."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from gbench.plugins.keys import Keys, filled
from gbench.plugins.named import Named
from gbench.plugins.options import option

if TYPE_CHECKING:
    from gbench.evaluation.contest_field import ContestField


@dataclass(frozen=True)
class ContestTable:
    """A table for the reader: rows of texts and numbers. NaN and infinities count as missing."""

    columns: list[str]
    rows: list[list[Any]]


@dataclass(frozen=True)
class ContestResult:
    """What a contest found."""

    #: For each key the scores by entrant, numbered as in the field. Entrants without a score took no part.
    scores: dict[str, dict[int, float]]

    #: Tables by name.
    tables: dict[str, ContestTable] = field(default_factory=dict)

    #: What a reader should know, such as which entrants took no part and why, a line each.
    notes: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Contest(Named):
    """Base of contests: `play` compares all replicas of all cells of one data set, after their training.

    Every entrant shows the same number of samples, from the latents that its measurements had. An entrant
    that diverged takes no part and gets the worst score. A contest draws random numbers only from generators
    that it seeds itself.

    Example, a file `nearest_mean.py` in a plugin package:

        @dataclass(kw_only=True)
        class NearestMean(Contest):
            keys = {"nearest-mean-{samples}": ("min", 1.0)}

            def play(self, field: ContestField) -> ContestResult:
                mean = field.reference.train["real"].mean(0)
                errors = {i: field.generated(i, self.samples).mean(0) - mean for i in field.fit(self.samples)}
                by_error = sorted(errors, key=lambda i: float(errors[i].norm()))
                places = {i: place / len(by_error) for place, i in enumerate(by_error)}
                return ContestResult({self.names()[0]: places})
    """

    #: The source of the contest.
    paper: ClassVar[str] = ""

    #: What it records, as a metric's keys.
    keys: ClassVar[Keys] = {}

    #: The traits that a data set must have.
    needs: ClassVar[tuple[str, ...]] = ()

    samples: int = option(500, "generated samples per replica", ge=2)

    def names(self) -> list[str]:
        """The keys of `play`'s scores: `keys` with the values of options filled in."""
        return [filled(key, vars(self)) for key in self.keys]

    def play(self, field: "ContestField") -> ContestResult:
        """The scores of the entrants. Raises UserError if they cannot be compared in this way."""
        raise NotImplementedError
