"""What autograd saves of a layer for the way back: its inputs, its output, and tensors of its own.

A class declares it beside its formulas, as a tuple of :class:`Saved`. Weights and buffers are not among them: they
live anyway.
"""

from enum import Enum
from typing import NamedTuple, final

from shapecalc.algebra import Formula, Int, product

#: In place of the position of an input: the output.
OUTPUT_TENSOR = -1


class Gradient(Enum):
    """The gradient that a saved tensor serves: torch saves it only where that gradient is asked for."""

    ANY = "any"
    INPUT = "input"
    WEIGHT = "weight"

    __hash__ = object.__hash__  # each is a single object, and the hash of an Enum is written in Python


@final
class Saved(NamedTuple):
    """A tensor that autograd saves, as a class declares it.

    Attributes:
        tensor: the position of an input, :data:`OUTPUT_TENSOR`, or what a tensor of the layer's own is.
        entries: how many numbers a tensor of the layer's own holds, for each input of a batch. A value of None means
            that the tensor is not saved; for an input or the output only that counts.
        serves: the gradient that it is saved for.
        per_batch: whether it holds ``entries`` numbers for a batch of any size.
        itemsize: bytes of one number; None for those of the number type.
        cuda: the same on CUDA, where it differs.
        reason: why this is only a bound, or "".
    """

    tensor: int | str
    entries: Formula | None = None
    serves: Gradient = Gradient.INPUT
    per_batch: bool = False
    itemsize: int | None = None
    cuda: int | None = None
    reason: str = ""


@final
class SavedTensor(NamedTuple):
    """A tensor that autograd saves of a layer on given inputs.

    Attributes:
        tensor: the position of an input, :data:`OUTPUT_TENSOR`, or what a tensor of the layer's own is.
        entries: how many numbers a tensor of the layer's own holds; 0 for an input or the output.
        serves: the gradient that it is saved for, or the positions of the inputs whose gradients it serves.
        per_batch: whether it holds ``entries`` numbers for a batch of any size.
        itemsize: bytes of one number; None for those of the number type.
        cuda: the same on CUDA, where it differs.
        reason: why this is only a bound, or "".
    """

    tensor: int | str
    entries: Int = 0
    serves: Gradient | tuple[int, ...] = Gradient.INPUT
    per_batch: bool = False
    itemsize: int | None = None
    cuda: int | None = None
    reason: str = ""


#: Bytes of an index, and of a mask of truth values.
INDEX, TRUTH = 8, 1
#: The tensor of a max pooling that says where its values come from; an unpooling saves the same one.
INDICES = "indices"

INPUT = Saved(0)
OUTPUT = Saved(OUTPUT_TENSOR)
#: A tensor as large as the input, or as the output.
AS_INPUT = Formula(product, names=("input",))
AS_OUTPUT = Formula(product, names=("output",))

#: What a class saves that does not declare it.
UNDECLARED_SAVES = tuple(
    Saved(tensor, serves=Gradient.ANY, reason="its class does not declare what it saves: its input and output count")
    for tensor in (0, OUTPUT_TENSOR)
)
