"""Replica-steps per second of a cohort against a plain one-seed PyTorch loop of the same networks.

    python benchmarks/replicas.py [--replicas 16] [--pairs 5] [--threads 1]

Both train the same networks with the same loss, penalty, optimizer and batch size. They are timed
in turn, so that a machine that changes its speed changes both; printed are the median ratio and the
range over the pairs.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gbench.data.dataset import Data
from gbench.engine.cohort import Cohort
from gbench.plugins import load_registry
from gbench.testing import make_cohort, make_recipe, use
from gbench.testing.networks import networks_of

BATCH = 64
WARM_UP = 5  # rounds


def ring_identity() -> dict:
    """Wasserstein loss and gradient penalty between two MLPs, one discriminator step a round."""
    return make_recipe(
        dataset=use("dataset", "ring"),
        model=use("model", "mlp"),
        loss=use("loss", "wasserstein"),
        regularizers=[use("regularizer", "gradient-penalty")],
        optimizer=use("optimizer", "adam", lr=0.0001, betas=[0.0, 0.9]),
        budget={"steps": 10**6, "batch_size": BATCH, "measurements": 1},
    )


def digits_identity() -> dict:
    """Non-saturating DCGAN with batch normalisation."""
    return make_recipe(
        dataset=use("dataset", "digits"),
        model=use("model", "dcgan", width=32),
        optimizer=use("optimizer", "adam", lr=0.0002, betas=[0.5, 0.999]),
        budget={"steps": 10**6, "batch_size": BATCH, "measurements": 1},
    )


class PlainLoop:
    """What a paper's repository does: two modules, two optimizers, one seed."""

    def __init__(self, recipe: dict, data: Data):
        registry = load_registry()
        model = registry.create(recipe.model, "model")
        networks = networks_of(model, data.shape, data.classes)
        self.generator, self.discriminator = networks["generator"], networks["discriminator"]
        self.latents, self.uniform = model.latents, model.latent == "uniform"
        self.real = data.train["real"]
        self.penalised = bool(recipe.regularizers)
        self.optimizers = [self._adam(net, recipe) for net in (self.generator, self.discriminator)]

    def _adam(self, network: nn.Module, recipe: dict) -> torch.optim.Adam:
        options = recipe.optimizers["generator"]
        return torch.optim.Adam(network.parameters(), lr=options["lr"], betas=tuple(options["betas"]))

    def round(self) -> None:
        real = self.real[torch.randint(len(self.real), (BATCH,))]
        with torch.no_grad():
            fake = self.generator(self._draw())
        real_scores, fake_scores = self.discriminator(real), self.discriminator(fake)
        self._step(1, self._judge(real_scores, fake_scores, real, fake))
        self._step(0, self._deceive(self.discriminator(self.generator(self._draw()))))

    def _judge(self, real_scores: Tensor, fake_scores: Tensor, real: Tensor, fake: Tensor) -> Tensor:
        if not self.penalised:
            return F.softplus(-real_scores).mean() + F.softplus(fake_scores).mean()
        between = (fake + torch.rand(BATCH, 1) * (real - fake)).requires_grad_()
        (slopes,) = torch.autograd.grad(self.discriminator(between).sum(), between, create_graph=True)
        return fake_scores.mean() - real_scores.mean() + 10 * (slopes.norm(dim=1) - 1).square().mean()

    def _deceive(self, scores: Tensor) -> Tensor:
        return -scores.mean() if self.penalised else F.softplus(-scores).mean()

    def _step(self, player: int, objective: Tensor) -> None:
        self.optimizers[player].zero_grad()
        objective.backward()
        self.optimizers[player].step()

    def _draw(self) -> Tensor:
        shape = (BATCH, self.latents)
        return torch.rand(shape) * 2 - 1 if self.uniform else torch.randn(shape)


def seconds(step: Callable[[], object], rounds: int) -> float:
    """Time of one round."""
    for _ in range(WARM_UP):
        step()
    start = time.perf_counter()
    for _ in range(rounds):
        step()
    return (time.perf_counter() - start) / rounds


def traced(cohort: Cohort) -> Callable[[], object]:
    """A round as the sweep runs it: with its traces."""
    from gbench.engine.traces import Traces

    traces = Traces(cohort.steps)
    return lambda: traces.record(cohort.step + 1, cohort.round())


def compare(name: str, recipe: dict, replicas: int, pairs: int, rounds: int) -> None:
    data = load_registry().create(recipe.dataset, "dataset").load()
    plain = PlainLoop(recipe, data)
    cohort = make_cohort(recipe, data, range(replicas))
    step = traced(cohort)
    ratios, alone, together = [], [], []
    for _ in range(pairs):
        alone.append(1 / seconds(plain.round, rounds))
        together.append(replicas / seconds(step, max(3, rounds // replicas * 2)))
        ratios.append(together[-1] / alone[-1])
    print(
        f"{name:<7} {cohort.mode:<4} {statistics.median(together):7.1f} replica-steps/s with {replicas}, "
        f"{statistics.median(alone):6.1f} plain; "
        f"ratio {statistics.median(ratios):.2f} [{min(ratios):.2f}, {max(ratios):.2f}]"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicas", type=int, default=16)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    print(f"torch {torch.__version__}, {arguments.threads} thread(s), medians over {arguments.pairs} pairs")
    compare("ring", ring_identity(), arguments.replicas, arguments.pairs, rounds=200)
    compare("digits", digits_identity(), arguments.replicas, arguments.pairs, rounds=60)


if __name__ == "__main__":
    main()
