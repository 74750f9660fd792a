"""A small laboratory of components that cannot be imported, and suites that use them."""

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gbench.plugins import Package, Registry, components_in
from gbench.suite import load_suite
from gbench.suite.suite import Suite

HEAD = """
raise RuntimeError("imported")
from dataclasses import dataclass
from typing import ClassVar, Literal
from gbench.plugins import option

@dataclass(kw_only=True)
class {name}:
"""

BODIES = {
    "dataset": {
        "ring": """
            provides = ("real",)
            traits = ("vector", "density")
            model = "mlp"
            modes: int = option(8, "modes", ge=1)
        """,
        "digits": """
            provides = ("real", "label")
            traits = ("image", "label")
            model = "dcgan"
        """,
        "orphan": 'provides = ("real",)\ntraits = ("vector",)',
    },
    "features": {"pixels": 'size: int = option(8, "size", ge=1)', "network": "pass"},
    "game": {
        "adversarial": """
            needs = ("real",)
            uses = ("model", "loss")
            moves = {"discriminator": ("discriminator",), "generator": ("generator",)}
        """,
        "conditional": """
            needs = ("real", "label")
            uses = ("model", "loss")
            moves = {"discriminator": ("discriminator",), "generator": ("generator",)}
        """,
        "bare": 'uses = ("model",)\nmoves = {"discriminator": (), "generator": ()}',
        "dirac": 'uses = ("loss",)\nmoves = {"discriminator": (), "generator": ()}',
    },
    "loss": {"hinge": 'margin: float = option(1.0, "margin", gt=0)', "wasserstein": "pass"},
    "metric": {
        "modes": 'keys = {"modes": ("max", 0.0)}\nneeds = ("density",)',
        "distance": """
            keys = {"fd-{features}-{samples}": ("min", None)}
            features: str = option("pixels", "features")
            samples: int = option(1000, "samples")
        """,
        "modes-too": 'keys = {"modes": ("max", 0.0)}',
        "accuracy": 'keys = {"accuracy": ("max", 0.0)}\nneeds = ("label", "caption")',
    },
    "model": {
        "mlp": 'traits = ("vector",)\nwidth: int = option(128, "width", ge=1)',
        "sorting": 'traits = ("vector",)\nvmap = "it sorts in Python"',
        "dcgan": 'traits = ("image",)\nwidth: int = option(32, "width", ge=1)',
    },
    "regularizer": {
        "gradient-penalty": 'weight: float = option(10.0, "weight", ge=0)',
        "clipping": 'limit: float = option(0.01, "limit", gt=0)',
    },
    "optimizer": {
        "adam": """
            lr: float = option(1e-3, "learning rate", gt=0)
            betas: tuple[float, float] = option((0.9, 0.999), "moments", ge=0, lt=1)
            eps: float = option(1e-8, "eps", ge=0)
            weight_decay: float = option(0.0, "decay", ge=0)
        """,
        "rmsprop": """
            lr: float = option(1e-2, "learning rate", gt=0)
            alpha: float = option(0.99, "mean", ge=0, lt=1)
            eps: float = option(1e-8, "eps", ge=0)
            momentum: float = option(0.0, "momentum", ge=0)
            weight_decay: float = option(0.0, "decay", ge=0)
        """,
        "sgd": """
            lr: float = option(1e-3, "learning rate", gt=0)
            momentum: float = option(0.0, "momentum", ge=0)
            nesterov: bool = option(False, "Nesterov's", requires="momentum")
            weight_decay: float = option(0.0, "decay", ge=0)
        """,
    },
    "rule": {"alternating": 'steps: int = option(1, "steps", ge=1)'},
}

PRESETS = {
    "wgan-gp": """
        summary: WGAN-GP
        paper: Gulrajani et al. 2017
        loss: wasserstein
        regularizers: [{use: gradient-penalty, weight: 10}]
        rule: {use: alternating, steps: 5}
        optimizer: {use: adam, lr: 1e-4, betas: [0.0, 0.9]}
    """,
    "hinge": """
        summary: Hinge GAN
        paper: Lim and Ye 2017
        loss: hinge
    """,
    "dirac-gan": """
        summary: Dirac-GAN
        paper: Mescheder et al. 2018
        game: dirac
        loss: wasserstein
        optimizer: {use: sgd, lr: 0.2}
    """,
    "conditional": """
        summary: Conditional GAN
        paper: Mirza and Osindero 2014
        game: conditional
        loss: hinge
    """,
}

SUITE = """\
name: stability
seeds: 4
budget: {steps: 100, batch_size: 16, measurements: 5}
datasets: [ring]
metrics: [modes, distance]
techniques: [wgan-gp]
"""

Load = Callable[..., Suite]


@pytest.fixture(scope="session")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    folder = tmp_path_factory.mktemp("laboratory")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        for kind, bodies in BODIES.items():
            package = folder / f"lab_{kind}"
            package.mkdir()
            (package / "__init__.py").touch()
            for name, body in bodies.items():
                head = f'"""The {name}."""\n' + HEAD.format(name=name.title().replace("-", ""))
                text = head + textwrap.indent(textwrap.dedent(body).strip(), "    ") + "\n"
                (package / f"{name.replace('-', '_')}.py").write_text(text)
        (folder / "lab_technique").mkdir()
        (folder / "lab_technique" / "__init__.py").touch()
        for name, text in PRESETS.items():
            path = folder / "lab_technique" / f"{name.replace('-', '_')}.yaml"
            path.write_text(textwrap.dedent(text).lstrip())
        kinds = [*BODIES, "technique"]
        components = tuple(record for kind in kinds for record in components_in(f"lab_{kind}", kind=kind))
        yield Registry([Package("lab", "1.0", "all", "OK", "", components)])


@pytest.fixture
def load(laboratory: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """`load(text, "budget.steps=9")`: the suite in that text, in the file `suite.yaml`."""
    monkeypatch.chdir(tmp_path)

    def load(text: str = SUITE, *sets: str) -> Suite:
        Path("suite.yaml").write_text(text)
        return load_suite("suite.yaml", sets, laboratory)

    return load
