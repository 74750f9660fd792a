"""The JSON Schema of suites, for editors: it knows the components of the plugins that are installed."""

from typing import Any

from pydantic import TypeAdapter

from gbench.plugins.describe import Option
from gbench.plugins.registry import Registry
from gbench.plugins.validate import limited
from gbench.suite.composition import KEYS, NAMED, SLOTS
from gbench.suite.schedules import HEADS, OPTIONS
from gbench.suite.schema import SuiteShape

Schema = dict[str, Any]

ENTRIES = {
    "datasets": "dataset",
    "features": "features",
    "metrics": "metric",
    "contests": "contest",
    "probes": "probe",
}


def suite_schema(registry: Registry) -> Schema:
    """The schema of a suite file, draft 2020-12."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **SuiteShape.model_json_schema()}
    properties = schema["properties"]
    for key, kind in ENTRIES.items():
        properties[key]["items"] = component_schema(registry, kind)
    properties["models"]["additionalProperties"] = component_schema(registry, "model")
    properties["techniques"]["items"] = technique_schema(registry)
    return schema


def component_schema(registry: Registry, kind: str) -> Schema:
    """A component by its name, or with options."""
    return {
        "anyOf": [
            {"enum": registry.names(kind)},
            *(_with_options(registry, kind, n) for n in registry.names(kind)),
        ]
    }


def _with_options(registry: Registry, kind: str, name: str) -> Schema:
    component = registry.find(kind, name)
    options = registry.describe(component).options
    label: Schema = {"label": {"type": "string"}} if kind == "dataset" else {}
    return {
        "type": "object",
        "description": component.summary,
        "properties": {
            **{option.name: _option(option) for option in options.values()},
            **label,
            "use": {"const": name},
        },
        "required": ["use"],
        "additionalProperties": False,
    }


def _option(option: Option) -> Schema:
    schema = TypeAdapter(limited(option.type, option.limits)).json_schema()
    return {**schema, "default": option.default, "description": option.help}


def technique_schema(registry: Registry) -> Schema:
    """A preset by its name, a preset with dotted paths changed, or a composition with a label."""
    names = registry.names("technique")
    composition = {
        "type": "object",
        "properties": {
            "use": {"enum": names},
            **{key: {"type": "string"} for key in ("label", "summary", "paper")},
            "version": {"type": ["string", "integer"]},
            **{kind: _choice(registry, kind) for kind in SLOTS},
            "optimizers": {"type": "object", "additionalProperties": _choice(registry, "optimizer")},
            "regularizers": {
                "anyOf": [
                    {"type": "array", "items": component_schema(registry, "regularizer")},
                    {"type": "object"},
                ]
            },
            "schedules": schedules_schema(),
            "ema": {"type": ["number", "null"], "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        },
        "patternProperties": {rf"^({'|'.join(KEYS)})\..+$": {}},
        "anyOf": [{"required": ["use"]}, {"required": ["label"]}],
        "additionalProperties": False,
    }
    return {"anyOf": [{"enum": names}, composition]}


def _choice(registry: Registry, kind: str) -> Schema:
    """A component by its name, or options of it or of the one chosen before."""
    return {"anyOf": [{"enum": registry.names(kind)}, {"type": "object"}]}


def schedules_schema() -> Schema:
    """Dotted paths of options, each with a schedule, null to take one away, or one option of it."""
    schedule = {
        "type": ["object", "null"],
        "properties": {option.name: _option(option) for option in OPTIONS.values()},
        "additionalProperties": False,
    }
    named, plain = "|".join(NAMED), "|".join(head for head in HEADS if head not in NAMED)
    target = rf"(({plain})|({named})\.[^.]+)\.[^.]+"
    return {
        "type": "object",
        "patternProperties": {rf"^{target}$": schedule, rf"^{target}\.({'|'.join(OPTIONS)})$": {}},
        "additionalProperties": False,
    }
