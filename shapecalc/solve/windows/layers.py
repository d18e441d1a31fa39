"""Which layers make one size of another: the full answer within ranges, simplest first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any, final

from shapecalc.algebra import Int, Name, evaluate, names_in, normal, plain
from shapecalc.algebra.integers import Integers
from shapecalc.errors import SpecError, check_type
from shapecalc.formats.text.shapes import ShapeLike
from shapecalc.layers import Layer
from shapecalc.page import Page, Presentable
from shapecalc.solve.windows.axis_search import PROBE, AxisSearch
from shapecalc.solve.windows.layers_page import layers_page
from shapecalc.solve.windows.question import SizeChange, read_question, size_change
from shapecalc.solve.windows.ranges import Ranges, Values, search_ranges
from shapecalc.solve.windows.window_layers import CHANNELS, Maker, Window, WindowLayer, window_layer

#: How many answers are printed unless all are asked for.
LIMIT = 10
#: The letter in which every axis is searched, whatever its own is called.
W = Name("W")
#: Where the axes require different windows: how many windows of one kernel are combined along each axis, and how many
#: layers are named at most.
COMBINED, NAMED = 12, 1_000


@final
@dataclass(frozen=True)
class Solution:
    """A layer that answers a question.

    Attributes:
        maker: makes its layers.
        windows: its arguments along each axis of the question.
        legal: the values of each letter for which it is legal; empty without letters.
    """

    maker: Maker
    windows: tuple[Window, ...]
    legal: dict[str, Integers]

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layer, behind a layer of zeros where the two ends of an axis need different padding."""
        return self.maker.layers(self.windows)

    def __str__(self) -> str:
        return " ".join(map(repr, self.layers))

    @property
    def unread(self) -> int | None:
        """How many inputs at the end of an axis no window reaches, at most; None where letters leave it open."""
        numbers = [window.unread for window in self.windows if window.unread is not None]
        return max(numbers) if len(numbers) == len(self.windows) else None

    @property
    def has_gaps(self) -> bool:
        """Whether along some axis the windows leave inputs out between them."""
        return any(window.has_gaps for window in self.windows)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        legal = {letter: values.text(letter) for letter, values in self.legal.items()}
        return {
            "spec": str(self),
            "windows": [window.as_dict(self.maker.cls.fields) for window in self.windows],
            **({"legal": legal} if legal else {}),
        }


@final
@dataclass(frozen=True)
class AxisWindows:
    """The windows along one axis.

    Attributes:
        axis: its name; several where one size stands for them all.
        before: the size that goes in.
        after: the size to make of it.
        windows: all windows that do so, simplest first.
        near: where there are none, the layers that come nearest, each with the size that it gives.
    """

    axis: str
    before: Int
    after: Int
    windows: tuple[Window, ...]
    near: tuple[tuple[Layer, Int], ...]

    def as_dict(self, arguments: Collection[str]) -> dict[str, Any]:
        """For JSON; ``arguments`` are those of the layer."""
        near = [{"spec": repr(layer), "gives": plain(size)} for layer, size in self.near]
        return {
            "axis": self.axis,
            "before": plain(self.before),
            "after": plain(self.after),
            "windows": [window.as_dict(arguments) for window in self.windows],
            **({"nearest": near} if near else {}),
        }


@final
@dataclass(frozen=True)
class Layers(Presentable):
    """The layers that answer a question; print it as a table.

    Attributes:
        question: the sizes before and after.
        kind: the kind of layer.
        ranges: what was searched.
        solutions: the answers, simplest first, each with the same window along all axes where the axes allow it. Where
            they do not, the answers are all combinations of ``axes``; these are those of one kernel size and
            dilation, or the simplest.
        axes: all windows along each axis whose sizes differ from those of the axes before it.
    """

    question: SizeChange
    kind: WindowLayer
    ranges: Ranges
    solutions: tuple[Solution, ...]
    axes: tuple[AxisWindows, ...]

    def page(self, *, limit: int | None = LIMIT) -> Page:
        """The answers as a table of at most ``limit`` rows; None for all."""
        return layers_page(self, limit)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        arguments = self.kind.classes[self.question.dims - 1].fields
        return {
            "question": str(self.question),
            "layer": self.kind.name,
            "searched": self.ranges.texts(arguments),
            "count": len(self.solutions),
            "solutions": [solution.as_dict() for solution in self.solutions],
            "along": [axis.as_dict(arguments) for axis in self.axes if len(self.axes) > 1 or not self.solutions],
        }


def layers_for(
    before: ShapeLike,
    after: ShapeLike | None = None,
    *,
    layer: str = "conv",
    kernel_size: Values = None,
    stride: Values = None,
    padding: Values = None,
    dilation: Values = None,
    output_padding: Values = None,
    ceil_mode: bool = False,
    dims: int | None = None,
) -> Layers:
    """All layers within ranges that make one size of another.

    Args:
        before: the size that goes in: 227, ``"3x227x227"`` or, for all sizes at once, ``"W"``; or the whole question
            as one text, ``"227 -> 55"``.
        after: the size to make of it: 55, ``"96x55x55"``, ``"ceil(W/2)"``. A slash rounds down.
        layer: ``"conv"``, ``"pool"``, ``"avgpool"`` or ``"deconv"``.
        kernel_size: the values to try, as a number, several, or a text such as ``"3..7"``; so are those that follow.
        stride: likewise.
        padding: likewise; by default from 0 up to half of the dilated kernel.
        dilation: likewise.
        output_padding: likewise, of a transposed convolution; by default all that torch takes.
        ceil_mode: whether the last window of a pooling may hang over the end.
        dims: how many axes the layer has; two for a single size, unless this says otherwise.

    Raises:
        SpecError: the question or a range cannot be understood.

    Example:
        >>> import shapecalc
        >>> answer = shapecalc.solve.layers_for("227 -> 55")
        >>> print(answer.solutions[0], len(answer.solutions))
        Conv2d(D, K, 11, stride=4) 52
    """
    check_type("ceil_mode", ceil_mode, bool, "True or False")
    if after is None:
        check_type("before", before, str, "sizes such as 227, or a question such as '227 -> 55',")
    question = read_question(str(before), dims) if after is None else size_change(before, after, dims)
    kind = window_layer(layer)
    if ceil_mode and "ceil_mode" not in kind.classes[0].fields:
        raise SpecError(f"ceil_mode belongs to a pooling, and {kind.plural} have none; ask for layer=pool.")
    arguments = {"kernel_size": kernel_size, "stride": stride, "padding": padding, "dilation": dilation}
    for name, values in (*arguments.items(), ("output_padding", output_padding)):
        if values is not None and name not in kind.classes[0].fields:
            raise SpecError(f"{kind.plural} have no {name}; leave it out.")
    searched = search_ranges(_factors(question), kind.dilations, **arguments, output_padding=output_padding)
    maker = Maker(kind, question.dims, _channels(question, kind), ceil_mode)
    return _answer(question, maker, searched)


def _answer(question: SizeChange, maker: Maker, searched: Ranges) -> Layers:
    """The layers for a question: each axis is searched once, and the windows along the axes are combined."""
    axes = [_in_one_letter(axis) for axis in question.axes]
    searches = {axis: AxisSearch(maker, searched, *axis) for axis in dict.fromkeys(axes)}
    results = {axis: search.run() for axis, search in searches.items()}
    axis_windows = []
    for axis, result in results.items():
        place = axes.index(axis)
        before, after = question.axes[place]
        near = tuple((maker.layer((near.window,)), _renamed(near.size, before)) for near in result.near)
        axis_windows.append(AxisWindows(question.axis_name(place), before, after, result.windows, near))
    combinations = _combined(maker.kind, [results[axis].windows for axis in axes])
    along_axes = [searches[axis] for axis in axes]
    solutions = tuple(Solution(maker, windows, _legal(question, along_axes, windows)) for windows in combinations)
    return Layers(question, maker.kind, searched, solutions, tuple(axis_windows))


#: Windows along one axis, or one window for each axis.
_Windows = tuple[Window, ...]


def _combined(kind: WindowLayer, axes: Sequence[_Windows]) -> list[_Windows]:
    """Windows for the axes: the same for all where possible, else of one kernel and dilation, else the simplest.

    Args:
        kind: the kind of layer.
        axes: the windows along each axis, simplest first.
    """
    by_arguments = [{window[:-1]: window for window in windows} for windows in axes]
    common = [key for key in by_arguments[0] if all(key in windows for windows in by_arguments)]
    combinations = [tuple(windows[key] for windows in by_arguments) for key in common]
    if not combinations:
        kernels = (({(window.kernel_size, window.dilation) for window in windows}) for windows in axes)
        for kernel in set.intersection(*kernels):
            combinations += product(*(_of_kernel(windows, kernel) for windows in axes))
    combinations = combinations or list(product(*(windows[:COMBINED] for windows in axes)))
    return sorted(combinations, key=lambda windows: _rank(kind, windows))[: None if common else NAMED]


def _of_kernel(windows: _Windows, kernel: tuple[int, int]) -> list[Window]:
    """The simplest windows of a kernel size and dilation."""
    return list(islice((window for window in windows if (window.kernel_size, window.dilation) == kernel), COMBINED))


def _rank(kind: WindowLayer, windows: _Windows) -> tuple[Any, ...]:
    """The simplest is even, undilated and loses nothing; then few arguments differ between axes, and are small."""
    ranks = sorted((kind.rank(window) for window in windows), reverse=True)
    worst = tuple(max(column) for column in zip(*(rank[:3] for rank in ranks), strict=True))
    return worst, sum(len(set(values)) for values in zip(*(window[:-1] for window in windows), strict=True)), ranks


def _legal(question: SizeChange, searches: list[AxisSearch], windows: _Windows) -> dict[str, Integers]:
    """For which values of each letter all windows are legal."""
    legal: dict[str, Integers] = {}
    for (before, _), search, window in zip(question.axes, searches, windows, strict=True):
        for letter in names_in(before):
            values = search.legal(window)
            legal[letter.name] = legal[letter.name] & values if letter.name in legal else values
    return legal


def _factors(question: SizeChange) -> set[int]:
    """About how many times as large the sizes before are as those after, or the other way round."""
    factors: set[int] = set()
    for axis in question.axes:
        before, after = (evaluate(size, {W: PROBE}) for size in _in_one_letter(axis))
        if isinstance(before, int) and isinstance(after, int) and before > 0 and after > 0:
            small, large = sorted((before, after))
            factors |= {large // small, -(-large // small)}
    return factors


def _in_one_letter(axis: tuple[Int, Int]) -> tuple[Int, Int]:
    """The sizes of an axis with W for their letter, in normal form."""
    letters = dict.fromkeys(names_in(axis), W)
    return normal(evaluate(axis[0], letters)), normal(evaluate(axis[1], letters))


def _renamed(size: Int, before: Int) -> Int:
    """A size in the letter of the size before."""
    return evaluate(size, {W: next(iter(names_in(before)), W)})


def _channels(question: SizeChange, kind: WindowLayer) -> tuple[Int, Int]:
    if question.channels is None:
        return CHANNELS
    if not kind.is_learned and question.channels[0] != question.channels[1]:
        raise SpecError(
            f"{kind.plural} keep the channels, but {question} has {question.channels[0]} and {question.channels[1]}; "
            "write the same on both sides."
        )
    return question.channels
