"""The values of the reader of source code: what a variable of the program may stand for.

Numbers, texts, tuples, lists, dicts, sets and functions of the reader's own are Python's; a size that depends on the
batch or on the input is an expression. Everything else is one of the classes below.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, final

from shapecalc.algebra import Int, Name
from shapecalc.formats.source.origins import LeafTensor, Operation, Origin, Unfollowed
from shapecalc.layers import Layer, Shape

#: The letter of the batch.
BATCH = Name("N")

#: A value of the program that is read.
Value = Any

#: What a name without a value stands for.
UNBOUND = object()


@final
@dataclass(frozen=True, eq=False)
class Unknown:
    """What the reader cannot follow.

    Attributes:
        construct: what it is, in the words of the source: ``torch.fft.rfft``.
        line: where it stands.
    """

    construct: str
    line: int


@final
class Making(NamedTuple):
    """Where a tensor is made.

    Attributes:
        place: the call that makes it.
        file: where that stands.
        frame: the call of a function of the program in which it stands: a Frame.
        shape: the sizes that it has there.
    """

    place: ast.AST
    file: str
    frame: Any
    shape: Shape


@final
@dataclass(eq=False)
class Tensor:
    """A tensor.

    Attributes:
        shape: its sizes with the batch; None where not even their number is known.
        kind: "float", "int" or "bool"; "array" for an array of numpy; "" where it may be any.
        learned: whether it is a parameter of the network.
        passed: what the tensor has gone through that a warning needs: "softmax", "log_softmax", "sigmoid".
        made: where it comes from; None where nothing makes it but the program itself.
        trained: whether training changes it, if it is learned; None where that is not known.
        is_copied: whether its values have been copied into the order of its shape.
        making: the call of torch that makes it new, or gives its numbers their kind; None where another one does.
    """

    shape: Shape | None
    kind: str = ""
    learned: bool = False
    passed: str = ""
    made: Origin | None = None
    trained: bool | None = True
    is_copied: bool = False
    making: Making | None = None

    @property
    def origin(self) -> Origin:
        """Where it comes from."""
        if self.made is None:
            is_open = self.shape is None
            leaf = LeafTensor(self.shape or (), learned=self.learned, making=self.making)
            self.made = Unfollowed("a tensor", 0, "") if is_open else leaf
        return self.made

    @property
    def maker(self) -> LayerObject | None:
        """The layer whose output it is."""
        return self.made.module if isinstance(self.made, Operation) else None


@final
@dataclass(eq=False)
class Variables:
    """The variables of a module, of a class or of a call, and the scope around it."""

    names: dict[str, Value] = field(default_factory=dict)
    outer: Variables | None = None
    #: names that belong to the module, as ``global`` says, or to a function around this one.
    elsewhere: dict[str, Variables] = field(default_factory=dict)

    def look_up(self, name: str) -> Value:
        """The value of a variable as it is visible here; :data:`UNBOUND` where there is none."""
        inside: Variables | None = self
        while inside is not None:
            place = inside.elsewhere.get(name, inside)
            if name in place.names:
                return place.names[name]
            inside = inside.outer
        return UNBOUND


@final
@dataclass(eq=False)
class ProgramFunction:
    """A function of the program, or a lambda.

    Attributes:
        defaults: the values of the arguments that have one, by name.
        owner: the class in which it is defined.
    """

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Variables
    defaults: Mapping[str, Value]
    file: str
    owner: Class | None = None

    @property
    def name(self) -> str:
        """Its name, as in messages."""
        return getattr(self.node, "name", "lambda")


@final
@dataclass(eq=False)
class ComputedAttribute:
    """A property of a class: an attribute that is computed by a function."""

    getter: Value


@final
@dataclass(eq=False)
class Static:
    """A function of a class that takes no instance: a static method, or one of the class."""

    function: Value
    takes_class: bool = False


@final
@dataclass(eq=False)
class Bound:
    """A method with the object that it belongs to."""

    function: Value
    receiver: Value


@final
@dataclass(eq=False)
class Super:
    """``super()``: the classes behind ``cls`` as the receiver inherits them."""

    cls: Class
    receiver: Value


@final
@dataclass(eq=False)
class Partial:
    """A callable with some of its arguments."""

    function: Value
    args: tuple[Value, ...]
    kwargs: Mapping[str, Value]


@final
@dataclass(eq=False)
class Native:
    """A function or class of a library, with the rule that says what it gives.

    Attributes:
        path: its full name: ``torch.cat``.
        rule: a function of the run, the place of the call and the arguments.
    """

    path: str
    rule: Callable[..., Value]


@final
@dataclass(eq=False)
class Library:
    """A package or module of a library: ``torch.nn``; its attributes are looked up by their full names."""

    path: str


@final
@dataclass(eq=False)
class Class:
    """A class of the program, or a class of a library that a program may inherit.

    Attributes:
        bases: the classes that it inherits.
        names: its methods and attributes.
        place: where a network is built that has no class of its own, for which this one stands; else None.
    """

    name: str
    bases: tuple[Value, ...]
    names: dict[str, Value]
    node: ast.ClassDef | None = None
    file: str = ""
    place: ast.AST | None = None

    @cached_property
    def order(self) -> list[Class]:
        """The class and those that it inherits, in the order in which an attribute is looked up.

        Bases of libraries that are not known are left out; :meth:`is_whole` says whether there are any.
        """
        classes = dict.fromkeys([self])
        for base in self.bases:
            if isinstance(base, Class):
                classes |= dict.fromkeys(base.order)
        shared = [each for each in classes if each.node is None]
        shared.sort(key=lambda each: each is MODULE)  # torch's own module comes last, as in Python
        return [each for each in classes if each.node is not None] + shared

    def is_whole(self) -> bool:
        """Whether all that it inherits is known."""
        return all(isinstance(base, Class) for each in self.order for base in each.bases)

    def find(self, name: str, *, after: Class | None = None) -> Value | None:
        """What the class and those that it inherits, or only those after one of them, call ``name``."""
        order = self.order
        for each in order[order.index(after) + 1 if after in order else 0 :]:
            if name in each.names:
                return each.names[name]
        return None

    def inherits(self, other: Value) -> bool:
        """Whether it is a class, or inherits it."""
        return other in self.order


#: torch.nn.Module.
MODULE = Class("Module", (), {})


@final
@dataclass(eq=False)
class Instance:
    """An object of a class of the program.

    Attributes:
        line: where it is made.
        ready: whether ``super().__init__()`` has run, where it is a module.
    """

    cls: Class
    attributes: dict[str, Value] = field(default_factory=dict)
    line: int = 0
    ready: bool = False
    #: the call that makes it, and its arguments.
    place: ast.AST | None = None
    args: tuple[Value, ...] = ()
    kwargs: Mapping[str, Value] = field(default_factory=dict)

    @property
    def is_module(self) -> bool:
        """Whether it is a network, or a part of one."""
        return self.cls.inherits(MODULE)


@final
@dataclass(eq=False)
class LayerObject:
    """A layer of torch in the program.

    Attributes:
        type: torch's name of its class.
        layer: what the engine knows of it; None where an argument is not known.
        place: the expression that makes it.
    """

    type: str
    layer: Layer | None
    place: ast.AST
    file: str = ""
    arguments: dict[str, Value] = field(default_factory=dict)
    #: its learned tensors, once the program has asked for them.
    weights: dict[str, Tensor] = field(default_factory=dict)
    #: what the program does to it that no layer of a net can have.
    altered: str = ""
    #: the call in which it is made: a Frame.
    frame: Any = None

    def known(self) -> Layer:
        """The engine's layer.

        Raises:
            LookupError: an argument is not known.
        """
        if self.layer is None:
            raise LookupError(self.type)
        return self.layer


@final
@dataclass(eq=False)
class Container:
    """``Sequential``, ``ModuleList`` or ``ModuleDict``: modules by their names, in order."""

    type: str
    children: dict[str, Value]
    place: ast.AST | None = None
    #: whether something that is not known was added to it.
    open: bool = False
    #: what else the program sets on it.
    attributes: dict[str, Value] = field(default_factory=dict)

    @property
    def items(self) -> list[Value]:
        """The modules in order."""
        return list(self.children.values())


@final
@dataclass(eq=False)
class Fields:
    """An object with attributes and nothing else: a SimpleNamespace, or parsed arguments."""

    attributes: dict[str, Value]


@final
@dataclass(frozen=True, eq=False)
class Array:
    """A row of numbers of numpy, whose operators work on each of them."""

    numbers: tuple[Value, ...]


@final
@dataclass(frozen=True, eq=False)
class RepeatedItems:
    """A list as often as a size in letters says: ``[x] * batch_size``."""

    items: tuple[Value, ...]
    times: Int


@final
@dataclass(frozen=True)
class Ratio:
    """The quotient of two sizes of which one has letters, before it is rounded."""

    above: Int
    below: Int


def name_set(text: str) -> frozenset[str]:
    """The names in a text, for tables of names that would fill pages one by one."""
    return frozenset(text.split())
