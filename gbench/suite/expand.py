"""Grid expansion: every technique at every point on every data set, as cells."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product

from gbench.engine import VERSION as ENGINE
from gbench.errors import UserError
from gbench.plugins.component import Chosen
from gbench.recipe import Budget, Json, Recipe, Resources
from gbench.suite.cell import Cell
from gbench.suite.check import (
    check_answers,
    check_asked,
    check_fit,
    check_loss,
    check_mode,
    check_model,
    check_passing,
    check_regularizers,
    check_roles,
)
from gbench.suite.composition import Composition
from gbench.suite.dataset_plan import DatasetPlan, Measure, Scores, features_of, scores_of
from gbench.suite.document import Document, Part
from gbench.suite.resolver import Resolver, chosen_model
from gbench.suite.schedules import resolve_schedules
from gbench.suite.schema import SuiteShape, read_budget
from gbench.suite.technique import Technique, compose, depth

# Of a recipe, and of the keys that a cell records. 3: seeds come from the recipe's canonical text, each
# network is seeded by its own name, and optimizers are components.
SCHEMA = 3
MAX_CELLS = 100_000


@dataclass(frozen=True)
class Contender:
    """A technique at one point of the grid; `budget` holds what the point changes of the budget."""

    technique: Technique
    point: Json
    budget: dict[str, Part]


@dataclass(frozen=True)
class Expansion:
    """What cells are made from."""

    shape: SuiteShape
    document: Document
    plans: list[DatasetPlan]
    techniques: list[Technique]
    resolver: Resolver
    budgets: dict[str, Budget] = field(default_factory=dict)

    def cells(self) -> list[Cell]:
        """Every cell, by data set, then technique, then point. Raises UserError."""
        self._check_size()
        seen: dict[str, Cell] = {}
        for plan in self.plans:
            for contender in self._contenders(plan):
                cell = self._cell(plan, contender)
                twin = seen.setdefault(cell.id, cell)
                if twin is not cell:
                    message = f"cells {twin.name} and {cell.name} are one and the same"
                    raise UserError(message, contender.technique.place)
        check_asked(self.plans, list(seen.values()), self.resolver)
        return list(seen.values())

    def _check_size(self) -> None:
        points = math.prod(len(values) for values in self.shape.grid.values())
        count = points * len(self.techniques) * len(self.plans)
        if count > MAX_CELLS:
            raise UserError(
                f"the grid makes {count:,} cells; at most {MAX_CELLS:,}", self.document.place("grid")
            )

    def _contenders(self, plan: DatasetPlan) -> Iterator[Contender]:
        axes = [list(self.document.part("grid", path).items(path)) for path in self.shape.grid]
        for technique in self.techniques:
            overridden = self._overridden(technique, plan)
            for values in product(*axes):
                parts = dict(zip(self.shape.grid, values, strict=True))
                composition = at_point(overridden, parts)
                point = {path: part.value for path, part in parts.items()}
                budget = {path.partition(".")[2]: part for path, part in parts.items() if is_budget(path)}
                yield Contender(replace(technique, composition=composition), point, budget)

    def _overridden(self, technique: Technique, plan: DatasetPlan) -> Composition:
        """The technique's composition as the data set changes it."""
        if plan.label not in self.shape.overrides:
            return technique.composition
        return compose(technique.composition, self.document.part("overrides", plan.label))

    def _budget(self, plan: DatasetPlan, changes: dict[str, Part]) -> Budget:
        """The suite's budget, changed by the data set's own and then by the point of the grid."""
        own = self.shape.budgets.get(plan.label, {})
        place = self.document.place("budgets", plan.label) if own else self.document.place("budget")
        place = next((part.place for part in changes.values()), place)
        changed = {name: part.value for name, part in changes.items()}
        key = repr((plan.label, changed))  # thousands of cells share a budget
        if key not in self.budgets:
            common = self.shape.budget.model_dump(exclude_unset=True)
            self.budgets[key] = Budget(**read_budget(common | own | changed, place))
        return self.budgets[key]

    def _cell(self, plan: DatasetPlan, contender: Contender) -> Cell:
        technique = contender.technique
        return Cell(
            suite=self.shape.name,
            label=technique.label,
            technique=technique.preset,
            dataset=plan.label,
            point=contender.point,
            recipe=self._recipe(plan, contender),
            replicas=self.shape.seeds,
            scores=self._scores(plan, contender),
            primary=plan.primary,
            thresholds=plan.thresholds,
            resources=Resources(**self.shape.resources.model_dump()),
            sampling=self.shape.sampling,
            keep_networks=bool(plan.contests),
            probed=scores_of(self._probes(plan, contender)),
            place=technique.place,
        )

    def _recipe(self, plan: DatasetPlan, contender: Contender) -> Recipe:
        technique, resolver = contender.technique, self.resolver
        composition = technique.composition
        check_fit(technique, plan, resolver)
        check_regularizers(technique, resolver)
        uses = resolver.attribute("game", composition.game, "uses")
        measures = self._measures(plan, contender)
        turns = resolver.attribute("game", composition.game, "moves")
        probes = self._probes(plan, contender)
        recipe = Recipe(
            schema=SCHEMA,
            engine=ENGINE,
            seed=self.shape.seed,
            dataset=plan.dataset,
            game=resolver.component("game", composition.game),
            model=self._model(technique, plan) if "model" in uses else None,
            loss=resolver.component("loss", composition.loss) if "loss" in uses else None,
            rule=resolver.component("rule", composition.rule),
            regularizers=tuple(
                resolver.component("regularizer", choice) for choice in composition.regularizers
            ),
            optimizers=resolver.optimizers(composition, turns),
            ema=composition.ema,
            budget=self._budget(plan, contender.budget),
            metrics=tuple(measure.component for measure in measures),
            features=features_of((*measures, *probes)),
            probes=tuple(probe.component for probe in probes),
        )
        return replace(recipe, schedules=resolve_schedules(composition, recipe, resolver))

    def _scores(self, plan: DatasetPlan, contender: Contender) -> Scores:
        scores = scores_of(self._measures(plan, contender))
        check_answers(contender.technique, plan, scores)
        return scores

    def _measures(self, plan: DatasetPlan, contender: Contender) -> tuple[Measure, ...]:
        game = contender.technique.composition.game
        return plan.measures_of(self.resolver.attribute("game", game, "answers"))

    def _probes(self, plan: DatasetPlan, contender: Contender) -> tuple[Measure, ...]:
        game = contender.technique.composition.game
        return plan.probes_of(self.resolver.attribute("game", game, "uses"))

    def _model(self, technique: Technique, plan: DatasetPlan) -> Chosen:
        model = chosen_model(technique.composition, plan.model)
        check_model(technique, model, plan, self.resolver)
        check_passing(technique, model, plan, self.resolver)
        check_roles(technique, model, plan, self.resolver)
        check_mode(
            technique,
            model,
            self.shape.resources.mode,
            self.document.place("resources", "mode"),
            self.resolver,
        )
        if technique.composition.loss.use is not None:
            check_loss(technique, model, plan, self.resolver)
        return self.resolver.component("model", model)


def at_point(composition: Composition, parts: dict[str, Part]) -> Composition:
    """The composition with a grid's values set; new components first, then options. Raises UserError."""
    for path in sorted(filter(lambda path: not is_budget(path), parts), key=depth):
        composition = composition.set(path, parts[path])
    return composition


def is_budget(path: str) -> bool:
    """Whether a path of the grid changes the budget instead of the technique."""
    return path.startswith("budget.")
