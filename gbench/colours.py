"""A colour for each technique: the same in every chart, of the report and of MLflow."""

from collections.abc import Iterable

PALETTE = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255", "#44AA99", "#999933",
    "#332288", "#AA4499", "#117733", "#661100", "#6699CC", "#888888", "#DDAA33", "#004488", "#BB5566",
)  # fmt: skip  # Okabe & Ito 2008, then Tol 2021: told apart by colour-blind readers too


def colours_of(labels: Iterable[str]) -> dict[str, str]:
    """A colour for each label, by its place in the alphabet; from the nineteenth on they repeat."""
    return {label: PALETTE[index % len(PALETTE)] for index, label in enumerate(sorted(set(labels)))}
