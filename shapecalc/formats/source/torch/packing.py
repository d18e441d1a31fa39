"""Sequences of several lengths in one batch: torch.nn.utils.rnn."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from shapecalc.algebra import Int
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.torch.arguments import tensor
from shapecalc.formats.source.torch.rules import declare
from shapecalc.formats.source.torch.shaping import transpose
from shapecalc.formats.source.values import Tensor, Unknown, Value
from shapecalc.layers import shape_text
from shapecalc.layers.core.conditions import Condition

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter


@final
@dataclass(frozen=True, eq=False)
class PackedSequence:
    """Sequences without what fills up the shorter ones.

    Attributes:
        padded: the same sequences, filled up.
        batch_first: whether its first dimension is the batch.
    """

    padded: Tensor
    batch_first: bool

    def laid_out(self, reader: Interpreter, node: ast.AST, *, batch_first: bool) -> Tensor:
        """The sequences, filled up, with the batch as the first dimension or the second."""
        if self.batch_first is batch_first or self.padded.shape is None:
            return self.padded
        return tensor(reader, transpose(reader, node, self.padded, 0, 1), "transpose", node)


@declare("torch.nn.utils.rnn.pack_padded_sequence")
def pack(
    reader: Interpreter,
    node: ast.AST,
    input: Value,
    lengths: Value,
    batch_first: Value = None,
    enforce_sorted: Value = None,
) -> Value:
    """Sequences of which each has its length."""
    value = tensor(reader, input, "pack_padded_sequence", node)
    if isinstance(batch_first, Unknown):
        return reader.run.unknown("pack_padded_sequence", node)
    batch_first = bool(batch_first)
    shape = value.shape
    if shape is not None and len(shape) < 3:
        return reader.run.unknown(f"pack_padded_sequence of {shape_text(shape)}", node)
    if shape is not None and isinstance(lengths, Tensor) and lengths.shape is not None:
        _check_lengths(reader, lengths.shape, shape[0 if batch_first else 1], node)
    return PackedSequence(value, batch_first)


def _check_lengths(reader: Interpreter, lengths: tuple[Int, ...], batch: Int, node: ast.AST) -> None:
    """Refuse lengths that are not one for each sequence.

    Raises:
        Fault: they are not.
    """
    message = f"The lengths must be one for each of {batch} sequences, but are {shape_text(lengths)}."
    if len(lengths) != 1:
        raise Fault("shape", message, node)
    condition = Condition("each sequence must have a length", (Comparison(lengths[0], Relation.EQUAL, batch),))
    reader.run.require(condition, message, node)


@declare("torch.nn.utils.rnn.pad_packed_sequence")
def pad(
    reader: Interpreter,
    node: ast.AST,
    sequence: Value,
    batch_first: Value = None,
    padding_value: Value = 0.0,
    total_length: Value = None,
) -> Value:
    """The sequences, filled up, and their lengths; the longest is taken to fill what they were packed from."""
    if not isinstance(sequence, PackedSequence) or isinstance(batch_first, Unknown):
        what = sequence.construct if isinstance(sequence, Unknown) else "pad_packed_sequence"
        return reader.run.unknown(what, node)
    padded = sequence.laid_out(reader, node, batch_first=bool(batch_first))
    if padded.shape is None or isinstance(total_length, Unknown):
        return Tensor(None), Tensor(None, "int")
    first, second, *rest = padded.shape
    batch = first if batch_first else second
    if total_length is not None:
        first, second = (batch, total_length) if batch_first else (total_length, batch)
    return Tensor((first, second, *rest)), Tensor((batch,), "int")
