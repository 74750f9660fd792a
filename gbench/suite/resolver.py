"""From a choice to the plain data that stands in a cell's identity."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from gbench.errors import UserError, suggestion
from gbench.plugins.component import Chosen
from gbench.plugins.registry import Registry
from gbench.suite.choice import Choice
from gbench.suite.composition import Composition


@dataclass
class Resolver:
    """Resolves choices against the registry, each distinct one once: a grid repeats them in every cell."""

    registry: Registry
    _components: dict[tuple[str, str | None, str], Chosen] = field(default_factory=dict)

    def component(self, kind: str, choice: Choice) -> Chosen:
        """The component with every option filled in. Raises UserError."""
        key = kind, choice.use, json.dumps(choice.options)
        if key not in self._components:
            component = self.registry.find(kind, str(choice.use), choice.place)
            options = self.registry.options(kind, component.name, choice.options, choice.locate)
            self._components[key] = Chosen(component.name, component.version, options)
        return self._components[key]

    def attribute(self, kind: str, choice: Choice, name: str) -> Any:
        """A literal attribute of the component's class; empty where it has none. Raises UserError."""
        component = self.registry.find(kind, str(choice.use), choice.place)
        return self.registry.describe(component).attributes.get(name, ())

    def optimizers(self, composition: Composition, turns: Iterable[str]) -> dict[str, Chosen]:
        """A complete optimizer for each turn of the game. Raises UserError on a turn it has not."""
        for turn, choice in composition.optimizers.items():
            if turn not in turns:
                hint = suggestion(turn, turns)
                raise UserError(f"game {composition.game.use} has no turn '{turn}'{hint}", choice.place)
        partial = {turn: composition.optimizers.get(turn, Choice()) for turn in turns}
        return {
            turn: self.component("optimizer", choice.over(composition.optimizer))
            for turn, choice in partial.items()
        }


def chosen_model(composition: Composition, suite_model: Choice) -> Choice:
    """The technique's own model, else its options on top of the one that the data set brings."""
    if composition.model.use is not None:
        return composition.model
    return replace(composition.model.over(suite_model), place=composition.model.place or suite_model.place)
