"""Dropout: the right share, another mask at each pass, and the same one however replicas are run."""

import torch

from gbench.api import Dropout, Replicas

CPU = torch.device("cpu")


def layers(count: int, p: float = 0.3) -> list[Dropout]:
    torch.manual_seed(0)
    return [Dropout(p) for _ in range(count)]


def test_the_share_p_becomes_zero_and_the_mean_stays() -> None:
    """Of 200,000 elements the share that is dropped has a standard deviation of 0.001."""
    [layer] = layers(1)
    dropped = layer(torch.ones(200, 1000))
    assert abs((dropped == 0).float().mean().item() - 0.3) < 0.005
    assert set(dropped.unique().tolist()) == {0.0, torch.tensor(1 / 0.7).item()}


def test_masks_are_uncorrelated_between_passes_replicas_and_neighbours() -> None:
    run = Replicas(layers(2, 0.5), "vmap", CPU)
    first, second = (run(torch.ones(2, 100, 1000)).flatten(1).sign() for _ in range(2))
    pairs = [first, second, first.roll(1, 1), first.roll(1000, 1)]
    correlation = torch.corrcoef(torch.cat(pairs))
    off_diagonal = correlation - torch.eye(len(correlation))
    assert off_diagonal.abs().max() < 0.02  # six standard deviations


def test_both_modes_and_any_company_give_the_same_mask() -> None:
    x = torch.rand(3, 5, 7)
    together = Replicas(layers(3), "vmap", CPU)
    looped = Replicas(layers(3), "loop", CPU)
    alone = Replicas(layers(3)[1:2], "loop", CPU)
    for _ in range(3):
        masked = together(x)
        assert torch.equal(masked, looped(x))
        assert torch.equal(masked[1:2], alone(x[1:2]))


def test_it_is_off_in_evaluation() -> None:
    run = Replicas(layers(2), "vmap", CPU)
    x = torch.rand(2, 4)
    with run.evaluating():
        assert torch.equal(run(x), x)
