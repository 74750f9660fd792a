"""What a technique costs: time of a replica-step, relative to non-saturating on the same model.

    python benchmarks/techniques.py [TECHNIQUE ...] [--replicas 1 16] [--pairs 5] [--seconds 0.5]

A replica-step is one round of one replica. Every preset that is installed is timed on ring (mlp) and on
digits (dcgan of width 32). Columns:

    ms            of a replica-step
    round         its time over that of non-saturating
    D, G          updates of the discriminator and of the generator in a round
    per D step    the round's time for each update of the discriminator, over that of non-saturating
    regularizers  its time over its own without its regularizers: the same rule, loss and model

A preset with a model of its own is compared with non-saturating on that model, in its game; where
non-saturating cannot have it (its discriminator gives energies), with the model of the data set, marked `*`.

What is compared is timed in turn, in CPU time and with one thread, so that a machine with other work
changes neither; ratios are medians over the pairs, with their range.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import torch

from gbench.data.dataset import Data
from gbench.engine.cohort import Cohort
from gbench.engine.player import Player
from gbench.errors import UserError
from gbench.plugins import load_registry
from gbench.recipe import Recipe
from gbench.suite import load_suite
from gbench.testing import make_cohort

YARDSTICK = "non-saturating"
MODELS = {"ring": {"use": "mlp"}, "digits": {"use": "dcgan", "width": 32}}
METRICS = {"ring": "modes", "digits": {"use": "kid", "features": "pixels"}}
WARM_UP = 2  # rounds


def resolved(technique: dict[str, Any], dataset: str) -> Recipe:
    """The recipe of the cell that a suite with this technique alone has. Raises UserError."""
    suite = {
        "name": "cost",
        "budget": {"steps": 10**6, "batch_size": 64},
        "datasets": [dataset],
        "models": {dataset: MODELS[dataset]},
        "metrics": [METRICS[dataset]],
        "techniques": [technique],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cost.yaml"
        path.write_text(json.dumps(suite))
        [cell] = load_suite(path).cells()
        return cell.recipe


def yardstick(recipe: Recipe, dataset: str) -> tuple[Recipe, bool]:
    """Non-saturating in the game and on the model of that cell; else the plain one, and True."""
    changes = {
        part: {"use": chosen.use, **chosen.options}
        for part, chosen in (("game", recipe.game), ("model", recipe.model))
        if chosen
    }
    try:
        return resolved({"use": YARDSTICK, **changes}, dataset), False
    except UserError:
        return resolved({"use": YARDSTICK}, dataset), True


class Contestant:
    """A cohort under the clock; `seconds` of a replica-step, one for each time it ran."""

    def __init__(self, recipe: Recipe, data: Data, replicas: int, seconds: float):
        self.cohort: Cohort = make_cohort(recipe, data, range(replicas))
        self.replicas = replicas
        self.seconds: list[float] = []
        self.updates = self._updates()
        self._rounds(WARM_UP)
        self.rounds = max(1, round(seconds / self._rounds(1)))

    def _updates(self) -> Counter[str]:
        """Of each player in one round."""
        updates: Counter[str] = Counter()
        step = Player.step

        def counted(player: Player, *arguments: Any) -> None:
            updates[player.name] += 1
            step(player, *arguments)

        Player.step = counted  # type: ignore[method-assign]
        try:
            self.cohort.round()
        finally:
            Player.step = step  # type: ignore[method-assign]
        return updates

    def _rounds(self, count: int) -> float:
        start = time.process_time()
        for _ in range(count):
            self.cohort.round()
        return time.process_time() - start

    def run(self) -> None:
        self.seconds.append(self._rounds(self.rounds) / self.rounds / self.replicas)

    def over(self, other: "Contestant") -> list[float]:
        """Its times over another's, pair by pair."""
        return [ours / theirs for ours, theirs in zip(self.seconds, other.seconds, strict=True)]


def compare(technique: str, dataset: str, replicas: int, pairs: int, seconds: float) -> str:
    """A line of the table."""
    recipe = resolved({"use": technique}, dataset)
    if recipe.model is None:
        return "a game without a model"
    reference, other_model = yardstick(recipe, dataset)
    recipes = [recipe, reference]
    if recipe.regularizers:
        recipes.append(resolved({"use": technique, "regularizers": []}, dataset))
    data = load_registry().create(recipe.dataset, "dataset").load()
    contestants = [Contestant(each, data, replicas, seconds) for each in recipes]
    for _ in range(pairs):
        for contestant in contestants:
            contestant.run()
    subject, measure, *bare = contestants
    updates, rounds = subject.updates, subject.over(measure)
    columns = [
        f"{1000 * statistics.median(subject.seconds):9.3f}",
        shown(rounds) + ("*" if other_model else " "),
        f"{updates['discriminator']:2} {updates['generator']:3}",
        shown([ratio / max(updates["discriminator"], 1) for ratio in rounds]),
        shown(subject.over(bare[0])) if bare else "",
    ]
    return "  ".join(columns).rstrip()


def shown(ratios: list[float]) -> str:
    return f"{statistics.median(ratios):5.2f} [{min(ratios):5.2f},{max(ratios):6.2f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("techniques", nargs="*")
    parser.add_argument("--datasets", nargs="+", default=list(MODELS), choices=list(MODELS))
    parser.add_argument("--replicas", nargs="+", type=int, default=[1, 16])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="that each runs at a time")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(
        f"torch {torch.__version__}, CPU time, 1 thread; medians over {arguments.pairs} pairs [least, most]"
    )
    for dataset in arguments.datasets:
        for replicas in arguments.replicas:
            head = "       ms  round                   D   G  per D step             regularizers"
            print(f"\n{dataset}, {replicas} replica(s)\n{'':22}{head}", flush=True)
            for technique in arguments.techniques or load_registry().names("technique"):
                try:
                    line = compare(technique, dataset, replicas, arguments.pairs, arguments.seconds)
                except UserError as error:
                    line = f"not here: {error.message}"
                print(f"{technique:<22}{line}", flush=True)


if __name__ == "__main__":
    main()
