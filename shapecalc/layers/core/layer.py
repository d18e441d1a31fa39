"""What a layer is: arguments, and formulas that name them.

A layer is declared once, as one small class. Its fields are torch's arguments, in torch's order; its formulas are
plain functions whose argument names are those fields, or the few names that the class says it ``gives`` besides. A
formula that names anything else fails when the class is created.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from inspect import get_annotations
from typing import Any, ClassVar, TypeVar, dataclass_transform, final

from shapecalc.algebra import Formula, Int, Name, product
from shapecalc.algebra.comparison import Comparison
from shapecalc.errors import ShapeError, SpecError, did_you_mean
from shapecalc.layers.core.fields import REQUIRED, Field, Shape
from shapecalc.layers.core.motion import UNDECLARED, Motion, scattered
from shapecalc.layers.core.quantity import Quantity
from shapecalc.layers.core.refusal import refusal
from shapecalc.layers.core.require import Condition, Require

#: Every declared layer by its name.
REGISTRY: dict[str, type[Layer]] = {}

#: The class attributes that hold formulas: a class that declares one is checked.
_FORMULAS = frozenset({"shape", "macs", "parameters", "buffers", "requires", "channels", "axis_size", "fits", "reads"})

#: A formula ready to be read: the name of a tensor or of a product, the formula, and the values of its names.
Step = tuple[str, Formula, dict[str, Any]]
#: A formula of the output's shape ready to be read: the quantity, its axis or "", the formula, and its names' values.
SizeStep = tuple[Quantity, str, Formula, dict[str, Any]]
#: A declared condition, the values of its names, and the axis that it is for, or "".
Stated = tuple[Require, dict[str, Any], str]


@dataclass_transform(frozen_default=True)
class Layer:
    """One layer of a network. Abstract; each final class is registered with :func:`register`."""

    #: how many trailing (spatial) axes the layer acts on: the 2 of Conv2d.
    rank: ClassVar[int] = 0
    #: the numbers of dimensions, without the batch, that the input may have; empty where any will do.
    dims: ClassVar[tuple[int, ...]] = ()
    #: what the dimensions are called, by how many there are.
    dim_names: ClassVar[Mapping[int, str]] = {
        1: "features",
        2: "channels × length",
        3: "channels × height × width",
        4: "channels × depth × height × width",
    }
    #: the fewest and the most input tensors.
    arity: ClassVar[tuple[int, int]] = (1, 1)
    #: how its nodes are called where nobody names them: conv1, conv2, ...
    nick: ClassVar[str] = "layer"
    #: where its formulas come from.
    source: ClassVar[str] = ""
    #: names that formulas may use besides the fields: what the ``*_env`` methods add.
    gives: ClassVar[frozenset[str]] = frozenset({"input", "inputs", "output"})
    #: fields that may be left out, because the input tells them.
    infers: ClassVar[tuple[str, ...]] = ()
    #: whether torch has a Lazy class for it, named after it.
    has_lazy: ClassVar[bool] = False
    requires: ClassVar[tuple[Require, ...]] = ()
    shape: ClassVar[Formula]
    parameters: ClassVar[Mapping[str, Formula]] = {}
    buffers: ClassVar[Mapping[str, Formula]] = {}
    macs: ClassVar[Formula | None] = None
    #: whether the output is the input's own memory: nothing new is stored.
    view: ClassVar[bool] = False
    #: whether it slides one window, which a transposed convolution can undo.
    is_window: ClassVar[bool] = False
    #: whether it runs on an input in which some size is 0.
    takes_empty: ClassVar[bool] = True
    #: defaults that torch's Lazy class has and the class itself has not.
    lazy_defaults: ClassVar[Mapping[str, Any]] = {}

    fields: ClassVar[dict[str, Field]] = {}

    #: the one object that all equal layers share; each layer has it, as each has its values.
    alike: ClassVar[Alike]

    def __init_subclass__(cls) -> None:
        declared = {
            name: Field(name, kind, cls.__dict__.get(name, REQUIRED))
            for name, kind in get_annotations(cls).items()  # those of this class, as texts
            if not kind.startswith("ClassVar")
        }
        if declared:
            cls.fields = declared
            for name in declared.keys() & cls.__dict__.keys():
                delattr(cls, name)  # a default is not a value: values live in the instance
        if cls.fields and (declared or not cls.__dict__.keys().isdisjoint(_FORMULAS)):
            cls.check_formulas()

    @classmethod
    def check_formulas(cls) -> None:
        """Refuse a class with a formula that could not be read: one that names what the class lacks.

        Raises:
            TypeError: naming the formula and the name.
        """
        known = cls.gives | cls.fields.keys()
        for where, formula in cls.formulas():
            unknown = [name for name in formula.names if name not in known]
            if unknown:
                raise TypeError(
                    f"{cls.__name__}.{where} names {', '.join(unknown)}, which is neither a field nor given; "
                    f"known are {', '.join(sorted(known))}."
                )

    @classmethod
    def formulas(cls) -> Iterator[tuple[str, Formula]]:
        """Every formula of the class with the place where it stands."""
        if hasattr(cls, "shape"):
            yield "shape", cls.shape
        if cls.macs is not None:
            yield "macs", cls.macs
        for table, formulas in (("parameters", cls.parameters), ("buffers", cls.buffers)):
            for name, formula in formulas.items():
                yield f"{table}[{name}]", formula
        for require in cls.requires:
            yield f"requires[{require.words!r}]", require.formula

    @classmethod
    def output_formulas(cls) -> Iterator[tuple[Quantity, Formula]]:
        """The formulas of the output shape, whatever the input: of the shape, or of its parts."""
        if hasattr(cls, "shape"):
            yield Quantity.SHAPE, cls.shape

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        cls = type(self)
        given = cls.arguments(args, kwargs)
        values: dict[str, Any] = {}
        for name, field in cls.fields.items():
            value = given.get(name, field.default)
            if name in cls.infers and (value is None or value is REQUIRED):
                values[name] = None
            elif value is REQUIRED:
                raise SpecError(_missing_argument(cls, name))
            elif name not in given and value is None:
                values[name] = None
            else:
                values[name] = field.read(value, cls.__name__, cls.rank)
        self._keep(values)

    @classmethod
    def arguments(cls, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments as Python binds them, by field name.

        Raises:
            SpecError: there are too many, one is unknown, or one is given twice.
        """
        if len(args) > len(cls.fields):
            takes = f"takes {len(cls.fields)} arguments" if cls.fields else "takes no arguments"
            raise SpecError(f"{cls.__name__} {takes} but {len(args)} were given.")
        given = dict(zip(cls.fields, args, strict=False))
        for name, value in kwargs.items():
            if name not in cls.fields:
                raise SpecError(_unknown_argument(cls, name))
            if name in given:
                raise SpecError(f"{cls.__name__}: {name} is given twice, by position and by name.")
            given[name] = value
        return given

    def _keep(self, values: dict[str, Any]) -> None:
        self.__dict__["values"] = values
        self.__dict__["_key"] = key = (type(self), *values.values())
        self.__dict__["_hash"] = hash(key)
        self.validate()
        self.__dict__["alike"] = _alike(self, key)

    def validate(self) -> None:
        """Refuse arguments that no input could make legal and that no formula can judge (an unknown word).

        Raises:
            SpecError: naming the argument and what it may be.
        """

    def __getattr__(self, name: str) -> Any:
        values = self.__dict__.get("values", {})
        if name in values:
            return values[name]
        raise AttributeError(f"{type(self).__name__} has no argument {name!r}.")

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"A layer cannot be changed; make another with replace({name}={value!r}).")

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Layer) and bool(self._key == other._key))

    def __hash__(self) -> int:
        return int(self.__dict__["_hash"])

    def __repr__(self) -> str:
        """The layer in torch's call syntax: what must be given by position, the rest by name where it differs."""
        cls = type(self)
        is_lazy = self.is_lazy() and cls.has_lazy
        lazy = f"Lazy{cls.__name__}" if is_lazy else cls.__name__
        arguments: list[str] = []
        named = False
        for name, field in cls.fields.items():
            value = self.values[name]
            if name in cls.infers and value is None:
                named = named or not cls.has_lazy
                continue
            if field.default is REQUIRED or name in cls.infers:
                written = field.write(value)
                arguments.append(f"{name}={written}" if named else written)
            elif value != (cls.lazy_defaults.get(name, self._default(field)) if is_lazy else self._default(field)):
                named = True
                arguments.append(f"{name}={field.write(value)}")
        return f"{lazy}({', '.join(arguments)})"

    @classmethod
    def _default(cls, field: Field) -> Any:
        return None if field.default is None else field.read(field.default, cls.__name__, cls.rank)

    def is_lazy(self) -> bool:
        """Whether a count is still to be inferred from the input."""
        return any(self.values[name] is None for name in type(self).infers)

    def replace(self, **changes: Any) -> Layer:
        """The same layer with some arguments changed."""
        return type(self)(**{**self.values, **changes})

    def inferred(self, inputs: tuple[Shape, ...]) -> Mapping[str, Int]:
        """What the input shapes say of the fields in ``infers``: the number of channels, unless overridden."""
        return dict.fromkeys(self.infers, inputs[0][0])

    def resolve(self, inputs: tuple[Shape, ...]) -> Layer:
        """The layer with every omitted count filled in from the shapes that reach it."""
        if not self.is_lazy():
            return self
        self.check_inputs(inputs)
        known = self.inferred(inputs)
        omitted = {name: known[name] for name in type(self).infers if self.values[name] is None}
        completed = object.__new__(type(self))
        completed._keep({**self.values, **omitted})  # all values have been read, and these are sizes
        return completed

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        """The names that the layer's formulas use, with their values for these input shapes."""
        return {**self.values, "input": inputs[0], "inputs": inputs}

    def check_inputs(self, inputs: tuple[Shape, ...]) -> None:
        """Refuse a wrong number of inputs, or an input with a wrong number of dimensions.

        Raises:
            ShapeError: saying what the layer takes and what it got.
        """
        fewest, most = type(self).arity
        if not fewest <= len(inputs) <= most:
            takes = f"{fewest} or more" if most > fewest + 1 else f"{fewest} or {most}" if most > fewest else fewest
            raise ShapeError(f"{self!r} takes {takes} input{'s' if most > 1 else ''} but got {len(inputs)}.")
        if self.dims and len(inputs[0]) not in self.dims:
            raise ShapeError(wrong_dims(self, inputs[0]))
        if not self.takes_empty and any(0 in shape for shape in inputs):
            empty = " and ".join(map(shape_text, inputs))
            raise ShapeError(f"{self!r} needs an input without a size of 0, but it is {empty}.")

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Refuse what torch refuses, for a resolved layer.

        Raises:
            ShapeError: naming the condition that fails, with its numbers.
        """
        self.check_inputs(inputs)
        for require, env, axis in self.stated(inputs):
            if require.holds(env) is False:
                raise ShapeError(refusal(self, require.words, require.relation, require.formula, env, axis))

    def stated(self, inputs: tuple[Shape, ...]) -> Iterator[Stated]:
        """Every condition that the class declares, with the names its formula uses and the axis that it is for."""
        env = self.bind(inputs)
        for require in type(self).requires:
            yield require, env, ""

    def conditions(self, inputs: tuple[Shape, ...]) -> Iterator[Condition]:
        """What :meth:`check` asks of these sizes, for a reader who solves it for their letters."""
        if not self.takes_empty:
            for size in dict.fromkeys(size for shape in inputs for size in shape):
                yield Condition("the input must have no size of 0", (Comparison(size, ">=", 1),))
        for require, env, axis in self.stated(inputs):
            sides = require.formula.at(env)
            if sides is not None:
                words = f"{require.words} along the {axis}" if axis else require.words
                yield Condition(words, (Comparison(sides[0], require.relation, sides[1]),))

    def steps(self, inputs: tuple[Shape, ...]) -> Iterator[SizeStep]:
        """The formulas of the output shape; together their values are the shape."""
        yield Quantity.SHAPE, "", type(self).shape, self.bind(inputs)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """The shape that comes out of legal inputs (see :meth:`check`)."""
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
        return {**self.bind(inputs), "output": output}

    def parts(self, inputs: tuple[Shape, ...]) -> Iterator[tuple[str, Layer, tuple[Shape, ...]]]:
        """The layers that it is made of, by their torch names, each with the shapes that reach it; none of most."""
        return iter(())

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        """How the layer moves and reads the dimensions of legal inputs.

        A class that does not say it has no exact receptive field: any output may read any input.
        """
        return scattered(len(inputs[0]), len(output), UNDECLARED)


@final
class Alike:
    """What equal layers share, so that what is remembered of a layer is found by identity, without comparing."""

    __slots__ = ("layer",)

    def __init__(self, layer: Layer) -> None:
        self.layer = layer


_ALIKE: dict[tuple[Any, ...], Alike] = {}
#: Where so many different layers have been made, the table starts anew; equal layers are then found apart once more.
_MAX_ALIKE = 1 << 16


def _alike(layer: Layer, key: tuple[Any, ...]) -> Alike:
    found = _ALIKE.get(key)
    if found is None:
        if len(_ALIKE) >= _MAX_ALIKE:
            _ALIKE.clear()
        found = _ALIKE[key] = Alike(layer)
    return found


LayerClass = TypeVar("LayerClass", bound=type[Layer])


def register(cls: LayerClass) -> LayerClass:
    """Declare a layer: from here on every door knows it by its name."""
    if not cls.fields:  # where there are fields, declaring them has checked the formulas already
        cls.check_formulas()
    REGISTRY[cls.__name__] = cls
    return cls


def entries_of(weight: Shape) -> Int:
    """How many numbers a weight holds, multiplied in the order of textbooks: K·F·F·D, where torch has K, D, F, F."""
    return product((weight[0], *weight[2:], weight[1]) if len(weight) > 2 else weight)


def shape_text(shape: Shape) -> str:
    """A shape as 3x130x130; the shape of a single number is written scalar."""
    return "x".join(str(size) if isinstance(size, int) else _factor(size) for size in shape) or "scalar"


def _factor(size: Int) -> str:
    written = str(size)
    alone = isinstance(size, Name) or (written[0] in "⌊⌈" and written[-1] in "⌋⌉")
    return written if alone else f"({written})"


def wrong_dims(layer: Layer, shape: Shape) -> str:
    """Why an input with this many dimensions is refused."""
    takes = " or ".join(f"{n} dimension{'s' * (n > 1)} ({layer.dim_names[n]})" for n in layer.dims)
    hint = " Shapes are written without the batch." if len(shape) > max(layer.dims) else ""
    return f"{layer!r} takes an input of {takes}, but {shape_text(shape)} has {len(shape)}.{hint}"


def _unknown_argument(cls: type[Layer], name: str) -> str:
    takes = f"it takes {', '.join(cls.fields)}" if cls.fields else "it takes none"
    return f"{cls.__name__} has no argument {name}{did_you_mean(name, cls.fields)}; {takes}."


def _missing_argument(cls: type[Layer], name: str) -> str:
    lazy = ""
    if cls.infers and name not in cls.infers:
        lazy = f"; to have {cls.infers[0]} found from the input, give {name} by its name"
    return f"{cls.__name__} needs {name}{lazy}."
