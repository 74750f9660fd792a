"""The registry: every component of every plugin, by kind and name."""

import importlib
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gbench.errors import UserError, suggestion
from gbench.plugins.component import KINDS, Chosen, Component
from gbench.plugins.describe import Description, read_class, read_source
from gbench.plugins.discovery import FAILED, OK, Package, discover
from gbench.plugins.literal import NotLiteralError
from gbench.plugins.scan import technique_head
from gbench.plugins.source import SourceReader, find_spec

if TYPE_CHECKING:
    from gbench.plugins.validate import Locate, OptionValidator


def nowhere(option: str) -> None:
    """Where an option is written that stands in no file: no line of any."""


@lru_cache(maxsize=1)
def load_registry() -> "Registry":
    """The registry of this process. Raises UserError on a clash of names."""
    return Registry(discover())


class Registry:
    """Finds components, describes them, validates their options and makes them.

    Raises UserError if two distributions provide the same component.
    """

    def __init__(self, packages: Iterable[Package]):
        self.packages = list(packages)
        self._owners: dict[tuple[str, str], tuple[Package, Component]] = {}
        for package in self.packages:
            for component in package.components:
                self._add(package, component)
        self._descriptions: dict[Component, Description] = {}
        self._validators: dict[Component, OptionValidator] = {}

    def _add(self, package: Package, component: Component) -> None:
        key = component.kind, component.name
        if key in self._owners:
            other = self._owners[key][0]
            raise UserError(
                f"{other} and {package} both provide {component.kind} '{component.name}'; remove one"
            )
        self._owners[key] = package, component

    def names(self, kind: str) -> list[str]:
        """The names of a kind, sorted. Raises UserError on an unknown kind."""
        check_kind(kind)
        return self._names[kind]

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        return {kind: sorted(name for owner, name in self._owners if owner == kind) for kind in KINDS}

    def find(self, kind: str, name: str, place: str | None = None) -> Component:
        """The component of that name.

        Raises UserError, which suggests the nearest name and lists the plugins that failed.
        """
        owner = self._owners.get((kind, name))
        if owner:
            return owner[1]
        hint = suggestion(name, self.names(kind))
        failures = "".join(
            f"; plugin {package} ({package.entry_point}) failed: {package.reason}"
            for package in self.packages
            if package.status == FAILED
        )
        raise UserError(f"unknown {kind} '{name}'{hint}{failures}", place)

    def package_of(self, component: Component) -> Package:
        """The package that provides a component."""
        return self._owners[component.kind, component.name][0]

    def describe(self, component: Component) -> Description:
        """Options, documentation and literal attributes, read from the source if that is possible."""
        if component not in self._descriptions:
            describe = self._describe_technique if component.kind == "technique" else self._describe_class
            self._descriptions[component] = describe(component)
        return self._descriptions[component]

    def _describe_technique(self, component: Component) -> Description:
        head = technique_head(self.path(component))
        return Description(component, head["summary"], head["paper"], {}, {})

    def _describe_class(self, component: Component) -> Description:
        try:
            reading = read_source(self._reader, component.target)
        except NotLiteralError:
            reading = read_class(self.load(component))
        paper = str(reading.attributes.get("paper", ""))
        return Description(component, reading.doc, paper, reading.options, reading.attributes)

    @cached_property
    def _reader(self) -> SourceReader:
        return SourceReader()

    def options(
        self, kind: str, name: str, given: Mapping[str, Any], locate: "Locate" = nowhere
    ) -> dict[str, Any]:
        """`given`, validated, with defaults filled in, as plain JSON data.

        `locate(option)` says where an option is written. Raises UserError, which names that line.
        """
        return self._validator(self.find(kind, name)).plain(given, locate)

    def _validator(self, component: Component) -> "OptionValidator":
        if component not in self._validators:
            from gbench.plugins.validate import OptionValidator

            subject = f"{component.kind} {component.name}"
            self._validators[component] = OptionValidator(subject, self.describe(component).options)
        return self._validators[component]

    def load(self, component: Component) -> type:
        """Imports the component's class. Raises UserError, which names the plugin, if that fails."""
        module, name = component.target.split(":")
        try:
            loaded: type = getattr(importlib.import_module(module), name)
        except Exception as error:  # the plugin boundary
            owner = self.package_of(component)
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            raise UserError(
                f"{component.kind} {component.name} of {owner} cannot be imported: {reason}"
            ) from error
        return loaded

    def create(self, chosen: Chosen, kind: str) -> Any:
        """An instance of a chosen component, its options checked once more."""
        component = self.find(kind, chosen.use)
        return self.make(component, **self._validator(component).typed(chosen.options, nowhere))

    def make(self, component: Component, **options: Any) -> Any:
        """An instance that knows its name, with these options as they are, and defaults for the others."""
        made = self.load(component)(**options)
        if "name" not in self.describe(component).options:  # an option of that name is the author's own
            made.name = component.name
        return made

    def path(self, component: Component) -> Path:
        """The file of a technique. Raises UserError if the package does not hold it."""
        package, file = component.target.split(":")
        spec = find_spec(package)
        folders = spec.submodule_search_locations if spec else None
        for folder in folders or ():
            if (path := Path(folder) / file).is_file():
                return path
        raise UserError(f"{component.kind} {component.name}: {file} is not in package {package}")

    def fingerprint(self) -> list[str]:
        """`name==version` of every distribution whose plugins work, sorted."""
        return sorted(
            {
                f"{package.distribution}=={package.version}"
                for package in self.packages
                if package.status == OK
            }
        )


def check_kind(kind: str) -> None:
    """Raises UserError with a suggestion if there is no such kind."""
    if kind not in KINDS:
        raise UserError(f"unknown kind '{kind}'{suggestion(kind, KINDS)}")
