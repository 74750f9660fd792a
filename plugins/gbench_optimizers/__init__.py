"""The built-in optimizers, a module each."""

from gbench.plugins import Component, components_in, hookimpl


@hookimpl
def gbench_components() -> list[Component]:
    return components_in(__name__, kind="optimizer")
