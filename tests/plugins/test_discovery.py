import pytest

from gbench.errors import UserError
from gbench.plugins import Package, Registry, discover

from .conftest import Install

LOSS = '"""A loss."""\nclass Good: ...\n'


def found(distribution: str) -> list[Package]:
    return [package for package in discover() if package.distribution == distribution]


def test_a_plugin_is_found_by_its_entry_point(install: Install, hook: str) -> None:
    files = {"acme_a/__init__.py": hook, "acme_a/good.py": LOSS}
    install("acme", "1.2", {"losses": "acme_a"}, files)
    [package] = found("acme")
    assert (package.version, package.entry_point, package.status, package.reason) == (
        "1.2",
        "losses",
        "OK",
        "",
    )
    assert [component.target for component in package.components] == ["acme_a.good:Good"]
    assert "acme==1.2" in Registry([package]).fingerprint()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import nowhere_to_be_found", "ModuleNotFoundError: No module named 'nowhere_to_be_found'"),
        ("raise ValueError('two\\nlines')", "ValueError: two lines"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("x = 1", "implements no hook; expected gbench_components marked with @hookimpl"),
        (
            "from gbench.plugins import hookimpl\n@hookimpl\ndef gbench_componets(): return []",
            "unknown hook 'gbench_componets'; did you mean 'gbench_components'?",
        ),
        (
            "from gbench.plugins import hookimpl\n@hookimpl\ndef gbench_components(): return ['hinge']",
            "gbench_components gave a str, not a Component",
        ),
        (
            "GBENCH_API = 2",
            "written for plugin interface 2, but this gbench has interface 1",
        ),
        (
            "from gbench.plugins import Component, hookimpl\n@hookimpl\ndef gbench_components():\n"
            "    return [Component('loss', 'a', 'm:A', '')] * 2",
            "registers loss 'a' twice",
        ),
    ],
)
def test_a_broken_plugin_is_listed_with_its_reason_and_the_others_work(
    install: Install, hook: str, text: str, reason: str
) -> None:
    install("broken", "0.1", {"losses": "broken_b"}, {"broken_b.py": text})
    install("fine", "0.2", {"losses": "fine_b"}, {"fine_b/__init__.py": hook, "fine_b/good.py": LOSS})
    [broken], [fine] = found("broken"), found("fine")
    assert (broken.status, broken.reason, broken.components) == ("FAILED", reason, ())
    assert fine.status == "OK"


def test_a_hook_with_a_strange_parameter_fails(install: Install) -> None:
    text = "from gbench.plugins import hookimpl\n@hookimpl\ndef gbench_components(registry): return []"
    install("odd", "1", {"losses": "odd_c"}, {"odd_c.py": text})
    [package] = found("odd")
    assert package.status == "FAILED"
    assert "registry" in package.reason


def test_packages_are_sorted(install: Install) -> None:
    for name in ("zeta", "alpha"):
        install(name, "1", {"two": f"{name}_d", "one": f"{name}_d"}, {f"{name}_d.py": ""})
    names = [(package.distribution, package.entry_point) for package in discover()]
    assert [name for name in names if name[0] in ("alpha", "zeta")] == [
        ("alpha", "one"),
        ("alpha", "two"),
        ("zeta", "one"),
        ("zeta", "two"),
    ]


def test_a_clash_names_both_distributions(install: Install, hook: str) -> None:
    for name, version in (("first", "1.0"), ("second", "2.5")):
        files = {f"{name}_e/__init__.py": hook, f"{name}_e/good.py": LOSS}
        install(name, version, {"losses": f"{name}_e"}, files)
    with pytest.raises(UserError) as caught:
        Registry(found("first") + found("second"))
    assert str(caught.value) == "first 1.0 and second 2.5 both provide loss 'good'; remove one"


def test_the_reason_is_repeated_where_a_name_is_missing(install: Install) -> None:
    install("broken", "0.1", {"losses": "broken_f"}, {"broken_f.py": "import nowhere_to_be_found"})
    with pytest.raises(UserError) as caught:
        Registry(found("broken")).find("loss", "hinge", "suite.yaml:3")
    assert str(caught.value) == (
        "suite.yaml:3: unknown loss 'hinge'; plugin broken 0.1 (losses) failed: "
        "ModuleNotFoundError: No module named 'nowhere_to_be_found'"
    )
