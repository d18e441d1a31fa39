"""Where the input of a network comes from: an option, the file itself, or sizes for which the code is consistent."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import final

from shapecalc.algebra import Int, Name
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.evaluation import evaluate
from shapecalc.algebra.names import names_in
from shapecalc.formats.source.networks import Construction, FollowedNetwork, construct, outcomes
from shapecalc.formats.source.programs import Program, Source
from shapecalc.formats.source.torch.members import submodules
from shapecalc.formats.source.values import (
    BATCH,
    Class,
    Instance,
    LayerObject,
    ProgramFunction,
    Unknown,
    Value,
    name_set,
)
from shapecalc.layers import Shape

#: Sizes of images and sequences that are tried, the usual ones first.
USUAL = (32, 224, 28, 64, 128, 256, 96, 299, 227, 48, 512)
#: The largest size that is tried where equations leave sizes open.
LARGEST = 1_024
#: The batches on which they are tried.
BATCHES = (1, 2, 3)
#: How often equations are solved for a letter, and the network followed anew.
ROUNDS = 6

#: The number of dimensions of an input without its batch, by the first layer of these that a network has.
_RANKS = {
    "Conv1d": 2, "Conv2d": 3, "Conv3d": 4, "ConvTranspose1d": 2, "ConvTranspose2d": 3, "ConvTranspose3d": 4,
    "BatchNorm2d": 3, "MaxPool2d": 3, "AvgPool2d": 3, "Embedding": 1, "LSTM": 2, "GRU": 2, "RNN": 2, "Linear": 1,
    "MultiheadAttention": 2, "TransformerEncoderLayer": 2, "BatchNorm1d": 1, "LSTMCell": 1, "GRUCell": 1,
}  # fmt: skip
_LETTERS = {1: ("D",), 2: ("C", "L"), 3: ("C", "H", "W"), 4: ("C", "T", "H", "W")}


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
        stands_in: whether letters or unknown values stand for arguments of the network.
    """

    call: Construction
    text: str
    shapes: tuple[Shape, ...]
    origin: str
    is_guess: bool = False
    stands_in: bool = False


def candidates(
    source: Source, program: Program, cls: Class, call: ast.Call | None, inputs: Sequence[Shape]
) -> Iterator[Candidate]:
    """The inputs on which a network is checked, the surest first."""
    use = next((each for each in program.run.uses if _is_of(each.network, cls)), None)
    if call is not None:
        construction: Construction = call
        text = ast.unparse(call)
    elif use is not None and not inputs:
        construction, text = program.run.instances.index(use.network), _text(use.network)
    else:
        construction, text = _construction(program, cls)
    if inputs:
        yield Candidate(construction, text, tuple(inputs), "option", stands_in=_stands_in(construction))
    elif use is not None:
        yield Candidate(construction, text, use.shapes, "call")
    else:
        yield from _inferred(source, cls, construction, text)


def _stands_in(call: Construction) -> bool:
    return isinstance(call, Mapping) and bool(call)


def _is_of(network: Value, cls: Class) -> bool:
    return isinstance(network, Instance) and network.cls.name == cls.name


def _text(network: Value) -> str:
    place = network.place if isinstance(network, Instance) else None
    return ast.unparse(place) if isinstance(place, ast.Call) else ""


def _construction(program: Program, cls: Class) -> tuple[Construction, str]:
    """How a class is built: from its defaults, as the program does it, or with letters for what is not known."""
    missing = _required(cls.find("__init__"))
    if not missing:
        return {}, f"{cls.name}()"
    made = program.run.instances
    number = next((place for place, each in enumerate(made) if _is_of(each, cls)), None)
    if number is not None:
        return number, _text(made[number])
    values = {name: _stand_in(name, cls) for name in missing}
    return values, f"{cls.name}({', '.join(f'{name}={name}' for name in missing)})"


def _required(function: Value) -> list[str]:
    """The parameters of a function without a default, but for the object itself."""
    if not isinstance(function, ProgramFunction):
        return []
    signature = function.node.args
    names = [each.arg for each in (*signature.posonlyargs, *signature.args)][1:]
    names += [each.arg for each in signature.kwonlyargs]
    return [name for name in names if name not in function.defaults]


#: Parts of the names of arguments that are whole numbers.
_NUMBERS = name_set(
    "num n dim dims size channels classes features hidden planes in out width height nc nf ch inp oup outp output "
    "input vocab ninp nhid ntoken kernel stride heads nhead depth length embed filters cin cout latent z c h w k "
    "d"
)


def _stand_in(name: str, cls: Class) -> Value:
    """What stands for an argument that is not known: a letter for a whole number."""
    words = {*name.lower().split("_")}
    if words & _NUMBERS and words.isdisjoint({"list", "fn", "layer", "layers", "block", "blocks", "sizes"}):
        return Name(name)
    return Unknown(f"the argument {name} of {cls.name}", cls.node.lineno if cls.node else 0)


def _inferred(source: Source, cls: Class, call: Construction, text: str) -> Iterator[Candidate]:
    """Inputs for which the code is consistent."""
    forward = cls.find("forward")
    count = max(1, len(_required(forward)))
    network = construct(source, cls.name, call)
    for rank in _ranks(network):
        shapes = tuple([_letters(rank, number if count > 1 else None) for number in range(count)])
        yield from _solved(source, cls, call, text, shapes)


def _letters(rank: int, number: int | None) -> Shape:
    suffix = "" if number is None else str(number + 1)
    return tuple([Name(f"{letter}{suffix}") for letter in _LETTERS[rank]])


def _ranks(network: Instance | None) -> list[int]:
    """How many dimensions an input may have, the likeliest first."""
    types = [module.type for _, module in submodules(network) if isinstance(module, LayerObject)] if network else []
    first = next((_RANKS[name] for name in types if name in _RANKS), 3)
    return [first, *[rank for rank in (3, 1, 2, 4) if rank != first]]


def _solved(
    source: Source, cls: Class, call: Construction, text: str, shapes: tuple[Shape, ...]
) -> Iterator[Candidate]:
    """Inputs of given dimensions, with numbers for their letters."""
    values: dict[Name, Int] = {}
    readings: list[FollowedNetwork] = []
    for _ in range(ROUNDS):
        numbered = tuple([tuple([evaluate(size, values) for size in shape]) for shape in shapes])
        readings = outcomes(source, cls.name, call, numbered)
        found = _equations(readings)
        if not found:
            break
        values |= found
    numbered = tuple([tuple([evaluate(size, values) for size in shape]) for shape in shapes])
    letters = [size for shape in numbered for size in shape if isinstance(size, Name)]
    if not letters:
        yield Candidate(call, text, numbered, "inferred", is_guess=True, stands_in=_stands_in(call))
        return
    comparisons = [each.condition.options for reading in readings for each in reading.run.assumptions]
    for size in _sizes(comparisons, letters):
        filled = {letter: 3 if letter.name.startswith("C") else size for letter in letters}
        yield Candidate(
            call,
            text,
            tuple([tuple([filled.get(each, each) for each in shape]) for shape in numbered]),  # type: ignore[call-overload]
            "inferred",
            is_guess=True,
            stands_in=_stands_in(call),
        )


def _equations(readings: list[FollowedNetwork]) -> dict[Name, Int]:
    """A letter that an equation of the network settles: as many channels as the first layer takes."""
    for reading in readings:
        for assumption in reading.run.assumptions:
            for option in assumption.condition.options:
                letters = names_in((option.left, option.right)) - {BATCH}
                if option.relation is Relation.EQUAL and len(letters) == 1:
                    (letter,) = letters
                    numbers = [size for size in range(1, LARGEST + 1) if _holds_for(option, letter, size)]
                    if len(numbers) == 1:
                        return {letter: numbers[0]}
    return {}


def _holds_for(option: Comparison, letter: Name, size: int) -> bool:
    return all(_holds(option, {letter: size, BATCH: batch}) for batch in BATCHES)


def _sizes(comparisons: list[tuple[Comparison, ...]], letters: list[Name]) -> Iterator[int]:
    """Sizes that fulfil every condition, put in place of all letters: usual ones, or else the smallest."""
    legal = [size for size in USUAL if _fulfils(comparisons, letters, size)]
    yield from legal[:2]
    if not legal:
        smallest = next((size for size in range(1, LARGEST + 1) if _fulfils(comparisons, letters, size)), None)
        yield from () if smallest is None else (smallest,)


def _fulfils(comparisons: list[tuple[Comparison, ...]], letters: list[Name], size: int) -> bool:
    values: dict[Name, Int] = {letter: 3 if letter.name.startswith("C") else size for letter in letters}
    return all(
        any(_holds(option, {**values, BATCH: batch}) for option in options)
        for options in comparisons
        for batch in BATCHES
    )


def _holds(option: Comparison, values: dict[Name, Int]) -> bool:
    left, relation, right = option
    try:
        comparison = Comparison(evaluate(left, values), relation, evaluate(right, values))
    except ZeroDivisionError:
        return False
    return comparison.holds() is not False or bool(names_in((comparison.left, comparison.right)))
