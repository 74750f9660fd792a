"""`gbench plugins`: who provides what, and why a plugin failed."""

from gbench.cli.options import AsJson
from gbench.cli.output import print_json, print_table
from gbench.plugins import Package, Registry, discover

HEADER = ("distribution", "version", "entry point", "status", "components")


def command(as_json: AsJson = False) -> None:
    """List the plugins, and why one failed."""
    packages = discover()
    if as_json:
        print_json([_record(package) for package in packages])
    else:
        print_table(HEADER, [_row(package) for package in packages])
    Registry(packages)  # a clash of names is shown after the table that tells who is there


def _row(package: Package) -> tuple[str, ...]:
    provided = package.reason or ", ".join(component.name for component in package.components)
    return package.distribution, package.version, package.entry_point, package.status, provided


def _record(package: Package) -> dict[str, object]:
    components = [{"kind": component.kind, "name": component.name} for component in package.components]
    return {
        "distribution": package.distribution,
        "version": package.version,
        "entry_point": package.entry_point,
        "status": package.status,
        "reason": package.reason,
        "components": components,
    }
