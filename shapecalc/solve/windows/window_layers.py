"""The layers that slide a window, and how the arguments of a window become such a layer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple, cast

from shapecalc.algebra import Int, Name
from shapecalc.errors import check_choice
from shapecalc.layers import Layer
from shapecalc.layers.conv import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from shapecalc.layers.core.axiswise import Axiswise
from shapecalc.layers.pad import ZeroPad1d, ZeroPad2d, ZeroPad3d
from shapecalc.layers.pool import AvgPool1d, AvgPool2d, AvgPool3d, MaxPool1d, MaxPool2d, MaxPool3d
from shapecalc.layers.windows import extent

_PADS = (ZeroPad1d, ZeroPad2d, ZeroPad3d)
#: The letters of the channels where a question leaves them out: depth in, filters out.
CHANNELS = (Name("D"), Name("K"))


def spanned(kernel_size: int, dilation: int) -> int:
    """How many inputs a dilated kernel of numbers spans."""
    return cast("int", extent(kernel_size, dilation))


#: The arguments that a window may have along an axis.
ARGUMENTS = ("kernel_size", "stride", "padding", "dilation", "output_padding")


class Window(NamedTuple):
    """The arguments of one layer along one axis.

    Attributes:
        kernel_size: torch's argument.
        stride: torch's argument.
        padding: the zeros before the axis.
        dilation: torch's argument.
        output_padding: torch's argument; 0 but for transposed convolutions.
        after: the zeros after the axis: as many as before it, or one more.
        unread: how many inputs at the end no window reaches; None where letters leave it open.
    """

    kernel_size: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    output_padding: int = 0
    after: int = 0
    unread: int | None = 0

    @property
    def symmetric(self) -> bool:
        """Whether both ends of the axis have the same padding."""
        return self.padding == self.after

    @property
    def has_gaps(self) -> bool:
        """Whether the windows leave inputs out between them."""
        return self.stride > spanned(self.kernel_size, self.dilation)

    def as_dict(self, arguments: Collection[str]) -> dict[str, Any]:
        """For JSON: of some arguments; ``padding`` has both sides where they differ, ``unread`` is there if known."""
        values = {name: getattr(self, name) for name in ARGUMENTS if name in arguments}
        sides = {} if self.symmetric else {"padding": [self.padding, self.after]}
        return {**values, **sides, **({} if self.unread is None else {"unread": self.unread})}


class WindowLayer(NamedTuple):
    """A kind of layer that slides a window.

    Attributes:
        name: what a person calls it.
        singular: a layer of the kind, in words.
        plural: several layers.
        classes: its layer of one, two and three axes.
        dilations: up to which dilation is searched.
    """

    name: str
    singular: str
    plural: str
    classes: tuple[type[Axiswise], ...]
    dilations: int = 1

    @property
    def is_transposed(self) -> bool:
        """Whether padding takes away from the output."""
        return "output_padding" in self.classes[0].fields

    @property
    def is_learned(self) -> bool:
        """Whether it may change the number of channels."""
        return "out_channels" in self.classes[0].fields

    @property
    def pads_zeros(self) -> bool:
        """Whether zeros put around the input by a layer before it are as good as its own padding."""
        return self.is_learned and not self.is_transposed

    @property
    def simplest(self) -> str:
        """What :meth:`rank` goes by, in words."""
        if self.is_transposed:
            return "dilation 1, no output padding, a kernel that the stride divides, the smallest kernel"
        overlap = "" if self.is_learned else "no overlap, "
        return f"symmetric padding, dilation 1, no input left out, {overlap}the smallest kernel"

    def rank(self, window: Window) -> tuple[Any, ...]:
        """What makes one window simpler than another, by falling importance."""
        kernel, stride, padding, dilation, extra, _, unread = window
        if self.is_transposed:
            # a stride that divides the kernel covers the output evenly: https://distill.pub/2016/deconv-checkerboard/
            return dilation, extra > 0, kernel % stride > 0, kernel, stride, padding, extra
        loses = bool(unread) or window.has_gaps
        overlaps = not self.is_learned and stride != kernel
        return not window.symmetric, dilation, loses, overlaps, kernel, stride, padding


WINDOW_LAYERS = {
    kind.name: kind
    for kind in (
        WindowLayer("conv", "convolution", "convolutions", (Conv1d, Conv2d, Conv3d), 4),
        WindowLayer("pool", "max pooling", "max poolings", (MaxPool1d, MaxPool2d, MaxPool3d)),
        WindowLayer("avgpool", "average pooling", "average poolings", (AvgPool1d, AvgPool2d, AvgPool3d)),
        WindowLayer(
            "deconv",
            "transposed convolution",
            "transposed convolutions",
            (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d),
        ),
    )
}


def window_layer(name: str) -> WindowLayer:
    """The kind of layer called ``name``.

    Raises:
        SpecError: there is none.
    """
    check_choice("solve", "layer", name, WINDOW_LAYERS)
    return WINDOW_LAYERS[name]


class Maker(NamedTuple):
    """Makes layers of windows.

    Attributes:
        kind: the kind of layer.
        dims: how many axes it has.
        channels: before and after.
        ceil_mode: whether its last window may hang over the end.
    """

    kind: WindowLayer
    dims: int = 2
    channels: tuple[Int, Int] = CHANNELS
    ceil_mode: bool = False

    @property
    def cls(self) -> type[Axiswise]:
        """The layer's class."""
        return self.kind.classes[self.dims - 1]

    def layer(self, windows: tuple[Window, ...]) -> Axiswise:
        """The layer with these windows along its axes (one may stand for all), without what is put before it."""
        symmetric = all(window.symmetric for window in windows)
        arguments: dict[str, Any] = {
            "in_channels": self.channels[0],
            "out_channels": self.channels[1],
            "ceil_mode": self.ceil_mode,
            **{name: tuple(getattr(window, name) for window in self._for_each_axis(windows)) for name in ARGUMENTS},
        }
        if not symmetric:
            arguments["padding"] = 0
        if arguments["stride"] == arguments["kernel_size"] and not self.kind.is_learned:
            del arguments["stride"]  # a pool's stride is its kernel by itself
        return self.cls(**{name: value for name, value in arguments.items() if name in self.cls.fields})

    def layers(self, windows: tuple[Window, ...]) -> tuple[Layer, ...]:
        """The layer with these windows along its axes, behind a layer of zeros where the ends of an axis differ."""
        layer = self.layer(windows)
        if all(window.symmetric for window in windows):
            return (layer,)
        last_first = reversed(self._for_each_axis(windows))
        sides = tuple(side for window in last_first for side in (window.padding, window.after))
        return _PADS[self.dims - 1](sides), layer

    def _for_each_axis(self, windows: tuple[Window, ...]) -> tuple[Window, ...]:
        return windows * (self.dims // len(windows))
