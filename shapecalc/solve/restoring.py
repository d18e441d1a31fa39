"""The output_padding with which a transposed convolution gives back the size that a window took away."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, cast, final

from shapecalc.algebra import Env, Int, evaluate, name_values, names_in, normal, plain, text
from shapecalc.algebra.expr import FloorDiv, Plus
from shapecalc.errors import ShapeError, SpecError, check_type
from shapecalc.formats.text.chain import read_layer
from shapecalc.formats.text.shapes import ShapeLike
from shapecalc.layers import Layer, Shape, shape_text
from shapecalc.layers.conv import ConvTranspose, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from shapecalc.layers.core.axiswise import AXIS_NAMES, Axiswise
from shapecalc.layers.core.letters import written
from shapecalc.measures.sizes import apply
from shapecalc.page import Column, Lines, Page, Presentable, Table
from shapecalc.solve.footnotes import footnotes
from shapecalc.solve.windows.question import read_side
from shapecalc.solve.windows.window_layers import ARGUMENTS, CHANNELS

#: A letter, or several letters together, may leave at most so many combinations of remainders.
MAX_CASES = 256


@final
@dataclass(frozen=True)
class Residue:
    """The sizes that leave the same remainder.

    Attributes:
        letter: the letter of the size.
        remainder: what the sizes leave when divided by ``modulus``.
        modulus: the stride.
    """

    letter: str
    remainder: int
    modulus: int

    def __str__(self) -> str:
        if self.modulus == 2:
            return f"{self.letter} {('even', 'odd')[self.remainder]}"
        return f"{self.letter} ≡ {self.remainder} (mod {self.modulus})" if self.modulus > 1 else f"every {self.letter}"


@final
@dataclass(frozen=True)
class Inverse:
    """A layer that restores the sizes of its cases; without cases, the number that the question gives."""

    cases: tuple[Residue, ...]
    layer: Layer


@final
@dataclass(frozen=True)
class Remainder:
    """The output padding along an axis: what the division by the stride leaves.

    Attributes:
        dividend: what is divided, as a tree of names.
        divisor: the stride, as a tree of names.
        env: the value of each name.
    """

    dividend: Int
    divisor: Int
    env: Env

    @property
    def formula(self) -> str:
        """The remainder in letters: (W − F + 2P) mod S."""
        return f"({written(self.dividend)}) mod {written(self.divisor)}"

    @property
    def numbers(self) -> str:
        """The remainder in numbers: (7 − 3 + 2·1) mod 2 = 0."""
        values = name_values(self.env)
        dividend, divisor = normal(evaluate(self.dividend, values)), self.env["stride"]
        numbers = f"({text(self.dividend, lambda name: values[name])}) mod {divisor}"
        return f"{numbers} = {dividend % divisor}" if isinstance(dividend, int) else numbers


@final
@dataclass(frozen=True)
class Restored(Presentable):
    """How the size that a layer took away comes back; print it.

    Attributes:
        layer: the layer.
        before: the shape that goes in.
        after: what the layer makes of it.
        answers: the transposed convolutions: one for numbers, one for each remainder of a letter by the stride.
        remainders: the output padding along each axis; () where the layer rounds up.
    """

    layer: Layer
    before: Shape
    after: Shape
    answers: tuple[Inverse, ...]
    remainders: tuple[Remainder, ...]

    @property
    def rule(self) -> str:
        """The output padding as a formula; "" where the layer rounds up."""
        return self.remainders[0].formula if self.remainders else ""

    def page(self) -> Page:
        """The transposed convolution that gives a size back; for letters, a table by their remainders."""
        before, after = shape_text(self.before), shape_text(self.after)
        head = f"{self.layer!r}: {before} → {after}"
        notes = footnotes(self._notes())
        if not self.answers[0].cases:
            return Page((Lines((head, f"{self.answers[0].layer!r}: {after} → {before}")), *notes))
        rows = tuple((" and ".join(map(str, answer.cases)), repr(answer.layer)) for answer in self.answers)
        return Page((Lines((head,)), Table((Column("for", least=16), Column("back by", least=24)), rows), *notes))

    def _notes(self) -> list[tuple[str, str]]:
        if not self.remainders:
            return []
        numbers = [remainder.numbers for remainder in self.remainders]
        axes = ["numbers"] if len(set(numbers)) == 1 else AXIS_NAMES[len(numbers)]
        return [("rule", f"output_padding = {self.rule}"), *zip(axes, numbers, strict=False)]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "layer": repr(self.layer),
            "input": plain(self.before),
            "output": plain(self.after),
            "rule": self.rule,
            "answers": [
                {
                    "spec": repr(answer.layer),
                    "output_padding": list(answer.layer.values["output_padding"]),
                    **({"for": [str(case) for case in answer.cases]} if answer.cases else {}),
                }
                for answer in self.answers
            ],
        }


def restore(layer: Layer | str, size: ShapeLike) -> Restored:
    """The transposed convolution that gives back the size which a convolution or a pooling took away.

    Several sizes become one where a stride rounds; output_padding says which of them is meant.

    Args:
        layer: a convolution or pooling, or its text: ``"Conv2d(64, 128, 3, stride=2, padding=1)"``.
        size: what goes into it: 7 or ``"W"`` for every axis, one size for each axis, or those with the channels first.

    Raises:
        SpecError: the layer is of another kind, or the size does not fit it.
        ShapeError: the layer refuses the size, or no output padding restores it.

    Example:
        >>> import shapecalc
        >>> print(shapecalc.solve.restore("Conv2d(64, 128, 3, stride=2, padding=1)", 8).answers[0].layer)
        ConvTranspose2d(128, 64, 3, stride=2, padding=1, output_padding=1)
    """
    check_type("layer", layer, (str, Layer), "a layer, or its text such as 'Conv2d(3, 8, 3, stride=2)'")
    encoder = _window(read_layer(layer) if isinstance(layer, str) else layer)
    before = _shape(encoder, size)
    resolved, after = apply(encoder, (before,))
    encoder = _window(resolved)
    envs = [env for _, env in encoder.axis_envs(before)]
    losses = [_loss(encoder, env, size) for env, size in zip(envs, after[1:], strict=True)]
    answers = list(_answers(encoder, before, after, losses))
    if all(answer.layer == answers[0].layer for answer in answers):
        answers = [Inverse(tuple(Residue(case.letter, 0, 1) for case in answers[0].cases), answers[0].layer)]
    remainders = [remainder for env in envs for remainder in _remainder(type(encoder).axis_size.tree(env), env)]
    return Restored(encoder, before, after, tuple(answers), tuple(remainders))


def _window(layer: Layer) -> Axiswise:
    if not layer.is_window:
        raise SpecError(f"{layer!r} does not slide a window over its input; give a convolution or a pooling.")
    if any(names_in(layer.values.get(argument)) for argument in ARGUMENTS):
        raise SpecError(f"{layer!r} has letters among its arguments; give numbers, and a letter for the size.")
    if isinstance(layer.values.get("padding"), str) and layer.values["padding"] != "valid":
        raise SpecError(f"{layer!r}: a transposed convolution needs the padding as a number; write it as one.")
    return cast("Axiswise", layer)


def _shape(layer: Axiswise, size: ShapeLike) -> Shape:
    """The input shape that some sizes mean: one for all axes, one for each, or those behind the channels."""
    sizes = read_side(size)
    if len(sizes) == layer.rank + 1:
        return sizes
    if len(sizes) not in {1, layer.rank}:
        raise SpecError(f"{layer!r} has {layer.rank} axes, but {shape_text(sizes)} has {len(sizes)} sizes.")
    channels = layer.values.get("in_channels")
    return (CHANNELS[0] if channels is None else channels, *sizes * (layer.rank // len(sizes)))


def _transposed(layer: Axiswise, channels: tuple[Int, Int], output_padding: tuple[int, ...]) -> ConvTranspose:
    """The transposed convolution with the arguments of a window."""
    cls = (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)[layer.rank - 1]
    values = dict(layer.values)
    if values["stride"] is None:
        values["stride"] = values["kernel_size"]
    if values.get("padding") == "valid":
        values["padding"] = 0
    shared = ("kernel_size", "stride", "padding", "dilation", "groups")
    arguments = {name: values[name] for name in shared if name in values}
    return cls(channels[1], channels[0], output_padding=output_padding, **arguments)


def _loss(layer: Axiswise, env: Env, after: Int) -> Int:
    """How much of a size a transposed convolution without output padding does not give back."""
    inverse = _transposed(layer, (1, 1), (0,) * layer.rank)
    axis = {**env, "W": after, "output_padding": 0, "padding": env["before"]}
    return normal(env["W"] - type(inverse).axis_size.at(axis))


def _answers(layer: Axiswise, before: Shape, after: Shape, losses: list[Int]) -> Iterator[Inverse]:
    """A transposed convolution for each combination of remainders."""
    letters = sorted({name for size in before[1:] for name in names_in(size)}, key=lambda name: name.name)
    strides = layer.values["stride"] or layer.values["kernel_size"]
    modulus = math.lcm(*strides) if letters else 1
    if modulus ** len(letters) > MAX_CASES:
        raise SpecError(f"{layer!r}: the remainders by {modulus} are too many to tell; give a number for the size.")
    channels = layer.values.get("out_channels", before[0])
    for remainders in product(range(modulus), repeat=len(letters)):
        sizes = {name: modulus * name + remainder for name, remainder in zip(letters, remainders, strict=True)}
        paddings = [normal(evaluate(loss, sizes)) for loss in losses]
        cases = tuple(
            Residue(name.name, remainder, modulus) for name, remainder in zip(letters, remainders, strict=True)
        )
        yield Inverse(cases, _transposed(layer, (before[0], channels), _legal(layer, before, after, paddings)))


def _legal(layer: Axiswise, before: Shape, after: Shape, paddings: list[Int]) -> tuple[int, ...]:
    """The output paddings, if they are numbers that are not negative."""
    numbers = tuple(padding for padding in paddings if isinstance(padding, int) and padding >= 0)
    if len(numbers) == len(paddings):
        return numbers
    raise ShapeError(
        f"{layer!r} rounds {shape_text(before)} up to {shape_text(after)}, and a transposed convolution of that "
        f"gives more than {shape_text(before)}: output_padding would be negative. Crop what comes out instead."
    )


def _remainder(size: Int | tuple[Int, ...], env: Env) -> Iterator[Remainder]:
    """What the division in the formula of a size leaves; nothing where the formula rounds up."""
    match size:
        case Plus(FloorDiv(dividend, divisor), 1):
            yield Remainder(dividend, divisor, env)
