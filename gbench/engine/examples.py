"""Batches such as a network gets, for components that keep one, as virtual batch normalisation does."""

from torch import Tensor

from gbench.engine.blueprint import OWN
from gbench.engine.stage import Stage
from gbench.errors import UserError


def example_batch(stage: Stage, roles: dict[str, str], network: str, purpose: str, count: int) -> Tensor:
    """Latents of a generator, or real samples as a discriminator sees them: `[R, count, ...]`.

    Real samples are drawn without replacement and joined as regularizers join them, but free of noise.
    Raises UserError on a network of another role.
    """
    role = roles.get(network, OWN)
    if role == "generator":
        return stage.model.draw(stage.random, purpose, count).clone()
    if role not in ("discriminator", "recogniser"):
        raise UserError(
            f"there is no example of what {network} gets; it must be a generator or a discriminator"
        )
    real = stage.data["real"]
    order = stage.random.uniform(purpose, (len(real),)).argsort(-1)
    samples = stage.model.shown(real[order[:, :count].to(real.device)].to(stage.device))
    for regularizer in stage.regularizers:
        if regularizer.on == network and regularizer.offers("shape_seen"):
            samples = regularizer.perturb(samples, stage)
    return samples
