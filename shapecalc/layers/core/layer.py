"""What a layer is: arguments, and formulas that name them.

A layer is declared once, as one small class. Its fields are torch's arguments, in torch's order; its formulas are
plain functions whose argument names are those fields, or the few names that the class says it ``gives`` besides. A
formula that names anything else fails when the class is created.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from types import MappingProxyType
from typing import Any, ClassVar, Self, cast

from shapecalc.algebra import Env, Formula, Int
from shapecalc.algebra.memo import remember
from shapecalc.errors import ShapeError
from shapecalc.layers.core.conditions import Condition, Require, Requirement, open_conditions
from shapecalc.layers.core.declaration import check_formula_names
from shapecalc.layers.core.interning import Interned
from shapecalc.layers.core.kinds import Shape
from shapecalc.layers.core.motion import UNDECLARED, Motion, scattered
from shapecalc.layers.core.quantity import Quantity
from shapecalc.layers.core.record import Record
from shapecalc.layers.core.refusal import refusal
from shapecalc.layers.core.saving import UNDECLARED_SAVES, Saved, SavedTensor
from shapecalc.layers.core.shapes import shape_text
from shapecalc.layers.core.strides import MemoryOrder, Strides

#: The most inputs of a layer that takes any number of them.
MAX_INPUTS = 1_000
#: The class attributes that hold formulas: a class that declares one is checked.
_FORMULAS = frozenset(
    {
        "shape",
        "macs",
        "parameters",
        "buffers",
        "requires",
        "channels",
        "axis_size",
        "fits",
        "reads",
        "saves",
        "normalized",
    }
)
#: The class attributes that are tables.
_TABLES = ("parameters", "buffers", "dim_names", "lazy_defaults")

#: A formula ready to be read: the name of a tensor or of a product, the formula, and the values of its names.
Step = tuple[str, Formula, Env]
#: A formula of the output's shape ready to be read: the quantity, its axis or "", the formula, and its names' values.
SizeStep = tuple[Quantity, str, Formula, Env]


def _takes(low: int, high: int, count: int) -> str:
    """How many inputs a layer takes, for a refusal of ``count``."""
    if high == MAX_INPUTS:
        return f"at most {high:,} inputs" if count > high else f"{low} or more inputs"
    takes = f"{low} to {high}" if high > low + 1 else f"{low} or {high}" if high > low else low
    return f"{takes} input{'s' if high > 1 else ''}"


def _empty(layer: Layer, inputs: tuple[Shape, ...]) -> str:
    return f"{layer!r} needs an input without a size of 0, but it is {' and '.join(map(shape_text, inputs))}."


_NONEMPTY = Require("the input must have no size of 0", ">=", lambda size: (size, 1), refusal=_empty)


class Layer(Record):
    """One layer of a network. Abstract; each final class is registered with :func:`register`."""

    #: the numbers of dimensions, without the batch, that the input may have; empty where any will do.
    dims: ClassVar[tuple[int, ...]] = ()
    #: what the dimensions are called, by how many there are.
    dim_names: ClassVar[Mapping[int, str]] = MappingProxyType(
        {
            1: "features",
            2: "channels × length",
            3: "channels × height × width",
            4: "channels × depth × height × width",
        }
    )
    #: the fewest and the most input tensors.
    arity: ClassVar[tuple[int, int]] = (1, 1)
    #: how its nodes are called where nobody names them: conv1, conv2, ...
    nick: ClassVar[str] = "layer"
    #: where its formulas come from.
    source: ClassVar[str] = ""
    #: names that formulas may use besides the fields: those that :meth:`bind` and the ``*_env`` methods add.
    gives: ClassVar[frozenset[str]] = frozenset({"input", "inputs", "output"})
    requires: ClassVar[tuple[Require, ...]] = ()
    shape: ClassVar[Formula]
    parameters: ClassVar[Mapping[str, Formula]] = MappingProxyType({})
    buffers: ClassVar[Mapping[str, Formula]] = MappingProxyType({})
    #: those buffers that are one integer of 8 bytes, whatever the number type.
    counters: ClassVar[frozenset[str]] = frozenset()
    macs: ClassVar[Formula | None] = None
    #: the tensors that autograd saves for the way back.
    saves: ClassVar[tuple[Saved, ...]] = UNDECLARED_SAVES
    #: whether the output is the input's own memory: nothing new is stored.
    view: ClassVar[bool] = False
    #: whether the values that it computes lie in order in memory; of a view, see :meth:`strides`.
    memory_order: ClassVar[MemoryOrder] = MemoryOrder.KEPT
    #: whether torch refuses it where its input's values do not lie in an order that it can keep.
    needs_order: ClassVar[bool] = False
    #: whether it is a view that may come out in another order in memory than that of its shape.
    turns: ClassVar[bool] = False
    #: whether it is a view that torch makes a copy of where the order in memory does not allow one.
    copies: ClassVar[bool] = False
    #: how many last dimensions torch leaves apart where it joins all others with the batch: where these do not lie in
    #: order, it saves a copy in place of the input; None where it saves what it reads.
    dims_apart: ClassVar[int | None] = None
    #: whether its input holds indices, integers of 8 bytes.
    reads_integers: ClassVar[bool] = False
    #: those arguments that torch takes where the layer is called, not where it is made.
    call_arguments: ClassVar[frozenset[str]] = frozenset()
    #: whether it reads the indices of a max pooling before it.
    reads_indices: ClassVar[bool] = False
    #: whether it slides one window, which a transposed convolution can undo.
    is_window: ClassVar[bool] = False
    #: how many values of one input have a mean and a variance together, of a norm that refuses a single one; and
    #: whether it takes those of the batch only in training.
    normalized: ClassVar[Formula | None] = None
    normalizes_in_training: ClassVar[bool] = False
    #: the value with which a window pads its input.
    padding_value: ClassVar[float] = 0.0
    #: whether its first dimension counts the steps of a sequence, and its last one their features.
    is_sequential: ClassVar[bool] = False
    #: whether it runs on an input in which some size is 0.
    takes_empty: ClassVar[bool] = True
    #: whether it stands for something whose shapes alone are known, so that no module and no file can have it
    is_shape_alone: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        declared = cls.__dict__.keys()
        for name in _TABLES:
            if name in declared:
                setattr(cls, name, MappingProxyType(cls.__dict__[name]))  # all layers of the class share it
        if "fields" in declared:
            clash = next((name for name in cls.fields if name in _ATTRIBUTES), None)
            if clash is not None:
                raise TypeError(f"{cls.__name__}.{clash}: no argument may have this name; every layer has it already.")
        if cls.fields and ("fields" in declared or not declared.isdisjoint(_FORMULAS)):
            cls.check_formulas()

    @classmethod
    def check_formulas(cls) -> None:
        """Refuse a class with a formula that names what the class lacks.

        Raises:
            TypeError: naming the formula and the name.
        """
        check_formula_names(cls.__name__, cls.formulas(), cls.gives | cls.fields.keys())

    @classmethod
    def formulas(cls) -> Iterator[tuple[str, Formula]]:
        """Every formula of the class with the place where it stands."""
        if hasattr(cls, "shape"):
            yield "shape", cls.shape
        if cls.macs is not None:
            yield "macs", cls.macs
        if cls.normalized is not None:
            yield "normalized", cls.normalized
        for table, formulas in (("parameters", cls.parameters), ("buffers", cls.buffers)):
            for name, formula in formulas.items():
                yield f"{table}[{name}]", formula
        for saved in cls.saves:
            if saved.entries is not None:
                yield f"saves[{saved.tensor!r}]", saved.entries
        for require in cls.requires:
            yield from require.formulas(f"requires[{require.words!r}]")

    @classmethod
    def output_formulas(cls) -> Iterator[tuple[Quantity, Formula]]:
        """The formulas of the output shape, whatever the input: of the shape, or of its parts."""
        if hasattr(cls, "shape"):
            yield Quantity.SHAPE, cls.shape

    def alignment(self, inputs: tuple[Shape, ...], learned: tuple[bool, ...]) -> tuple[Shape, ...]:
        """The shapes that reach it as torch aligns them; a layer that stretches its inputs says how.

        Args:
            inputs: the shapes, without the batch.
            learned: which of them are those of learned tensors, which torch has without a batch.
        """
        return inputs

    def inferred(self, inputs: tuple[Shape, ...]) -> Mapping[str, Int]:
        """What the input shapes say of the fields in ``infers``: the number of channels, unless overridden."""
        return dict.fromkeys(self.infers, inputs[0][0])

    def resolve(self, inputs: tuple[Shape, ...]) -> Self:
        """The layer with every omitted count filled in from the shapes that reach it."""
        if not self.is_lazy():
            return self
        self.check_inputs(inputs)
        self._check_nonempty(inputs)
        return self._filled(inputs)

    def _filled(self, inputs: tuple[Shape, ...]) -> Self:
        return cast("Self", _completed(self.interned, tuple(self.inferred(inputs).items())))

    def accept(self, inputs: tuple[Shape, ...]) -> Self:
        """The layer with every omitted count filled in, where torch takes these inputs.

        Raises:
            ShapeError: naming the condition that fails, with its numbers.
        """
        self.check_inputs(inputs)
        self._check_nonempty(inputs)
        layer = self._filled(inputs) if self.is_lazy() else self
        layer.check_sizes(inputs)
        return layer

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        """The names that the layer's formulas use, with their values for these input shapes."""
        return {**vars(self), "input": inputs[0], "inputs": inputs}

    def check_inputs(self, inputs: tuple[Shape, ...]) -> None:
        """Refuse a wrong number of inputs, or an input with a wrong number of dimensions.

        Raises:
            ShapeError: saying what the layer takes and what it got.
        """
        low, high = type(self).arity
        if not low <= len(inputs) <= high:
            raise ShapeError(f"{self!r} takes {_takes(low, high, len(inputs))} but got {len(inputs):,}.")
        if self.dims and len(inputs[0]) not in self.dims:
            raise ShapeError(wrong_dims(self, inputs[0]))

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Refuse what torch refuses, for a resolved layer.

        Raises:
            ShapeError: naming the condition that fails, with its numbers.
        """
        self.check_inputs(inputs)
        self._check_nonempty(inputs)
        self.check_sizes(inputs)

    def check_sizes(self, inputs: tuple[Shape, ...]) -> None:
        """As :meth:`check`, of inputs that have been checked to be as many, with as many dimensions, as it takes."""
        self._refuse(self.requirements(inputs), inputs)
        for _, part, shapes in self.parts(inputs):
            part.check(shapes)

    def _check_nonempty(self, inputs: tuple[Shape, ...]) -> None:
        if not self.takes_empty and 0 in chain.from_iterable(inputs):
            self._refuse(self.nonempty(inputs), inputs)

    def _refuse(self, requirements: Iterator[Requirement], inputs: tuple[Shape, ...]) -> None:
        for require, env, axis in requirements:
            if require.fails(env):
                raise ShapeError(refusal(self, inputs, require, env, axis))

    def nonempty(self, inputs: tuple[Shape, ...]) -> Iterator[Requirement]:
        """The condition that no size is 0, for each size of a layer that does not run on such inputs."""
        if not self.takes_empty:
            for size in dict.fromkeys(chain.from_iterable(inputs)):
                yield _NONEMPTY, {"size": size}, ""

    def requirements(self, inputs: tuple[Shape, ...]) -> Iterator[Requirement]:
        """Every other condition that is open: what the class requires, and what a method adds to it."""
        env = self.bind(inputs)  # which may refuse, too
        for require in open_conditions(self.interned, "requires"):
            yield require, env, ""

    def conditions(self, inputs: tuple[Shape, ...]) -> Iterator[Condition]:
        """What :meth:`check` requires of these sizes, for a reader who solves it for their letters.

        Raises:
            ShapeError: a part of the layer gets another number of dimensions than it takes.
        """
        for require, env, axis in chain(self.nonempty(inputs), self.requirements(inputs)):
            options = require.options(env)
            if options:
                yield Condition(require.words, options, axis)
        for _, part, shapes in self.parts(inputs):
            part.check_inputs(shapes)
            yield from part.conditions(shapes)

    def steps(self, inputs: tuple[Shape, ...]) -> Iterator[SizeStep]:
        """The formulas of the output shape; together their values are the shape."""
        yield Quantity.SHAPE, "", type(self).shape, self.bind(inputs)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """The output shape for legal inputs (see :meth:`check`)."""
        return tuple(type(self).shape.at(self.bind(inputs)))

    def tensors(self) -> Iterator[Step]:
        """The shape formula of each trainable tensor by its torch name; None as a value means there is none."""
        for name, formula in type(self).parameters.items():
            yield name, formula, self.values

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> Iterator[Step]:
        """The formulas whose sum is the number of multiply-accumulates."""
        if self.macs is not None:
            yield "MACs", self.macs, self.work_env(inputs, output)

    def work_env(self, inputs: tuple[Shape, ...], output: Shape) -> dict[str, Any]:
        """The names that the formula of the multiply-accumulates uses."""
        env = self.bind(inputs)
        env["output"] = output
        return env

    def knows_work(self, inputs: tuple[Shape, ...]) -> bool:
        """Whether its work on these inputs is known; where it is not, the sums are without it."""
        return True

    def is_view(self) -> bool:
        """Whether the output is the input's own memory: of a view, and of a layer that works in place."""
        return self.view or vars(self).get("inplace") is True

    def strides(self, strides: Strides, inputs: tuple[Shape, ...], output: Shape) -> Strides | None:
        """How the output of a view lies in memory, from how its first input does; None where that needs a copy."""
        return strides

    def gives_indices(self) -> bool:
        """Whether it is a max pooling with indices that an unpooling can read."""
        return False

    def saved(self, inputs: tuple[Shape, ...], output: Shape) -> Iterator[SavedTensor]:
        """The tensors that autograd saves for the way back, for legal inputs."""
        env: Env | None = None
        for declared in type(self).saves:
            entries = 0
            if declared.entries is not None:
                env = env or self.work_env(inputs, output)
                entries = declared.entries.at(env)
                if entries is None:
                    continue
            yield SavedTensor(declared.tensor, entries, *declared[2:])

    def parts(self, inputs: tuple[Shape, ...]) -> Iterator[tuple[str, Layer, tuple[Shape, ...]]]:
        """The layers that it is made of, by their torch names, each with the shapes that reach it; none of most."""
        return iter(())

    def alternatives(self, inputs: tuple[Shape, ...]) -> Iterator[Layer]:
        """Layers that may have been meant in its place, for inputs that it refuses."""
        return iter(())

    def levels(self) -> int:
        """How many layers stand one on the other in it, each with weights of its own."""
        return 1

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        """How the layer moves and reads the dimensions of legal inputs.

        A class that does not say it has no exact receptive field: any output may read any input.
        """
        return scattered(len(inputs[0]), len(output), UNDECLARED)


#: What every layer has; no argument may have such a name.
_ATTRIBUTES = frozenset({*dir(Layer), *Layer.__annotations__})


@remember()
def _completed(shared: Interned, counts: tuple[tuple[str, Int], ...]) -> Layer:
    """A layer with its omitted counts filled in."""
    layer: Layer = shared.layer
    arguments = dict(layer.values)
    completed = layer.of_values(arguments | {name: count for name, count in counts if arguments[name] is None})
    completed.validate()
    return completed


def wrong_dims(layer: Layer, shape: Shape) -> str:
    """Why an input with this many dimensions is refused."""
    takes = " or ".join(f"{n} dimension{'s' * (n > 1)} ({layer.dim_names[n]})" for n in layer.dims)
    hint = " Shapes are written without the batch." if len(shape) > max(layer.dims) else ""
    return f"{layer!r} takes an input of {takes}, but {shape_text(shape)} has {len(shape)}.{hint}"
