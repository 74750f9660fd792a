"""C-RNN-GAN's networks against torch's own LSTM, and what they may know when."""

import re

import pytest
import torch
from torch import Tensor, nn

from gbench.api import Streams
from gbench.errors import UserError
from gbench.testing import make_cohort, make_recipe, sequences, use
from gbench.testing.networks import networks_of
from gbench_models._lstm import Lstm
from gbench_models.recurrent import Reader, Recurrent, Writer


def networks(shape: tuple[int, ...] = (2, 7), **options: object) -> dict[str, nn.Module]:
    torch.manual_seed(0)
    return networks_of(Recurrent(**{"units": 5} | options), shape)


def reordered(rows: Tensor) -> Tensor:
    """Gates i, f, o, g, a quarter of the rows each, as torch has them: i, f, g, o."""
    i, f, o, g = rows.chunk(4)
    return torch.cat([i, f, g, o])


def torchs(layers: list[Lstm]) -> nn.LSTM:
    """torch.nn.LSTM with the weights of these layers."""
    theirs = nn.LSTM(layers[0].driven.in_features, layers[0].units, len(layers), batch_first=True)
    with torch.no_grad():
        for number, layer in enumerate(layers):
            getattr(theirs, f"weight_ih_l{number}").copy_(reordered(layer.driven.weight))
            getattr(theirs, f"weight_hh_l{number}").copy_(reordered(layer.recurrent.weight))
            getattr(theirs, f"bias_ih_l{number}").copy_(reordered(layer.driven.bias))
            getattr(theirs, f"bias_hh_l{number}").zero_()
    return theirs


@pytest.mark.parametrize("depth", [1, 3])
def test_layers_are_torchs(depth: int) -> None:
    layers = [Lstm(5 if level else 3, 5) for level in range(depth)]
    given = 3 * torch.randn(4, 20, 3)
    expected, _ = torchs(layers)(given)
    torch.testing.assert_close(nn.Sequential(*layers)(given), expected, atol=1e-6, rtol=0)


def test_their_gradients_are_torchs() -> None:
    layer, given = Lstm(3, 5), torch.randn(4, 20, 3)
    theirs = torchs([layer])
    layer(given).square().sum().backward()
    theirs(given)[0].square().sum().backward()
    for ours, other in (
        (layer.driven.weight, theirs.weight_ih_l0),
        (layer.recurrent.weight, theirs.weight_hh_l0),
    ):
        torch.testing.assert_close(reordered(ours.grad), other.grad, atol=1e-4, rtol=1e-4)


def test_steps_are_the_layer_one_at_a_time() -> None:
    layer, given = Lstm(3, 5), torch.randn(4, 6, 3)
    state = layer.start(given)
    for x, expected in zip(given.unbind(1), layer(given).unbind(1), strict=True):
        state = layer.step(x, state)
        torch.testing.assert_close(state[0], expected)


def test_penalties_can_be_differentiated_twice() -> None:
    reader = Reader(2, 3, 2, "none").double()
    given = torch.randn(2, 2, 4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(reader, given)
    assert torch.autograd.gradgradcheck(reader, given)


@pytest.mark.parametrize("units", [1, 25])
def test_weights_start_as_torchs_and_forget_gates_open(units: int) -> None:
    layer = Lstm(100, units)
    i, f, o, g = layer.driven.bias.detach().chunk(4)
    assert (f == 1).all()
    rest = torch.cat([layer.driven.weight.flatten(), layer.recurrent.weight.flatten(), i, o, g]).abs()
    assert rest.max() <= units**-0.5
    assert rest.mean().item() == pytest.approx(0.5 * units**-0.5, rel=0.1)


@pytest.mark.parametrize("feedback", [True, False])
def test_the_generator_against_a_loop_over_torchs_cells(feedback: bool) -> None:
    """h, c of both layers start at zero, and so does the last output."""
    writer = networks(feedback=feedback)["generator"]
    cells = [nn.LSTMCell(layer.driven.in_features, 5) for layer in writer.layers]
    for cell, layer in zip(cells, writer.layers, strict=True):
        cell.load_state_dict({name[:-3]: value for name, value in torchs([layer]).state_dict().items()})
    latent = torch.rand(3, 7 * 4)
    states, point, points = [None, None], torch.zeros(3, 2), []
    for t in range(7):
        x = latent[:, 4 * t : 4 * t + 4]
        x = torch.cat([x, point], 1) if feedback else x
        for level, cell in enumerate(cells):
            states[level] = cell(x, states[level])
            x = states[level][0]
        point = writer.last(x)
        points.append(point)
    torch.testing.assert_close(writer(latent), torch.stack(points, 2))


def test_the_generator_does_not_know_the_future() -> None:
    """Noise at a step changes that step and all later ones, and none before."""
    writer, latent = networks()["generator"], torch.rand(1, 28)
    changed = latent.clone()
    changed[:, 4 * 3] += 1
    differs = (writer(latent) != writer(changed)).any(1)[0]
    assert differs.tolist() == [False] * 3 + [True] * 4


def test_the_discriminator_is_the_mean_of_a_decision_for_each_step() -> None:
    """Of two stacks, the second of which reads the sequence from its end."""
    judge, given = networks()["discriminator"], torch.randn(4, 2, 7)
    forwards, _ = torchs(list(judge.features.forwards))(given.mT)
    backwards, _ = torchs(list(judge.features.backwards))(given.mT.flip(1))
    decisions = judge.head(torch.cat([forwards, backwards.flip(1)], 2)).squeeze(2)
    torch.testing.assert_close(judge(given), decisions.mean(1))


def test_parameters_at_the_papers_size() -> None:
    """4 · 350 rows of a layer, for its inputs, its 350 units and a bias; on data of 4 features."""
    pair = networks((4, 10), units=350)
    counts = {name: sum(p.numel() for p in network.parameters()) for name, network in pair.items()}

    def layer(inputs: int) -> int:
        return 1400 * (inputs + 350 + 1)

    assert counts["generator"] == layer(4 + 4) + layer(350) + 351 * 4
    assert counts["discriminator"] == 2 * (layer(4) + layer(350)) + 701


def test_options_shape_the_networks() -> None:
    pair = networks(depth=3, discriminator_units=6, feedback=False, output="tanh")
    assert len(pair["generator"].layers) == len(pair["discriminator"].features.forwards) == 3
    assert pair["generator"].layers[0].driven.in_features == 4
    assert pair["discriminator"].head.in_features == 12
    with torch.no_grad():
        pair["generator"].last[0].weight.mul_(1000)
    assert pair["generator"](torch.rand(2, 28)).abs().max() == 1


def test_each_step_may_be_normalised_after_each_layer() -> None:
    plain, normed = (
        networks(discriminator_norm=kind)["discriminator"].features for kind in ("none", "layer")
    )
    assert [type(part) for part in normed.backwards] == [Lstm, nn.LayerNorm] * 2
    hidden = nn.functional.layer_norm(plain.forwards[0](x := torch.randn(3, 7, 2)), (5,))
    torch.testing.assert_close(normed.forwards(x), nn.functional.layer_norm(plain.forwards[1](hidden), (5,)))


def test_any_length_fits_the_same_weights() -> None:
    assert Writer(4, 2, 5, 2, True, nn.Identity())(torch.rand(3, 4 * 50)).shape == (3, 2, 50)


@pytest.mark.parametrize(("law", "mean", "variance"), [("uniform", 0.5, 1 / 12), ("normal", 0, 1)])
def test_latents_are_uniform_from_0_to_1_or_normal_at_each_step(
    law: str, mean: float, variance: float
) -> None:
    model = Recurrent(latent=law, units=2)
    networks_of(model, (1, 9))
    latents = model.draw(Streams([1, 2], torch.device("cpu")), "latent", 2000)
    assert latents.shape == (2, 2000, 36)
    assert latents.mean().item() == pytest.approx(mean, abs=0.01)
    assert latents.var().item() == pytest.approx(variance, rel=0.02)


@pytest.mark.parametrize("shape", [(2,), (1, 8, 8), (1, 8, 8, 8)])
def test_it_refuses_what_is_no_sequence(shape: tuple[int, ...]) -> None:
    size = "×".join(map(str, shape))
    message = f"model recurrent makes sequences, channels×T, not {size}; model mlp takes any shape"
    with pytest.raises(UserError, match=f"^{re.escape(message)}$"):
        networks_of(Recurrent(), shape)


def test_packs_are_sequences_of_more_channels() -> None:
    """Packing builds a second discriminator; the generator's sequences stay as long as they were."""
    cohort = make_cohort(
        make_recipe(
            model=use("model", "recurrent", units=4), regularizers=[use("regularizer", "packing", m=2)]
        ),
        sequences(channels=3),
    )
    assert cohort.networks["discriminator"].module.features.forwards[0].driven.in_features == 6
    assert cohort.inference.generated(5).samples.shape == (3, 5, 3, 8)
    assert cohort.round()["objective/generator"].isfinite().all()
