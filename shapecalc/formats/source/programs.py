"""Programs: files of source code, what they import from their folder, and the networks that they define."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import accumulate
from pathlib import Path
from typing import final

from shapecalc.algebra import Int
from shapecalc.errors import SpecError
from shapecalc.formats.source.faults import Fault, Stuck
from shapecalc.formats.source.libraries import LIBRARY, MODULES, absolute_name
from shapecalc.formats.source.mentions import needed
from shapecalc.formats.source.python.names import library
from shapecalc.formats.source.reader import Interpreter
from shapecalc.formats.source.run import MAX_STEPS, ReadingEffort, Trace
from shapecalc.formats.source.syntax import changed_syntax, lines_of, parseable, segment
from shapecalc.formats.source.torch import rules
from shapecalc.formats.source.torch.declarations import declare_rules
from shapecalc.formats.source.values import MODULE, Class, ProgramFunction, Unknown, Value, Variables
from shapecalc.formats.text.files import read_text

#: How many steps are followed of functions that may run the networks.
MAX_TRIED = 100_000
#: How many lines of a changed file are compared with those before in the time of a step, and how many characters of one
#: are parsed where more than one statement was changed.
LINES, CHARACTERS = 4, 4
#: A statement that fails takes about as long as so many.
_FAILURE = 20
#: The longest file that is read, and the most files that a program may import.
MAX_CHARACTERS, MAX_FILES = 1_000_000, 50
#: The most characters of all files that a program imports.
MAX_IMPORTED = 2_000_000
#: A name with arguments behind it, which is not that of a class that is defined.
_CALLED = re.compile(r"(?<!class )\b(\w+)\(\s*[^)\s]")


@final
@dataclass(eq=False, repr=False)
class ImportFolder:
    """Where the modules of a program stand, each sought once: readings of a program follow the same imports."""

    _places: dict[tuple[Path, Path, str, int, bool], Path | None] = field(default_factory=dict)
    _sources: dict[Path, Source] = field(default_factory=dict)

    def place(self, root: Path, file: Path, path: str, level: int, *, is_beside: bool) -> Path | None:
        """The file of a module; None where it is none of the folder.

        Args:
            root: the folder from which a program may import.
            file: the file that imports it.
            path: the name of the module.
            level: how many dots stand before it.
            is_beside: whether the module may stand beside the file.
        """
        key = (root, file, path, level, is_beside)
        if key not in self._places:
            self._places[key] = _module_place(*key)
        return self._places[key]

    def source(self, place: Path, root: Path) -> Source:
        """The program in one of its files.

        Raises:
            SpecError: it cannot be read.
        """
        if place not in self._sources:
            self._sources[place] = Source.of_file(place, root)
        return self._sources[place]


def _module_place(root: Path, file: Path, path: str, level: int, is_beside: bool) -> Path | None:
    root = root.resolve()
    folder = file.resolve().parent if is_beside else root
    for _ in range(level - 1):
        folder = folder.parent
    parts = path.split(".") if path else []
    for start in {folder, root} if not level else {folder}:
        stem = start.joinpath(*parts)
        for place in (stem.with_suffix(".py") if parts else None, stem / "__init__.py"):
            if place is not None and place.is_file() and place.resolve().is_relative_to(root):
                return place.resolve()
    return None


@final
@dataclass(frozen=True)
class Source:
    """The text of a program.

    Attributes:
        path: its name, as in messages.
        text: what stands in it.
        root: the folder from which it may import files; None for none.
        effort: the steps of all readings of the program, and of what is made of it to try a change.
        cells: the lines on which the cells of a notebook begin; none of a file.
        refusal: why the file in its place could not be read; "" where it could.
        original: the program of which it is a change; None where it is none.
        folder: the files from which it may import.
    """

    path: str
    text: str
    root: Path | None = None
    effort: ReadingEffort = field(default_factory=ReadingEffort, compare=False, repr=False)
    cells: tuple[int, ...] = ()
    refusal: str = ""
    original: Source | None = field(default=None, compare=False, repr=False)
    folder: ImportFolder = field(default_factory=ImportFolder, compare=False, repr=False)

    @cached_property
    def lines(self) -> list[str]:
        """The lines, each with its end."""
        return lines_of(self.text)

    @cached_property
    def called(self) -> frozenset[str]:
        """The names that the text calls with arguments."""
        return frozenset(_CALLED.findall(self.text))

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax; :func:`parse` says why there is none.

        Where one statement of a program was changed, the others are those of the original.
        """
        if self.original is not None:
            self.effort.steps += len(self.lines) // LINES
            tree = changed_syntax(parse(self.original), self.original.lines, self.lines)
            if tree is not None:
                return tree
            self.effort.steps += len(self.text) // CHARACTERS
        return ast.parse(parseable(self.text))

    def segment(self, node: ast.AST) -> str:
        """The text of a part of the program."""
        return segment(self.lines, node)

    def changed(self, text: str) -> Source:
        """The program with another text."""
        return replace(self, text=text, original=self)

    def anew(self) -> Source:
        """The program without what was read of it and of its folder, for one who reads it once and for all."""
        return replace(self, folder=ImportFolder())

    @classmethod
    def of_file(cls, path: Path, root: Path | None = None) -> Source:
        """The program in a file, or in the cells of a notebook.

        Raises:
            SpecError: it cannot be read.
        """
        text = read_text(path)
        if len(text) > MAX_CHARACTERS:
            raise SpecError(f"{path} has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read.")
        cells = notebook_cells(path, text) if path.suffix == ".ipynb" else []
        starts = accumulate([cell.count("\n") + 1 for cell in cells[:-1]], initial=1) if cells else ()
        text = join_cells(cells) if path.suffix == ".ipynb" else text
        return cls(str(path), text, root or path.resolve().parent, cells=tuple(starts))


def notebook_cells(path: Path | str, text: str) -> list[str]:
    """The code of a notebook, cell by cell.

    Args:
        path: what it is called in messages.
        text: its JSON.

    Raises:
        SpecError: it is none.
    """
    import json  # noqa: PLC0415  most programs are no notebooks

    try:
        cells = json.loads(text)["cells"]
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise SpecError(f"{path} is not a notebook.") from None


def join_cells(sources: Iterable[str]) -> str:
    """The code of cells one below the other; lines for IPython itself become empty ones."""
    lines = "\n".join(sources).split("\n")
    return "\n".join("" if line.lstrip().startswith(("%", "!", "?")) else line for line in lines)


@final
@dataclass(eq=False, repr=False)
class Program:
    """A file with the files that it imports, and one reading of them.

    Attributes:
        source: the file.
        tree: its syntax.
        run: what the reading has noted.
        scope: the variables of the file, once :meth:`load` has run.
        image: the channels and the size of the images on which its networks are tried; None where they are not known.
        failed: why the file could not be read to its end; the network may stand before that.
    """

    source: Source
    tree: ast.Module
    run: Trace = field(default_factory=Trace)
    scope: Variables = field(default_factory=Variables)
    failed: Fault | Stuck | None = None
    image: tuple[Int, Int] | None = None
    _modules: dict[Path, Variables] = field(default_factory=dict)
    _imported: int = 0

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All parts of the syntax."""
        return [*ast.walk(self.tree)]

    @cached_property
    def names_read(self) -> tuple[set[str], set[str]]:
        """The attributes that functions other than __init__ name, and the texts in functions: they may spell a name."""
        attributes, texts = set(), set()
        for function in [node for node in self.nodes if isinstance(node, ast.FunctionDef)]:
            for node in ast.walk(function):
                if isinstance(node, ast.Constant):
                    if isinstance(node.value, str):
                        texts.add(node.value)
                elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and function.name != "__init__":
                    attributes.add(node.attr)
        return attributes, texts

    def __post_init__(self) -> None:
        if "torch.nn.Conv2d" not in rules.RULES:
            declare_rules()
        self.reader = Interpreter(self.run, self.find)
        self.run.file = self.source.path
        self.run.effort = self.source.effort

    def load(self, names: Iterable[str] = (), *, scripts: bool = False, until: int = MAX_STEPS) -> None:
        """Follow the statements of the file, one by one; what fails is noted and left out.

        Args:
            names: leave out definitions that these names, and statements that do more than define, do not need.
            scripts: whether to follow what runs only as a script, and functions that test the networks, too.
            until: of such functions, none are followed once so many objects are made.
        """
        body = needed(self.tree, names) if names else self.tree.body
        self._load(body, self.scope, self.source.path, scripts=scripts)
        start = self.run.steps
        for function in sorted(self._functions(), key=_makes_no_tensor) if scripts else ():
            if len(self.run.instances) >= until or self.run.steps - start > MAX_TRIED:
                break
            self._try(function)

    def _functions(self) -> list[ProgramFunction]:
        """The functions of the file that can be called without arguments."""
        values = self.scope.names.values()
        functions = [each for each in values if isinstance(each, ProgramFunction) and each.file == self.source.path]
        return [function for function in functions if not _needs_arguments(function)]

    def _try(self, function: ProgramFunction) -> None:
        """Call a function without arguments, for the networks that it runs."""
        limit, self.run.limit = self.run.limit, self.run.steps + MAX_TRIED // 2
        with suppress(Fault, Stuck, RecursionError):
            self.reader.call(function, [], {}, function.node)
        self.run.limit = limit

    def _load(self, body: list[ast.stmt], scope: Variables, path: str, *, scripts: bool = False) -> None:
        outer, self.run.file = self.run.file, path
        for node in _statements(body, scripts=scripts):
            try:
                self.reader.execute([node], scope)
            except (Fault, Stuck) as failure:
                if self.run.effort.is_spent or self.run.steps > self.run.limit:
                    raise  # nothing behind it can be followed
                self.run.step(node, _FAILURE)
                self.failed = self.failed or failure
                for name in _bound(node):
                    scope.names.setdefault(name, Unknown(name, node.lineno))
            except Exception as ended:
                if type(ended).__name__ not in {"Return", "Break", "Continue"}:
                    raise
        self.run.file = outer

    def find(self, path: str, level: int, file: str) -> Value:
        """What an import gives: a module of the program's folder, or of a library."""
        module = self._sibling(path, level, file)
        if module is not None:
            return module
        name = absolute_name(path, level, Path(file).parent.parts) if level else path
        if not name:
            return Unknown(f"the module {'.' * level}{path}", 0)
        return self._blocks(name) if name in MODULES else library(name, 0)

    def _blocks(self, name: str) -> Variables:
        """A module of a library that is described by a program."""
        place = Path(name)
        if place not in self._modules:
            self._modules[place] = Variables({LIBRARY: name})
            self._load(_library(name).body, self._modules[place], name)
        return self._modules[place]

    def _sibling(self, path: str, level: int, file: str) -> Variables | None:
        root = self.source.root
        if root is None:
            return None
        is_beside = file == self.source.path or bool(level)
        place = self.source.folder.place(root, Path(file), path, level, is_beside=is_beside)
        return None if place is None else self._module(place, root)

    def _module(self, place: Path, root: Path) -> Variables | None:
        if place in self._modules:
            return self._modules[place]
        if len(self._modules) >= MAX_FILES:
            return None
        try:
            source = self.source.folder.source(place, root)
            self._imported += len(source.text)
            if self._imported > MAX_IMPORTED:
                return None
            tree = parse(source)
        except (SpecError, SyntaxError):
            return None
        scope = self._modules[place] = Variables()
        self._load(tree.body, scope, str(place))
        return scope

    def networks(self) -> Iterator[Class]:
        """The classes of networks that the file defines, in order."""
        for node in self.tree.body:
            cls = self.scope.names.get(node.name) if isinstance(node, ast.ClassDef) else None
            if isinstance(cls, Class) and cls.inherits(MODULE) and cls.find("forward") is not None:
                yield cls


def parse(source: Source) -> ast.Module:
    """The syntax of a program.

    Raises:
        SyntaxError: Python cannot parse it.
        SpecError: it is nested too deeply, or could not be read.
    """
    if source.refusal:
        raise SpecError(source.refusal)
    try:
        return source.tree
    except SpecError:
        raise
    except (RecursionError, MemoryError):
        raise SpecError(f"{source.path} is nested too deeply.") from None
    except ValueError as refused:  # a null character
        raise SyntaxError(str(refused)) from None


@cache
def _library(name: str) -> ast.Module:
    """The syntax of a module of a library that is described by a program."""
    return ast.parse(MODULES[name])


def _needs_arguments(function: ProgramFunction) -> bool:
    signature = function.node.args
    return len(signature.args) + len(signature.posonlyargs) + len(signature.kwonlyargs) > len(function.defaults)


def _makes_no_tensor(function: ProgramFunction) -> bool:
    """Whether a function names nothing with which a network is tried: those that do are followed first."""
    names = {node.attr for node in ast.walk(function.node) if isinstance(node, ast.Attribute)}
    return names.isdisjoint({"randn", "rand", "zeros", "ones", "empty"})


def _statements(body: list[ast.stmt], *, scripts: bool) -> Iterator[ast.stmt]:
    """The statements of a file, with or without those that run only as a script."""
    for node in body:
        if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test):
            yield from node.body if scripts else ()
        else:
            yield node


def _bound(node: ast.stmt) -> list[str]:
    """The names that a statement would bind."""
    match node:
        case ast.FunctionDef(name) | ast.ClassDef(name):
            return [name]
        case ast.Import(names) | ast.ImportFrom(names=names):
            return [(alias.asname or alias.name).split(".")[0] for alias in names]
    return [each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]
