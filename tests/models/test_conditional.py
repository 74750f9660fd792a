"""Networks that are told the class: BigGAN's parts and the conditional MLP."""

import re

import pytest
import torch
from torch import nn

from gbench.errors import UserError
from gbench.plugins import load_registry
from gbench.testing.networks import networks_of
from gbench_models._conditional import ConditionalBatchNorm, one_hot
from gbench_models.biggan import Biggan, pieces

CLASSES = 3


def networks(name: str, shape: tuple[int, ...], classes: int | None = CLASSES, **options: object) -> dict:
    registry = load_registry()
    torch.manual_seed(0)
    model = registry.load(registry.find("model", name))(**options)
    model.name = name
    return networks_of(model, shape, classes)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("biggan", (1, 8, 8)),
        ("biggan", (3, 28, 28)),
        ("biggan", (3, 16, 32)),
        ("conditional-mlp", (2,)),
        ("conditional-mlp", (1, 8, 8)),
    ],
)
def test_labels_change_what_both_networks_say(name: str, shape: tuple[int, ...]) -> None:
    pair = networks(name, shape, latents=6, width=16)
    latent, label = torch.randn(5, 6), torch.tensor([0, 1, 2, 0, 1])
    for network in pair.values():
        network.eval()
    fake = pair["generator"](latent, label)
    scores = pair["discriminator"](fake, label)
    assert fake.shape == (5, *shape)
    assert scores.shape == (5,)
    assert pair["discriminator"].features(fake).dim() == 2
    others = (label + 1) % CLASSES
    assert ((pair["generator"](latent, others) - fake).flatten(1).norm(dim=1) > 1e-4).all()
    assert ((pair["discriminator"](fake, others) - scores).abs() > 1e-6).all()


def test_conditional_normalisation_against_a_direct_computation() -> None:
    """Each channel over batch and pixels, then 1 + A c and B c of each sample."""
    torch.manual_seed(0)
    layer = ConditionalBatchNorm(4, condition=5)
    images, condition = 3 * torch.randn(6, 4, 2, 2) + 1, torch.randn(6, 5)
    mean, variance = images.mean((0, 2, 3)), images.var((0, 2, 3), correction=0)
    normed = (images - mean.view(1, 4, 1, 1)) / (variance.view(1, 4, 1, 1) + 1e-5).sqrt()
    gain, bias = condition @ layer.gain.weight.T, condition @ layer.bias.weight.T
    expected = (1 + gain).view(6, 4, 1, 1) * normed + bias.view(6, 4, 1, 1)
    torch.testing.assert_close(layer(images, condition), expected)


def test_the_projection_against_a_direct_computation() -> None:
    """Miyato and Koyama 2018, eq. 3: w·h + b + ⟨v_y, h⟩, h the sum over all pixels."""
    discriminator = networks("biggan", (1, 8, 8), width=4)["discriminator"]
    samples, label = torch.randn(5, 1, 8, 8), torch.tensor([2, 0, 1, 1, 2])
    h = discriminator.body(samples).sum((2, 3))
    rows = discriminator.project.weight.T
    expected = [
        h[i] @ discriminator.head.weight[0] + discriminator.head.bias[0] + rows[label[i]] @ h[i]
        for i in range(5)
    ]
    torch.testing.assert_close(discriminator(samples, label), torch.stack(expected))
    torch.testing.assert_close(discriminator.features(samples), h)


def test_a_class_nobody_is_told_of_scores_as_the_head_says() -> None:
    discriminator = networks("biggan", (1, 8, 8), width=4)["discriminator"]
    nn.init.zeros_(discriminator.project.weight)
    samples, label = torch.randn(5, 1, 8, 8), torch.zeros(5, dtype=torch.long)
    expected = discriminator.head(discriminator.features(samples)).squeeze(-1)
    torch.testing.assert_close(discriminator(samples, label), expected)


def test_each_block_has_a_piece_of_the_latent_vector() -> None:
    """With one piece for the start and one for each block: a piece changes nothing before its block."""
    generator = networks("biggan", (1, 16, 16), width=2, latents=7)["generator"].eval()
    assert pieces(7, 3) == generator.pieces == [3, 2, 2]
    seen = []
    generator.blocks[1].register_forward_hook(lambda _, inputs, __: seen.append(inputs[0]))
    latent = torch.randn(2, 7)
    changed = latent.clone()
    changed[:, 5:] += 1
    label = torch.tensor([0, 1])
    assert not torch.allclose(generator(latent, label), generator(changed, label))
    assert torch.equal(seen[0], seen[1])


def test_weights_start_orthogonal() -> None:
    for network in networks("biggan", (3, 16, 16), width=4).values():
        for layer in network.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear | nn.Embedding):
                matrix = layer.weight.detach().flatten(1)
                gram = matrix @ matrix.T if len(matrix) <= matrix.shape[1] else matrix.T @ matrix
                torch.testing.assert_close(gram, torch.eye(len(gram)), rtol=0, atol=1e-5)


def test_biggan_has_the_papers_parameters() -> None:
    """Brock et al. 2019, table 1: 158.3 M in both networks, for 128×128 and 1000 classes with width 96."""
    with torch.device("meta"):
        pair = networks_of(Biggan(width=96), (3, 128, 128), 1000)
    counts = {name: sum(p.numel() for p in network.parameters()) for name, network in pair.items()}
    assert counts == {"generator": 70_433_988, "discriminator": 87_982_370}
    assert sum(counts.values()) == pytest.approx(158.3e6, rel=1e-3)


def test_attention_is_where_images_have_its_height() -> None:
    def counted(attention: int | None) -> list[int]:
        pair = networks("biggan", (1, 16, 16), width=8, attention=attention)
        return [
            sum(type(m).__name__ == "SelfAttention" for m in network.modules()) for network in pair.values()
        ]

    assert counted(8) == [1, 1]
    assert counted(64) == counted(None) == [0, 0]


def test_one_hot_is_a_unit_vector() -> None:
    expected = torch.tensor([[0.0, 0, 1], [1, 0, 0]])
    assert torch.equal(one_hot(torch.tensor([2, 0]), 3), expected)


def test_conditional_mlp_has_the_parameters_of_its_layers() -> None:
    """Latents 6, width 4, label width 2, 3 classes: three hidden layers and the last one."""
    pair = networks("conditional-mlp", (2,), latents=6, width=4, label_width=2)
    told, joint = (3 + 1) * 2, (4 + 2 + 1) * 4
    expected = {
        "generator": (6 + 1) * 4 + told + joint + (4 + 1) * 2,
        "discriminator": (2 + 1) * 4 + told + joint + 4 + 1,
    }
    assert {name: sum(p.numel() for p in n.parameters()) for name, n in pair.items()} == expected


@pytest.mark.parametrize("name", ["biggan", "conditional-mlp"])
def test_without_classes_they_refuse(name: str) -> None:
    message = f"model {name} is told each sample's class, but the data set has no classes"
    with pytest.raises(UserError, match=f"^{re.escape(message)}$"):
        networks(name, (1, 8, 8), classes=None)
