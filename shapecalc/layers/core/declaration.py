"""What happens when a layer class is created: its annotations become fields, and its formulas are checked."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from types import CodeType, FrameType
from typing import Any, ClassVar, get_origin

from shapecalc.algebra import Formula
from shapecalc.layers.core.arguments import REQUIRED, Field
from shapecalc.layers.core.kinds import argument_kind


def declared_fields(cls: type[Any]) -> dict[str, Field]:
    """The fields that a class itself declares: its annotations, but for those that are ClassVar.

    Called while the class is created, from its ``__init_subclass__``.

    Raises:
        TypeError: an annotation cannot be resolved, or is no kind of argument.
    """
    annotations = cls.__annotations__
    if not annotations:
        return {}
    scope = _scope(cls)
    fields: dict[str, Field] = {}
    for name, annotation in annotations.items():
        try:
            resolved = _resolved(annotation, scope)
        except NameError as error:
            raise TypeError(f"{cls.__name__}.{name}: {annotation!r} cannot be resolved: {error}.") from None
        if resolved is ClassVar:
            continue
        kind = argument_kind(resolved)
        if kind is None:
            raise TypeError(f"{cls.__name__}.{name}: {annotation!r} is no kind of argument.")
        fields[name] = Field(name, kind, cls.__dict__.get(name, REQUIRED))
    return fields


#: The globals and locals of the code that creates a class.
_Scope = tuple[dict[str, Any], Mapping[str, Any]]


def _scope(cls: type[Any]) -> _Scope:
    """The names of the module, function or interactive line that is creating a class."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  as typing and collections do
    while frame is not None:
        # code that is run without a module has the name of the builtins
        module = frame.f_globals.get("__name__", builtins.__name__)
        if module == cls.__module__ and frame.f_code.co_name != "__init_subclass__":
            return frame.f_globals, frame.f_locals
        frame = frame.f_back
    return vars(sys.modules[cls.__module__]), {}


def _resolved(annotation: Any, scope: _Scope) -> Any:
    """The object that an annotation stands for; ClassVar for any of these, since their contents are for type checkers.

    With ``from __future__ import annotations`` an annotation is a text.
    """
    if not isinstance(annotation, str):
        return ClassVar if get_origin(annotation) is ClassVar else annotation
    head, bracket, _ = annotation.partition("[")
    if head.isidentifier():
        value = _named(head, scope)
        if not bracket or value is ClassVar:
            return value
    return eval(_compiled(annotation), *scope)  # noqa: S307  it stands in the code that creates the class


def _named(name: str, scope: _Scope) -> Any:
    for names in (scope[1], scope[0], vars(builtins)):
        if name in names:
            return names[name]
    raise NameError(f"name {name!r} is not defined")


@cache
def _compiled(annotation: str) -> CodeType:
    return compile(annotation, "<annotation>", "eval")


def check_formula_names(owner: str, formulas: Iterable[tuple[str, Formula]], names: Collection[str]) -> None:
    """Refuse a class with a formula that could not be read: one that names what the class lacks.

    Raises:
        TypeError: naming the formula and the name.
    """
    for place, formula in formulas:
        unknown = [name for name in formula.names if name not in names]
        if unknown:
            raise TypeError(
                f"{owner}.{place} names {', '.join(unknown)}, which is neither a field nor given; "
                f"known are {', '.join(sorted(names))}."
            )
