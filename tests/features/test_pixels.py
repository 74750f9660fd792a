import torch

from gbench_features.pixels import Pixels


def test_pixels_are_the_images_in_order() -> None:
    vectors, probabilities = Pixels().extract(torch.arange(8.0).reshape(2, 1, 2, 2))
    assert vectors.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert probabilities is None


def test_vectors_are_their_own_features() -> None:
    assert Pixels().extract(torch.tensor([[1.0, 2.0]])).vectors.tolist() == [[1, 2]]
