"""Networks at their papers' size: what a paper's reader can compute, and how they start."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gbench.plugins import load_registry
from gbench.testing.networks import networks_of
from gbench_models._attention import SelfAttention
from gbench_models._residual import DownBlock, UpBlock

Pair = dict[str, nn.Module]


def networks(name: str, shape: tuple[int, ...], **options: object) -> Pair:
    registry = load_registry()
    torch.manual_seed(0)
    return networks_of(registry.load(registry.find("model", name))(**options), shape)


def counts(pair: Pair) -> dict[str, int]:
    return {name: sum(p.numel() for p in network.parameters()) for name, network in pair.items()}


def shapes(network: nn.Module, start: Tensor, *kinds: type[nn.Module]) -> list[tuple[int, ...]]:
    """Shapes of what each layer of these kinds gives, without the batch's axis, in order."""
    seen: list[tuple[int, ...]] = []
    hooks = [
        part.register_forward_hook(lambda _, __, result: seen.append(tuple(result.shape[1:])))
        for part in network.modules()
        if isinstance(part, kinds)
    ]
    network(start)
    for hook in hooks:
        hook.remove()
    return seen


def xavier_bound(layer: nn.Module, gain: float) -> float:
    """Glorot and Bengio 2010: gain · √(6 / (inputs + outputs)), with the taps of a kernel counted."""
    weight = layer.weight
    taps = math.prod(weight.shape[2:])
    return gain * math.sqrt(6 / (taps * (weight.shape[0] + weight.shape[1])))


def assert_uniform(layer: nn.Module, bound: float) -> None:
    """The weights are U(−bound, bound): inside it, and with its standard deviation."""
    assert layer.weight.abs().max() <= bound
    assert layer.weight.std().item() == pytest.approx(bound / math.sqrt(3), rel=0.05)


def test_dcgan_at_64_is_radfords() -> None:
    """Generator: 100 → 1024·4·4, then transposed convolutions 1024-512-256-128-3 (figure 1), width 128."""
    generator = networks("dcgan", (3, 64, 64), width=128)["generator"]
    assert generator[0].out_features == 1024 * 4 * 4
    assert shapes(generator, torch.randn(2, 100), nn.ConvTranspose2d) == [
        (512, 8, 8),
        (256, 16, 16),
        (128, 32, 32),
        (3, 64, 64),
    ]


def test_dcgan_has_the_parameters_of_its_layers() -> None:
    """At 32×32×3 and width 64, of three levels: (inputs · 16 taps + 1) · outputs for each convolution."""
    generator = 101 * 256 * 16 + 2 * 256 + (256 * 16 + 1) * 128 + 2 * 128 + (128 * 16 + 1) * 64 + 2 * 64
    generator += 64 * 16 * 3 + 3
    discriminator = (3 * 16 + 1) * 64 + (64 * 16 + 1) * 128 + 2 * 128 + (128 * 16 + 1) * 256 + 2 * 256
    discriminator += 256 * 16 + 1
    assert counts(networks("dcgan", (3, 32, 32))) == {"generator": generator, "discriminator": discriminator}


def test_dcgan_starts_at_a_standard_deviation_of_two_percent() -> None:
    for network in networks("dcgan", (1, 32, 32), width=32).values():
        weights = torch.cat(
            [m.weight.flatten() for m in network.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
        )
        assert weights.std().item() == pytest.approx(0.02, rel=0.02)


def test_mnist_conv_has_the_parameters_of_the_tutorials_summary() -> None:
    """2,330,944 and 212,865 as Keras counts: running means and variances of batch norms too, no counters.

    dense 100·12544, norm 4·12544, 25·256·128, norm 4·128, 25·128·64, norm 4·64, 25·64; and
    25·64 + 64, 25·64·128 + 128, 6272 + 1.
    """
    pair = networks("mnist-conv", (1, 28, 28))
    counted = counts(pair)
    counted["generator"] += sum(b.numel() for b in pair["generator"].buffers() if b.dim())
    assert counted == {"generator": 2_330_944, "discriminator": 212_865}


def test_mnist_conv_at_28_has_the_tutorials_shapes() -> None:
    pair = networks("mnist-conv", (1, 28, 28))
    latents, image = torch.randn(2, 100), torch.randn(2, 1, 28, 28)
    assert shapes(pair["generator"], latents, nn.Unflatten) == [(256, 7, 7)]
    assert shapes(pair["generator"], latents, nn.BatchNorm2d) == [(128, 7, 7), (64, 14, 14)]
    assert shapes(pair["discriminator"], image, nn.Conv2d) == [(64, 14, 14), (128, 7, 7)]


@pytest.mark.parametrize("name", ["mnist-conv", "frogs"])
def test_kerass_pairs_start_by_glorots_law_with_biases_at_zero(name: str) -> None:
    for network in networks(name, (1, 16, 16), width=32).values():
        for layer in network.modules():
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
                bound = xavier_bound(layer, 1.0)
                assert layer.weight.abs().max() <= bound
                assert layer.weight.std().item() == pytest.approx(bound / math.sqrt(3), rel=0.2)
                assert layer.bias is None or not layer.bias.any()


def test_kerass_batch_norm_is_kerass() -> None:
    norms = [m for m in networks("mnist-conv", (1, 8, 8))["generator"].modules() if hasattr(m, "momentum")]
    assert {(m.eps, m.momentum) for m in norms} == {(1e-3, 0.01)}
    assert len(norms) == 3


def test_frogs_at_32_has_the_books_parameters_and_shapes() -> None:
    """6,264,579 and 790,913, as the book's `summary()` says of both."""
    pair = networks("frogs", (3, 32, 32))
    assert counts(pair) == {"generator": 6_264_579, "discriminator": 790_913}
    sides = [shape[1] for shape in shapes(pair["discriminator"], torch.randn(1, 3, 32, 32), nn.Conv2d)]
    assert sides == [30, 14, 6, 2]


def test_frogs_drops_features_once_before_the_head() -> None:
    features = networks("frogs", (1, 8, 8))["discriminator"].features
    assert [type(part).__name__ for part in features][-2:] == ["Flatten", "Dropout"]
    assert sum(type(part).__name__ == "Dropout" for part in features) == 1


def test_lecture_conv_at_128_has_the_books_shapes_and_parameters() -> None:
    """11 → 28 → 62 → 128 up and 61 → 27 → 10 down, with kernels of 8 × 8 = 64 taps."""
    pair = networks("lecture-conv", (3, 128, 128))
    up = shapes(pair["generator"], torch.randn(2, 100), nn.Unflatten, nn.ConvTranspose2d)
    assert up == [(3, 11, 11), (256, 28, 28), (256, 62, 62), (3, 128, 128)]
    down = shapes(pair["discriminator"], torch.randn(2, 3, 128, 128), nn.Conv2d)
    assert down == [(256, 61, 61), (256, 27, 27), (3, 10, 10)]
    generator = 101 * 363 + (3 * 64 * 256 + 256) + 512 + (256 * 64 * 256 + 256) + 512 + (256 * 64 * 3 + 3) + 6
    discriminator = (3 * 64 * 256 + 256) + 512 + (256 * 64 * 256 + 256) + 512 + (256 * 64 * 3 + 3) + 301
    assert counts(pair) == {"generator": generator, "discriminator": discriminator}


@pytest.mark.parametrize(
    ("size", "sizes"), [(8, [2, 4, 8]), (28, [7, 14, 28]), (32, [4, 8, 16, 32]), (50, [1, 8, 22, 50])]
)
def test_lecture_conv_pads_where_three_kernels_do_not_fit(size: int, sizes: list[int]) -> None:
    """From 50 up they do: 1 → 8 → 22 → 50 without padding, n → 2n + 6 at each level."""
    generator = networks("lecture-conv", (1, size, size), width=4)["generator"]
    seen = shapes(generator, torch.randn(2, 100), nn.Unflatten, nn.ConvTranspose2d)
    assert [side for _, side, _ in seen] == sizes


def test_resnet_at_32_has_the_parameters_of_miyatos_table_4() -> None:
    """Generator 4.28 million; discriminator 1.05 million, its head without bias."""
    up = 2 * (9 * 256 * 256 + 256) + (256 * 256 + 256) + 2 * 2 * 256
    generator = 129 * 4096 + 3 * up + 2 * 256 + (9 * 256 * 3 + 3)
    plain = 2 * (9 * 128 * 128 + 128)
    first = (9 * 3 * 128 + 128) + plain // 2 + (3 * 128 + 128)
    discriminator = first + plain + (128 * 128 + 128) + 2 * plain + 128
    assert counts(networks("resnet", (3, 32, 32))) == {
        "generator": generator,
        "discriminator": discriminator,
    }
    assert (generator, discriminator) == (4_276_739, 1_053_824)


@pytest.mark.parametrize(
    ("size", "generator", "discriminator"),
    [(8, [8], [4, 4, 4]), (28, [14, 28], [14, 14, 14]), (32, [8, 16, 32], [16, 8, 8, 8]),
     (48, [12, 24, 48], [24, 12, 12, 12]), (64, [8, 16, 32, 64], [32, 16, 8, 8, 8])],
)  # fmt: skip
def test_resnet_doubles_from_4_and_halves_once_less(
    size: int, generator: list[int], discriminator: list[int]
) -> None:
    pair = networks("resnet", (3, size, size), width=4)
    assert [s[1] for s in shapes(pair["generator"], torch.randn(2, 128), UpBlock)] == generator
    images = torch.randn(2, 3, size, size)
    assert [s[1] for s in shapes(pair["discriminator"], images, DownBlock)] == discriminator


def test_residual_branches_start_with_a_gain_of_sqrt_2_and_shortcuts_with_1() -> None:
    torch.manual_seed(0)
    up = UpBlock(32, 48, (8, 8), nn.BatchNorm2d, nn.ReLU)
    down = DownBlock(32, 48, nn.BatchNorm2d, nn.ReLU)
    branches = [*up.convolutions, *(m for m in down.branch if isinstance(m, nn.Conv2d))]
    assert len(branches) == 4
    for layer in branches:
        assert_uniform(layer, xavier_bound(layer, math.sqrt(2)))
    for layer in (up.shortcut, down.shortcut):
        assert_uniform(layer, xavier_bound(layer, 1.0))


def test_blocks_against_their_equations() -> None:
    """Miyato et al. 2018, figure 8, step by step with repeated and averaged pixels."""
    torch.manual_seed(0)
    images = torch.randn(3, 4, 6, 6)
    up = UpBlock(4, 5, (12, 12), nn.BatchNorm2d, nn.ReLU)

    def repeated(x: Tensor) -> Tensor:
        return x.repeat_interleave(2, 2).repeat_interleave(2, 3)

    def normed(x: Tensor) -> Tensor:
        return (x - x.mean((0, 2, 3), keepdim=True)) / (x.var((0, 2, 3), False, keepdim=True) + 1e-5).sqrt()

    hidden = up.convolutions[0](repeated(normed(images).relu()))
    expected = up.convolutions[1](normed(hidden).relu()) + up.shortcut(repeated(images))
    torch.testing.assert_close(up(images), expected, rtol=1e-4, atol=1e-5)

    down = DownBlock(4, 5, lambda _: nn.Identity(), nn.ReLU)
    convolutions = [m for m in down.branch if isinstance(m, nn.Conv2d)]
    branch = convolutions[1](convolutions[0](images.relu()).relu())
    expected = (branch + down.shortcut(images)).unflatten(3, (3, 2)).unflatten(2, (3, 2)).mean((3, 5))
    torch.testing.assert_close(down(images), expected, rtol=1e-4, atol=1e-5)


def test_the_discriminator_sums_over_pixels() -> None:
    """Four times as many pixels, four times the features: a mean would not grow."""
    features = networks("resnet", (1, 16, 16), width=8)["discriminator"].features
    flat, wide = torch.full((1, 1, 32, 32), 0.3), torch.full((1, 1, 64, 64), 0.3)
    ratio = features(wide) / features(flat)
    assert ratio[features(flat) > 0].median().item() == pytest.approx(4, rel=0.5)


def test_self_attention_at_128_has_zhangs_widths_and_attention_at_32() -> None:
    pair = networks("self-attention", (3, 128, 128), width=8)
    up = shapes(pair["generator"], torch.randn(2, 128), UpBlock, SelfAttention)
    assert up == [(128, 8, 8), (64, 16, 16), (32, 32, 32), (32, 32, 32), (16, 64, 64), (8, 128, 128)]
    down = shapes(pair["discriminator"], torch.randn(2, 3, 128, 128), DownBlock, SelfAttention)
    assert down == [
        (8, 64, 64),
        (16, 32, 32),
        (16, 32, 32),
        (32, 16, 16),
        (64, 8, 8),
        (128, 4, 4),
        (128, 4, 4),
    ]


def test_self_attention_can_be_switched_off() -> None:
    with_it, without = (networks("self-attention", (1, 8, 8), width=8, attention=on) for on in (True, False))
    for name in with_it:
        assert sum(isinstance(m, SelfAttention) for m in with_it[name].modules()) == 1
        assert sum(isinstance(m, SelfAttention) for m in without[name].modules()) == 0


def test_attention_starts_as_the_identity() -> None:
    layer, images = SelfAttention(16), torch.randn(3, 16, 4, 5)
    assert torch.equal(layer(images), images)
    assert layer.key.out_channels == layer.query.out_channels == layer.value.out_channels == 2


@pytest.mark.parametrize(("value", "pooled"), [(None, False), (8, True)])
def test_attention_against_a_softmax_for_each_pixel(value: int | None, pooled: bool) -> None:
    """Zhang et al. 2019, eq. 1 to 3, one pixel j at a time: β_j over all i, o_j = W_v Σ β_ji W_h x_i."""
    torch.manual_seed(0)
    layer, images = SelfAttention(16, value=value, pooled=pooled), torch.randn(2, 16, 4, 6)
    nn.init.constant_(layer.gamma, 0.7)
    f, g, h, v = (m.weight[:, :, 0, 0] for m in (layer.key, layer.query, layer.value, layer.out))

    def projected(matrix: Tensor, image: Tensor) -> Tensor:
        maps = torch.einsum("oc,chw->ohw", matrix, image)
        return (F.max_pool2d(maps, 2) if pooled else maps).flatten(1)

    for image, result in zip(images, layer(images), strict=True):
        keys, values = projected(f, image), projected(h, image)
        for j, (x, y) in enumerate(zip(image.flatten(1).T, result.flatten(1).T, strict=True)):
            weights = torch.exp(keys.T @ (g @ x))
            attended = v @ (values @ (weights / weights.sum()))
            torch.testing.assert_close(y, x + 0.7 * attended, msg=f"pixel {j}", rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("shape", [(2,), (1,), (1, 8, 8), (3, 5, 7)])
def test_mlp_takes_any_shape(shape: tuple[int, ...]) -> None:
    pair = networks("mlp", shape, width=8, depth=3)
    fake = pair["generator"](torch.randn(4, 16))
    assert fake.shape == (4, *shape)
    assert pair["discriminator"](fake).shape == (4,)


def test_mlp_has_the_parameters_of_its_layers() -> None:
    """16·128 + 128 + 128·128 + 128 + 128·2 + 2 for the generator of points."""
    assert counts(networks("mlp", (2,))) == {"generator": 18946, "discriminator": 17025}


@pytest.mark.parametrize(
    ("kind", "layer"), [("none", ()), ("batch", nn.BatchNorm1d), ("layer", nn.LayerNorm)]
)
def test_the_mlps_norm_is_a_choice(kind: str, layer: type[nn.Module]) -> None:
    discriminator = networks("mlp", (1, 16, 16), width=8, discriminator_norm=kind)["discriminator"]
    found = [m for m in discriminator.modules() if layer and isinstance(m, layer)]
    assert bool(found) == (kind != "none")
