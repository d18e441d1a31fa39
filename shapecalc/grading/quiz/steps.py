"""The steps by which a key comes about, as data: a closed set, each step with the sides of its equation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never, final

from shapecalc.algebra import Int
from shapecalc.derivations import Derived
from shapecalc.layers import Shape, shape_text
from shapecalc.layers.core.quantity import Quantity

#: A sum or a path is written out up to this many terms.
MAX_TERMS = 6
#: What a quantity is called in a sentence, where its own word is too short for that.
_WORDS = {Quantity.FIELD: "receptive field"}


@final
@dataclass(frozen=True, slots=True)
class SizeDerivation:
    """Sizes of a shape that one layer makes by the same formula with the same numbers.

    Attributes:
        sizes: where each stands in the shape, counted from 0, with its formula. Later layers leave them as they are.
    """

    sizes: tuple[tuple[int, Derived], ...]


@final
@dataclass(frozen=True, slots=True)
class InputSizes:
    """Sizes of a shape that are those of an input of the network.

    Attributes:
        dims: where they stand in the shape, counted from 0.
        name: the input.
        shape: its shape.
    """

    dims: tuple[int, ...]
    name: str
    shape: Shape


@final
@dataclass(frozen=True, slots=True)
class LayerSum:
    """What all layers have together.

    Attributes:
        total: the sum. Its terms are the layers' own numbers, without those that are 0.
    """

    total: Derived


@final
@dataclass(frozen=True, slots=True)
class FieldGrowth:
    """How a receptive field or a jump grows from layer to layer.

    Attributes:
        quantity: the field, or the jump.
        values: each node on the way with its value behind the node.
    """

    quantity: Quantity
    values: tuple[tuple[str, Int], ...]


@final
@dataclass(frozen=True, slots=True)
class SharedWeights:
    """A node that has no parameters because it uses those of another node, its owner."""

    node: str
    owner: str


@final
@dataclass(frozen=True, slots=True)
class ChannelsLast:
    """A shape with its channels moved to the end."""

    shape: tuple[int, ...]


@final
@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """Whether the claim of an option holds.

    Attributes:
        letter: the option.
        holds: whether it is true.
    """

    letter: str
    holds: bool


@final
@dataclass(frozen=True, slots=True)
class SeenInputs:
    """The inputs that one output of a node sees.

    Attributes:
        node: the node.
        output: its output, counted from 0.
        interval: the first and the last input.
    """

    node: str
    output: int
    interval: Shape


@final
@dataclass(frozen=True, slots=True)
class MeasuredBytes:
    """Bytes of the whole network, by what they are for."""

    words: str
    value: Int


#: The closed set, for ``match`` with ``assert_never``.
Step = (
    Derived
    | SizeDerivation
    | InputSizes
    | LayerSum
    | FieldGrowth
    | SharedWeights
    | ChannelsLast
    | ClaimVerdict
    | SeenInputs
    | MeasuredBytes
)


def sides(step: Step) -> tuple[str, ...]:  # noqa: C901  one case for each step
    """The sides of a step's equation: what it is about, its formula, the numbers in it, and the result."""
    match step:
        case Derived():
            return (_heading(step), *step.sides())
        case SizeDerivation(sizes):
            labels = dict.fromkeys(size.label for _, size in sizes)
            first = sizes[0][1]
            return (f"{' and '.join(labels)} of {first.node}", *first.sides())
        case InputSizes(name=name, shape=shape):
            return f"shape of {name}", shape_text(shape)
        case LayerSum(total):
            return _sum_sides(total)
        case FieldGrowth(quantity, values):
            points = [f"{name} {value}" for name, value in values]
            if len(points) > MAX_TERMS:
                points = [points[0], "…", *points[-MAX_TERMS + 2 :]]
            return (f"{_word(quantity)} after {', '.join(points)}",)
        case SharedWeights(node, owner):
            return (f"{node} uses the weights of {owner} and has none of its own",)
        case ChannelsLast(shape):
            return (f"channels last: {shape_text(shape)}",)
        case ClaimVerdict(letter, holds):
            return (f"{letter} is {'true' if holds else 'false'}",)
        case SeenInputs(node, output, interval):
            return (f"inputs that output {output} of {node} sees", "..".join(map(str, interval)))
        case MeasuredBytes(words, value):
            return (words, f"{value} bytes")
        case _:
            assert_never(step)


def steps_text(steps: Iterable[Step]) -> str:
    """Steps as one line, with ";" between them."""
    return "; ".join(" = ".join(sides(step)) for step in steps)


def _heading(step: Derived) -> str:
    if step.quantity is Quantity.VALUES:
        return step.part or _word(step.quantity)
    return f"{step.part or _word(step.quantity)} of {step.node}"


def _sum_sides(total: Derived) -> tuple[str, ...]:
    result = str(total.value)
    if not total.terms:
        return _word(total.quantity), result
    if len(total.terms) > MAX_TERMS:
        return _word(total.quantity), f"the sum over {len(total.terms)} layers", result
    return _word(total.quantity), " + ".join(f"{term.value} ({term.node})" for term in total.terms), result


def _word(quantity: Quantity) -> str:
    return _WORDS.get(quantity, str(quantity))
