"""Layers that do the same along each of their axes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import repeat
from types import MappingProxyType
from typing import Any, ClassVar

from shapecalc.algebra import Env, Formula, Int, maximum
from shapecalc.algebra.memo import remember
from shapecalc.layers.core.conditions import Require, Requirement, axis_arguments, open_conditions
from shapecalc.layers.core.interning import Interned
from shapecalc.layers.core.kinds import Shape
from shapecalc.layers.core.layer import Layer, SizeStep
from shapecalc.layers.core.motion import Motion, Reads, Slide
from shapecalc.layers.core.quantity import Quantity

#: What the axes are called, by how many there are.
AXIS_NAMES = MappingProxyType({1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")})


def axis_names(axes: int) -> tuple[str, ...]:
    """What the axes of a map are called, by how many there are."""
    return AXIS_NAMES.get(axes) or tuple([f"axis {axis}" for axis in range(1, axes + 1)])


class Axiswise(Layer):
    """Each output size follows from one input size by one formula. Abstract."""

    gives: ClassVar[frozenset[str]] = Layer.gives | {"W", "D", "o"}
    takes_empty = False  # as most of torch's kernels; the classes that do take it say so
    #: the number of output channels; None where all dimensions before the axes stay as they are.
    channels: ClassVar[Formula | None] = None
    #: the output size along an axis.
    axis_size: ClassVar[Formula]
    #: the conditions along each axis.
    fits: ClassVar[tuple[Require, ...]] = ()
    #: whether :meth:`axis_env` changes nothing of what :meth:`settle` leaves, and adds what follows from the size:
    #: then axes that agree share an environment, and windows are worked out once for all sizes.
    is_settled: ClassVar[bool] = False
    #: what an output reads along each axis; a class without it does not say how it moves axes.
    reads: ClassVar[Reads]

    @classmethod
    def formulas(cls) -> Iterator[tuple[str, Formula]]:
        yield from super().formulas()
        if cls.channels is not None:
            yield "channels", cls.channels
        for require in cls.fits:
            yield from require.formulas(f"fits[{require.words!r}]")
        if hasattr(cls, "axis_size"):
            yield "axis_size", cls.axis_size
        if hasattr(cls, "reads"):
            yield "reads.taps", cls.reads.taps
            yield "reads.cycle", cls.reads.cycle

    @classmethod
    def output_formulas(cls) -> Iterator[tuple[Quantity, Formula]]:
        if cls.channels is not None:
            yield Quantity.CHANNELS, cls.channels
        yield Quantity.SIZE, cls.axis_size

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        return {**vars(self), "input": inputs[0], "inputs": inputs, "D": inputs[0][0]}

    @classmethod
    def settle(cls, env: dict[str, Any]) -> None:
        """Give the names that follow from the arguments along an axis, whatever the size of the input."""

    def axis_env(self, axis: int, size: Int, channels: Int) -> dict[str, Any]:
        """The names that a formula along one axis uses; a field with one value per axis has that axis's."""
        arguments = axis_arguments(self.interned)
        return {**arguments[axis if len(arguments) > 1 else 0], "W": size, "D": channels}

    def axes_of(self, shape: Shape) -> int:
        """How many trailing axes of this input the layer acts on."""
        return self.rank

    def edge(self) -> str:
        """What is read outside the input: nothing ("zeros"), or the input "reflect"ed, "replicate"d or "circular"."""
        return "zeros"

    def axis_envs(self, shape: Shape) -> tuple[tuple[str, Env], ...]:
        """Each axis's name with its environment; axes that agree in everything share one."""
        return _axis_envs(self, shape)

    def requirements(self, inputs: tuple[Shape, ...]) -> Iterator[Requirement]:
        yield from super().requirements(inputs)
        conditions = open_conditions(self.interned, "fits")
        checked: Env | None = None
        for name, env in self.axis_envs(inputs[0]):
            if env is not checked:
                for require in conditions:
                    yield require, env, name
            checked = env

    def steps(self, inputs: tuple[Shape, ...]) -> Iterator[SizeStep]:
        cls = type(self)
        if cls.channels:
            yield Quantity.CHANNELS, "", cls.channels, self.bind(inputs)
        for name, env in self.axis_envs(inputs[0]):
            yield Quantity.SIZE, name, self.size_formula(env), env

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        cls = type(self)
        (shape, *_) = inputs
        envs = [env for _, env in self.axis_envs(shape)]
        first = self.size_formula(envs[0]).at(envs[0])
        sizes = tuple([first if env is envs[0] else self.size_formula(env).at(env) for env in envs])
        lead = (cls.channels.at(self.bind(inputs)),) if cls.channels else shape[: len(shape) - len(sizes)]
        return (*lead, *sizes)

    def size_formula(self, env: Env) -> Formula:
        """The formula of the output size along an axis with these values."""
        return type(self).axis_size

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        if not hasattr(type(self), "reads"):
            return super().motion(inputs, output)
        slides = self.slides(inputs[0])
        lead = len(inputs[0]) - len(slides)
        return Motion(slides=slides, lost=() if self.channels is None else tuple(range(lead)))

    def slides(self, shape: Shape) -> tuple[tuple[int, Slide], ...]:
        """What is read along each axis, with the dimension that the axis is."""
        axes = self.axes_of(shape)
        return _steady_slides(self.interned, len(shape) - axes, axes) or self.moved_slides(shape)

    def moved_slides(self, shape: Shape) -> tuple[tuple[int, Slide], ...]:
        """As :meth:`slides`, worked out for this shape."""
        envs = [env for _, env in self.axis_envs(shape)]
        lead, first = len(shape) - len(envs), self._slide(envs[0])
        slides = [first if env is envs[0] else self._slide(env) for env in envs]
        return tuple(enumerate(slides, lead))

    def _slide(self, env: Env) -> Slide:
        reads, edge = type(self).reads, self.edge()
        arguments = tuple([env[name] for name in reads.names])
        if edge != "circular":
            return Slide(reads, arguments, edge)
        return Slide(reads, arguments, edge, (maximum(-env["before"], 0), maximum(-env["after"], 0)))

    def steady_slides(self, lead: int, axes: int) -> tuple[tuple[int, Slide], ...]:
        """What is read along each axis where the arguments alone say it, whatever the sizes; else nothing."""
        if not self.is_settled:
            return ()
        arguments, names = axis_arguments(self.interned), type(self).reads.names
        if not all(name in env for env in arguments for name in names):
            return ()
        slides = list(map(self._slide, arguments))
        return tuple(enumerate(slides if len(slides) > 1 else slides * axes, lead))


@remember()
def _steady_slides(shared: Interned, lead: int, axes: int) -> tuple[tuple[int, Slide], ...]:
    layer: Axiswise = shared.layer
    return layer.steady_slides(lead, axes)


@lru_cache(maxsize=1)  # conditions, sizes and motion are asked in turn for the same layer and shape
def _axis_envs(layer: Axiswise, shape: Shape) -> tuple[tuple[str, Env], ...]:
    axes = layer.axes_of(shape)
    names, sizes = AXIS_NAMES[axes], shape[-axes:]
    if layer.is_settled and len(axis_arguments(layer.interned)) == 1 and len({*sizes}) == 1:
        return tuple(zip(names, repeat(layer.axis_env(0, sizes[0], shape[0]))))
    envs: list[Env] = []
    for axis, size in enumerate(sizes):
        env = layer.axis_env(axis, size, shape[0])
        envs.append(envs[-1] if envs and env == envs[-1] else env)
    return tuple(zip(names, envs, strict=True))
