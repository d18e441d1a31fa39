"""Texts with values in them: f-strings and ``str.format``."""

from __future__ import annotations

import ast
import re

from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.run import MAX_LENGTH, line_of
from shapecalc.formats.source.values import Unknown, Value

#: How a value is written: with a width of at most two digits, and as many decimals. It is compiled when first needed.
_SPEC = r"[<>=^]?[-+ ]?#?0?\d{0,2}[,_]?(\.\d{1,2})?[a-zA-Z%]?"


def formatted(value: Value, spec: str, conversion: str, node: ast.AST) -> Value:
    """A number or a text as a format writes it.

    Raises:
        Fault: it cannot be written so.
    """
    if not isinstance(value, bool | int | float | str | None) or not re.fullmatch(_SPEC, spec):
        return Unknown("a text with a value in it", line_of(node))
    try:
        return format(repr(value) if conversion == "r" else value, spec)
    except (ValueError, TypeError) as refused:
        raise Fault("type", f"{refused}.", node, type_=type(refused).__name__) from None


def filled(template: str, args: tuple[Value, ...], kwargs: dict[str, Value], node: ast.AST) -> Value:
    """A template with its fields filled, as by ``str.format``; attributes and items of values are not followed.

    Raises:
        Fault: the template is none, or has a field for which there is no value.
    """
    from string import Formatter  # noqa: PLC0415  slow to import, and few programs fill templates

    values: dict[str, Value] = {str(place): value for place, value in enumerate(args)} | kwargs
    texts: list[str] = []
    try:
        fields = [*Formatter().parse(template)]
    except ValueError as refused:
        raise Fault("type", f"{refused}.", node, type_="ValueError") from None
    numbers = iter(range(len(fields)))
    for literal, field, spec, conversion in fields:
        texts.append(literal)
        if field is None:
            continue
        name = field or str(next(numbers))
        if not name.isalnum() and not name.isidentifier():
            return Unknown(f"the field {{{name}}} of a text", line_of(node))
        if name not in values:
            raise Fault("index", f"There is no value for the field {{{name}}}.", node, type_="IndexError")
        text = formatted(values[name], spec or "", conversion or "", node)
        if isinstance(text, Unknown) or sum(map(len, texts)) + len(text) > MAX_LENGTH:
            return text if isinstance(text, Unknown) else Unknown("a text beyond the bounds", line_of(node))
        texts.append(text)
    return "".join(texts)
