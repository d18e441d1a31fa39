"""How a class uses an argument: what its code shows about the kind of value that is meant."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, final

from shapecalc.algebra.memo import remember
from shapecalc.formats.source.argument_use import ArgumentUse, MeantValue, last_name, read_annotation
from shapecalc.formats.source.values import Class, ProgramFunction, name_set
from shapecalc.layers import layer_classes

#: How many classes an argument is followed into, one inside of the other.
MAX_DEPTH = 4


#: Arguments of layers by the kind of their values; the others are whole numbers.
_FLAGS = name_set("bias affine bidirectional batch_first inplace ceil_mode track_running_stats elementwise_affine")
_FRACTIONS = name_set("p dropout eps momentum negative_slope alpha lambd scale_factor")
_TEXTS = name_set("padding_mode mode nonlinearity activation")

#: What makes tensors of sizes.
_CREATION = name_set("zeros ones randn rand empty full eye arange linspace Tensor FloatTensor LongTensor")
#: What reads the items of its argument.
_ITERATES = name_set("len enumerate zip sum list tuple reversed sorted iter")


#: The kinds of places that are looked at.
_KINDS = (
    ast.Call, ast.Attribute, ast.Subscript, ast.For, ast.comprehension, ast.Starred, ast.Assign, ast.BinOp, ast.Compare,
    ast.If, ast.IfExp, ast.UnaryOp, ast.keyword,
)  # fmt: skip


@final
class _Places(NamedTuple):
    """The places of a part of a program, which is searched for every argument of a class and every attribute of one.

    Attributes:
        by_name: those in which a variable or an attribute of a name stands, each with its number in the order of all.
        assignments: those at which a variable or an attribute gets another name.
        parts: how many entries these are.
    """

    by_name: dict[str, list[tuple[int, ast.AST]]]
    assignments: tuple[ast.Assign, ...]
    parts: int

    def naming(self, names: Iterable[str]) -> list[ast.AST]:
        """Those in which one of some names stands, in order."""
        places = {number: node for name in names for number, node in self.by_name.get(name, ())}
        return [places[number] for number in sorted(places)]


@remember(parts=lambda places: places.parts)
def _places(body: ast.AST) -> _Places:
    by_name: dict[str, list[tuple[int, ast.AST]]] = {}
    assignments: list[ast.Assign] = []
    for number, node in enumerate(each for each in ast.walk(body) if isinstance(each, _KINDS)):
        for name in dict.fromkeys(_names(node)):
            by_name.setdefault(name, []).append((number, node))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name | ast.Attribute):
            assignments.append(node)
    return _Places(by_name, tuple(assignments), sum(map(len, by_name.values())))


def _names(node: ast.AST) -> Iterator[str]:
    """The names of the parts of a place, and of their parts."""
    for part in ast.iter_child_nodes(node):
        if not isinstance(part, ast.stmt):
            for each in (part, *ast.iter_child_nodes(part)):
                match each:
                    case ast.Name(name) | ast.Attribute(attr=name):
                        yield name


def use_of(cls: Class, name: str, look_up: Callable[[str], object], *, depth: int = 0) -> ArgumentUse:
    """What a class shows about an argument of its ``__init__``.

    Args:
        cls: the class.
        name: the argument.
        look_up: what a name stands for in the file.
        depth: how many classes stand around this one.
    """
    use = ArgumentUse()
    initializer = cls.find("__init__")
    if not isinstance(initializer, ProgramFunction) or not isinstance(initializer.node, ast.FunctionDef):
        return use
    signature = initializer.node.args
    for argument in (*signature.posonlyargs, *signature.args, *signature.kwonlyargs):
        if argument.arg == name and argument.annotation is not None:
            read_annotation(use, argument.annotation)
    bodies: list[ast.AST] = [initializer.node]
    bodies += [
        entry.node
        for owner in cls.order
        for entry in owner.names.values()
        if isinstance(entry, ProgramFunction) and entry is not initializer
    ]
    _Usage(use, name, look_up, depth, cls=cls).read(bodies)
    return use


def attribute_use(tree: ast.AST, name: str, attribute: str, look_up: Callable[[str], object]) -> ArgumentUse:
    """What a file shows about an attribute of what its classes call ``name``, or keep as ``self.name``."""
    use = ArgumentUse()
    _Usage(use, name, look_up, 0, attribute).read([tree])
    return use


@final
class _Usage:
    """The places of a class where an argument is used, or everywhere in a file an attribute of one."""

    def __init__(
        self,
        use: ArgumentUse,
        name: str,
        look_up: Callable[[str], object],
        depth: int,
        attribute: str = "",
        cls: Class | None = None,
    ) -> None:
        self.cls = cls
        self.use, self.name, self.look_up, self.depth, self.attribute = use, name, look_up, depth, attribute
        self.aliases: set[str] = set()
        self.locals: set[str] = set()
        self.is_making = True

    def read(self, bodies: list[ast.AST]) -> None:
        """Read the methods of a class, its ``__init__`` first."""
        for assignment in _places(bodies[0]).assignments:
            match assignment:
                case ast.Assign(targets=[ast.Attribute(ast.Name("self"), alias)], value=value) if self._is_it(value):
                    self.aliases.add(alias)
                case ast.Assign(targets=[ast.Name(alias)], value=value) if self._is_it(value) and alias != self.name:
                    self.locals.add(alias)
        for body in bodies:
            self.is_making = body is bodies[0]
            for node in _places(body).naming((self.attribute or self.name, *self.aliases, *self.locals)):
                self._read(node)

    def _is_it(self, node: ast.AST | None) -> bool:
        match node:
            case ast.Attribute(ast.Name(name) | ast.Attribute(ast.Name("self"), name), attribute) if self.attribute:
                return name == self.name and attribute == self.attribute
            case ast.Name(name):
                return self.is_making and (name in self.locals or (name == self.name and not self.attribute))
            case ast.Attribute(ast.Name("self"), alias):
                return alias in self.aliases
        return False

    def _read(self, node: ast.AST) -> None:  # noqa: C901  one case for each kind of place
        add = self.use.add
        match node:
            case ast.Call():
                self._call(node)
            case ast.Attribute(value, name) if self._is_it(value):
                self._attribute(name)
            case ast.Subscript(value, slice=key) if self._is_it(value):
                self._item(key)
            case ast.Subscript(ast.Name(table), slice=key) if self._is_it(key):
                self._key(self.look_up(table))
            case ast.For(iter=items) | ast.comprehension(iter=items) if self._is_it(items):
                add(MeantValue.LIST)
            case ast.Starred(value) if self._is_it(value):
                add(MeantValue.LIST)
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=value) if self._is_it(value):
                add(MeantValue.LIST)
                self.use.length = max(self.use.length, len(targets))
            case ast.BinOp(left, right=right) if self._is_it(left) or self._is_it(right):
                self._operand(right if self._is_it(left) else left)
            case ast.Compare(left, comparators=others):
                self._compare(left, others)
            case ast.If(test) | ast.IfExp(test) | ast.UnaryOp(ast.Not(), test):
                self._test(test)
            case ast.keyword("device", value) if self._is_it(value):
                add(MeantValue.DEVICE)

    def _operand(self, other: ast.expr) -> None:
        """It is a side of an operator."""
        if isinstance(other, ast.List):
            self.use.add(MeantValue.LIST)
        elif not isinstance(other, ast.ListComp | ast.Constant) or _is_number(other):
            self.use.add(MeantValue.NUMBER)

    def _test(self, test: ast.expr) -> None:
        if any(map(self._is_it, test.values if isinstance(test, ast.BoolOp) else [test])):
            self.use.add(MeantValue.FLAG)

    def _attribute(self, name: str) -> None:
        if name in {"parameters", "modules", "children", "state_dict", "eval", "train", "named_parameters", "weight"}:
            self.use.add(MeantValue.MODULE)
        elif name in {"lower", "upper", "startswith", "endswith", "split"}:
            self.use.add(MeantValue.TEXT)
        elif name in {"items", "keys", "values", "get", "copy", "pop"}:
            self.use.add(MeantValue.TABLE)
        elif name in {"append", "insert", "index", "extend"}:
            self.use.add(MeantValue.LIST)
        else:
            self.use.add(MeantValue.FIELDS)
            self.use.attributes.setdefault(name, ArgumentUse())

    def _item(self, key: ast.expr) -> None:
        match key:
            case ast.Constant(str() as name):
                self.use.add(MeantValue.TABLE)
                self.use.attributes.setdefault(name, ArgumentUse())
            case ast.Constant(int() as place):
                self.use.add(MeantValue.LIST)
                self.use.length = max(self.use.length, place + 1)
            case _:
                self.use.add(MeantValue.LIST)

    def _key(self, table: object) -> None:
        """It is a key of a dict of the file."""
        if isinstance(table, dict) and table and all(isinstance(key, str) for key in table):
            self.use.add(MeantValue.TEXT)
            self.use.texts |= dict.fromkeys(table)

    def _compare(self, left: ast.expr, others: list[ast.expr]) -> None:
        sides = [left, *others]
        if not any(map(self._is_it, sides)):
            return
        for side in sides:
            for part in side.elts if isinstance(side, ast.List | ast.Tuple | ast.Set) else [side]:
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    self.use.add(MeantValue.TEXT)
                    self.use.texts.setdefault(part.value)
                elif _is_number(part):
                    self.use.add(MeantValue.NUMBER)

    def _call(self, node: ast.Call) -> None:
        if self._is_it(node.func):
            self.use.add(MeantValue.MAKER if self.is_making else MeantValue.MODULE)
        for place, value in enumerate(node.args):
            if self._is_it(value):
                self._argument(node, place)
        for keyword in node.keywords:
            if keyword.arg is not None and self._is_it(keyword.value):
                self._argument(node, keyword.arg)

    def _argument(self, node: ast.Call, place: int | str) -> None:
        """It is an argument of a call."""
        callee = last_name(node.func)
        if callee == "range":
            self.use.add(MeantValue.NUMBER)
            self.use.role = self.use.role or "count"
        elif callee in _ITERATES and isinstance(node.func, ast.Name):
            self.use.add(MeantValue.LIST)
        elif callee in {"Sequential", "ModuleList"}:
            self.use.add(MeantValue.MODULE)
        elif callee in {"to", "cuda"}:
            self.use.add(MeantValue.DEVICE)
        elif callee in _CREATION:
            self.use.add(MeantValue.NUMBER)
        elif callee in layer_classes():
            self._field([*layer_classes()[callee].fields], place)
        elif isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "self":
            self._in_method(callee, place)
        else:
            self._inner(callee, place)

    def _field(self, names: list[str], place: int | str) -> None:
        """It becomes an argument of a layer of torch."""
        name = place if isinstance(place, str) else names[place] if place < len(names) else ""
        if name in _FLAGS:
            self.use.add(MeantValue.FLAG)
        elif name in _FRACTIONS:
            self.use.add(MeantValue.FRACTION)
        elif name in _TEXTS:
            self.use.add(MeantValue.TEXT)
        else:
            self.use.add(MeantValue.NUMBER)
            self.use.role = self.use.role or name

    def _in_method(self, callee: str, place: int | str) -> None:
        """It becomes an argument of another method of the class."""
        method = self.cls.find(callee) if self.cls is not None else None
        names = parameters_of(method)
        name = place if isinstance(place, str) else names[place] if place < len(names) else ""
        if name and isinstance(method, ProgramFunction) and self.depth < MAX_DEPTH:
            _Usage(self.use, name, self.look_up, self.depth + 1, cls=self.cls).read([method.node])

    def _inner(self, callee: str, place: int | str) -> None:
        """It becomes an argument of another class of the file."""
        cls = self.look_up(callee)
        if isinstance(cls, Class) and self.depth < MAX_DEPTH:
            names = parameters_of(cls.find("__init__"))
            name = place if isinstance(place, str) else names[place] if place < len(names) else ""
            if name:
                self.use.join(use_of(cls, name, self.look_up, depth=self.depth + 1))


def parameters_of(function: object) -> list[str]:
    """The names of the parameters of a method, but for the object itself."""
    if not isinstance(function, ProgramFunction):
        return []
    signature = function.node.args
    return [entry.arg for entry in (*signature.posonlyargs, *signature.args)][1:] + [
        entry.arg for entry in signature.kwonlyargs
    ]


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)


def attributes_in(tree: ast.AST, name: str) -> tuple[str, ...]:
    """The attributes that a program takes from what it calls ``name``, or keeps as ``self.name``."""
    return _attributes(tree).get(name, ())


@remember(parts=len)
def _attributes(tree: ast.AST) -> dict[str, tuple[str, ...]]:
    """The same of all names."""
    attributes: dict[str, dict[str, None]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(ast.Name(owner) | ast.Attribute(ast.Name("self"), owner), attribute):
                attributes.setdefault(owner, {})[attribute] = None
    return {owner: tuple(names) for owner, names in attributes.items()}
