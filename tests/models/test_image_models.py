"""The switches that all image models have, for every model that has them, found by discovery."""

import re
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from gbench.api import Dropout, Model, Streams
from gbench.errors import UserError
from gbench.plugins import load_registry
from gbench.testing.networks import networks_of
from gbench_models._parts import Sigmoid, ToUnit, Transposed
from gbench_models._switches import Switches

REGISTRY = load_registry()
NORMS = {"batch": nn.modules.batchnorm._BatchNorm, "layer": nn.LayerNorm | nn.GroupNorm}
ACTIVATIONS = {"relu": nn.ReLU, "leaky-relu": nn.LeakyReLU, "gelu": nn.GELU, "elu": nn.ELU}
WIDTH = 8
CLASSES = 3
NETWORKS = ("generator", "discriminator")


def create(name: str, **options: Any) -> Model:
    model: Model = REGISTRY.load(REGISTRY.find("model", name))(**{"width": WIDTH} | options)
    model.name = name
    return model


def build(name: str, shape: tuple[int, ...] = (1, 8, 8), **options: Any) -> dict[str, nn.Module]:
    """The networks of one replica, from the same seed at each call."""
    torch.manual_seed(0)
    return networks_of(create(name, **options), shape, CLASSES)


def draw(name: str, count: int) -> Tensor:
    """Latents for images of 8×8, `[count, ...]`."""
    model = create(name)
    networks_of(model, (1, 8, 8), CLASSES)
    return model.draw(Streams([1], torch.device("cpu")), "latent", count)[0]


def told(name: str, count: int) -> tuple[Tensor, ...]:
    """What the networks take beside latents and samples."""
    return (torch.arange(count) % CLASSES,) if "label" in create(name).takes else ()


def does_any_size(name: str) -> bool:
    try:
        build(name, (1, 9, 11))
    except UserError:
        return False
    return True


def having(option: str) -> list[str]:
    return [name for name in MODELS if option in REGISTRY.describe(REGISTRY.find("model", name)).options]


MODELS = [
    name
    for name in REGISTRY.names("model")
    if issubclass(REGISTRY.load(REGISTRY.find("model", name)), Switches)
]
ANY_SIZE = list(filter(does_any_size, MODELS))
KERNELS = having("kernel")
HEADED = [name for name in MODELS if "scores" in create(name).gives and not create(name).takes]


def kinds(network: nn.Module, among: dict[str, Any]) -> set[str]:
    return {name for part in network.modules() for name, kind in among.items() if isinstance(part, kind)}


def layers(network: nn.Module) -> list[str]:
    """What the network is made of, one line for each layer."""
    return [repr(part) for part in network.modules() if not list(part.children())]


def same_state(a: nn.Module, b: nn.Module) -> bool:
    return all(torch.equal(x, y) for x, y in zip(a.parameters(), b.parameters(), strict=True))


def test_there_are_image_models() -> None:
    assert set(KERNELS) == {"dcgan", "mnist-conv", "frogs", "lecture-conv", "autoencoder"}
    assert set(MODELS) - set(ANY_SIZE) == {
        "autoencoder",
        "began",
        "biggan",
        "progressive",
        "stacked",
        "stylegan",
    }
    assert set(MODELS) - set(HEADED) == {"autoencoder", "began", "biggan", "stacked"}
    assert set(MODELS) - set(having("generator_norm")) == {"biggan", "stylegan"}


@pytest.mark.parametrize("size", [(8, 8), (9, 11), (16, 16), (28, 28), (30, 45), (32, 32), (64, 64)], ids=str)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", ANY_SIZE)
def test_it_makes_and_judges_images_of_any_size(name: str, channels: int, size: tuple[int, int]) -> None:
    model = create(name, width=4)
    pair = networks_of(model, (channels, *size))
    with torch.no_grad():
        fake = pair["generator"](torch.randn(2, model.latents))
        scores, features = pair["discriminator"](fake), pair["discriminator"].features(fake)
    assert fake.shape == (2, channels, *size)
    assert fake.abs().max() <= 1
    assert scores.shape == (2,)
    assert features.dim() == 2
    assert isinstance(pair["discriminator"].head, nn.Linear)
    assert pair["discriminator"].head.in_features == features.shape[1]


@pytest.mark.parametrize("name", HEADED)
def test_a_discriminator_is_its_head_on_its_features(name: str) -> None:
    discriminator = build(name)["discriminator"].eval()
    image = torch.randn(3, 1, 8, 8)
    scores = discriminator.head(discriminator.features(image)).squeeze(-1)
    torch.testing.assert_close(discriminator(image), scores)


@pytest.mark.parametrize("shape", [(2,), (1, 4, 4), (3, 7, 64)], ids=str)
@pytest.mark.parametrize("name", ANY_SIZE)
def test_it_refuses_what_is_too_small(name: str, shape: tuple[int, ...]) -> None:
    size = "×".join(map(str, shape))
    message = f"model {name} makes images of at least 8×8 pixels, not {size}; model mlp takes any shape"
    with pytest.raises(UserError, match=re.escape(message)):
        build(name, shape)


@pytest.mark.parametrize(
    ("network", "name"), [(part, name) for part in NETWORKS for name in having(f"{part}_norm")]
)
def test_the_norm_of_each_network_is_a_choice(name: str, network: str) -> None:
    """The other network's layers stay as they are."""
    other = {"generator": "discriminator", "discriminator": "generator"}[network]
    built = {kind: build(name, (1, 16, 16), **{f"{network}_norm": kind}) for kind in ("none", *NORMS)}
    for kind, pair in built.items():
        assert kinds(pair[network], NORMS) == {kind} - {"none"}
        assert layers(pair[other]) == layers(built["none"][other])


@pytest.mark.parametrize(
    ("network", "option"), [("generator", "activation"), ("discriminator", "discriminator_activation")]
)
@pytest.mark.parametrize("name", MODELS)
def test_the_activation_of_each_network_is_a_choice(name: str, network: str, option: str) -> None:
    other = {"generator": "discriminator", "discriminator": "generator"}[network]
    default = build(name)
    for kind in ACTIVATIONS:
        pair = build(name, **{option: kind})
        assert kinds(pair[network], ACTIVATIONS) == {kind}
        assert layers(pair[other]) == layers(default[other])
        assert all(same_state(pair[part], default[part]) for part in pair)


@pytest.mark.parametrize("name", MODELS)
def test_the_slope_is_that_of_every_leaky_relu(name: str) -> None:
    pair = build(name, activation="leaky-relu", discriminator_activation="leaky-relu", slope=0.07)
    slopes = {
        part.negative_slope for n in pair.values() for part in n.modules() if isinstance(part, nn.LeakyReLU)
    }
    assert slopes == {0.07}


@pytest.mark.parametrize("name", MODELS)
def test_dropout_is_in_the_discriminator_alone_and_draws_no_weights(name: str) -> None:
    without, with_it = build(name, dropout=0.0), build(name, dropout=0.5)
    assert kinds(without["discriminator"], {"dropout": Dropout}) == set()
    assert kinds(with_it["discriminator"], {"dropout": Dropout}) == {"dropout"}
    assert layers(with_it["generator"]) == layers(without["generator"])
    pruned = [line for line in layers(with_it["discriminator"]) if not line.startswith("Dropout")]
    assert pruned == layers(without["discriminator"])


@pytest.mark.parametrize("name", MODELS)
def test_the_discriminators_width_is_a_choice(name: str) -> None:
    default, wide = build(name), build(name, discriminator_width=24)
    assert layers(wide["generator"]) == layers(default["generator"])
    widths = {m.out_channels for m in wide["discriminator"].modules() if isinstance(m, nn.Conv2d)}
    assert 24 in widths


@pytest.mark.parametrize(
    ("name", "size"), [(n, size) for n in MODELS for size in (8, 9, 28) if size != 9 or n in ANY_SIZE]
)
def test_pooling_halves_as_strides_do_with_the_same_weights(name: str, size: int) -> None:
    shape = (1, size, size)
    strided = build(name, shape, downsampling="stride", discriminator_norm="none")["discriminator"]
    for how, layer in (("average-pool", nn.AvgPool2d), ("max-pool", nn.MaxPool2d)):
        pooled = build(name, shape, downsampling=how, discriminator_norm="none")["discriminator"]
        assert same_state(pooled, strided)
        strides = {m.stride for m in pooled.modules() if isinstance(m, nn.Conv2d)}
        assert strides == {(1, 1)}
        assert kinds(pooled, {"pool": layer}) == {"pool"}
        image = torch.randn(2, *shape)
        assert pooled.features(image).shape == strided.features(image).shape


@pytest.mark.parametrize("name", MODELS)
def test_latents_are_normal_or_uniform_on_both_sides_of_zero(name: str) -> None:
    variances = {"normal": 1.0, "uniform": 1 / 3}
    for law, variance in variances.items():
        model = create(name, latent=law, latents=20)
        networks_of(model, (1, 8, 8), CLASSES)
        latents = model.draw(Streams([1, 2], torch.device("cpu")), "latent", 4000)[..., :20]
        assert latents.shape == (2, 4000, 20)
        assert latents.mean().item() == pytest.approx(0, abs=0.02)
        assert latents.var().item() == pytest.approx(variance, rel=0.02)


@pytest.mark.parametrize("name", MODELS)
def test_a_sigmoid_makes_the_textbooks_pair_on_the_unit_interval(name: str) -> None:
    """G in [0, 1] by σ and D fed with [0, 1]: what the same layers give without the change of range."""
    linear, sigmoid = build(name, output="linear"), build(name, output="sigmoid")
    latents, label = draw(name, 5), told(name, 5)
    for pair in (linear, sigmoid):
        pair["generator"].eval()
        pair["discriminator"].eval()
    unit = linear["generator"](latents, *label).sigmoid()
    fake = sigmoid["generator"](latents, *label)
    torch.testing.assert_close((fake + 1) / 2, unit)
    torch.testing.assert_close(sigmoid["discriminator"](fake, *label), linear["discriminator"](unit, *label))
    features = [pair["discriminator"].features(seen) for pair, seen in ((sigmoid, fake), (linear, unit))]
    torch.testing.assert_close(*features)


@pytest.mark.parametrize("name", MODELS)
def test_the_last_activation_is_a_choice(name: str) -> None:
    """With the same weights: tanh of what the linear generator makes."""
    latents, label = draw(name, 5), told(name, 5)
    linear, tanh = (build(name, output=output)["generator"].eval() for output in ("linear", "tanh"))
    torch.testing.assert_close(tanh(latents, *label), linear(latents, *label).tanh())


def test_the_mlps_sigmoid_is_such_a_pair_too() -> None:
    test_a_sigmoid_makes_the_textbooks_pair_on_the_unit_interval("mlp")


def test_the_sigmoid_covers_the_datas_range() -> None:
    """2σ(x) − 1 = tanh(x / 2), and back to [0, 1]."""
    x = torch.linspace(-9, 9, 50)
    torch.testing.assert_close(Sigmoid()(x), (x / 2).tanh())
    torch.testing.assert_close(ToUnit()(Sigmoid()(x)), x.sigmoid())


@pytest.mark.parametrize(
    ("kernel", "even"), [(2, True), (3, False), (4, True), (5, False), (6, True), (8, True)]
)
def test_a_kernel_that_the_stride_divides_makes_no_checkerboard(kernel: int, even: bool) -> None:
    """A constant image under equal weights: each pixel counts how many taps reach it."""
    layer = Transposed(1, 1, (12, 12), (24, 24), kernel)
    with torch.no_grad():
        layer.convolution.weight.fill_(1.0)
        layer.convolution.bias.zero_()
        interior = layer(torch.ones(1, 1, 12, 12))[0, 0, 8:16, 8:16]
    if even:
        assert (interior == (kernel / 2) ** 2).all()
    else:
        low, high = kernel // 2, kernel // 2 + 1
        assert sorted(set(interior.flatten().tolist())) == [low**2, low * high, high**2]


@pytest.mark.parametrize("kernel", range(2, 7))
@pytest.mark.parametrize("name", KERNELS)
def test_any_kernel_keeps_the_sizes(name: str, kernel: int) -> None:
    for size in ((8, 8), (28, 28), *([(9, 11)] if name in ANY_SIZE else [])):
        pair = build(name, (1, *size), kernel=kernel)
        both = [part for network in pair.values() for part in network.modules()]
        transposed = [part for part in both if isinstance(part, nn.ConvTranspose2d)]
        assert {m.kernel_size for m in transposed} == {(kernel, kernel)}
        latents = torch.randn(2, pair["generator"][0].in_features)
        assert pair["generator"](latents).shape == (2, 1, *size)
        assert pair["discriminator"](torch.randn(2, 1, *size)).shape == (2,)


def test_a_transposed_convolution_is_cut_as_tensorflow_does() -> None:
    """Kernel 5 and stride 2 at double size: one row off at the start, two at the end of 2n + 3."""
    layer = Transposed(2, 3, (5, 7), (10, 14), kernel=5)
    images = torch.randn(2, 2, 5, 7)
    whole = nn.functional.conv_transpose2d(images, layer.convolution.weight, layer.convolution.bias, stride=2)
    assert whole.shape[2:] == (13, 17)
    torch.testing.assert_close(layer(images), whole[..., 1:11, 1:15])
