"""How many layers a stack needs to see far enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple, final

from shapecalc.algebra import Int, Name, names_in
from shapecalc.errors import ShapecalcError, SpecError, check_type
from shapecalc.formats.text.chain import read_layers
from shapecalc.formats.text.quantities import read_count
from shapecalc.formats.text.tokens import Tokens, tokens
from shapecalc.layers import Layer, Shape
from shapecalc.measures.field.propagation import initial, propagate
from shapecalc.measures.field.state import State
from shapecalc.measures.sizes import apply
from shapecalc.page import Column, Lines, Page, Presentable, Table
from shapecalc.page.numbers import thousands
from shapecalc.solve.footnotes import footnotes
from shapecalc.solve.windows.window_layers import CHANNELS

#: The letter that stands for a layer's place in the stack, counted from 0.
INDEX = "i"
#: The search ends after so many repetitions, so many layers, or so many words that are read for them.
MAX_DEPTH, MAX_LAYERS, MAX_WORDS = 4_096, 8_192, 400_000
#: The table has at most so many rows, so many of them at its end.
_ROWS, _LAST_ROWS = 16, 3
_SIZES = tuple(tuple(map(Name, letters)) for letters in ("L", "HW", "THW"))
_START = {letter for letters in _SIZES for letter in letters}


class FieldAtDepth(NamedTuple):
    """The field after so many repetitions.

    Attributes:
        depth: the number of repetitions.
        layers: the layers that the last repetition added.
        field: how many inputs an output then sees, along the axis where it sees least.
    """

    depth: int
    layers: tuple[Layer, ...]
    field: int


@final
@dataclass(frozen=True)
class Depth(Presentable):
    """How deep a stack must be; print it as a table.

    Attributes:
        spec: what is repeated.
        field: the field to reach.
        rows: the field after each repetition, up to the first that reaches it or the last that was tried.
        reason: why it is not reached; "" where it is.
        bound: why the fields are only bounds; "" where they are exact.
        local: whether they are those of windows alone, since norms and gates see the whole map.
    """

    spec: str
    field: int
    rows: tuple[FieldAtDepth, ...]
    reason: str
    bound: str
    local: bool = False

    @property
    def depth(self) -> int | None:
        """The smallest number of repetitions that sees far enough, or None."""
        return None if self.reason else self.rows[-1].depth

    def page(self) -> Page:
        """The field after each repetition; the first that reaches far enough is the last row."""
        rows = [(thousands(row.depth), " ".join(map(repr, row.layers)), thousands(row.field)) for row in self.rows]
        if len(rows) > _ROWS:
            rows[_ROWS - _LAST_ROWS - 1 : -_LAST_ROWS] = [("...", "...", "...")]
        columns = (Column(self._unit(2), "right"), Column("the last one", least=20), Column("field", "right"))
        notes = [("field", f"a bound: {self.bound}")] if self.bound else []
        if self.local:
            notes.append(("field", "through windows alone; a norm or a gate in the stack sees the whole map"))
        return Page((Lines((self._sentence(),)), Table(columns, tuple(rows)), *footnotes(notes)))

    def _sentence(self) -> str:
        if self.reason:
            return f"{thousands(self.field)} inputs are not reached: {self.reason.removesuffix('.')}."
        depth, _, field = self.rows[-1]
        see = "sees" if depth == 1 else "see"
        return (
            f"{thousands(depth)} {self._unit(depth)} {see} {thousands(field)} inputs ({thousands(self.field)} wanted)"
        )

    def _unit(self, number: int) -> str:
        unit = "layer" if len(self.rows[0].layers) == 1 else "repetition"
        return unit if number == 1 else f"{unit}s"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "spec": self.spec,
            "wanted": self.field,
            "depth": self.depth,
            "fields": [{"depth": row.depth, "field": row.field} for row in self.rows],
            **({"reason": self.reason} if self.reason else {}),
            "status": "bound" if self.bound else "exact",
            **({"local": True} if self.local else {}),
        }


def depth_for(spec: str, *, field: int | str) -> Depth:
    """The smallest number of repetitions of a layer, or of a few, after which an output sees ``field`` inputs.

    Args:
        spec: the layer, as torch writes it; the letter ``i`` in it is its place in the stack, counted from 0:
            ``"Conv1d(32, 32, 2, dilation=2**i, padding='causal')"``. Several layers are repeated together.
        field: how many inputs an output must see, along each axis.

    Raises:
        SpecError: the spec cannot be read, or has no layer that slides over axes.
        ShapeError: the first repetition refuses what the spec says of channels.

    Example:
        >>> import shapecalc
        >>> answer = shapecalc.solve.depth_for("Conv1d(32, 32, 2, dilation=2**i, padding='causal')", field=512)
        >>> answer.depth, answer.rows[-1].field
        (9, 512)
    """
    size = read_count(field)
    if size < 1:
        raise SpecError(f"A field has at least 1 input, but {size} are wanted.")
    check_type("spec", spec, str, "layers as text, such as 'Conv2d(8, 8, 3)'")
    words = tokens(spec)
    changes = any(token.kind == "name" and token.text == INDEX for token in words)
    rows: list[FieldAtDepth] = []
    bound, local = "", False
    reason = None
    stack = _stack(spec, words, changes=changes)
    deepest = min(MAX_DEPTH, MAX_WORDS // len(words)) if changes else MAX_DEPTH
    while reason is None:
        try:
            layers, state = next(stack)
        except ShapecalcError as refusal:
            if not rows:
                raise
            reason = f"repetition {len(rows) + 1}: {refusal}"
            break
        local = local or state.local is not None
        axes = (state.local or state).axes
        bound = bound or next((axis.bound for axis in axes if axis.bound), "")
        rows.append(FieldAtDepth(len(rows) + 1, layers, min(_number(axis.size, spec) for axis in axes)))
        reason = _reason_to_stop(rows[-1], size, deepest, changes=changes)
    return Depth(spec, size, tuple(rows), reason, bound, local)


def _reason_to_stop(row: FieldAtDepth, size: int, deepest: int, *, changes: bool) -> str | None:
    """Why the field is not reached, or "" where it is; None where the search goes on."""
    depth, layers, field = row
    if field >= size:
        return ""
    if depth >= deepest or depth * len(layers) >= MAX_LAYERS:
        return f"{depth:,} repetitions see {field:,}, and no more are tried"
    return "a kernel of 1 sees one input at any depth" if field == 1 and not changes else None


def _stack(spec: str, words: Tokens, *, changes: bool) -> Iterator[tuple[tuple[Layer, ...], State]]:
    """The layers that each repetition adds, and the fields behind them.

    A spec whose layers do not change with their place in the stack is read once; of others, the words are.
    """
    layers = read_layers(spec, {INDEX: 0}, words=words)
    shape = _start(spec, layers)
    state = initial(shape)
    for index in count(1):
        for layer in layers:
            resolved, output = apply(layer, (shape,))
            state = propagate(resolved, resolved.motion((shape,), output), output, (state,))
            shape = output
        yield tuple(layers), state
        layers = read_layers(spec, {INDEX: index}, words=words) if changes else layers


def _start(spec: str, layers: list[Layer]) -> Shape:
    """An input of letters, with the channels of the first layer that states them."""
    rank = next((layer.rank for layer in layers if layer.rank), 0)
    if not rank:
        raise SpecError(f"{spec!r} has no layer that slides over axes; give one such as Conv1d.")
    channels = next((layer.values["in_channels"] for layer in layers if "in_channels" in layer.values), None)
    return (CHANNELS[0] if channels is None else channels, *_SIZES[rank - 1])


def _number(size: Int, spec: str) -> int:
    """The size of a field, if it is a number.

    Raises:
        SpecError: it depends on a letter of the spec, or on the size of the input.
    """
    letters = sorted(name.name for name in names_in(size) if name not in _START)
    if letters:
        raise SpecError(f"{spec!r} has the letter {letters[0]}; write a number, or {INDEX} for the place in the stack.")
    if not isinstance(size, int):
        raise SpecError(f"What {spec!r} sees depends on the input's size, so no depth can be told.")
    return size
