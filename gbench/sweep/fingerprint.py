"""What must be installed alike on every machine, or a cell's numbers would depend on where it ran."""

import platform
from importlib.metadata import version


def fingerprint() -> list[str]:
    """`name==version` of Python, torch and the plugin packages.

    torch without its build (`+cpu`, `+cu128`): a driver without a GPU may lead workers that have one.
    """
    from gbench.plugins import load_registry

    torch = version("torch").partition("+")[0]
    return [f"python=={platform.python_version()}", f"torch=={torch}", *load_registry().fingerprint()]


def difference(here: list[str], driver: list[str]) -> str | None:
    """The first package that differs, as one line; None if nothing does.

    >>> difference(["torch==2.8.0"], ["torch==2.9.1"])
    'torch is 2.8.0 here, 2.9.1 at the driver'
    >>> difference([], ["acme==1.0"])
    'acme is missing here, 1.0 at the driver'
    """
    mine, theirs = (dict(entry.split("==", 1) for entry in entries) for entries in (here, driver))
    for name in [*theirs, *mine]:
        if mine.get(name) != theirs.get(name):
            return f"{name} is {mine.get(name, 'missing')} here, {theirs.get(name, 'missing')} at the driver"
    return None
