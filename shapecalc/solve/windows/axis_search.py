"""All windows that make one size of another along one axis.

Nothing here knows a formula. Sizes and conditions are those of the layer's class, taken along one axis; they rise (of a
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
from shapecalc.layers.windows import unread_end
from shapecalc.solve.windows.ranges import Ranges
from shapecalc.solve.windows.window_layers import Maker, Window

#: Where a letter stands for sizes, windows are searched at this number and then compared for all numbers.
PROBE = 1_000_003
#: A condition that does not apply.
_TRUE = Comparison(0, Relation.EQUAL, 0)
#: Sizes farther apart than this are not ranked by their distance.
FAR_OFF = 1_000


class NearWindow(NamedTuple):
    """A window that comes near, and the size that it gives instead."""

    window: Window
    size: Int


class SearchResult(NamedTuple):
    """The windows along one axis.

    Attributes:
        windows: those that give the size, simplest first.
        near: where there are none, the simplest of those that come nearest from below, and from above.
    """

    windows: tuple[Window, ...]
    near: tuple[NearWindow, ...]


@final
class AxisSearch:
    """The search along one axis.

    A size with a letter is searched at :data:`PROBE`. What gives the size there is tried at two more numbers, between
    which the size to make changes; only what passes is proved for all numbers.

    Args:
        maker: makes the layer.
        ranges: what is tried.
        before: the size that goes in, with at most one letter.
        after: the size to make of it, in the same letter.
    """

    def __init__(self, maker: Maker, ranges: Ranges, before: Int, after: Int) -> None:
        self._kind = maker.kind
        self._cls = maker.cls
        self._ranges = ranges
        self._after = after
        self._letter = next(iter(names_in(before)), None)
        self._target = _at_probe(after, self._letter)
        self._env = maker.layer((Window(1),)).axis_env(0, before, maker.channels[0])
        self._probe_env = {**self._env, "W": _at_probe(before, self._letter)}
        self._samples = [
            ({**self._env, "W": evaluate(before, number)}, evaluate(after, number))
            for number in _numbers_at_a_change(after, self._letter)
        ]
        self._windows: list[Window] = []
        self._legal_values: dict[tuple[Any, ...], Integers] = {}
        #: By whether its size is above the target: the nearest window, and what it is ranked by.
        self._near: dict[bool, tuple[tuple[Any, ...], Window]] = {}

    def run(self) -> SearchResult:
        """Try everything within the ranges."""
        dilations = self._ranges.dilation if "dilation" in self._cls.fields else (1,)
        for dilation, kernel, stride in product(dilations, self._ranges.kernel_size, self._ranges.stride):
            self._try_paddings(Window(kernel, stride, dilation=dilation))
        self._windows.sort(key=self._kind.rank)
        return SearchResult(tuple(self._windows), () if self._windows else tuple(self._nearest()))

    def _try_paddings(self, base: Window) -> None:
        """Try all paddings of one kernel, stride and dilation."""
        has_padding = "padding" in self._cls.fields
        paddings = self._ranges.paddings(base.kernel_size, base.dilation) if has_padding else (0,)
        extras = self._ranges.output_paddings(base.stride, base.dilation) if self._kind.is_transposed else (0,)
        around = [base._replace(padding=padding, after=padding) for padding in self._around(base, paddings, extras)]
        fitting = [window for near in around for window in self._filled(near, extras) if self._gives(window)]
        if not fitting and self._kind.pads_zeros:
            uneven = [window._replace(after=window.padding + 1) for window in around if window.padding + 1 in paddings]
            fitting = [window for window in uneven if self._gives(window)]
        self._windows += [window._replace(unread=self._unread(window)) for window in fitting]
        if not self._windows:
            for window in around:
                self._keep_if_nearer(window._replace(output_padding=extras[0]))

    def _around(self, base: Window, paddings: Sequence[int], extras: Sequence[int]) -> Sequence[int]:
        """The paddings that give the size, or lack an output padding for it, with the one before and the one after."""
        sign = -1 if self._kind.is_transposed else 1  # the size times the sign rises with the padding

        def size(padding: int) -> int:
            return sign * self._size(base._replace(padding=padding, after=padding))

        low, high = sorted((sign * (self._target - extras[0]), sign * (self._target - extras[-1])))
        first = bisect_left(paddings, low, key=size)
        last = bisect_right(paddings, high, lo=first, key=size)
        return paddings[max(first - 1, 0) : last + 1]

    def _filled(self, window: Window, extras: Sequence[int]) -> Iterator[Window]:
        """The window with the output padding that its size still lacks, if it may have that."""
        missing = self._target - self._size(window) if self._kind.is_transposed else 0
        if missing in extras:
            yield window._replace(output_padding=missing)

    def _size(self, window: Window) -> int:
        """The size that a window makes of the number, or of the probe."""
        return cast("int", self._cls.axis_size.at(_with_window(self._probe_env, window)))

    def _gives(self, window: Window) -> bool:
        """Whether a window accepts the size and makes the target of it: for all values of its letter."""
        if self._size(window) != self._target:
            return False
        return self._accepts(window) if self._letter is None else self._gives_for_all(window, self._letter)

    def _accepts(self, window: Window) -> bool:
        """Whether a window accepts the number, or some values of the letter."""
        if self._letter is not None:
            return bool(self.legal(window))
        env = _with_window(self._env, window)
        return not any(require.fails(env) for require in self._cls.fits)

    def legal(self, window: Window) -> Integers:
        """The values of its letter for which a window accepts the size."""
        arguments = window[:-1]
        if arguments not in self._legal_values:
            self._legal_values[arguments] = self._solve(_with_window(self._env, window))
        return self._legal_values[arguments]

    def _solve(self, env: dict[str, Any]) -> Integers:
        """The values of the letter that meet all conditions on an axis."""
        legal = Integers.between(1)
        conditions = [(require.relation, require.formula.at(env)) for require in self._cls.fits]
        for relation, sides in ((Relation.AT_LEAST, (env["W"], 1)), *conditions):
            condition = Comparison(sides[0], relation, sides[1]) if sides is not None else _TRUE
            if condition.holds() is False:
                return Integers()
            if condition.holds() is None and self._letter is not None:
                solution = solve_comparison(condition, self._letter, 1)
                legal = legal & solution if solution is not None else Integers()
        return legal

    def _gives_for_all(self, window: Window, letter: Name) -> bool:
        """Whether a window makes the target for each value of the letter that is legal, and some are."""
        for sample, size in self._samples:  # most windows fail here, long before anything is proved
            env = _with_window(sample, window)
            if self._cls.axis_size.at(env) != size and not any(require.fails(env) for require in self._cls.fits):
                return False
        result = self._cls.axis_size.at(_with_window(self._env, window))
        if normal(result - self._after) == 0:
            return bool(self.legal(window))
        equal = solve_comparison(Comparison(result, Relation.EQUAL, self._after), letter, 1)
        return equal is not None and bool(self.legal(window)) and not self.legal(window) - equal

    def _unread(self, window: Window) -> int | None:
        """How many inputs at the end no window reaches; None where it depends on the letter."""
        if self._letter is not None or self._kind.is_transposed:
            return None if self._letter is not None else 0
        kernel, stride, before, dilation = window[:4]
        return cast("int", unread_end(self._probe_env["W"], self._target, kernel, stride, before, dilation))

    def _keep_if_nearer(self, window: Window) -> None:
        """Remember a window that comes nearer to the target than those before."""
        size = self._size(window)
        distance, above = abs(size - self._target), size > self._target
        # of a letter's sizes, all that grow at another rate are equally far off: the simplest says most
        is_near = self._letter is None or distance < FAR_OFF
        rank = (distance // FAR_OFF, distance if is_near else 0, *self._kind.rank(window))
        is_nearer = above not in self._near or rank < self._near[above][0]
        if is_nearer and size != self._target and self._accepts(window):
            self._near[above] = rank, window

    def _nearest(self) -> Iterator[NearWindow]:
        """The windows that come nearest, from below and from above."""
        for _, window in (self._near[above] for above in (False, True) if above in self._near):
            yield NearWindow(window, normal(self._cls.axis_size.at(_with_window(self._env, window))))


def _with_window(env: dict[str, Any], window: Window) -> dict[str, Any]:
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


def _numbers_at_a_change(size: Int, letter: Name | None) -> list[dict[Name, Int]]:
    """The two numbers next to each other, the first near :data:`PROBE`, between which a size changes."""
    if letter is None:
        return []
    first = _at_probe(size, letter)
    changes = (at for at in range(PROBE + 1, PROBE + FAR_OFF) if evaluate(size, {letter: at}) != first)
    change = next(changes, PROBE + FAR_OFF)
    return [{letter: change - 1}, {letter: change}]


def _at_probe(size: Int, letter: Name | None) -> int:
    """The number that a size is, or that it is where its letter is :data:`PROBE`."""
    return cast("int", size if letter is None else evaluate(size, {letter: PROBE}))
