"""What the code of a class shows of the value of an argument."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import final


class MeantValue(StrEnum):
    """The kinds of values that a program gives to its classes."""

    NUMBER = "a whole number"
    FLAG = "a flag"
    FRACTION = "a fraction"
    TEXT = "a text"
    LIST = "a list"
    MODULE = "a module"
    MAKER = "what makes a module"
    FIELDS = "an object with attributes"
    TABLE = "a dict"
    DEVICE = "a device"


@final
@dataclass
class ArgumentUse:
    """What the code of a class shows about an argument.

    Attributes:
        kinds: what it may be, the surest first.
        role: the argument of a layer of torch that it becomes: ``kernel_size``.
        texts: the texts with which it is compared.
        attributes: the attributes or keys that are taken from it, each with the use of its value.
        length: how many items it has at least, where it is a list.
    """

    kinds: dict[MeantValue, None] = field(default_factory=dict)
    role: str = ""
    texts: dict[str, None] = field(default_factory=dict)
    attributes: dict[str, ArgumentUse] = field(default_factory=dict)
    length: int = 0

    def add(self, kind: MeantValue) -> None:
        """Note one more kind."""
        self.kinds.setdefault(kind)

    def join(self, other: ArgumentUse) -> None:
        """Take over what the use in another class shows."""
        self.kinds |= other.kinds
        self.role = self.role or other.role
        self.texts |= other.texts
        self.length = max(self.length, other.length)
        for name, use in other.attributes.items():
            self.attributes.setdefault(name, ArgumentUse()).join(use)


#: The kinds of values by the types of annotations.
_KINDS_OF_NAMES: Mapping[str, MeantValue] = {
    "int": MeantValue.NUMBER,
    "float": MeantValue.FRACTION,
    "bool": MeantValue.FLAG,
    "str": MeantValue.TEXT,
    "list": MeantValue.LIST,
    "List": MeantValue.LIST,
    "tuple": MeantValue.LIST,
    "Tuple": MeantValue.LIST,
    "Sequence": MeantValue.LIST,
    "Iterable": MeantValue.LIST,
    "dict": MeantValue.TABLE,
    "Dict": MeantValue.TABLE,
    "Callable": MeantValue.MAKER,
    "Type": MeantValue.MAKER,
    "type": MeantValue.MAKER,
    "Module": MeantValue.MODULE,
    "ModuleList": MeantValue.MODULE,
    "device": MeantValue.DEVICE,
}


def read_annotation(use: ArgumentUse, annotation: ast.expr) -> None:
    """Note the kinds that the annotation of an argument names."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
    outer = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    name = last_name(outer)
    if name in {"Optional", "Union"} and isinstance(annotation, ast.Subscript):
        inner = annotation.slice
        for entry in inner.elts if isinstance(inner, ast.Tuple) else [inner]:
            read_annotation(use, entry)
    elif isinstance(annotation, ast.BinOp):
        read_annotation(use, annotation.left)
        read_annotation(use, annotation.right)
    elif name in _KINDS_OF_NAMES:
        use.add(_KINDS_OF_NAMES[name])


def last_name(node: ast.AST) -> str:
    """The last part of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
