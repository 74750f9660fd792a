"""Components know the name that suites use for them."""

from functools import cached_property


class Named:
    """Base of every kind of component: `name` is what a suite calls it, such as `gradient-penalty`.

    It is no option: it stands in no identity, and two components that differ in it alone are equal.
    """

    @cached_property
    def name(self) -> str:
        """The registry sets the name when it makes the component; any other one is named after its file."""
        return type(self).__module__.rpartition(".")[2].replace("_", "-")
