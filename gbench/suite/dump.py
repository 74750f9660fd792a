"""Writing plain data as YAML that the strict reader reads back as the same data."""

from typing import Any

import yaml

from gbench.suite.scalar import CONSTANTS, FLOAT, NOT_FINITE


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # `1e-4` is text to YAML 1.1, which PyYAML writes, and a number to the strict reader.
    ambiguous = text in CONSTANTS or FLOAT.fullmatch(text) or NOT_FINITE.fullmatch(text)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if ambiguous else None)


_Dumper.add_representer(str, _text)


def to_yaml(data: Any) -> str:
    """Plain data as YAML, keys in their order."""
    text: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return text
