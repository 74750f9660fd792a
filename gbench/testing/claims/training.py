"""What holds for every component that takes part in training."""

import torch

from gbench.plugins import Component
from gbench.testing.suited import ROUNDS, SMOOTH, attributes_of, cohort_with, parts_for, ran


def trains_alike_in_both_modes(component: Component) -> None:
    """vmap and loop give the same numbers up to rounding, as `[R]` and finite.

    For two rounds: training a large network amplifies rounding within a few more. A model that says why
    it cannot run under vmap runs in a loop, unless it is asked to.
    """
    if attributes_of("model", parts_for(component).get("model")).get("vmap"):
        assert cohort_with(component, "auto").mode == "loop"
        return
    runs = [ran(component, mode, rounds=2, optimizer=SMOOTH) for mode in ("vmap", "loop")]
    for name, values in runs[0].items():
        assert values.shape == (3,)
        assert values.isfinite().all(), f"{name} is not finite"
        torch.testing.assert_close(values, runs[1][name], rtol=1e-3, atol=1e-4, msg=f"{name} differs")


def ignores_its_neighbours(component: Component) -> None:
    """A replica's numbers do not depend on which others share its cohort."""
    together, alone = ran(component, "loop"), ran(component, "loop", replicas=range(1, 2))
    for name, values in alone.items():
        torch.testing.assert_close(values[0], together[name][1], rtol=1e-4, atol=1e-5, msg=f"{name} differs")


def trains_on_another_batch_size_and_count(component: Component) -> None:
    """Neither the size of a batch nor the number of replicas is written into it."""
    cohort = cohort_with(component, "auto", range(1), batch_size=12)
    for name, values in cohort.round().items():
        assert values.shape == (1,)
        assert values.isfinite().all(), f"{name} is not finite"


def resumes_exactly(component: Component) -> None:
    """Half, a checkpoint, and the other half give bit for bit what one go gives."""
    whole, first, second = (cohort_with(component, "auto") for _ in range(3))
    for _ in range(ROUNDS):
        whole.round()
    for _ in range(ROUNDS // 2):
        first.round()
    second.load_state(first.state())
    for _ in range(ROUNDS - ROUNDS // 2):
        second.round()
    for name, network in whole.networks.items():
        for key, value in network.state()["parameters"].items():
            assert torch.equal(value, second.networks[name].parameters[key]), f"{name}.{key} differs"
