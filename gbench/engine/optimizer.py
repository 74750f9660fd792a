"""The contract of optimizers: how a turn's gradients become steps of its parameters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property, partial
from typing import Any, ClassVar

import torch
from torch import Tensor

from gbench.engine.streams import Streams
from gbench.plugins.named import Named

State = dict[str, Tensor]
"""What is remembered of one parameter: tensors like it, `[R, ...]`, and numbers that all replicas share."""


@dataclass(kw_only=True)
class Optimizer(Named):
    """Moves stacked parameters, `[R, ...]` each, so that R replicas are R independent optimizers.

    An author writes one function of one parameter: `ahead`, where rules may differentiate the step, else
    `move`. Both are elementwise, or reduce over all axes but the first. An option is read anew in every step,
    because a schedule may change it.

    Example:
        @dataclass(kw_only=True)
        class Momentum(Optimizer):
            lr: float = option(1e-3, "learning rate", gt=0)
            decay: float = option(0.9, "of what went before", ge=0, lt=1)

            def ahead(self, parameter, gradient, state):
                velocity = self.decay * state.get("velocity", torch.zeros_like(gradient)) + gradient
                return parameter - self.lr * velocity, {"velocity": velocity}
    """

    paper: ClassVar[str] = ""

    _steps: torch.optim.Optimizer = field(init=False, repr=False, compare=False)

    def ahead(self, parameter: Tensor, gradient: Tensor, state: State) -> tuple[Tensor, State]:
        """Where one step takes the parameter, and what is remembered then; both can be differentiated.

        state: empty before the first step. It is not changed in place, nor is the parameter.
        """
        raise NotImplementedError

    def move(
        self, parameter: Tensor, gradient: Tensor, state: State, normal: Callable[[], Tensor]
    ) -> tuple[Tensor, State]:
        """The step that training takes, without gradients: by default the one that `ahead` describes.

        normal: each call gives fresh standard normal numbers like the parameter, a replica's its own.
        """
        return self.ahead(parameter, gradient, state)

    def build(self, parameters: list[Tensor]) -> torch.optim.Optimizer | None:
        """torch's own optimizer, where it has a fast one whose steps and state are those of `ahead`.

        Options of the same name are set in it before every step.
        """
        return None

    @property
    def looks_ahead(self) -> bool:
        """Whether a rule may differentiate its steps."""
        return type(self).ahead is not Optimizer.ahead

    def begin(self, parameters: Sequence[Tensor], random: Streams, turn: str) -> None:
        """Takes charge of a turn's parameters, and forgets what came before."""
        moves = list(parameters)
        self._steps = self.build(moves) or _Steps(self, moves, random, f"optimizer/{turn}")

    def step(self) -> None:
        """One step of every parameter that has a gradient in `.grad`."""
        for group in self._steps.param_groups:
            for name in self._options:
                if name in group:
                    group[name] = getattr(self, name)
        self._steps.step()

    @cached_property
    def _options(self) -> list[str]:
        return [option.name for option in fields(self) if option.init]

    def state_of(self, parameter: Tensor) -> State:
        """What is remembered of a parameter; nothing before its first step."""
        return dict(self._steps.state.get(parameter, {}))

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next step depends on but options and parameters."""
        return self._steps.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Goes on where `state` was taken."""
        self._steps.load_state_dict(state)


class _Steps(torch.optim.Optimizer):
    """An optimizer's own steps, one parameter at a time; torch keeps and restores the state."""

    def __init__(self, optimizer: Optimizer, parameters: list[Tensor], random: Streams, purpose: str):
        super().__init__(parameters, {})
        self.optimizer = optimizer
        self.random = random
        self.purpose = purpose

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        for number, parameter in enumerate(self.param_groups[0]["params"]):
            if parameter.grad is not None:
                normal = partial(self.random.normal, f"{self.purpose}/{number}", parameter.shape[1:])
                moved, state = self.optimizer.move(
                    parameter, parameter.grad, self.state.get(parameter, {}), normal
                )
                parameter.copy_(moved)
                self.state[parameter] = state
