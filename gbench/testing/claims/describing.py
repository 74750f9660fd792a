"""What holds for every component: it says what it is."""

from typing import Any

from gbench.plugins import Component, load_registry


def says_what_it_is(component: Component) -> None:
    """A summary of one line, a docstring, and help for every option."""
    assert component.summary
    assert "\n" not in component.summary
    if not component.target.endswith(".yaml"):
        description = load_registry().describe(component)
        assert description.doc
        assert all(option.help for option in description.options.values())


def reads_without_running(component: Component) -> None:
    """What the source says about the options is what the class says."""
    if component.target.endswith(".yaml"):
        return
    registry = load_registry()
    options = registry.describe(component).options
    instance = registry.load(component)()
    assert {name: _plain(option.default) for name, option in options.items()} == {
        name: _plain(getattr(instance, name)) for name in options
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
