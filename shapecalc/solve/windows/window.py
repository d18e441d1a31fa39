"""All windows that make one size of another along one axis.

Nothing here knows a formula. Sizes and conditions are those of the layer's class, asked along one axis; they rise (of a
transposed convolution: fall) with the padding, so the paddings that give a size are found by halving.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple, cast, final

from shapecalc.algebra import Int, Name, evaluate, names_in, normal
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.integers import Integers
from shapecalc.algebra.single_letter import solve_comparison
from shapecalc.layers.windows import transposed_window
from shapecalc.solve.windows.ranges import Ranges
from shapecalc.solve.windows.window_layers import Maker, Window

#: Where a letter stands for sizes, windows are looked for at this number and then compared for all.
PROBE = 1_000_003
#: A condition that does not apply.
_MET = Comparison(0, Relation.EQUAL, 0)
#: Sizes further apart than this are not told apart by how far.
FAR_OFF = 1_000


class Near(NamedTuple):
    """A window that comes close: the size that it gives instead."""

    window: Window
    size: Int


class Found(NamedTuple):
    """What was found along one axis.

    Attributes:
        windows: those that give the size, simplest first.
        near: where there are none, the simplest of those that come nearest from below, and from above.
    """

    windows: tuple[Window, ...]
    near: tuple[Near, ...]


@final
class Search:
    """The search along one axis.

    Args:
        maker: makes the layer.
        ranges: what is tried.
        before: the size that goes in, with at most one letter.
        after: the size to make of it, in the same letter.
    """

    def __init__(self, maker: Maker, ranges: Ranges, before: Int, after: Int) -> None:
        self.kind = maker.kind
        self.cls = maker.cls
        self.ranges = ranges
        self.after = after
        self.letter = next(iter(names_in(before)), None)
        self.target = _at(after, self.letter)
        self.env = maker.layer((Window(1),)).axis_env(0, before, maker.channels[0])
        self.number = {**self.env, "W": _at(before, self.letter)}
        self.turn = [({**self.env, "W": evaluate(before, at)}, evaluate(after, at)) for at in _turn(after, self.letter)]
        self.found: list[Window] = []
        self.known: dict[tuple[Any, ...], Integers] = {}
        self.near: dict[bool, tuple[tuple[Any, ...], Window]] = {}

    def run(self) -> Found:
        """Try everything within the ranges."""
        dilations = self.ranges.dilation if "dilation" in self.cls.fields else (1,)
        for dilation, kernel, stride in product(dilations, self.ranges.kernel_size, self.ranges.stride):
            self.along(Window(kernel, stride, dilation=dilation))
        self.found.sort(key=self.kind.rank)
        return Found(tuple(self.found), () if self.found else tuple(self.nearest()))

    def along(self, base: Window) -> None:
        """Try all paddings of one kernel, stride and dilation."""
        paddings = self.ranges.paddings(base.kernel_size, base.dilation) if "padding" in self.cls.fields else (0,)
        falls = -1 if self.kind.is_transposed else 1
        extras = self.ranges.output_paddings(base.stride, base.dilation) if self.kind.is_transposed else (0,)

        def size(padding: int) -> int:
            return falls * self.size(base._replace(padding=padding, after=padding))

        low, high = sorted((falls * (self.target - extras[0]), falls * (self.target - extras[-1])))
        first = bisect_left(paddings, low, key=size)
        last = bisect_right(paddings, high, lo=first, key=size)
        around = [base._replace(padding=p, after=p) for p in paddings[max(first - 1, 0) : last + 1]]
        fits = [window for one in around for window in self.filled(one, extras) if self.gives(window)]
        if not fits and self.kind.pads_zeros:
            uneven = [one._replace(after=one.padding + 1) for one in around if one.padding + 1 in paddings]
            fits = [window for window in uneven if self.gives(window)]
        self.found += [window._replace(unread=self.unread(window)) for window in fits]
        if not self.found:
            for window in around:
                self.compare(window._replace(output_padding=extras[0]))

    def filled(self, window: Window, extras: Sequence[int]) -> Iterator[Window]:
        """The window with the output padding that its size still lacks, if it may have that."""
        lacking = self.target - self.size(window) if self.kind.is_transposed else 0
        if lacking in extras:
            yield window._replace(output_padding=lacking)

    def size(self, window: Window) -> int:
        """What a window makes of the number, or of the number that stands for all."""
        return cast("int", self.cls.axis_size.at(_with(self.number, window)))

    def gives(self, window: Window) -> bool:
        """Whether a window accepts the size and makes the wanted one of it: for all values of its letter."""
        if self.size(window) != self.target:
            return False
        return self.fits(window) if self.letter is None else self.always(window, self.letter)

    def fits(self, window: Window) -> bool:
        """Whether a window accepts the number, or some values of the letter."""
        env = _with(self.env, window)
        if self.letter is None:
            return not any(require.fails(env) for require in self.cls.fits)
        return bool(self.legal(window))

    def legal(self, window: Window) -> Integers:
        """The values of its letter for which a window accepts the size."""
        if window[:-1] not in self.known:
            self.known[window[:-1]] = self._legal(_with(self.env, window))
        return self.known[window[:-1]]

    def _legal(self, env: dict[str, Any]) -> Integers:
        accepted = Integers.between(1)
        asked = [(require.relation, require.formula.at(env)) for require in self.cls.fits]
        for relation, sides in ((Relation.AT_LEAST, (env["W"], 1)), *asked):
            condition = Comparison(sides[0], relation, sides[1]) if sides is not None else _MET
            if condition.holds() is False:
                return Integers()
            if condition.holds() is None and self.letter is not None:
                allowed = solve_comparison(condition, self.letter, 1)
                accepted = accepted & allowed if allowed is not None else Integers()
        return accepted

    def always(self, window: Window, letter: Name) -> bool:
        """Whether what comes out is the wanted size for each value of the letter that is legal, and some are."""
        for number, wanted in self.turn:  # most windows fail here, long before anything is proved
            env = _with(number, window)
            if self.cls.axis_size.at(env) != wanted and not any(require.fails(env) for require in self.cls.fits):
                return False
        size = self.cls.axis_size.at(_with(self.env, window))
        if normal(size - self.after) == 0:
            return bool(self.legal(window))
        equal = solve_comparison(Comparison(size, Relation.EQUAL, self.after), letter, 1)
        return equal is not None and bool(self.legal(window)) and not self.legal(window) - equal

    def unread(self, window: Window) -> int | None:
        """How many inputs at the end no window reaches; None where it depends on the letter."""
        if self.letter is not None or self.kind.is_transposed:
            return None if self.letter is not None else 0
        span = cast("int", transposed_window(self.target, window.kernel_size, window.stride, 0, 0, window.dilation))
        reached = span - window.padding
        return max(cast("int", self.number["W"]) - reached, 0)

    def compare(self, window: Window) -> None:
        """Remember a window that comes nearer to the wanted size than those before."""
        size = self.size(window)
        distance, above = abs(size - self.target), size > self.target
        # of a letter's sizes those that grow at another rate are all equally far off: the simplest tells most
        exact = self.letter is None or distance < FAR_OFF
        rank = (distance // FAR_OFF, distance if exact else 0, *self.kind.rank(window))
        nearer = above not in self.near or rank < self.near[above][0]
        if nearer and size != self.target and self.fits(window):
            self.near[above] = rank, window

    def nearest(self) -> Iterator[Near]:
        """What came nearest, from below and from above."""
        for _, window in (self.near[above] for above in (False, True) if above in self.near):
            yield Near(window, normal(self.cls.axis_size.at(_with(self.env, window))))


def _with(env: dict[str, Any], window: Window) -> dict[str, Any]:
    """The names of an axis with the arguments of a window."""
    kernel, stride, padding, dilation, extra, after, _ = window
    return {
        **env,
        "kernel_size": kernel,
        "stride": stride,
        "padding": padding,
        "before": padding,
        "after": after,
        "dilation": dilation,
        "output_padding": extra,
    }


def _turn(size: Int, letter: Name | None) -> list[dict[Name, Int]]:
    """The two numbers next to each other, the first near :data:`PROBE`, between which a size changes."""
    if letter is None:
        return []
    first = _at(size, letter)
    changes = (at for at in range(PROBE + 1, PROBE + FAR_OFF) if evaluate(size, {letter: at}) != first)
    change = next(changes, PROBE + FAR_OFF)
    return [{letter: change - 1}, {letter: change}]


def _at(size: Int, letter: Name | None) -> int:
    """The number that a size is, or that it is where its letter is :data:`PROBE`."""
    return cast("int", size if letter is None else evaluate(size, {letter: PROBE}))
