"""The one hook that a plugin implements."""

from collections.abc import Iterable

import pluggy

from gbench.plugins.component import Component

PROJECT = "gbench"
GROUP = "gbench"  # of entry points

# A plugin module may declare the interface that it was written for, as `GBENCH_API = 1`.
API_VERSION = 1

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def gbench_components() -> Iterable[Component]:  # type: ignore[empty-body]
    """What this plugin provides. It is called once, at discovery, and must import nothing heavy.

    A complete plugin package `acme_losses/__init__.py`, whose other files are one loss each:

        from gbench.plugins import components_in, hookimpl

        @hookimpl
        def gbench_components():
            return components_in(__name__, kind="loss")

    and in its pyproject.toml:

        [project.entry-points.gbench]
        losses = "acme_losses"
    """
