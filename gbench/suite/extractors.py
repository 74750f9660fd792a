"""Options of the features that a suite's metrics, probes and contests name."""

from collections.abc import Iterable

from gbench.errors import UserError, suggestion
from gbench.suite.choice import Choice, read_named_choice
from gbench.suite.document import Document
from gbench.suite.resolver import Resolver


def read_extractors(document: Document, resolver: Resolver) -> dict[str, Choice]:
    """The suite's `features`, by name. Raises UserError."""
    extractors: dict[str, Choice] = {}
    if "features" not in document.data:
        return extractors
    for part in document.part("features").items("features"):
        choice = read_named_choice(part, "an entry of 'features'")
        name = str(resolver.component("features", choice).use)
        if name in extractors:
            raise UserError(f"features '{name}' appear twice; keep one", part.place)
        extractors[name] = choice
    return extractors


def check_extractors(extractors: dict[str, Choice], named: Iterable[str]) -> None:
    """Each of them is used. Raises UserError."""
    used = set(named)
    for name, choice in extractors.items():
        if name not in used:
            raise UserError(
                f"nothing in the suite uses features '{name}'{suggestion(name, used)}", choice.place
            )
