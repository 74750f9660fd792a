"""Every built-in component knows the name that suites use for it."""

import pytest

from gbench.plugins import Component, load_registry

COMPONENTS = [
    component
    for package in load_registry().packages
    for component in package.components
    if component.kind != "technique"
]


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: f"{component.kind}-{component.name}")
def test_a_component_is_named_after_its_file(component: Component) -> None:
    assert load_registry().load(component)().name == component.name
