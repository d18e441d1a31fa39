"""What happens when a layer class is created: its annotations become fields, and its formulas are checked."""

from __future__ import annotations

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
    scope = _scope()
    fields: dict[str, Field] = {}
    for name, annotation in annotations.items():
        resolved = _resolved(annotation, scope, f"{cls.__name__}.{name}")
        if resolved is ClassVar or get_origin(resolved) is ClassVar:
            continue
        kind = argument_kind(resolved)
        if kind is None:
            raise TypeError(f"{cls.__name__}.{name}: {annotation!r} is no kind of argument.")
        fields[name] = Field(name, kind, cls.__dict__.get(name, REQUIRED))
    return fields


def _scope() -> tuple[dict[str, Any], Mapping[str, Any]]:
    """The globals and locals of the code that is creating a class: a module, a function or an interactive line."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  as typing and collections do
    while frame is not None and frame.f_code.co_name in _CREATING:
        frame = frame.f_back
    return ({}, {}) if frame is None else (frame.f_globals, frame.f_locals)


#: The functions between the code that creates a class and its scope.
_CREATING = ("declared_fields", "__init_subclass__")


def _resolved(annotation: Any, scope: tuple[dict[str, Any], Mapping[str, Any]], place: str) -> Any:
    """The object that an annotation stands for: with ``from __future__ import annotations`` it is a text."""
    if not isinstance(annotation, str):
        return annotation
    head, bracket, _ = annotation.partition("[")
    try:
        # what stands inside ClassVar[...] is for type checkers, and need not exist at run time
        if bracket and head.isidentifier() and eval(_compiled(head), *scope) is ClassVar:  # noqa: S307  as below
            return ClassVar
        return eval(_compiled(annotation), *scope)  # noqa: S307  it stands in the code that creates the class
    except NameError as error:
        raise TypeError(f"{place}: its annotation {annotation!r} cannot be resolved: {error}.") from None


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
