"""Growing networks: what is in use when, blending, and resuming in the middle of a fade."""

import re
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from gbench.engine.cohort import Cohort
from gbench.errors import UserError
from gbench.testing import images, make_cohort, make_recipe, use
from gbench.testing.networks import networks_of
from gbench_models._equalised import PixelNorm, pool, upsample
from gbench_models.progressive import GrowingDiscriminator, GrowingGenerator, Progressive, moment

STEPS = 12  # of a cohort at 8×8: four stabilise 4×4, four fade, four stabilise 8×8


def pair(size: int = 16, **options: object) -> tuple[GrowingGenerator, GrowingDiscriminator]:
    torch.manual_seed(0)
    model = Progressive(**{"latents": 8, "width": 4, **options})
    networks = networks_of(model, (1, size, size))
    generator, discriminator = networks["generator"], networks["discriminator"]
    assert isinstance(generator, GrowingGenerator)
    assert isinstance(discriminator, GrowingDiscriminator)
    return generator, discriminator


def at(network: GrowingGenerator | GrowingDiscriminator, level: int, alpha: float, inputs: Tensor) -> Tensor:
    network.level, network.alpha = level, alpha
    return network(inputs).detach()


@pytest.mark.parametrize("level", [1, 2])
def test_a_fade_starts_as_the_level_below_and_ends_as_the_new_one(level: int) -> None:
    generator, discriminator = pair()
    for network, inputs in ((generator, torch.randn(3, 8)), (discriminator, torch.randn(3, 1, 16, 16))):
        assert torch.equal(at(network, level, 0.0, inputs), at(network, level - 1, 1.0, inputs))
        torch.testing.assert_close(at(network, level, 1 - 1e-6, inputs), at(network, level, 1.0, inputs))
        assert not torch.allclose(at(network, level, 1.0, inputs), at(network, level - 1, 1.0, inputs))


def test_an_image_fades_linearly() -> None:
    generator, _ = pair()
    latent = torch.randn(3, 8)
    old, new = at(generator, 1, 0.0, latent), at(generator, 1, 1.0, latent)
    torch.testing.assert_close(at(generator, 1, 0.25, latent), 0.75 * old + 0.25 * new)


def test_images_of_a_level_have_its_resolution_and_the_full_size() -> None:
    generator, _ = pair()
    for level, factor in enumerate((4, 2, 1)):
        fake = at(generator, level, 1.0, torch.randn(2, 8))
        assert fake.shape == (2, 1, 16, 16)
        torch.testing.assert_close(upsample(pool(fake, factor), factor), fake)


def test_the_discriminator_sees_no_more_than_the_level() -> None:
    _, discriminator = pair()
    samples = torch.randn(2, 1, 16, 16)
    coarse = upsample(pool(samples, 4), 4)
    torch.testing.assert_close(at(discriminator, 0, 1.0, samples), at(discriminator, 0, 1.0, coarse))


def test_only_what_is_in_use_has_a_gradient() -> None:
    generator, _ = pair()
    generator.level, generator.alpha = 1, 0.5
    generator(torch.randn(2, 8)).sum().backward()
    used = {name for name, p in generator.named_parameters() if p.grad is not None}
    assert all(
        name in used for name, _ in generator.named_parameters() if name.startswith(("start", "blocks.0"))
    )
    assert not any(name.startswith(("blocks.1", "rgb.2")) for name in used)
    assert any(name.startswith("rgb.0") for name in used)


def test_the_schedule_by_hand() -> None:
    """Three levels, five equal phases: 4×4, fade to 8×8, 8×8, fade to 16×16, 16×16."""
    found = [moment(tenth / 10, 3) for tenth in range(11)]
    expected = [
        *((0, 1.0), (0, 1.0), (1, 0.0), (1, 0.5), (1, 1.0), (1, 1.0)),
        *((2, 0.0), (2, 0.5), (2, 1.0), (2, 1.0), (2, 1.0)),
    ]
    assert [level for level, _ in found] == [level for level, _ in expected]
    assert [alpha for _, alpha in found] == pytest.approx([alpha for _, alpha in expected])


def test_phases_may_have_other_lengths() -> None:
    """Fades of no length; then a last phase of 4 after one of 1."""
    assert moment(0.499, 2, fade=0.0) == (0, 1.0)
    assert moment(0.501, 2, fade=0.0) == (1, 1.0)
    assert moment(0.25, 2, fade=2.0, last=1.0) == (1, 0.0)
    assert moment(0.5, 2, fade=2.0, last=1.0) == (1, 0.5)
    assert moment(0.19, 2, fade=0.0, last=4.0) == (0, 1.0)
    assert moment(0.21, 2, fade=0.0, last=4.0) == (1, 1.0)


def test_levels_never_shrink() -> None:
    path = [moment(step / 1000, 5) for step in range(1001)]
    assert all(before[0] <= after[0] for before, after in pairwise(path))
    assert path[-1] == (4, 1.0)


@pytest.mark.parametrize(("kind", "expected"), [("pixel", 7), ("none", 1), ("batch", 1), ("layer", 1)])
def test_pixels_are_normalised_after_every_layer_or_something_else_is(kind: str, expected: int) -> None:
    """The latents always; dense and 3×3 at 4×4, and two convolutions at each of 8×8 and 16×16."""
    generator, _ = pair(generator_norm=kind)
    assert sum(isinstance(part, PixelNorm) for part in generator.modules()) == expected


def test_real_samples_are_shown_at_the_level() -> None:
    """A quarter of the way into the fade from 4×4 to 8×8: ¾ of the 2×2 means and ¼ of the samples."""
    model = Progressive()
    real = torch.randn(2, 3, 1, 8, 8)
    coarse = upsample(pool(real.flatten(0, 1))).view_as(real)
    for progress, share in ((0.0, 0.0), (1 / 3 + 1 / 12, 0.25), (1.0, 1.0)):
        model.grow({}, progress)
        torch.testing.assert_close(model.shown(real), (1 - share) * coarse + share * real)


def test_both_networks_have_the_parameters_of_the_papers_table() -> None:
    """Karras et al. 2018, table 2: 23.1 M each, for 1024×1024."""
    with torch.device("meta"):
        networks = networks_of(Progressive(), (3, 1024, 1024))
    for network in networks.values():
        assert sum(p.numel() for p in network.parameters()) == pytest.approx(23.1e6, abs=0.05e6)


def test_images_that_cannot_grow_are_refused() -> None:
    message = "model progressive makes images of even height and width, at least 8×8 pixels, not 2"
    with pytest.raises(UserError, match=f"^{re.escape(message)}$"):
        networks_of(Progressive(), (2,))


def growing_cohort(mode: str = "auto") -> Cohort:
    recipe = make_recipe(
        model=use("model", "progressive", latents=4, width=2),
        loss=use("loss", "wasserstein"),
        regularizers=[use("regularizer", "gradient-penalty")],
        budget={"steps": STEPS, "batch_size": 4, "measurements": 1},
        ema=0.9,
    )
    return make_cohort(recipe, images(), range(2), mode)


def test_training_crosses_every_level_alike_in_both_modes() -> None:
    vmap, loop = growing_cohort("vmap"), growing_cohort("loop")
    used = []
    for _ in range(STEPS):
        latest, other = vmap.round(), loop.round()
        for name, values in latest.items():
            assert values.isfinite().all()
            torch.testing.assert_close(values, other[name], rtol=2e-3, atol=1e-4)
        used.append((vmap.networks["generator"].module.level, vmap.networks["generator"].module.alpha))
    assert used == [(0, 1.0)] * 4 + [(1, 0.0), (1, 0.25), (1, 0.5), (1, 0.75)] + [(1, 1.0)] * 4


@pytest.mark.parametrize("stop", [4, 6, 7])
def test_resuming_in_a_fade_is_exact(stop: int) -> None:
    whole, first, second = growing_cohort(), growing_cohort(), growing_cohort()
    for _ in range(STEPS):
        whole.round()
    for _ in range(stop):
        first.round()
    second.load_state(first.state())
    assert torch.equal(second.inference.generated(3).samples, first.inference.generated(3).samples)
    for _ in range(STEPS - stop):
        second.round()
    for name, network in whole.networks.items():
        for key, value in network.parameters.items():
            assert torch.equal(value, second.networks[name].parameters[key]), f"{name}.{key} differs"
    assert torch.equal(whole.inference.generated(3).samples, second.inference.generated(3).samples)
