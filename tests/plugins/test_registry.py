import pytest

from gbench.errors import UserError
from gbench.plugins import Chosen, Component, Registry, discover

from .conftest import Install

HINGE = '''"""Hinge loss."""
from dataclasses import dataclass
from gbench.plugins import option
from gbench.plugins.named import Named

@dataclass(kw_only=True)
class Hinge(Named):
    margins: tuple[float, float] = option((1.0, 1.0), "margins", ge=0)
'''

OPTION = 'margins: tuple[float, float] = option((1.0, 1.0), "margins", ge=0)'


@pytest.fixture
def registry(install: Install, hook: str) -> Registry:
    files = {
        "shop/__init__.py": hook,
        "shop/hinge.py": HINGE,
        "shop/tagged.py": HINGE.replace("Hinge", "Tagged").replace(
            OPTION, 'name: str = option("plain", "tag")'
        ),
        "shop/bad.py": '"""Bad."""\nimport nowhere_to_be_found\nclass Bad: ...\n',
        "shop_techniques/__init__.py": hook.replace('"loss"', '"technique"'),
        "shop_techniques/gan.yaml": "summary: A GAN\npaper: Somebody 2020\n",
    }
    install("shop", "3.1", {"losses": "shop", "techniques": "shop_techniques"}, files)
    return Registry(package for package in discover() if package.distribution == "shop")


def test_names_and_kinds(registry: Registry) -> None:
    assert registry.names("loss") == ["bad", "hinge", "tagged"]
    assert registry.names("model") == []
    with pytest.raises(UserError) as caught:
        registry.names("losses")
    assert str(caught.value) == "unknown kind 'losses'; did you mean 'loss'?"


def test_find_suggests(registry: Registry) -> None:
    with pytest.raises(UserError) as caught:
        registry.find("loss", "hnige", "x.yaml:2")
    assert str(caught.value) == "x.yaml:2: unknown loss 'hnige'; did you mean 'hinge'?"


def test_create_gives_the_types_that_were_declared(registry: Registry) -> None:
    assert registry.create(Chosen("hinge", options={"margins": [0, 2]}), "loss").margins == (0.0, 2.0)
    assert registry.create(Chosen("hinge", options={}), "loss").margins == (1.0, 1.0)


def test_a_component_knows_its_name_however_it_is_made(registry: Registry) -> None:
    hinge = registry.find("loss", "hinge")
    made = [registry.create(Chosen("hinge"), "loss"), registry.make(hinge), registry.load(hinge)()]
    assert [loss.name for loss in made] == ["hinge"] * 3
    assert registry.make(hinge, margins=(0.0, 2.0)).margins == (0.0, 2.0)


def test_a_name_that_is_not_the_files_is_the_registered_one_and_no_option(registry: Registry) -> None:
    renamed = Component("loss", "shop-hinge", "shop.hinge:Hinge", "Hinge loss")
    made = registry.make(renamed)
    assert made.name == "shop-hinge"
    assert made == registry.make(registry.find("loss", "hinge"))
    assert list(registry.describe(renamed).options) == ["margins"]


def test_an_option_called_name_stays_what_the_suite_says(registry: Registry) -> None:
    tagged = registry.find("loss", "tagged")
    assert registry.make(tagged).name == "plain"
    assert registry.create(Chosen("tagged", options={"name": "fancy"}), "loss").name == "fancy"


def test_options_are_plain_data_of_the_callers_own(registry: Registry) -> None:
    registry.options("loss", "hinge", {})["margins"].append(3)
    assert registry.options("loss", "hinge", {}) == {"margins": [1.0, 1.0]}


def test_a_component_that_cannot_be_imported_names_its_plugin(registry: Registry) -> None:
    with pytest.raises(UserError) as caught:
        registry.load(registry.find("loss", "bad"))
    assert str(caught.value) == (
        "loss bad of shop 3.1 cannot be imported: ModuleNotFoundError: No module named 'nowhere_to_be_found'"
    )


def test_a_technique_is_a_file(registry: Registry) -> None:
    technique = registry.find("technique", "gan")
    assert registry.path(technique).name == "gan.yaml"
    assert registry.describe(technique).paper == "Somebody 2020"


def test_fingerprint_names_each_distribution_once(registry: Registry) -> None:
    assert registry.fingerprint() == ["shop==3.1"]
