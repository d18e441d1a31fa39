"""What a module computes and no layer here is: functions entry by entry, numbers of its own, and what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, final

from shapecalc.algebra import Formula
from shapecalc.errors import ShapeError
from shapecalc.layers.core.conditions import Require, Requirement, equal_sizes
from shapecalc.layers.core.kinds import NUMBER, ArgumentKind, Series, Shape, Sizes
from shapecalc.layers.core.layer import MAX_INPUTS, Layer, Step
from shapecalc.layers.core.motion import STILL, Motion, scattered
from shapecalc.layers.core.shapes import shape_text
from shapecalc.layers.dimensions import Variadic
from shapecalc.layers.merge import Elementwise
from shapecalc.layers.parameter import Parameter

#: An output that was measured: the shapes that went in, the shape that came out, and the work (None: not known).
Measurement = tuple[tuple[Shape, ...], Shape, int | None]
#: Shapes that a refusal names.
_NAMED = 4


class TableKind(ArgumentKind):
    """The kind of a tuple that only a trace makes; no text holds it."""

    def read(self, value: Any, rank: int) -> Any:
        return value if isinstance(value, tuple) else NotImplemented

    def choices(self, rank: int) -> tuple[str, ...]:
        return ("a tuple that a trace makes",)


@final
class Opaque(Layer):
    """A function of torch that no layer here is: what comes out is known for the shapes at which it was measured."""

    function: str
    measurements: Annotated[tuple[Measurement, ...], TableKind()]
    weights: Annotated[tuple[tuple[str, Shape], ...], TableKind()] = ()

    nick, arity, is_shape_alone = "opaque", (1, MAX_INPUTS), True
    source = "https://docs.pytorch.org/docs/stable/torch.html"
    gives: ClassVar[frozenset[str]] = Layer.gives | {"measurement"}
    shape = Formula(lambda measurement: measurement[1])

    def __repr__(self) -> str:
        return f'Opaque("{self.function}")'

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        measurement = next((row for row in self.measurements if row[0] == inputs), None)
        if measurement is None:
            sizes = [" and ".join(map(shape_text, row[0])) for row in self.measurements]
            listed = "; ".join(sizes[:_NAMED]) + ("; ..." if len(sizes) > _NAMED else "")
            raise ShapeError(
                f"{self!r}: nothing is known of what it does; its output was measured for {listed}, but the input is "
                f"{' and '.join(map(shape_text, inputs))}."
            )
        return {**super().bind(inputs), "measurement": measurement}

    def requirements(self, inputs: tuple[Shape, ...]) -> Iterator[Requirement]:
        self.bind(inputs)
        return iter(())

    def tensors(self) -> Iterator[Step]:
        for name, shape in self.weights:
            yield name, _TENSOR, {"shape": shape}

    def work(self, inputs: tuple[Shape, ...], output: Shape) -> Iterator[Step]:
        env = self.bind(inputs)
        if env["measurement"][2]:
            yield "measured", _WORK, env

    def knows_work(self, inputs: tuple[Shape, ...]) -> bool:
        return self.bind(inputs)["measurement"][2] is not None

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return scattered(max(map(len, inputs)), len(output), _UNKNOWN)


_TENSOR = Formula(lambda shape: shape)
_WORK = Formula(lambda measurement: measurement[2])
_UNKNOWN = "is a function of which nothing is known here"


_ENTRYWISE = (
    "floor_divide remainder maximum minimum where exp log log2 log1p expm1 abs sin cos erf floor ceil round sign clamp "
    "clip clamp_min clamp_max masked_fill logical_not bitwise_not eq ne lt le gt ge logical_and logical_or int long "
    "bool lerp addcmul atan2 copysign nan_to_num fill zero softsign triu tril not and or ior iand xor invert"
)
#: The functions of torch that work entry by entry, besides those that are layers.
ENTRYWISE = frozenset(_ENTRYWISE.split())
#: Those that keep every size, too, but let an entry depend on others.
MIXING = frozenset({"cumsum", "cumprod", "flip", "roll", "normalize"})


@final
class Entrywise(Elementwise):
    """A function of torch that works entry by entry: of one tensor and numbers, or of several that are stretched."""

    function: str
    numbers: Annotated[tuple[float, ...] | None, Series(NUMBER)] = None

    nick, arity, is_shape_alone = "entrywise", (1, MAX_INPUTS), True


@final
class Mixing(Layer):
    """A function of torch that keeps the shape, and whose output may depend on any entry: roll, cumsum."""

    function: str

    nick, is_shape_alone = "mixing", True
    source = "https://docs.pytorch.org/docs/stable/torch.html"
    shape = Formula(lambda input: input)

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return scattered(len(inputs[0]), len(output), "may read any entry")


@final
class Constant(Variadic):
    """A tensor that depends on nothing that goes into the module and is not learned."""

    sizes: Sizes
    batch_dim: bool = False

    nick, arity, is_shape_alone = "constant", (0, 0), True
    source = Parameter.source
    shape = Formula(lambda sizes: sizes)

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        return {**vars(self), "input": (), "inputs": inputs}

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return STILL


@final
class Traced(Layer):
    """What goes into a module that does something else at other sizes: it passes inputs of the traced size alone."""

    sizes: Sizes

    nick, saves, is_shape_alone = "traced", (), True
    view = True
    source = "https://docs.pytorch.org/docs/stable/torch.html"
    shape = Formula(lambda input: input)

    def requirements(self, inputs: tuple[Shape, ...]) -> Iterator[Requirement]:
        if len(inputs[0]) != len(self.sizes):
            raise ShapeError(_other_size(self, inputs))
        yield from equal_sizes(_TRACED, inputs[0], self.sizes)

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return STILL


def _other_size(layer: Traced, inputs: tuple[Shape, ...]) -> str:
    return (
        f"the module was traced at {shape_text(layer.sizes)}, and does something else at other sizes; "
        f"trace it at {shape_text(inputs[0])}."
    )


_TRACED = Require(
    "the input must have the size at which the module was traced",
    "=",
    lambda left, right: (left, right),
    refusal=_other_size,
)
