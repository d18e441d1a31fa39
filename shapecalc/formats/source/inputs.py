"""How the networks of a program are built, and for which inputs: the calls in the file, or letters for the sizes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple, final

from shapecalc.algebra import Int, Name
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.evaluation import evaluate
from shapecalc.algebra.names import names_in
from shapecalc.errors import SpecError
from shapecalc.formats.source.faults import Fault, Stuck
from shapecalc.formats.source.networks import (
    Construction,
    FollowedNetwork,
    Module,
    construct,
    follow,
    outcomes,
    required,
    state_of,
)
from shapecalc.formats.source.programs import Program, Source, parse
from shapecalc.formats.source.standins import CHOICES, StandIns, shown
from shapecalc.formats.source.torch.members import submodules
from shapecalc.formats.source.usages import parameters_of
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
#: How many calls of a class are tried that the file does not run itself.
MAX_CALLS = 4
#: How many inputs of a network are changed in search of their dimensions, and how often each.
MAX_INPUTS, SWEEPS = 5, 2
#: How many files beside a file are searched for calls of its networks.
MAX_SIBLINGS = 20
#: How often equations are solved for a letter, and the network followed anew.
ROUNDS = 6

#: The number of dimensions of an input without its batch, by the first layer of these that a network has.
_RANKS = {
    "Conv1d": 2, "Conv2d": 3, "Conv3d": 4, "ConvTranspose1d": 2, "ConvTranspose2d": 3, "ConvTranspose3d": 4,
    "BatchNorm2d": 3, "MaxPool2d": 3, "AvgPool2d": 3, "Embedding": 1, "LSTM": 2, "GRU": 2, "RNN": 2, "Linear": 1,
    "MultiheadAttention": 2, "TransformerEncoderLayer": 2, "BatchNorm1d": 1, "LSTMCell": 1, "GRUCell": 1,
}  # fmt: skip
_LETTERS = {0: (), 1: ("D",), 2: ("C", "L"), 3: ("C", "H", "W"), 4: ("C", "T", "H", "W")}
#: Names of inputs that are a number for each example.
_MOMENTS = name_set("t time times timestep timesteps step sigma noise_level noise_levels labels label lengths")


def is_of(network: Value, cls: Class) -> bool:
    """Whether a network is an object of a class."""
    return isinstance(network, Instance) and network.cls.name == cls.name


def text_of(network: Value) -> str:
    """The call that builds a network, as the program writes it."""
    place = network.place if isinstance(network, Instance) else None
    return ast.unparse(place) if isinstance(place, ast.Call) else ""


@final
class WayToBuild(NamedTuple):
    """A way to build a network.

    Attributes:
        construction: the call, or the arguments.
        text: the same as text.
        letters: the same with letters for sizes, where values were chosen for arguments that the program gives nowhere.
        chosen: the names of those arguments.
        twin: the same with the other value for each flag among them.
    """

    construction: Construction
    text: str
    letters: Construction | None = None
    chosen: tuple[str, ...] = ()
    twin: WayToBuild | None = None


def constructions(program: Program, cls: Class) -> Iterator[WayToBuild]:
    """The ways to build a class, the surest first."""
    missing = [*required(cls.find("__init__")), *_passed_on(program, cls)]
    made = program.run.instances
    number = next((place for place, each in enumerate(made) if is_of(each, cls)), None)
    if not missing and (number is None or not _takes_any(cls.find("__init__"))):
        yield WayToBuild({}, f"{cls.name}()")
        return
    if number is not None:
        yield WayToBuild(number, text_of(made[number]))
        return
    yield from _by_calls(program, cls, missing)
    yield from _by_choice(program, cls, missing, {})


def _takes_any(function: Value) -> bool:
    """Whether a function takes arguments of any name, some of which it may require."""
    return isinstance(function, ProgramFunction) and function.node.args.kwarg is not None


def _passed_on(program: Program, cls: Class) -> list[str]:
    """Arguments that a class requires by ``**kwargs``, since another class of the file to which these go does."""
    initializer = cls.find("__init__")
    if not isinstance(initializer, ProgramFunction) or initializer.node.args.kwarg is None:
        return []
    rest = initializer.node.args.kwarg.arg
    own = parameters_of(initializer)
    for call in ast.walk(initializer.node):
        match call:
            case ast.Call(func=ast.Name(name) | ast.Attribute(attr="__init__" as name), args=args, keywords=keywords):
                named = {each.arg for each in keywords}
                passes = any(each.arg is None and ast.unparse(each.value) == rest for each in keywords)
                other = cls.order[1:2] if name == "__init__" else [program.scope.names.get(name)]
                if passes and other and isinstance(other[0], Class):
                    names = required(other[0].find("__init__"))[len(args) :]
                    return [each for each in names if each not in named and each not in own]
    return []


def _by_choice(
    program: Program, cls: Class, missing: Sequence[str], arguments: Mapping[str, Value]
) -> Iterator[WayToBuild]:
    """With some arguments, and chosen values for the others."""
    for choice in range(CHOICES):
        way, has_flags = _with_values(program, cls, missing, arguments, choice)
        twin = _with_values(program, cls, missing, arguments, choice, flag=True)[0] if has_flags else None
        yield way._replace(twin=twin)


def required_values(
    program: Program, cls: Class, way: WayToBuild, readings: Sequence[FollowedNetwork]
) -> WayToBuild | None:
    """The same network with those values that its readings in letters require; None where they require none.

    Two letters that must be equal stay open: that may just be the mistake.

    Args:
        program: the program.
        cls: the class.
        way: how it was built.
        readings: those with letters for the sizes that were chosen.
    """
    settled = {letter.name: size for letter, size in _solutions(_conditions(readings, {})) if isinstance(size, int)}
    if not settled or not isinstance(way.construction, Mapping):
        return None
    arguments = {name: value for name, value in way.construction.items() if name not in way.chosen}
    return _with_values(program, cls, way.chosen, arguments, 0, settled=settled)[0]


def _with_values(
    program: Program,
    cls: Class,
    missing: Sequence[str],
    arguments: Mapping[str, Value],
    choice: int,
    *,
    flag: bool = False,
    settled: Mapping[str, int] | None = None,
) -> tuple[WayToBuild, bool]:
    """One choice of values, and whether there are flags among them."""
    values, sizes = (
        StandIns(program.scope, program.tree, choice, flag=flag, letters=letters, settled=settled)
        for letters in (False, True)
    )
    chosen = {**arguments, **values.arguments(cls, missing)}
    letters = {**arguments, **sizes.arguments(cls, missing)} if missing else None
    text = ", ".join(f"{name}={shown(value)}" for name, value in chosen.items())
    return WayToBuild(chosen, f"{cls.name}({text})", letters, tuple(missing)), values.has_flags


def _by_calls(program: Program, cls: Class, missing: Sequence[str]) -> Iterator[WayToBuild]:
    """As calls in functions and other classes say it, with values for what they take from elsewhere."""
    texts: set[str] = set()
    for call, is_own in calls_of(program, cls.name):
        arguments = _settled_arguments(program, cls, call)
        if not arguments:
            continue
        others = [name for name in missing if name not in arguments]
        way = next(_by_choice(program, cls, others, arguments))
        if not is_own and way.letters is None:  # another class may have the name: a call that fails says nothing
            way = way._replace(letters=way.construction)
        if way.text not in texts and len(texts) < MAX_CALLS:
            texts.add(way.text)
            yield way


def calls_of(program: Program, name: str) -> Iterator[tuple[ast.Call, bool]]:
    """The calls of a class anywhere in the file but in the class itself, in its docstrings, and beside it.

    Each comes with whether it is one of the program itself.
    """
    for node in program.tree.body:
        if not (isinstance(node, ast.ClassDef) and node.name == name):
            yield from ((call, True) for call in _calls_in(node, name))
    for line in _docstring_lines(program.tree):
        if f"{name}(" in line:
            yield from ((call, False) for call in _calls_in(_syntax(line), name))
    for tree in _siblings(program, name):
        yield from ((call, False) for call in _calls_in(tree, name))


def _calls_in(tree: ast.AST | None, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree) if tree is not None else ():
        match node:
            case ast.Call(func=ast.Name(callee) | ast.Attribute(attr=callee)) if callee == name:
                yield node


def _docstring_lines(tree: ast.Module) -> Iterator[str]:
    """The lines of all docstrings, without the prompts of examples."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            for line in (ast.get_docstring(node) or "").splitlines():
                yield line.strip().removeprefix(">>>").strip()


def _syntax(text: str) -> ast.Module | None:
    """The syntax of a text; None where Python cannot parse it."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _siblings(program: Program, name: str) -> Iterator[ast.Module]:
    """The files beside the file, inside the folder from which it may import, that mention a class."""
    root, place = program.source.root, Path(program.source.path)
    if root is None or not place.is_file() or not place.resolve().is_relative_to(root.resolve()):
        return
    for path in islice(sorted(place.resolve().parent.glob("*.py")), MAX_SIBLINGS):
        if path != place.resolve() and path.resolve().is_relative_to(root.resolve()):
            with suppress(SpecError):
                text = Source.of_file(path, root).text
                tree = _syntax(text) if f"{name}(" in text else None
                if tree is not None:
                    yield tree


def _settled_arguments(program: Program, cls: Class, call: ast.Call) -> dict[str, Value]:
    """The arguments of a call that stand in it, or in variables of the file."""
    if any(isinstance(each, ast.Starred) for each in call.args):
        return {}
    pairs = [*zip(parameters_of(cls.find("__init__")), call.args, strict=False)]
    pairs += [(each.arg, each.value) for each in call.keywords if each.arg is not None]
    arguments: dict[str, Value] = {}
    for name, value in pairs:
        with suppress(Fault, Stuck, RecursionError):
            if not isinstance(program.reader.evaluate(value, program.scope), Unknown):
                arguments[name] = value
    return arguments


def takes_nothing(function: Value) -> bool:
    """Whether a method has no parameters but for the object itself."""
    if not isinstance(function, ProgramFunction):
        return False
    signature = function.node.args
    return not (parameters_of(function) or signature.vararg or signature.kwarg)


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
    names = required(network.cls.find("forward")) if isinstance(network, Instance) else []
    if isinstance(network, Instance) and takes_nothing(network.cls.find("forward")):
        yield ()
        return
    if state_of(network) is not None:
        names = names[:-1]
    likely = _ranks(network)
    if len(names) > 1:
        yield _furthest(source, name, call, [0 if each in _MOMENTS else likely[0] for each in names])
    for rank in likely:
        yield _in_letters([rank] * max(1, len(names)))


def _in_letters(ranks: Sequence[int]) -> tuple[Shape, ...]:
    """Inputs of so many dimensions each."""
    return tuple([_letters(rank, number if len(ranks) > 1 else None) for number, rank in enumerate(ranks)])


def _furthest(source: Source, name: str, call: Construction, ranks: list[int]) -> tuple[Shape, ...]:
    """Several inputs with those dimensions, changed one by one, with which a network gets furthest."""

    def progress(ranks: list[int]) -> tuple[bool, int, int]:
        reading = follow(Program(source, parse(source)), name, call, _in_letters(ranks))
        return reading.failure is None, reading.run.operations, -len(reading.run.assumptions)

    best = progress(ranks)
    for _ in range(SWEEPS):
        before = best
        for place in range(min(len(ranks), MAX_INPUTS)):
            for rank in _LETTERS:
                changed = [*ranks[:place], rank, *ranks[place + 1 :]]
                if changed != ranks and (reached := progress(changed)) > best:
                    ranks, best = changed, reached
        if best == before:
            break
    return _in_letters(ranks)


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


def _conditions(readings: Sequence[FollowedNetwork], values: Mapping[Name, Int]) -> dict[Options, None]:
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


def _equations(readings: Sequence[FollowedNetwork], values: Mapping[Name, Int]) -> dict[Name, Int]:
    """A letter that an equation of the network settles: as many channels as the first layer takes."""
    return dict(islice(_solutions(_conditions(readings, values)), 1))


def _solutions(conditions: Iterable[Options]) -> Iterator[tuple[Name, Int]]:
    """The letters that an equation settles which has no other letter."""
    for options in conditions:
        letters = letters_in_condition(options)
        if len(letters) == 1 and all(option.relation is Relation.EQUAL for option in options):
            (letter,) = letters
            roots = {root for option in options for root in _roots(option, letter)}
            if len(roots) == 1:
                yield letter, roots.pop()
            elif len(options) == 1 and {options[0].left, options[0].right} == {letter, BATCH}:
                yield letter, BATCH  # a square of examples by examples


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
