"""Which layers make one size of another: the full answer within ranges, simplest first."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice, product
from typing import Any, NamedTuple, final

from shapecalc.algebra import Int, Name, evaluate, names_in, normal, plain
from shapecalc.algebra.integers import Integers
from shapecalc.errors import SpecError
from shapecalc.formats.text.shapes import ShapeLike
from shapecalc.layers import Layer
from shapecalc.solve.windows.question import Question, question, read_question
from shapecalc.solve.windows.ranges import Ranges, Values, ranges
from shapecalc.solve.windows.window import PROBE, Search
from shapecalc.solve.windows.window_layers import CHANNELS, Kind, Maker, Window, kind_of

#: How many answers are printed unless all are asked for.
SHOWN = 10
#: The letter in which every axis is searched, whatever its own is called.
W = Name("W")
#: Where the axes ask for different sizes: how many windows of one kernel are combined along each, and how many layers
#: are told at most.
COMBINED, TOLD = 12, 1_000


@final
class Solution(NamedTuple):
    """One answer.

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
        left = [window.unread for window in self.windows]
        return None if None in left else max(number for number in left if number is not None)

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
class Along(NamedTuple):
    """What was found along one axis.

    Attributes:
        axis: its name; several where one size stands for them all.
        before: the size that goes in.
        after: the size to make of it.
        windows: all windows that do so, simplest first.
        near: where there are none, the layers that come nearest, each with what it gives.
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
class Layers(NamedTuple):
    """The layers that answer a question; print it as a table.

    Attributes:
        question: what was asked.
        kind: the kind of layer.
        ranges: what was searched.
        solutions: the answers, simplest first, each with the same window along all axes where the axes allow it. Where
            they do not, the answers are all combinations of ``along``; these are those of one kernel size and
            dilation, or the simplest.
        along: all windows along each axis that asks for something else than those before it.
    """

    question: Question
    kind: Kind
    ranges: Ranges
    solutions: tuple[Solution, ...]
    along: tuple[Along, ...]

    def __str__(self) -> str:
        return self.text()

    def text(self, *, limit: int | None = SHOWN) -> str:
        """The answers as a table of at most ``limit`` rows; None for all."""
        from shapecalc.write.solutions import layers_text

        return layers_text(self, limit)

    def _repr_html_(self) -> str:
        from shapecalc.write.answers import html

        return html(self)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        arguments = self.kind.classes[self.question.dims - 1].fields
        return {
            "question": str(self.question),
            "layer": self.kind.name,
            "searched": self.ranges.texts(arguments),
            "count": len(self.solutions),
            "solutions": [solution.as_dict() for solution in self.solutions],
            "along": [one.as_dict(arguments) for one in self.along if len(self.along) > 1 or not self.solutions],
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
    asked = read_question(str(before), dims) if after is None else question(before, after, dims)
    kind = kind_of(layer)
    if ceil_mode and "ceil_mode" not in kind.classes[0].fields:
        raise SpecError(f"ceil_mode belongs to a pooling, and {kind.many} have none; ask for layer=pool.")
    given = {"kernel_size": kernel_size, "stride": stride, "padding": padding, "dilation": dilation}
    for name, values in (*given.items(), ("output_padding", output_padding)):
        if values is not None and name not in kind.classes[0].fields:
            raise SpecError(f"{kind.many} have no {name}; leave it out.")
    searched = ranges(_factors(asked), kind.dilations, **given, output_padding=output_padding)
    maker = Maker(kind, asked.dims, _channels(asked, kind), ceil_mode)
    return _answer(asked, maker, searched)


def _answer(asked: Question, maker: Maker, searched: Ranges) -> Layers:
    axes = [_in_one_letter(axis) for axis in asked.axes]
    searches = {axis: Search(maker, searched, *axis) for axis in dict.fromkeys(axes)}
    found = {axis: search.run() for axis, search in searches.items()}
    along = []
    for axis, one in found.items():
        place = axes.index(axis)
        before, after = asked.axes[place]
        near = tuple((maker.layer((near.window,)), _renamed(near.size, before)) for near in one.near)
        along.append(Along(asked.axis_name(place), before, after, one.windows, near))
    chosen = _combined(maker.kind, [found[axis].windows for axis in axes])
    asking = [searches[axis] for axis in axes]
    solutions = tuple(Solution(maker, windows, _legal(asked, asking, windows)) for windows in chosen)
    return Layers(asked, maker.kind, searched, solutions, tuple(along))


#: The windows that were found along one axis.
_Windows = tuple[Window, ...]


def _combined(kind: Kind, found: list[_Windows]) -> list[_Windows]:
    """Windows for the axes: the same for all where possible, else of one kernel and dilation, else the simplest."""
    by_arguments = [{window[:-1]: window for window in one} for one in found]
    common = [key for key in by_arguments[0] if all(key in one for one in by_arguments)]
    some = [tuple(one[key] for one in by_arguments) for key in common]
    if not some:
        shared = set.intersection(*({(window.kernel_size, window.dilation) for window in one} for one in found))
        some = [windows for kernel in shared for windows in product(*(_of(one, kernel) for one in found))]
    some = some or list(product(*(one[:COMBINED] for one in found)))
    return sorted(some, key=lambda windows: _rank(kind, windows))[: None if common else TOLD]


def _of(found: _Windows, kernel: tuple[int, int]) -> list[Window]:
    windows = (window for window in found if (window.kernel_size, window.dilation) == kernel)
    return list(islice(windows, COMBINED))


def _rank(kind: Kind, windows: _Windows) -> tuple[Any, ...]:
    """The simplest is even, undilated and loses nothing; then few arguments differ between axes, and are small."""
    ranks = sorted((kind.rank(window) for window in windows), reverse=True)
    worst = tuple(max(column) for column in zip(*(rank[:3] for rank in ranks), strict=True))
    return worst, sum(len(set(values)) for values in zip(*(window[:-1] for window in windows), strict=True)), ranks


def _legal(asked: Question, searches: list[Search], windows: _Windows) -> dict[str, Integers]:
    """For which values of each letter all windows are legal."""
    legal: dict[str, Integers] = {}
    for (before, _), search, window in zip(asked.axes, searches, windows, strict=True):
        for letter in names_in(before):
            values = search.legal(window)
            legal[letter.name] = legal[letter.name] & values if letter.name in legal else values
    return legal


def _factors(asked: Question) -> set[int]:
    """About how many times as large the sizes before are as those after, or the other way round."""
    found: set[int] = set()
    for axis in asked.axes:
        before, after = (evaluate(size, {W: PROBE}) for size in _in_one_letter(axis))
        if isinstance(before, int) and isinstance(after, int) and before > 0 and after > 0:
            small, large = sorted((before, after))
            found |= {large // small, -(-large // small)}
    return found


def _in_one_letter(axis: tuple[Int, Int]) -> tuple[Int, Int]:
    """The sizes of an axis with W for their letter, in normal form."""
    letters = dict.fromkeys(names_in(axis), W)
    return normal(evaluate(axis[0], letters)), normal(evaluate(axis[1], letters))


def _renamed(size: Int, before: Int) -> Int:
    """A size in the letter of the size before."""
    return evaluate(size, {W: next(iter(names_in(before)), W)})


def _channels(asked: Question, kind: Kind) -> tuple[Int, Int]:
    if asked.channels is None:
        return CHANNELS
    if not kind.is_learned and asked.channels[0] != asked.channels[1]:
        raise SpecError(
            f"{kind.many} keep the channels, but {asked} has {asked.channels[0]} and {asked.channels[1]}; "
            "write the same on both sides."
        )
    return asked.channels
