"""Layers of long short-term memory out of linear ones.

torch's own layer runs neither under vmap nor, on a GPU, twice backwards, and regularizers of weights would
not find its matrices.
"""

import torch
from torch import Tensor, nn

State = tuple[Tensor, Tensor]  # h and c, `[B, units]` each


class Lstm(nn.Module):
    """Sequences `[B, T, inputs]` to `[B, T, units]` (Hochreiter and Schmidhuber 1997, Gers et al. 2000).

        i, f, o = σ(W x_t + U h_{t−1} + b),  g = tanh(W x_t + U h_{t−1} + b), a quarter of the rows each
        c_t = f c_{t−1} + i g
        h_t = o tanh c_t

    Weights start at U(±1/√units), as in torch.nn.LSTM, and so do biases but those of f: they start at 1.
    """

    def __init__(self, inputs: int, units: int):
        super().__init__()
        self.driven = nn.Linear(inputs, 4 * units)
        self.recurrent = nn.Linear(units, 4 * units, bias=False)
        self.units = units
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -(units**-0.5), units**-0.5)
        nn.init.ones_(self.driven.bias[units : 2 * units])

    def forward(self, sequences: Tensor) -> Tensor:
        state, outputs = self.start(sequences), []
        for drive in self.driven(sequences).unbind(1):
            state = self._move(drive, state)
            outputs.append(state[0])
        return torch.stack(outputs, 1)

    def start(self, like: Tensor) -> State:
        """Zeros for each sample `[B, ...]`."""
        zeros = like.new_zeros(len(like), self.units)
        return zeros, zeros

    def step(self, x: Tensor, state: State) -> State:
        """The state after one more input `[B, inputs]`."""
        return self._move(self.driven(x), state)

    def _move(self, drive: Tensor, state: State) -> State:
        h, c = state
        gates, candidate = (drive + self.recurrent(h)).split([3 * self.units, self.units], -1)
        i, f, o = gates.sigmoid().chunk(3, -1)
        c = f * c + i * candidate.tanh()
        return o * c.tanh(), c
