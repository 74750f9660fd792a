"""Combinations that make no sense: the whole line that is printed, and nothing starts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gbench.plugins import load_registry
from tests.plugins.conftest import Install, install

from .conftest import Run

__all__ = ["install"]

SUITE = """\
name: small
seeds: 2
budget: {steps: 40, batch_size: 6}
metrics: [{use: kid, features: pixels, samples: 64}]
techniques:
  - non-saturating
datasets: [digits]
"""

HOOK = """
from gbench.plugins import components_in, hookimpl

@hookimpl
def gbench_components():
    return [
        *components_in("acme.datasets", kind="dataset"),
        *components_in("acme.games", kind="game"),
        *components_in("acme.losses", kind="loss"),
        *components_in("acme.models", kind="model"),
    ]
"""

TINY = '''
"""Images of 6×6 pixels."""

from dataclasses import dataclass
from typing import ClassVar

import torch

from gbench.api import Data, Dataset


@dataclass(kw_only=True)
class Tiny(Dataset):
    """Black ones."""

    provides: ClassVar[tuple[str, ...]] = ("real",)
    traits: ClassVar[tuple[str, ...]] = ("image",)
    model: ClassVar[str] = "dcgan"

    def load(self) -> Data:
        real = -torch.ones(64, 1, 6, 6)
        return Data(train={"real": real}, test={"real": real})
'''

TOLD = '''
"""A game that tells the networks a caption, which no model takes."""

from dataclasses import dataclass
from typing import ClassVar

from gbench_games.adversarial import Adversarial


@dataclass(kw_only=True)
class Told(Adversarial):
    """As adversarial."""

    passes: ClassVar[tuple[str, ...]] = ("caption",)
'''

HUNGRY = '''
"""A loss on energies."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from gbench.api import Loss


@dataclass(kw_only=True)
class Hungry(Loss):
    """E(x) − E(G)."""

    takes: ClassVar[Literal["energies"]] = "energies"
'''

SLOW = '''
"""Networks that sort in Python."""

from dataclasses import dataclass
from typing import ClassVar

from gbench_models.dcgan import Dcgan


@dataclass(kw_only=True)
class Slow(Dcgan):
    """As dcgan."""

    vmap: ClassVar[str] = "its generator sorts in Python"
'''

ENERGIES = "use model autoencoder or began"

# What the suite has instead of what, and the error.
REFUSED = [
    (
        "non-saturating",
        "{use: lsgan, loss: hungry}",
        "small.yaml:6: technique lsgan: loss hungry takes energies, but the discriminator of model dcgan "
        f"gives scores and features; {ENERGIES}",
    ),
    (
        "non-saturating",
        "{use: lsgan, loss: energy, model: mlp}",
        "small.yaml:6: technique lsgan: loss energy takes energies, but the discriminator of model mlp "
        f"gives scores and features; {ENERGIES}",
    ),
    (
        "non-saturating",
        "{use: lsgan, model: began}",
        "small.yaml:6: technique lsgan: loss least-squares takes scores, but the discriminator of model "
        "began gives energies and features; use model biggan, conditional-mlp, dcgan or another",
    ),
    (
        "non-saturating\ndatasets: [digits]",
        "cgan\ndatasets: [ring]",
        "small.yaml:6: technique cgan: game cgan needs 'label', which data set ring does not provide; "
        "use data set cifar10, digits, mnist or another",
    ),
    (
        "non-saturating",
        "{use: lsgan, model: biggan}",
        "small.yaml:6: technique lsgan: model biggan takes a label, which game adversarial does not pass; "
        "use game cgan or stackgan",
    ),
    (
        "non-saturating",
        "{use: lsgan, game: cgan}",
        "small.yaml:6: technique lsgan: model dcgan takes no label, which game cgan passes; "
        "use model biggan, conditional-mlp or stacked",
    ),
    (
        "non-saturating",
        "{use: lsgan, game: told}",
        "small.yaml:6: technique lsgan: model dcgan takes no caption, which game told passes; "
        "no installed model does",
    ),
    (
        "[digits]",
        "[tiny]",
        "small.yaml:6: tiny/non-saturating: model dcgan makes images of at least 8×8 pixels, not 1×6×6; "
        "model mlp takes any shape",
    ),
    (
        "non-saturating",
        "{use: lsgan, regularizers: [{use: packing, m: 4}]}",
        "small.yaml:6: digits/lsgan: batch_size 6 is not a multiple of packing's m 4; use 4 or 8",
    ),
    (
        "non-saturating",
        "{use: lsgan, model: slow}\nresources: {mode: vmap}",
        "small.yaml:7: technique lsgan: model slow cannot run under vmap: its generator sorts in Python; "
        "use mode auto or loop",
    ),
    (
        "non-saturating",
        "{use: lsgan, schedules: {optimizer.lr: {shape: cosin}}}",
        "small.yaml:6: schedule optimizer.lr: unknown shape 'cosin'; did you mean 'cosine'?",
    ),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _acme(install: Install) -> Iterator[None]:
    files = {"datasets/tiny": TINY, "games/told": TOLD, "losses/hungry": HUNGRY, "models/slow": SLOW}
    packages = {f"acme/{folder}/__init__.py": "" for folder in ("datasets", "games", "losses", "models")}
    modules = {f"acme/{name}.py": text.lstrip() for name, text in files.items()}
    install("acme", "1.0", {"all": "acme"}, {"acme/__init__.py": HOOK} | packages | modules)
    load_registry.cache_clear()
    yield
    load_registry.cache_clear()


def refusal(run: Run, former: str, latter: str, *command: str) -> str:
    """What is printed after `error: `, when nothing else is, and nothing is written."""
    assert former in SUITE
    Path("small.yaml").write_text(SUITE.replace(former, latter, 1))
    before = sorted(Path().iterdir())
    answer = run(*command)
    assert (answer.out, answer.code) == ("", 2)
    assert sorted(Path().iterdir()) == before
    return answer.err.removeprefix("error: ").removesuffix("\n")


@pytest.mark.parametrize(("former", "latter", "message"), REFUSED)
def test_check_refuses_it(run: Run, former: str, latter: str, message: str) -> None:
    assert refusal(run, former, latter, "check", "small.yaml") == message


def test_run_refuses_it_too(run: Run) -> None:
    inline = ("--executor", "inline", "--tracking", "none")
    for former, latter, message in (REFUSED[0], REFUSED[-3]):  # one while planning, one in the rehearsal
        assert refusal(run, former, latter, "run", "small.yaml", *inline) == message


def test_show_says_what_they_take_and_give(run: Run) -> None:
    assert (
        "\ntakes the discriminator's energies (low for real samples)\n" in run("show", "loss", "hungry").out
    )
    told = run("show", "game", "told").out
    assert "\npasses a caption to the networks\n" in told
    slow = run("show", "model", "slow").out
    assert (
        "\nits discriminator gives scores (high for real samples) and "
        "features (vectors from before the discriminator's head)\n"
    ) in slow
    assert "\nvmap: no, its generator sorts in Python\n" in slow
    assert "\nits networks take a label too\n" in run("show", "model", "biggan").out
    assert "vmap" not in run("show", "model", "mlp").out
