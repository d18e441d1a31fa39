"""The recurrent net of the zoo that reads a line of text, against one that is written by hand in torch."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from shapecalc import ShapeError, measure, parse
from shapecalc.pytorch import build, verify

#: The convolutions of the paper's table: filters, size, padding, whether a norm follows, and the pooling behind it.
CONVOLUTIONS = (
    (64, 3, 1, False, (2, 2, 0)),
    (128, 3, 1, False, (2, 2, 0)),
    (256, 3, 1, True, None),
    (256, 3, 1, False, (2, (2, 1), (0, 1))),
    (512, 3, 1, True, None),
    (512, 3, 1, False, (2, (2, 1), (0, 1))),
    (512, 2, 0, True, None),
)


class Recurrent(nn.Module):
    """An LSTM in both directions, and a dense layer at each step."""

    def __init__(self, features: int, hidden: int, outputs: int) -> None:
        super().__init__()
        self.rnn = nn.LSTM(features, hidden, bidirectional=True)
        self.embedding = nn.Linear(2 * hidden, outputs)

    def forward(self, steps: Tensor) -> Tensor:
        output: Tensor = self.embedding(self.rnn(steps)[0])
        return output


class CRNN(nn.Module):
    """Shi, Bai and Yao (2015)."""

    def __init__(self, channels: int, hidden: int, classes: int) -> None:
        super().__init__()
        self.cnn = nn.Sequential()
        pools = 0
        for number, (filters, size, padding, norm, pool) in enumerate(CONVOLUTIONS):
            self.cnn.add_module(f"conv{number}", nn.Conv2d(channels, filters, size, 1, padding))
            if norm:
                self.cnn.add_module(f"batchnorm{number}", nn.BatchNorm2d(filters))
            self.cnn.add_module(f"relu{number}", nn.ReLU())
            if pool:
                self.cnn.add_module(f"pooling{pools}", nn.MaxPool2d(*pool))
                pools += 1
            channels = filters
        self.rnn = nn.Sequential(Recurrent(channels, hidden, hidden), Recurrent(hidden, hidden, classes))

    def forward(self, image: Tensor) -> Tensor:
        """The classes at each step, batch first."""
        columns = self.cnn(image).squeeze(2).permute(2, 0, 1)
        output: Tensor = self.rnn(columns).transpose(0, 1)
        return output


@pytest.mark.parametrize(("hidden", "classes", "shape"), [(256, 37, (1, 32, 100)), (12, 5, (3, 40, 33))])
def test_it_computes_what_the_net_by_hand_does(hidden: int, classes: int, shape: tuple[int, ...]) -> None:
    """With the same names of weights, at the paper's size and another."""
    net = parse(f"zoo:crnn(hidden={hidden}, classes={classes})", input_shape=shape)
    torch.manual_seed(0)
    ours, theirs = build(net).eval(), CRNN(shape[0], hidden, classes).eval()
    theirs.load_state_dict(ours.state_dict())
    image = torch.rand(2, *shape)
    torch.testing.assert_close(ours(image), theirs(image))
    assert measure(net).parameters == sum(tensor.numel() for tensor in theirs.parameters())
    assert verify(net).ok


def test_its_parameters_are_the_published_ones() -> None:
    """8.3 million."""
    report = measure(parse("zoo:crnn"))
    assert (report.parameters, report.output_shape) == (8_331_301, (26, 37))


@pytest.mark.parametrize("height", [31, 48])
def test_another_height_is_refused(height: int) -> None:
    """Before the LSTM the map must have a height of 1."""
    with pytest.raises(ShapeError):
        measure(parse("zoo:crnn", input_shape=(1, height, 100)))
