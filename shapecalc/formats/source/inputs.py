"""How the networks of a program are built, and for which inputs: the calls in the file, or letters for the sizes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from shapecalc.algebra import Int, Name
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.evaluation import evaluate
from shapecalc.algebra.names import names_in
from shapecalc.formats.source.networks import Construction, FollowedNetwork, Module, construct, outcomes
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

#: The comparisons of which one must hold.
Options = tuple[Comparison, ...]

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


def is_of(network: Value, cls: Class) -> bool:
    """Whether a network is an object of a class."""
    return isinstance(network, Instance) and network.cls.name == cls.name


def text_of(network: Value) -> str:
    """The call that builds a network, as the program writes it."""
    place = network.place if isinstance(network, Instance) else None
    return ast.unparse(place) if isinstance(place, ast.Call) else ""


def construction_of(program: Program, cls: Class) -> tuple[Construction, str]:
    """How a class is built: from its defaults, as the program does it, or with letters for what is not known."""
    missing = required(cls.find("__init__"))
    if not missing:
        return {}, f"{cls.name}()"
    made = program.run.instances
    number = next((place for place, each in enumerate(made) if is_of(each, cls)), None)
    if number is not None:
        return number, text_of(made[number])
    values = {name: _stand_in(name, cls) for name in missing}
    return values, f"{cls.name}({', '.join(f'{name}={name}' for name in missing)})"


def required(function: Value) -> list[str]:
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


def _letters(rank: int, number: int | None) -> Shape:
    suffix = "" if number is None else str(number + 1)
    return tuple([Name(f"{letter}{suffix}") for letter in _LETTERS[rank]])


def _ranks(network: Module | None) -> list[int]:
    """How many dimensions an input may have, the likeliest first."""
    types = [module.type for _, module in submodules(network) if isinstance(module, LayerObject)] if network else []
    first = next((_RANKS[name] for name in types if name in _RANKS), 3)
    return [first, *[rank for rank in (3, 1, 2, 4) if rank != first]]


def inputs_in_letters(source: Source, name: str, call: Construction) -> Iterator[tuple[Shape, ...]]:
    """Inputs of so many dimensions as a network may take, the likeliest first, with letters for their sizes."""
    network = construct(source, name, call)
    count = max(1, len(required(network.cls.find("forward")))) if isinstance(network, Instance) else 1
    for rank in _ranks(network):
        yield tuple([_letters(rank, number if count > 1 else None) for number in range(count)])


def settled(
    source: Source, name: str, call: Construction, shapes: tuple[Shape, ...]
) -> tuple[tuple[Shape, ...], list[Options], list[FollowedNetwork]]:
    """Inputs with numbers for those letters that equations of the network settle.

    Returns:
        The inputs; the conditions on the letters that they have left; and the readings that gave both.
    """
    values: dict[Name, Int] = {}
    readings: list[FollowedNetwork] = []
    numbered = shapes
    for _ in range(ROUNDS):
        numbered = tuple([tuple([evaluate(size, values) for size in shape]) for shape in shapes])
        readings = outcomes(source, name, call, numbered)
        before = len(values)
        while letters := _equations(readings, values):
            values |= letters
        # where nothing depends on what is not known, the conditions are the same with the numbers in them
        if len(values) == before or all(reading.failure is None and not reading.run.tests for reading in readings):
            break
    settled_shapes = tuple([tuple([evaluate(size, values) for size in shape]) for shape in shapes])
    return settled_shapes, [*_conditions(readings, values)], readings


def _conditions(readings: list[FollowedNetwork], values: Mapping[Name, Int]) -> dict[Options, None]:
    """What the letters must fulfil, each condition once, with numbers for those letters that have them."""
    conditions = dict.fromkeys(each.condition.options for reading in readings for each in reading.run.assumptions)
    return dict.fromkeys(tuple([_numbered(option, values) for option in options]) for options in conditions)


def _numbered(option: Comparison, values: Mapping[Name, Int]) -> Comparison:
    if not values:
        return option
    left, relation, right = option
    try:
        return Comparison(evaluate(left, values), relation, evaluate(right, values))
    except ZeroDivisionError:
        return Comparison(0, Relation.EQUAL, 1)


def _equations(readings: list[FollowedNetwork], values: Mapping[Name, Int]) -> dict[Name, Int]:
    """A letter that an equation of the network settles: as many channels as the first layer takes."""
    for options in _conditions(readings, values):
        letters = letters_in_condition(options)
        if len(letters) == 1 and all(option.relation is Relation.EQUAL for option in options):
            (letter,) = letters
            roots = {root for option in options for root in _roots(option, letter)}
            if len(roots) == 1:
                return {letter: roots.pop()}
    return {}


def letters_in_condition(options: Options) -> frozenset[Name]:
    """The letters of a condition but for the batch."""
    return frozenset().union(*[names_in((option.left, option.right)) for option in options]) - {BATCH}


def _roots(equation: Comparison, letter: Name) -> list[int]:
    """The sizes with which an equation holds: of a straight line at once, else each is tried."""
    first, second, third = [_difference(equation, {letter: size, BATCH: 1}) for size in (1, 2, 3)]
    if isinstance(first, int) and isinstance(second, int) and first != second and third == 2 * second - first:
        root, rest = divmod(-first, second - first)
        return [root + 1] if rest == 0 and 0 <= root < LARGEST and holds(equation, {letter: root + 1}) else []
    return [size for size in range(1, LARGEST + 1) if holds(equation, {letter: size})]


def _difference(equation: Comparison, values: dict[Name, Int]) -> Int | None:
    try:
        return evaluate(equation.left, values) - evaluate(equation.right, values)
    except ZeroDivisionError:
        return None


def holds(option: Comparison, values: dict[Name, Int]) -> bool:
    """Whether a comparison may hold where letters have values, for some batches at least."""
    left, relation, right = option
    try:
        comparison = Comparison(evaluate(left, values), relation, evaluate(right, values))
    except ZeroDivisionError:
        return False
    letters = names_in((comparison.left, comparison.right))
    if letters == {BATCH}:
        return all(holds(comparison, {BATCH: batch}) for batch in BATCHES)
    return comparison.holds() is not False or bool(letters)
