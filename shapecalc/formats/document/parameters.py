"""Parameters of blocks and families: what they are called, and what they stand for."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Any

from shapecalc.errors import SpecError, did_you_mean
from shapecalc.formats.document.model import Document, ParameterValue, Variant
from shapecalc.formats.text.expression import read_value
from shapecalc.formats.text.vocabulary import find_layer
from shapecalc.net.net import INPUT

#: Words that mean something else wherever a block or a parameter could stand.
_RESERVED = ("Sequential", INPUT, "True", "False", "None", "inf", "min", "max", "divisible")


def bind(
    owner: str,
    takes: Mapping[str, ParameterValue],
    args: list[Any],
    kwargs: Mapping[str, Any],
    outer: Mapping[str, Any],
) -> dict[str, Any]:
    """The values of parameters, as Python binds them; a default may name the parameters before it.

    Raises:
        SpecError: there are too many arguments, or one is unknown, missing or given twice.
    """
    if len(args) > len(takes):
        raise SpecError(f"{owner} takes {len(takes)} arguments but {len(args)} were given.")
    arguments = dict(zip(takes, args, strict=False))
    for name in kwargs:
        if name not in takes:
            listed = f"it takes {', '.join(takes)}" if takes else "it takes nothing"
            raise SpecError(f"{owner} does not take {name}{did_you_mean(name, takes)}; {listed}.")
        if name in arguments:
            raise SpecError(f"{owner}: {name} is given twice, by position and by name.")
    arguments |= kwargs
    values = dict(outer)
    for name, default in takes.items():
        if name not in arguments and default in ("", None):
            raise SpecError(f"{owner} needs {name}.")
        values[name] = arguments[name] if name in arguments else parameter_value(default, values)
    return values


def file_values(document: Document, member: Variant) -> dict[str, Any]:
    """The values of a file's own parameters for a member of the family.

    Raises:
        SpecError: as :func:`bind`.
    """
    arguments = {name: parameter_value(text, {}) for name, text in member.with_.items()}
    return bind("the file", document.takes, [], arguments, {})


def parameter_value(written: ParameterValue, values: Mapping[str, Any]) -> Any:
    """What a value of a file stands for: text is read as an argument is."""
    return read_value(written, values) if isinstance(written, str) else written


def filled(text: str, values: Mapping[str, Any], role: str = "the name") -> str:
    """A name or a shape with numbers in place of its braces: ``block{i + 1}`` is block3 where i is 2.

    Raises:
        SpecError: there is no number in the braces.
    """
    return re.sub(r"\{([^{}]*)\}", lambda braces: str(_number(f"{role} {text[:60]}", braces[1], values)), text)


def _number(place: str, text: str, values: Mapping[str, Any]) -> int:
    value = parameter_value(text, values)
    if isinstance(value, bool) or not isinstance(value, int):
        raise SpecError(f"{place} needs a number, but {text[:60]} is {value}.")
    return value


def check_names(document: Document) -> None:
    """Refuse names of blocks and parameters that could be taken for something else.

    Raises:
        SpecError: naming the first.
    """
    for name in document.blocks:
        _check_name(name, "a block", ())
    for takes in (document.takes, *(block.takes for block in document.blocks.values())):
        for name in takes:
            _check_name(name, "a parameter", document.blocks)


def _check_name(name: str, role: str, blocks: Container[str]) -> None:
    if not name.isidentifier():
        raise SpecError(f"{name[:60]!r} cannot be the name of {role}; it must be one word.")
    if name in blocks or name in _RESERVED or find_layer(name):
        raise SpecError(f"{name[:60]} cannot be the name of {role}; it already has a meaning.")
