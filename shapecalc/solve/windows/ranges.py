"""The values that are searched for each argument of a window."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from shapecalc.errors import SpecError, quoted
from shapecalc.solve.windows.window_layers import spanned

#: How many values one argument may have, and how many windows are tried along an axis.
MAX_VALUES, MAX_TRIED = 4096, 30_000
#: Kernels and strides are searched up to these; besides, a factor between the sizes is tried as a kernel if it is not
#: larger than FACTOR, and as a stride and doubled as a kernel if it is not larger than NEAR.
KERNEL, STRIDE, FACTOR, NEAR = 11, 4, 4096, 64
_DIGITS = 6

#: What a person may give for one argument: a number, several, or the text of ``--k``.
Values = int | str | Sequence[int] | None


class Ranges(NamedTuple):
    """The values of each argument, in rising order.

    Attributes:
        kernel_size: the kernel sizes.
        stride: the strides.
        dilation: the dilations.
        padding: the paddings; None for 0 up to half of the dilated kernel.
        output_padding: the output paddings; None for all that torch takes.
    """

    kernel_size: Sequence[int]
    stride: Sequence[int]
    dilation: Sequence[int]
    padding: Sequence[int] | None
    output_padding: Sequence[int] | None

    def paddings(self, kernel_size: int, dilation: int) -> Sequence[int]:
        """The paddings for one kernel."""
        return range(spanned(kernel_size, dilation) // 2 + 1) if self.padding is None else self.padding

    def output_paddings(self, stride: int, dilation: int) -> Sequence[int]:
        """The output paddings for one stride and dilation."""
        return range(max(stride, dilation)) if self.output_padding is None else self.output_padding

    def texts(self, arguments: Collection[str]) -> dict[str, str]:
        """Each of some arguments with its values in words."""
        padding = "0 to half of the dilated kernel" if self.padding is None else range_text(self.padding)
        extra = "any" if self.output_padding is None else range_text(self.output_padding)
        texts = {
            "kernel_size": range_text(self.kernel_size),
            "stride": range_text(self.stride),
            "padding": padding,
            "output_padding": extra,
            "dilation": range_text(self.dilation),
        }
        return {name: text for name, text in texts.items() if name in arguments}


def search_ranges(
    factors: Collection[int],
    dilations: int,
    *,
    kernel_size: Values = None,
    stride: Values = None,
    padding: Values = None,
    dilation: Values = None,
    output_padding: Values = None,
) -> Ranges:
    """The values to search: those of the arguments, by default around the factor between the sizes.

    Args:
        factors: about how many times as large one size is as the other: a stride, and a kernel, of that is tried.
        dilations: the largest dilation that is searched by default.
        kernel_size: a number, several, or a text such as 3..7; so are the others.
        stride: likewise.
        padding: likewise.
        dilation: likewise.
        output_padding: likewise.

    Raises:
        SpecError: a value is too small, or there are too many.
    """
    near = {factor for factor in factors if factor <= NEAR}
    far = {factor for factor in factors if factor <= FACTOR}
    kernels = {*range(1, KERNEL + 1), *far, *(2 * factor for factor in near)}
    searched = Ranges(
        _read("kernel_size", kernel_size, 1) or sorted(kernels),
        _read("stride", stride, 1) or sorted({*range(1, STRIDE + 1), *near}),
        _read("dilation", dilation, 1) or range(1, dilations + 1),
        _read("padding", padding, 0),
        _read("output_padding", output_padding, 0),
    )
    tried = len(searched.kernel_size) * len(searched.stride) * len(searched.dilation)
    if tried > MAX_TRIED:
        raise SpecError(f"These ranges make {tried:,} windows; at most {MAX_TRIED:,} are tried. Narrow a range.")
    return searched


def _read(name: str, values: Values, least: int) -> Sequence[int] | None:
    """Values in rising order, each once."""
    if values is None:
        return None
    chosen = sorted(set(_numbers(name, values)))
    if not chosen:
        raise SpecError(f"{name} has no value.")
    if len(chosen) > MAX_VALUES:
        raise SpecError(f"{name} has {len(chosen):,} values; at most {MAX_VALUES:,} are tried.")
    if chosen[-1] >= 10**_DIGITS:
        raise SpecError(f"{name} has a value of more than {_DIGITS} digits; try smaller ones.")
    if chosen[0] < least:
        raise SpecError(f"{name} must be at least {least}, but is {chosen[0]}.")
    return chosen


def _numbers(name: str, values: object) -> Sequence[int]:
    items = read_range(name, values) if isinstance(values, str) else values
    items = items if isinstance(items, Sequence) and not isinstance(items, bytes) else (items,)
    numbers = [item for item in items if type(item) is int]
    if len(numbers) < len(items):
        raise SpecError(f"{name}: expected a number, several, or a text such as 3..7, but got {quoted(values)}.")
    return numbers


def read_range(name: str, text: str) -> Sequence[int]:
    """The values that ``3``, ``3..7`` or ``1,3,5`` writes.

    Raises:
        SpecError: it is none of these; the message names the argument.
    """
    values: list[int] = []
    for part in text.split(","):
        ends = re.fullmatch(rf"\s*(\d{{1,{_DIGITS}}})\s*(?:\.\.\s*(\d{{1,{_DIGITS}}})\s*)?", part, re.ASCII)
        if ends is None:
            raise SpecError(f"{name}: {text!r} is not a range; write 3, 3..7 or 1,3,5.")
        low, high = int(ends[1]), int(ends[2] or ends[1])
        if low > high:
            raise SpecError(f"{name}: {part.strip()} is empty; write the smaller number first.")
        if high - low >= MAX_VALUES:
            raise SpecError(f"{name}: {part.strip()} has {high - low + 1:,} values; at most {MAX_VALUES:,} are tried.")
        values += range(low, high + 1)
    return values


def range_text(values: Sequence[int]) -> str:
    """Values as a person writes them: 3, 3..7 or 1,3,5."""
    runs: list[list[int]] = []
    for value in values:
        if runs and value == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], value]
        else:
            runs.append([value])
    return ",".join("..".join(map(str, run)) for run in runs)
