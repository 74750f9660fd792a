"""Whether a regularizer can act where it is put, and what its user should know."""

from torch import Tensor, nn

from gbench.api import Look, Regularizer, Setting


def require_discriminator(regularizer: Regularizer, setting: Setting) -> None:
    """Refuses a network that judges nothing: only a discriminator's parameters can lower the penalty."""
    if regularizer.on not in setting.discriminators:
        raise regularizer.refuse(
            f"is a penalty on the discriminator; `on: {regularizer.on}` leaves it nothing to move, drop `on`"
        )


def require_generator(regularizer: Regularizer, setting: Setting) -> None:
    """Refuses a discriminator, for what concerns turns in which another network is judged."""
    if regularizer.on in setting.discriminators:
        raise regularizer.refuse(f"acts in the generator's turn; `on: {regularizer.on}` is not it, drop `on`")


def require_features(regularizer: Regularizer, setting: Setting) -> None:
    """Refuses discriminators that have no features, such as that of the Dirac-GAN."""
    judges = [setting.networks[name] for name in setting.discriminators]
    if not any(hasattr(judge.module, "features") for judge in judges):
        raise regularizer.refuse(
            "looks at the discriminator's features, and this game's discriminator has none"
        )


def flat_features(look: Look, *seen: Tensor) -> Tensor:
    """The discriminator's features of what it sees, `[R, B, d]`."""
    return look.features(*seen).flatten(2)


def note_batch_norm(regularizer: Regularizer, setting: Setting) -> None:
    """Notes that a penalty for each sample is not one for each sample any more."""
    parts = setting.networks[regularizer.on].module.modules()
    if any(isinstance(part, nn.modules.batchnorm._BatchNorm) for part in parts):
        setting.note(
            f"{regularizer.name}: the {regularizer.on} has batch normalisation, "
            "so a sample's gradient depends on the others"
        )
