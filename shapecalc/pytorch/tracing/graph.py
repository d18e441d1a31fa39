"""The net that grows while recordings are read: nodes, and the shape of each value in every recording."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, final

from torch import Tensor, nn

from shapecalc.errors import ShapecalcError
from shapecalc.layers import Layer, Shape
from shapecalc.layers.opaque import Constant
from shapecalc.layers.parameter import Parameter
from shapecalc.measures.sizes import apply
from shapecalc.net import Node
from shapecalc.net.net import default_name
from shapecalc.pytorch.tracing.recording import Recording

Sizes = tuple[int, ...]


@final
class Value(NamedTuple):
    """A tensor of the recordings as the net has it.

    Attributes:
        node: the name of the node or input that gives it.
        shapes: its shape in each recording, without the batch; what is folded into the batch stands first.
        batch: the dimension of the tensor that is the batch; None where it has none.
        folded: whether another dimension is folded into the batch.
        single: whether the batch has a size of 1, to be stretched.
        sizes: the tensor's own sizes in each recording.
    """

    node: str
    shapes: tuple[Shape, ...]
    batch: int | None
    folded: bool
    single: bool
    sizes: tuple[Sizes, ...]

    def dim(self, number: int) -> int:
        """A dimension of the tensor as a layer counts it, the batch as 0."""
        place = range(len(self.sizes[0]))[number]
        if self.batch is None:
            return number if number < 0 else place + 1
        if place == self.batch:
            return 0
        if number < 0 and self.batch == 0:
            return number
        return place + self.folded + (place < self.batch)


@final
class Placement(NamedTuple):
    """How a tensor of all recordings holds the batch; see :class:`Value`."""

    shapes: tuple[Shape, ...]
    batch: int | None
    folded: bool
    single: bool


class Unfollowable(Exception):  # noqa: N818  a reason, not yet an error: nobody may need the value
    """Why a value cannot be a node of a net."""


def placement(sizes: Sequence[Sizes], batches: Sequence[int], reads: Sequence[Value]) -> Placement:
    """Where a tensor has its batch: the recordings ran on batches of different sizes.

    Raises:
        Unfollowable: it has none, though what it was made of has.
    """
    if len({*map(len, sizes)}) > 1:
        raise Unfollowable("its number of dimensions depends on the size of the input")
    dims = range(len(sizes[0]))
    multiples = [
        dim
        for dim in dims
        if all(size[dim] % batch == 0 < size[dim] for size, batch in zip(sizes, batches, strict=True))
    ]
    exact = [dim for dim in multiples if all(size[dim] == batch for size, batch in zip(sizes, batches, strict=True))]
    if multiples:
        place = next(iter(exact or multiples))
        factors = [size[place] // batch for size, batch in zip(sizes, batches, strict=True)]
        return _without(sizes, place, factors, single=False)
    if any(value.batch is not None and not value.single for value in reads):
        raise Unfollowable("it mixes the inputs of a batch")
    is_single = any(value.single for value in reads) or (not reads and len(dims) > 1)
    if is_single and dims and all(size[0] == 1 for size in sizes):
        return _without(sizes, 0, [1] * len(sizes), single=True)
    return Placement(tuple(sizes), None, folded=False, single=False)


def _without(sizes: Sequence[Sizes], place: int, factors: Sequence[int], *, single: bool) -> Placement:
    folded = any(factor > 1 for factor in factors)
    shapes = [
        (*((factor,) if folded else ()), *size[:place], *size[place + 1 :])
        for size, factor in zip(sizes, factors, strict=True)
    ]
    return Placement(tuple(shapes), place, folded, single)


@final
class Graph:
    """Nodes in their order, and the values of the tensors of the first recording.

    Args:
        module: the module, for the names that nodes may not have.
        recordings: of the module at several sizes, alike but for the sizes.
        inputs: the name of each input.
    """

    def __init__(self, module: nn.Module, recordings: Sequence[Recording], inputs: Sequence[str]) -> None:
        self.recordings = recordings
        self.batches = [recording.batch for recording in recordings]
        self.nodes: list[Node] = []
        self.values: dict[int, Value | Unfollowable] = {}
        self._names = {*inputs, *(path for path, _ in module.named_modules()), *recordings[0].tensors}
        self._counts: dict[str, int] = {}
        self._used: set[str] = set()
        #: the shapes that nodes have in the recordings, as far as they are outputs of calls
        self.shapes: dict[str, tuple[Shape, ...]] = {}
        #: the names of nodes that depend on no input
        self.learned: set[str] = set()
        #: the names of nodes that stand only for those who read them: outputs of functions that give several
        self.pieces: set[str] = set()
        #: whether what some node gives follows from sizes that it does not read
        self.has_hidden_sizes = False
        for name, tensors in zip(inputs, zip(*[entry.inputs for entry in recordings], strict=True), strict=True):
            self.define(tensors[0], name, [tuple(tensor.shape) for tensor in tensors], ())

    def define(self, tensor: Tensor, node: str, sizes: Sequence[Sizes], reads: Sequence[Value]) -> None:
        """Say which node gives a tensor."""
        self.values[id(tensor)] = Value(node, *placement(sizes, self.batches, reads), tuple(sizes))

    def value(self, tensor: Tensor) -> Value | None:
        """The value of a tensor; None of one that depends neither on inputs nor on parameters.

        Raises:
            Unfollowable: it cannot be a node.
        """
        value = self.place(tensor)
        if value is not None and not value.node:
            self._add_parameter(tensor, value)
            return self.place(tensor)
        return value

    def place(self, tensor: Tensor) -> Value | None:
        """The value of a tensor, of a parameter without its node, as there may be none yet.

        Raises:
            Unfollowable: it cannot be a node.
        """
        value = self.values.get(id(tensor))
        if isinstance(value, Unfollowable):
            raise value
        if value is None and isinstance(tensor, nn.Parameter) and self.name_of(tensor):
            return self._unbatched(tensor)
        return value

    def operand(self, tensor: Tensor) -> Value:
        """The value of a tensor; of one that depends neither on inputs nor on parameters, a constant.

        Raises:
            Unfollowable: it cannot be a node.
        """
        known = self.value(tensor)
        if known is not None:
            return known
        value = self._unbatched(tensor)
        node = self.add([Constant(value.shapes[0], value.single)], ())
        return value._replace(node=node)

    def _unbatched(self, tensor: Tensor) -> Value:
        """A value without a node, of a tensor that is the same for every batch."""
        sizes = tuple(tensor.shape)
        single = len(sizes) > 1 and sizes[0] == 1
        shape = sizes[1:] if single else sizes
        if not shape:
            raise Unfollowable(f"{self.name_of(tensor) or 'a constant'} is a single number")
        count = len(self.batches)
        return Value("", (shape,) * count, 0 if single else None, folded=False, single=single, sizes=(sizes,) * count)

    def name_of(self, tensor: Tensor | None) -> str:
        """The name of a parameter or buffer of the module; "" of another tensor."""
        return self.recordings[0].names.get(id(tensor), "")

    def _add_parameter(self, tensor: Tensor, value: Value) -> None:
        name = self.name_of(tensor)
        self.add([Parameter(value.shapes[0], value.single)], (), name=name)
        self.values[id(tensor)] = value._replace(node=name)

    def fits(self, layers: Sequence[Layer], inputs: Sequence[Value], shapes: Sequence[Shape]) -> bool:
        """Whether layers one behind the other give these shapes, those of the first recordings."""
        for place, shape in enumerate(shapes):
            reads = tuple([value.shapes[place] for value in inputs])
            try:
                if layers:
                    reads = layers[0].alignment(reads, tuple([value.node in self.learned for value in inputs]))
                for layer in layers:
                    _, output = apply(layer, reads)
                    reads = (output,)
            except ShapecalcError:
                return False
            if reads != (shape,):
                return False
        return True

    def add(
        self,
        layers: Sequence[Layer],
        inputs: Sequence[Value],
        *,
        name: str = "",
        share: str = "",
    ) -> str:
        """Add layers one behind the other, and return the name of the last one's node.

        Args:
            layers: the layers; a single one, or the one that has weights, gets the name.
            inputs: what the first one reads.
            name: the name of the module that they are, or "".
            share: the name of the node that has its weights, or "".
        """
        reads = tuple([value.node for value in inputs])
        for layer in layers:
            is_meant = len(layers) == 1 or any(True for _ in layer.tensors())
            is_free = is_meant and name and name not in self._used
            node = name if is_free else default_name(layer, self._counts, self._names)
            self._names.add(node)
            self._used.add(node)
            if self.learned.issuperset(reads):
                self.learned.add(node)
            self.nodes.append(Node(node, layer, reads, share if is_meant else ""))
            reads = (node,)
        return reads[0]

    def withdraw(self, count: int) -> None:
        """Keep the first nodes, so many, and of those behind them only parameters."""
        attempts = self.nodes[count:]
        self.nodes[count:] = [node for node in attempts if isinstance(node.layer, Parameter)]
        for node in attempts:
            if not isinstance(node.layer, Parameter):
                self._used.discard(node.name)
                self._names.discard(node.name)
                self._counts[node.layer.nick] -= 1

    def has(self, name: str) -> bool:
        """Whether there is a node of this name already."""
        return name in self._used

    def needed(self, outputs: Sequence[str]) -> tuple[Node, ...]:
        """The nodes, but for pieces, parameters and constants that nobody reads."""
        readers = {*outputs}
        needed = []
        for node in reversed(self.nodes):
            if node.name in readers or (node.inputs and node.name not in self.pieces):
                readers.update((*node.inputs, node.share))
                needed.append(node)
        return tuple(reversed(needed))


def value_groups(before: Sequence[Shape], after: Sequence[Shape]) -> list[tuple[range, range]] | None:
    """The smallest groups of dimensions that hold the same values before and after, in all recordings alike."""
    products = [(_products(left), _products(right)) for left, right in zip(before, after, strict=True)]
    ends = (len(before[0]), len(after[0]))
    cuts = [(0, 0)]
    while cuts[-1] != ends:
        first, second = cuts[-1]
        steps = [
            (left + right - first - second, left, right)
            for left in range(first, ends[0] + 1)
            for right in range(second, ends[1] + 1)
            if (left, right) != (first, second) and all(rows[left] == columns[right] for rows, columns in products)
        ]
        if not steps:
            return None
        paired = [step for step in steps if step[1] > first and step[2] > second]
        cuts.append(min(paired or steps)[1:])
    return [(range(a, c), range(b, d)) for (a, b), (c, d) in pairwise(cuts)]


def _products(shape: Shape) -> list[int]:
    products = [1]
    for size in shape:
        products.append(products[-1] * int(str(size)))
    return products
