"""Replicas against the same networks run one by one."""

import pytest
import torch
from torch import nn

from gbench.engine.replicas import Replicas, choose_mode
from gbench.errors import UserError

CPU = torch.device("cpu")
MODES = ["vmap", "loop"]


def networks(count: int = 3) -> list[nn.Module]:
    return [
        nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(16, 2))
        for _ in range(count)
    ]


@pytest.mark.parametrize("mode", MODES)
def test_outputs_gradients_and_running_statistics_are_those_of_the_networks(mode: str) -> None:
    torch.manual_seed(0)
    modules = networks()
    samples = torch.randn(3, 5, 1, 4, 4)
    replicas = Replicas([_copy(module) for module in modules], mode, CPU)
    outputs = replicas(samples)
    gradients = torch.autograd.grad(outputs.square().sum(), list(replicas.parameters.values()))
    for r, module in enumerate(modules):
        expected = module(samples[r])
        torch.testing.assert_close(outputs[r], expected, rtol=1e-4, atol=1e-5)
        theirs = torch.autograd.grad(expected.square().sum(), list(module.parameters()))
        for ours, own in zip(gradients, theirs, strict=True):
            torch.testing.assert_close(ours[r], own, rtol=1e-3, atol=1e-4)
        for name, buffer in module.named_buffers():
            torch.testing.assert_close(replicas.buffers[name][r], buffer, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("mode", MODES)
def test_double_backward(mode: str) -> None:
    """∂/∂w ‖∂/∂x w·x‖² = 2w."""
    torch.manual_seed(0)
    replicas = Replicas([nn.Linear(4, 1, bias=False) for _ in range(3)], mode, CPU)
    samples = torch.randn(3, 6, 4, requires_grad=True)
    (inner,) = torch.autograd.grad(replicas(samples).sum(), samples, create_graph=True)
    weight = replicas.parameters["weight"]
    (outer,) = torch.autograd.grad(inner.square().sum(-1).mean(-1).sum(), weight)
    torch.testing.assert_close(outer, 2 * weight.detach())


@pytest.mark.parametrize("mode", MODES)
def test_other_methods_and_shared_parameters(mode: str) -> None:
    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.up = nn.Linear(3, 3, bias=False)
            self.down = self.up

        def features(self, x: torch.Tensor) -> torch.Tensor:
            return self.up(x)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.down(self.features(x))

    torch.manual_seed(0)
    replicas = Replicas([Tied() for _ in range(2)], mode, CPU)
    assert list(replicas.parameters) == ["up.weight"]
    eye = torch.eye(3).expand(2, 3, 3)
    weight = replicas.parameters["up.weight"].detach()
    torch.testing.assert_close(replicas.call("features", eye), weight.mT)
    torch.testing.assert_close(replicas(eye), weight.mT @ weight.mT)


@pytest.mark.parametrize("mode", MODES)
def test_dropout_differs_between_replicas_and_rests_in_evaluation(mode: str) -> None:
    layered = [nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5)) for _ in range(2)]
    replicas = Replicas(layered, mode, CPU)
    ones = torch.ones(2, 100, 2)
    outputs = replicas(ones)
    assert not torch.equal(outputs[0] == 0, outputs[1] == 0)
    with replicas.evaluating():
        assert torch.equal(replicas(ones), replicas(ones))
    assert replicas.module.training


@pytest.mark.parametrize("mode", MODES)
def test_a_network_may_return_several_tensors(mode: str) -> None:
    class Moments(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.mean, self.spread = nn.Linear(3, 2), nn.Linear(3, 1)

        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return self.mean(x), self.spread(x)

        def named(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
            return {"mean": self.mean(x), "spread": self.spread(x)}

    torch.manual_seed(0)
    modules = [Moments() for _ in range(2)]
    samples = torch.randn(2, 5, 3)
    expected = [torch.stack(parts) for parts in zip(*map(nn.Module.__call__, modules, samples), strict=True)]
    replicas = Replicas(modules, mode, CPU)
    found, named = replicas(samples), replicas.call("named", samples)
    for ours, key, theirs in zip(found, ("mean", "spread"), expected, strict=True):
        torch.testing.assert_close(ours, theirs)
        torch.testing.assert_close(named[key], theirs)


def test_using_other_parameters_for_a_while() -> None:
    replicas = Replicas([nn.Linear(2, 1, bias=False)], "vmap", CPU)
    samples = torch.ones(1, 1, 2)
    own = replicas(samples)
    with replicas.using({"weight": torch.full((1, 1, 2), 3.0)}):
        assert replicas(samples).item() == pytest.approx(6.0)
    assert torch.equal(replicas(samples), own)


def test_auto_loops_over_convolutions_on_a_cpu_only() -> None:
    convolution, linear = [nn.Sequential(nn.Conv2d(1, 1, 3))], [nn.Linear(1, 1)]
    assert choose_mode("auto", convolution, CPU) == "loop"
    assert choose_mode("auto", linear, CPU) == "vmap"
    assert choose_mode("auto", convolution, torch.device("cuda")) == "vmap"
    assert choose_mode("vmap", convolution, CPU) == "vmap"
    assert choose_mode("auto", linear, CPU, "it sorts") == "loop"
    assert choose_mode("loop", linear, CPU, "it sorts") == "loop"
    with pytest.raises(UserError) as caught:
        choose_mode("vmap", linear, CPU, "it sorts")
    assert str(caught.value) == "these networks cannot run under vmap: it sorts; use mode auto or loop"


def _copy(module: nn.Module) -> nn.Module:
    twin = networks(1)[0]
    twin.load_state_dict(module.state_dict())
    return twin
