import pytest

from gbench.plugins import Component


def test_a_component_is_plain_data() -> None:
    component = Component("loss", "least-squares", "acme.least_squares:LeastSquares", "Regression.")
    assert component.version == "1"


@pytest.mark.parametrize(
    ("kind", "name", "target", "message"),
    [
        ("los", "hinge", "a.b:C", "kind 'los' of component 'hinge' is not one of model, loss"),
        ("loss", "Hinge", "a.b:C", "the name of loss 'Hinge' is not kebab-case"),
        ("loss", "a/b", "a.b:C", "the name of loss 'a/b' is not kebab-case"),
        ("loss", "hinge", "a.b", "target 'a.b' of loss 'hinge' is not package.module:Class"),
        (
            "technique",
            "t",
            "a:../x.yaml",
            "target 'a:../x.yaml' of technique 't' is not package.module:Class",
        ),
    ],
)
def test_a_malformed_component_says_what_is_wrong(kind: str, name: str, target: str, message: str) -> None:
    with pytest.raises(ValueError, match=message[:40]) as caught:
        Component(kind, name, target, "")
    assert str(caught.value).startswith(message)
