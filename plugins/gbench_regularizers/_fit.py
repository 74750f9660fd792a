"""Whether a regularizer can act where it is put, and what its user had better know."""

from torch import Tensor, nn

from gbench.api import Play, Stage, UserError


def require_discriminator(name: str, on: str) -> None:
    """Refuses `on: generator` for penalties that only the discriminator's parameters can lower."""
    if on == "generator":
        raise UserError(
            f"{name} is a penalty on the discriminator; `on: generator` leaves it nothing to move, drop `on`"
        )


def require_generator(name: str, on: str) -> None:
    """Refuses `on: discriminator` for what concerns the generator's turn alone."""
    if on == "discriminator":
        raise UserError(f"{name} acts in the generator's turn; `on: discriminator` is not it, drop `on`")


def require_features(name: str, stage: Stage) -> None:
    """Refuses a discriminator that has no features, such as that of the Dirac-GAN."""
    judge = stage.networks.get("discriminator")
    if judge is None or not hasattr(judge.module, "features"):
        raise UserError(
            f"{name} looks at the discriminator's features, and this game's discriminator has none"
        )


def features_of(name: str, play: Play, samples: Tensor) -> Tensor:
    """The discriminator's features `[R, B, d]`; `UserError` in a turn that does not give them."""
    if play.features is None:
        raise UserError(f"{name} looks at the discriminator's features, which this game's turn does not give")
    return play.features(samples).flatten(2)


def note_batch_norm(name: str, on: str, stage: Stage) -> None:
    """Notes that a penalty for each sample is not one for each sample any more."""
    parts = stage.networks[on].module.modules()
    if any(isinstance(part, nn.modules.batchnorm._BatchNorm) for part in parts):
        stage.note(f"{name}: the {on} has batch normalisation, so a sample's gradient depends on the others")
