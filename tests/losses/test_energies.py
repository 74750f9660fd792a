"""Losses on energies: EBGAN's margin, and BEGAN's control against its recursion."""

from types import SimpleNamespace

import pytest
import torch

from gbench.testing import make_cohort, make_recipe, use

from .making import loss


def test_energy_pushes_no_further_than_its_margin() -> None:
    real, fake = torch.tensor([[1.0, 2.0]]), torch.tensor([[4.0, 12.0]])
    assert loss("energy").discriminator(real, fake).item() == pytest.approx(1.5 + (6 + 0) / 2)
    assert loss("energy", margin=5).discriminator(real, fake).item() == pytest.approx(1.5 + (1 + 0) / 2)
    assert loss("energy").generator(None, fake).item() == pytest.approx(8.0)


@pytest.mark.parametrize(("p", "q", "energy"), [(0.7, 0.3, 0.0), (0.2, 0.9, 10.0)])
def test_the_best_energy_is_nothing_or_the_margin(p: float, q: float, energy: float) -> None:
    """Zhao et al. 2017, lemma 1: p E + q [m − E]₊ is least at 0 where p > q and at m where p < q."""
    tried = torch.linspace(0, 20, 201)[:, None]
    nothing = torch.zeros_like(tried)
    entry = loss("energy")
    value = p * entry.discriminator(tried, nothing) + q * entry.discriminator(nothing, tried)
    assert tried[value.argmin()].item() == pytest.approx(energy)


def test_control_follows_its_recursion_in_each_replica() -> None:
    """k ← clamp(k + λ(γ L(x) − L(G)), 0, 1), from three replicas' energies, by hand."""
    gamma, rate = 0.7, 0.3
    entry = loss("boundary-equilibrium", gamma=gamma, rate=rate, start=0.2)
    entry.begin(SimpleNamespace(size=3, device=torch.device("cpu")))
    generator = torch.Generator().manual_seed(0)
    control, seen = [0.2, 0.2, 0.2], set()
    for _ in range(20):
        real, fake, answer = (
            torch.rand(3, 5, generator=generator) * torch.tensor([[3.0], [1.0], [0.5]]) for _ in range(3)
        )
        answer = answer * torch.tensor([[0.2], [0.7], [4.0]])
        discriminator, generated = entry.discriminator(real, fake), entry.generator(None, answer)
        entry.update("discriminator", real, fake)
        entry.update("generator", None, answer)
        curves = entry.observe(SimpleNamespace())
        for r in range(3):
            level, other = sum(real[r].tolist()) / 5, sum(answer[r].tolist()) / 5
            assert discriminator[r].item() == pytest.approx(level - control[r] * sum(fake[r].tolist()) / 5)
            assert generated[r].item() == pytest.approx(other)
            control[r] = min(max(control[r] + rate * (gamma * level - other), 0.0), 1.0)
            assert curves["equilibrium/control"][r].item() == pytest.approx(control[r], abs=1e-6)
            measure = level + abs(gamma * level - other)
            assert curves["equilibrium/measure"][r].item() == pytest.approx(measure)
            seen.add(control[r])
    assert {0.0, 1.0} < seen, "the clamp was never tried"


@pytest.mark.parametrize("rule", ["alternating", "simultaneous"])
def test_control_moves_once_a_round(rule: str) -> None:
    """From what the engine traces: the mean energy of real samples and the generator's objective."""
    cohort = make_cohort(
        make_recipe(
            loss=use("loss", "boundary-equilibrium", rate=0.05),
            model=use("model", "autoencoder", width=8),
            rule=use("rule", rule),
        )
    )
    control = torch.zeros(3)
    for _ in range(5):
        seen = cohort.round()
        control = (control + 0.05 * (0.5 * seen["score/real"] - seen["objective/generator"])).clamp(0, 1)
        torch.testing.assert_close(seen["equilibrium/control"], control)


def test_gradients_of_gradients_survive_the_control() -> None:
    """The generator's turn moves k in place while the graph of the discriminator's turn is still needed."""
    entry = loss("boundary-equilibrium", start=0.5)
    entry.begin(SimpleNamespace(size=1, device=torch.device("cpu")))
    weight = torch.tensor([[2.0]], requires_grad=True)
    (first,) = torch.autograd.grad(entry.discriminator(weight**2, weight**3).sum(), weight, create_graph=True)
    entry.update("generator", None, (weight**3).detach())
    (second,) = torch.autograd.grad(first.sum(), weight)
    assert second.item() == pytest.approx(2 - 0.5 * 6 * 2.0)
