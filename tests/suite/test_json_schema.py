import json

from gbench.plugins import Registry
from gbench.suite.json_schema import suite_schema


def test_the_schema_knows_the_components(laboratory: Registry) -> None:
    schema = json.loads(json.dumps(suite_schema(laboratory)))
    assert schema["required"] == ["name", "budget", "datasets", "metrics", "techniques"]
    assert schema["additionalProperties"] is False
    names, *ring = schema["properties"]["datasets"]["items"]["anyOf"]
    assert names == {"enum": ["digits", "orphan", "ring"]}
    assert ring[-1]["properties"]["modes"] == {
        "default": 8,
        "description": "modes",
        "minimum": 1,
        "type": "integer",
    }
    extractors, *_ = schema["properties"]["features"]["items"]["anyOf"]
    assert extractors == {"enum": ["network", "pixels"]}
    presets, _ = schema["properties"]["techniques"]["items"]["anyOf"]
    assert presets == {"enum": ["conditional", "dirac-gan", "hinge", "wgan-gp"]}
