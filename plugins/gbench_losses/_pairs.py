"""Means over pairs of features, for the losses that compare samples with each other."""

from torch import Tensor

from gbench.api import Loss, Setting, UserError

TINY = 1e-12  # squared distances below have no direction: their gradient is zero


def need_pairs(loss: Loss, setting: Setting) -> None:
    """`UserError` where a minibatch holds no two samples."""
    if setting.batch_size < 2:
        raise UserError(
            f"loss {loss.name} compares samples with each other; set budget.batch_size to 2 or more"
        )


def squared_distances(first: Tensor, second: Tensor) -> Tensor:
    """‖x_i − y_j‖²: `[R, N, d], [R, M, d] -> [R, N, M]`, without the `[R, N, M, d]` differences."""
    lengths = first.square().sum(-1)[:, :, None] + second.square().sum(-1)[:, None, :]
    return (lengths - 2 * first @ second.mT).clamp(min=0)


def distances(first: Tensor, second: Tensor) -> Tensor:
    """‖x_i − y_j‖: `[R, N, d], [R, M, d] -> [R, N, M]`."""
    return squared_distances(first, second).clamp(min=TINY).sqrt()


def mean_of_all(pairs: Tensor) -> Tensor:
    """`[R, N, M] -> [R]`."""
    return pairs.mean((-2, -1))


def mean_of_others(pairs: Tensor) -> Tensor:
    """Over i ≠ j, without bias: `[R, B, B] -> [R]`; `UserError` where B is 1, as of one pack."""
    batch = pairs.shape[-1]
    if batch < 2:
        raise UserError(
            "a loss that compares samples with each other has but one to judge; pack fewer together"
        )
    own = pairs.diagonal(dim1=-2, dim2=-1)
    return (pairs.sum((-2, -1)) - own.sum(-1)) / (batch * (batch - 1))
