"""Plugins: the hook, components and their options, discovery, the registry. Imports no torch."""

from gbench.plugins.component import KINDS, Chosen, Component
from gbench.plugins.describe import Description, Option
from gbench.plugins.discovery import Package, discover
from gbench.plugins.hookspec import hookimpl
from gbench.plugins.options import option
from gbench.plugins.registry import Registry, load_registry
from gbench.plugins.scan import components_in

__all__ = [
    "KINDS",
    "Chosen",
    "Component",
    "Description",
    "Option",
    "Package",
    "Registry",
    "components_in",
    "discover",
    "hookimpl",
    "load_registry",
    "option",
]
