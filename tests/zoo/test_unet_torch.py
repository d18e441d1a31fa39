"""The U-Nets of the zoo against one that is written by hand in torch."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor, nn

from shapecalc import ShapeError, measure, parse
from shapecalc.pytorch import build
from tests.campaigns import cases
from tests.narrow import integers


def double(before: int, between: int, after: int, padding: int, norm: int) -> nn.Sequential:
    """Two convolutions, each with what follows it."""
    parts: list[nn.Module] = []
    for channels, filters in ((before, between), (between, after)):
        parts.append(nn.Conv2d(channels, filters, 3, padding=padding, bias=not norm))
        parts += [nn.BatchNorm2d(filters), nn.ReLU()] if norm else [nn.ReLU()]
    return nn.Sequential(*parts)


class UNet(nn.Module):
    """Ronneberger, Fischer and Brox (2015); with padding, norms and interpolation as others use it."""

    def __init__(
        self, channels: int, classes: int, depth: int, width: int, padding: int, norm: int, bilinear: int
    ) -> None:
        super().__init__()
        widths = [width * 2**level for level in range(depth)]
        bottom = width * 2**depth // (2 if bilinear else 1)
        ends = [*widths, bottom]
        self.down = nn.ModuleList(
            double(before, after, after, padding, norm) for before, after in itertools.pairwise([channels, *ends])
        )
        self.up, self.merged = nn.ModuleList(), nn.ModuleList()
        above = bottom
        for filters in reversed(widths):
            if bilinear:
                self.up.append(nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True))
                after = max(filters // 2, width)
                self.merged.append(double(above + filters, filters, after, padding, norm))
            else:
                self.up.append(nn.ConvTranspose2d(above, filters, 2, 2))
                after = filters
                self.merged.append(double(2 * filters, filters, after, padding, norm))
            above = after
        self.last = nn.Conv2d(above, classes, 1)

    def forward(self, value: Tensor) -> Tensor:
        skips = []
        for level, down in enumerate(self.down):
            value = down(value if level == 0 else nn.functional.max_pool2d(value, 2))
            skips.append(value)
        for up, merged, skip in zip(self.up, self.merged, skips[-2::-1], strict=True):
            value = up(value)
            top, left = ((there - here) // 2 for there, here in zip(skip.shape[2:], value.shape[2:], strict=True))
            window = skip[:, :, top : top + value.shape[2], left : left + value.shape[3]]
            value = merged(torch.cat([window, value], 1))
        return self.last(value)


#: Arguments: depth, width, padding, norm, bilinear.
FAMILY = [(depth, 4, *flags) for depth in (1, 2, 3) for flags in itertools.product((0, 1), repeat=3)]


@pytest.mark.parametrize(("depth", "width", "padding", "norm", "bilinear"), FAMILY[:: cases(3, deep=1)])
def test_a_member_computes_what_the_same_net_by_hand_does(
    depth: int, width: int, padding: int, norm: int, bilinear: int
) -> None:
    """Parameters in the same order, and the same numbers with the same weights."""
    arguments = f"depth={depth}, width={width}, padding={padding}, norm={norm}, bilinear={bilinear}, classes=3"
    size = 8 * 2**depth if padding else 2**depth * (8 + 12)
    net = parse(f"zoo:unet({arguments})", input_shape=(2, size, size))
    torch.manual_seed(0)
    ours, theirs = build(net).eval(), UNet(2, 3, depth, width, padding, norm, bilinear).eval()
    shapes = [[tuple(tensor.shape) for tensor in module.state_dict().values()] for module in (ours, theirs)]
    values = sorted(shapes[0]), measure(net).parameters
    assert values == (sorted(shapes[1]), sum(tensor.numel() for tensor in theirs.parameters()))
    theirs.load_state_dict(dict(zip(theirs.state_dict(), _ordered(ours, theirs), strict=True)))
    image = torch.rand(1, *integers(net.inputs["input"]))
    torch.testing.assert_close(ours(image), theirs(image))


def _ordered(ours: nn.Module, theirs: UNet) -> list[Tensor]:
    """Our tensors in the order of the other state: ours are in the order in which they are used."""
    state = list(ours.state_dict().values())
    sizes = [len(module.state_dict()) for module in theirs.down]
    place = sum(sizes)
    down, ups, merged = state[:place], [], []
    for up, convs in zip(theirs.up, theirs.merged, strict=True):
        ups += state[place : (place := place + len(up.state_dict()))]
        merged += state[place : (place := place + len(convs.state_dict()))]
    return [*down, *ups, *merged, *state[place:]]


#: Members with the size that comes out of their own input, and their parameters.
COUNTS = {
    "unet": ((2, 388, 388), (1, 2, 4, 64, 0, 0, 0)),
    "unet_bn": ((1, 256, 256), (3, 1, 4, 64, 1, 1, 0)),
    "unet_bilinear": ((1, 256, 256), (3, 1, 4, 64, 1, 1, 1)),
    "unet_bn32": ((1, 256, 256), (3, 1, 4, 32, 1, 1, 0)),
}


@pytest.mark.parametrize("name", COUNTS)
def test_a_net_has_the_size_and_the_parameters_of_the_one_by_hand(name: str) -> None:
    """At the size of its paper: 572 gives 388."""
    shape, arguments = COUNTS[name]
    report = measure(parse(f"zoo:{name}"))
    with torch.device("meta"):
        module = UNet(*arguments)
        output = module.eval()(torch.zeros(1, *integers(next(iter(report.net.inputs.values())))))
    assert (report.output_shape, report.parameters) == (
        tuple(output.shape[1:]),
        sum(tensor.numel() for tensor in module.parameters()),
    )
    assert report.output_shape == shape


def test_padded_convolutions_take_what_halves() -> None:
    """Sizes that are no multiple of 2 to the depth are refused, with those that are."""
    with pytest.raises(ShapeError, match=r"input 3x32x32, or input 3x40x40\."):
        measure(parse("zoo:unet(depth=3, padding=1)", input_shape="3x36x36"))
