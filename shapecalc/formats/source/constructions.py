"""How the networks of a program are built: by calls in the file or beside it, or with values that are chosen."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple, final

from shapecalc.algebra.memo import remember
from shapecalc.errors import SpecError
from shapecalc.formats.source.equations import letter_conditions, solutions
from shapecalc.formats.source.faults import Fault, Stuck
from shapecalc.formats.source.made_values import shown
from shapecalc.formats.source.networks import Construction, FollowedNetwork, required
from shapecalc.formats.source.programs import MAX_CHARACTERS, Program, parse
from shapecalc.formats.source.standins import CHOICES, StandIns
from shapecalc.formats.source.usages import parameters_of
from shapecalc.formats.source.values import Class, Instance, ProgramFunction, Unknown, Value
from shapecalc.layers import Shape

#: The dimensions of an image.
IMAGE = 3
#: How many calls of a class are tried that the file does not run itself, and of how many these are chosen.
MAX_CALLS, MAX_SEEN = 4, 50
#: How many files beside a file are searched for calls of its networks.
MAX_SIBLINGS = 20
#: What a line of a docstring may call.
_CALLEE = re.compile(r"\b(\w+)\(")


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


def constructions(program: Program, cls: Class, inputs: Sequence[Shape] = ()) -> Iterator[WayToBuild]:
    """The ways to build a class, the surest first; with values that suit the inputs on which it is tried."""
    image = next((shape for shape in inputs if len(shape) == IMAGE and shape[1] == shape[2]), None)
    program.image = None if image is None else (image[0], image[1])
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
    program: Program, cls: Class, way: WayToBuild, readings: Sequence[FollowedNetwork], *, is_given: bool
) -> WayToBuild | None:
    """The same network with those values that its readings in letters require; None where they require none.

    Two letters that must be equal stay open: that may just be the mistake.

    Args:
        program: the program.
        cls: the class.
        way: how it was built.
        readings: those with letters for the sizes that were chosen.
        is_given: whether the inputs are: else sizes of theirs are those that were chosen for the first arguments.
    """
    if not isinstance(way.construction, Mapping):
        return None
    others = [value for value in way.construction.values() if isinstance(value, int)] if not is_given else []
    settled = {
        letter.name: size
        for letter, size in solutions(letter_conditions(readings, {}))
        if isinstance(size, int) and size not in others
    }
    if not settled:
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
        StandIns(program.scope, program.tree, choice, flag=flag, letters=letters, settled=settled, image=program.image)
        for letters in (False, True)
    )
    chosen = {**arguments, **values.arguments(cls, missing)}
    letters = {**arguments, **sizes.arguments(cls, missing)} if missing else None
    text = ", ".join(f"{name}={shown(value)}" for name, value in chosen.items())
    return WayToBuild(chosen, f"{cls.name}({text})", letters, tuple(missing)), values.has_flags


def _by_calls(program: Program, cls: Class, missing: Sequence[str]) -> Iterator[WayToBuild]:
    """As calls in functions and other classes say it, with values for what they take from elsewhere."""
    texts: set[str] = set()
    for call, is_own in islice(calls_of(program, cls.name), MAX_SEEN):
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
    for call, statement in _calls(program.tree).get(name, ()):
        if not (isinstance(statement, ast.ClassDef) and statement.name == name):
            yield call, True
    for line in _docstring_lines(program.tree).get(name, ()):
        yield from ((call, False) for call in _calls_in(line, name))
    for tree in _siblings(program, name):
        yield from ((call, False) for call, _ in _calls(tree).get(name, ()))


@remember(parts=len)
def _calls(tree: ast.Module) -> Mapping[str, Sequence[tuple[ast.Call, ast.stmt]]]:
    """The calls in a file by the names of what they call, each with the statement of the file in which it stands."""
    calls: dict[str, list[tuple[ast.Call, ast.stmt]]] = {}
    for statement in tree.body:
        for node in ast.walk(statement):
            match node:
                case ast.Call(func=ast.Name(callee) | ast.Attribute(attr=callee)):
                    calls.setdefault(callee, []).append((node, statement))
    return calls


@remember(parts=len)
def _docstring_lines(tree: ast.Module) -> Mapping[str, Sequence[str]]:
    """The lines of all docstrings, without the prompts of examples, by the names that they may call."""
    lines: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            for line in (ast.get_docstring(node) or "").splitlines():
                for name in {*_CALLEE.findall(line)}:
                    lines.setdefault(name, []).append(line.strip().removeprefix(">>>").strip())
    return lines


def _calls_in(line: str, name: str) -> Sequence[ast.Call]:
    tree = _syntax(line)
    return [call for call, _ in _calls(tree).get(name, ())] if tree is not None else []


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
    characters = 0
    for path in islice(sorted(place.resolve().parent.glob("*.py")), MAX_SIBLINGS):
        if path != place.resolve() and path.resolve().is_relative_to(root.resolve()):
            with suppress(SpecError, SyntaxError):
                source = program.source.folder.source(path, root)
                characters += len(source.text)
                if characters > MAX_CHARACTERS:
                    return
                if f"{name}(" in source.text:
                    yield parse(source)


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
