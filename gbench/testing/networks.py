"""A model's networks without a cohort around them, for tests of their layers."""

from typing import Any

from gbench.engine.blueprint import Blueprint
from gbench.engine.model import Model

PAIR = ("generator", "discriminator")


def networks_of(
    model: Model, shape: tuple[int, ...], classes: int | None = None, roles: tuple[str, ...] = PAIR
) -> dict[str, Any]:
    """The networks of one replica for these roles, by the role's name; raises what the model raises."""
    model.shape = shape
    told = {} if classes is None else {"label": classes}
    return {role: model.network(role, Blueprint(shape=shape, told=told)) for role in roles}
