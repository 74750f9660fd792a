"""Finding plugins. Every entry point is tried by itself, and a broken one is listed with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pluggy

from gbench.errors import suggestion
from gbench.plugins import hookspec
from gbench.plugins.component import Component

OK, FAILED = "OK", "FAILED"


class PluginError(Exception):
    """A plugin that breaks the rules of registration; the text becomes the reason of its failure."""


@dataclass(frozen=True)
class Package:
    """One entry point, and what it provides or why it failed."""

    #: Name and version of the installed distribution.
    distribution: str
    version: str

    entry_point: str

    #: `OK` or `FAILED`.
    status: str

    #: Why it failed, in one line; empty if it is OK.
    reason: str

    #: What it provides; nothing if it failed.
    components: tuple[Component, ...]

    def __str__(self) -> str:
        return f"{self.distribution} {self.version}"


def discover() -> list[Package]:
    """All entry points of the group, sorted by distribution and name, each exactly once."""
    found = {
        (_distribution(entry), entry.name, entry.value): entry for entry in entry_points(group=hookspec.GROUP)
    }
    return [_package(found[key]) for key in sorted(found)]


def _distribution(entry: EntryPoint) -> tuple[str, str]:
    return (entry.dist.name, entry.dist.version) if entry.dist else ("unknown", "0")


def _package(entry: EntryPoint) -> Package:
    distribution, version = _distribution(entry)
    try:
        components, reason = _components(entry), ""
    except PluginError as error:
        components, reason = (), str(error)
    except (Exception, SystemExit) as error:  # the plugin boundary: any error of its code is the reason
        components, reason = (), " ".join(f"{type(error).__name__}: {error}".split())
    return Package(distribution, version, entry.name, FAILED if reason else OK, reason, components)


def _components(entry: EntryPoint) -> tuple[Component, ...]:
    plugin = entry.load()
    _check_api(plugin)
    # Each plugin has a manager of its own, so that a broken one leaves nothing behind for the others.
    manager = pluggy.PluginManager(hookspec.PROJECT)
    manager.add_hookspecs(hookspec)
    manager.register(plugin, name=entry.name)
    _check_hooks(manager, plugin)
    components = tuple(component for batch in manager.hook.gbench_components() for component in batch)
    _check_components(components)
    return components


def _check_api(plugin: Any) -> None:
    wanted = getattr(plugin, "GBENCH_API", hookspec.API_VERSION)
    if wanted != hookspec.API_VERSION:
        raise PluginError(
            f"written for plugin interface {wanted!r}, but this gbench has interface {hookspec.API_VERSION}"
        )


def _check_hooks(manager: pluggy.PluginManager, plugin: Any) -> None:
    callers = manager.get_hookcallers(plugin) or []
    if not callers:
        raise PluginError("implements no hook; expected gbench_components marked with @hookimpl")
    for caller in callers:
        if not caller.has_spec():
            raise PluginError(f"unknown hook '{caller.name}'{suggestion(caller.name, ['gbench_components'])}")


def _check_components(components: Iterable[Any]) -> None:
    seen: set[tuple[str, str]] = set()
    for component in components:
        if not isinstance(component, Component):
            raise PluginError(f"gbench_components gave a {type(component).__name__}, not a Component")
        if (component.kind, component.name) in seen:
            raise PluginError(f"registers {component.kind} '{component.name}' twice")
        seen.add((component.kind, component.name))
