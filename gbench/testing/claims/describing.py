"""What holds for every component: it says what it is."""

from gbench.plugins import Component, load_registry
from gbench.plugins.describe import read_class, read_source
from gbench.plugins.literal import NotLiteralError
from gbench.plugins.source import SourceReader


def says_what_it_is(component: Component) -> None:
    """A summary of one line, a docstring, and help for every option."""
    assert component.summary
    assert "\n" not in component.summary
    if not component.target.endswith(".yaml"):
        description = load_registry().describe(component)
        assert description.doc
        assert all(option.help for option in description.options.values())


def reads_without_running(component: Component) -> None:
    """The source says the same as the class: options, docstring and attributes, inherited ones included.

    A class that computes one of these is only read by importing it, so there is nothing to compare.
    """
    if component.target.endswith(".yaml"):
        return
    try:
        source = read_source(SourceReader(), component.target)
    except NotLiteralError:
        return
    imported = read_class(load_registry().load(component))
    assert source.options == imported.options
    assert source.doc == imported.doc
    assert source.attributes == imported.attributes
