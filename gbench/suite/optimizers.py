"""The optimizers that a suite can name, with torch's defaults: every one elementwise."""

from dataclasses import dataclass
from functools import lru_cache

from gbench.errors import UserError, suggestion
from gbench.plugins.component import Chosen
from gbench.plugins.describe import read_class
from gbench.plugins.options import option
from gbench.plugins.validate import OptionValidator
from gbench.suite.choice import Choice


@dataclass(kw_only=True)
class Adam:
    """Kingma and Ba 2015, Adam: a method for stochastic optimization, arXiv:1412.6980."""

    lr: float = option(1e-3, "learning rate", gt=0)
    betas: tuple[float, float] = option((0.9, 0.999), "decay of the gradient's two moments", ge=0, lt=1)
    eps: float = option(1e-8, "added to the denominator", ge=0)
    weight_decay: float = option(0.0, "L2 penalty", ge=0)


@dataclass(kw_only=True)
class RMSProp:
    """Tieleman and Hinton 2012, Neural networks for machine learning, lecture 6.5."""

    lr: float = option(1e-2, "learning rate", gt=0)
    alpha: float = option(0.99, "decay of the squared gradient's mean", ge=0, lt=1)
    eps: float = option(1e-8, "added to the denominator", ge=0)
    momentum: float = option(0.0, "momentum", ge=0)
    weight_decay: float = option(0.0, "L2 penalty", ge=0)


@dataclass(kw_only=True)
class SGD:
    """Stochastic gradient descent, with momentum if asked for."""

    lr: float = option(1e-3, "learning rate", gt=0)
    momentum: float = option(0.0, "momentum", ge=0)
    nesterov: bool = option(False, "Nesterov's momentum, which needs a momentum")
    weight_decay: float = option(0.0, "L2 penalty", ge=0)


OPTIMIZERS: dict[str, type] = {"adam": Adam, "rmsprop": RMSProp, "sgd": SGD}


def resolve_optimizer(choice: Choice) -> Chosen:
    """The optimizer with every option filled in. Raises UserError."""
    if choice.use not in OPTIMIZERS:
        hint = suggestion(str(choice.use), OPTIMIZERS)
        raise UserError(f"unknown optimizer '{choice.use}'{hint}", choice.place)
    options = _validator(choice.use).plain(choice.options, choice.locate)
    if options.get("nesterov") and not options["momentum"]:
        raise UserError("option 'nesterov' of optimizer sgd needs a momentum > 0", choice.locate("nesterov"))
    return Chosen(choice.use, "1", options)


@lru_cache
def _validator(name: str) -> OptionValidator:
    return OptionValidator(f"optimizer {name}", read_class(OPTIMIZERS[name]).options)
