"""`gbench schema`: the JSON Schema of suites, for editors."""

from gbench.cli.output import print_json
from gbench.plugins import load_registry


def command() -> None:
    """Print the JSON Schema of suites."""
    from gbench.suite.json_schema import suite_schema

    print_json(suite_schema(load_registry()))
