"""Where the input of a network comes from: an option, the file itself, or sizes for which the code is consistent."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import final

from shapecalc.algebra import Int, Name
from shapecalc.algebra.comparison import Comparison
from shapecalc.algebra.evaluation import evaluate
from shapecalc.formats.source.inputs import (
    LARGEST,
    construction_of,
    holds,
    inputs_in_letters,
    is_of,
    settled,
    text_of,
)
from shapecalc.formats.source.networks import Construction
from shapecalc.formats.source.programs import Program, Source
from shapecalc.formats.source.values import Class
from shapecalc.layers import Shape

#: Sizes of images and sequences that are tried, the usual ones first.
USUAL = (32, 224, 28, 64, 128, 256, 96, 299, 227, 48, 512)
#: How many of them are tried where no size fulfils what the network asks in letters.
TRIED = 4


@final
@dataclass(frozen=True)
class Candidate:
    """A way to build a network and an input for it.

    Attributes:
        call: how the network is built.
        text: the call as text.
        shapes: the inputs, without the batch.
        origin: "option", "call" or "inferred".
        is_guess: whether another candidate may come closer to what is meant.
        is_trial: whether nothing speaks for its sizes but that they are usual.
        stands_in: whether letters or unknown values stand for arguments of the network.
    """

    call: Construction
    text: str
    shapes: tuple[Shape, ...]
    origin: str
    is_guess: bool = False
    is_trial: bool = False
    stands_in: bool = False


def candidates(
    source: Source, program: Program, cls: Class, call: ast.Call | None, inputs: Sequence[Shape]
) -> Iterator[Candidate]:
    """The inputs on which a network is checked, the surest first."""
    use = next((each for each in program.run.uses if is_of(each.network, cls)), None)
    if call is not None:
        construction: Construction = call
        text = ast.unparse(call)
    elif use is not None and not inputs:
        construction, text = program.run.instances.index(use.network), text_of(use.network)
    else:
        construction, text = construction_of(program, cls)
    if inputs:
        yield Candidate(construction, text, tuple(inputs), "option", stands_in=_stands_in(construction))
    elif use is not None:
        yield Candidate(construction, text, use.shapes, "call")
    else:
        yield from _inferred(source, cls, construction, text)


def _stands_in(call: Construction) -> bool:
    return isinstance(call, Mapping) and bool(call)


def _inferred(source: Source, cls: Class, call: Construction, text: str) -> Iterator[Candidate]:
    """Inputs for which the code is consistent."""
    for shapes in inputs_in_letters(source, cls.name, call):
        yield from _solved(source, cls, call, text, shapes)


def _solved(
    source: Source, cls: Class, call: Construction, text: str, shapes: tuple[Shape, ...]
) -> Iterator[Candidate]:
    """Inputs of given dimensions, with numbers for their letters."""
    numbered, readings = settled(source, cls.name, call, shapes)
    letters = [size for shape in numbered for size in shape if isinstance(size, Name)]

    def candidate(size: int, *, is_trial: bool = False) -> Candidate:
        filled: dict[Name, Int] = {letter: 3 if letter.name.startswith("C") else size for letter in letters}
        sizes = tuple([tuple([evaluate(each, filled) for each in shape]) for shape in numbered])
        return Candidate(call, text, sizes, "inferred", True, is_trial, _stands_in(call))

    if not letters:
        yield candidate(0)
        return
    conditions = {each.condition.options for reading in readings for each in reading.run.assumptions}
    legal = [*_sizes(conditions, letters)]
    for size in legal or USUAL[:TRIED]:
        yield candidate(size, is_trial=not legal)


def _sizes(conditions: Collection[tuple[Comparison, ...]], letters: list[Name]) -> Iterator[int]:
    """Sizes that fulfil every condition, put in place of all letters: usual ones, or else the smallest."""
    legal = [size for size in USUAL if _fulfils(conditions, letters, size)]
    yield from legal[:2]
    if not legal:
        smallest = next((size for size in range(1, LARGEST + 1) if _fulfils(conditions, letters, size)), None)
        yield from () if smallest is None else (smallest,)


def _fulfils(conditions: Collection[tuple[Comparison, ...]], letters: list[Name], size: int) -> bool:
    values: dict[Name, Int] = {letter: 3 if letter.name.startswith("C") else size for letter in letters}
    return all(any(holds(option, values) for option in options) for options in conditions)
