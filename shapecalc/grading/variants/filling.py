"""Texts of a quiz with the numbers of a variant in the place of ``{W}``."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from typing import Any

from shapecalc.errors import SpecError
from shapecalc.grading.variants.conditions import drawn_value
from shapecalc.grading.variants.variation import Numbers

#: A brace that is doubled stands for itself.
_ADVICE = "vary says from which numbers, and a brace itself is written twice"
_PLACES = re.compile(r"\{\{|\}\}|\{([^{}\n]{1,80})\}")


def filled_in(data: Any, numbers: Numbers) -> Any:
    """Data of lists, mappings and texts, with each ``{W}`` or ``{2*W + 1}`` in a text replaced by its value.

    Raises:
        SpecError: an expression in braces cannot be computed.
    """
    match data:
        case str():
            return filled_text(data, numbers)
        case list():
            return [filled_in(value, numbers) for value in data]
        case dict():
            return {name: filled_in(value, numbers) for name, value in data.items()}
        case _:
            return data


def filled_text(text: str, numbers: Numbers) -> str:
    """A text, as :func:`filled_in`."""

    def value(match: re.Match[str]) -> str:
        expression = match[1]
        if expression is None:
            return match[0][0]
        try:
            return str(drawn_value(expression, numbers))
        except SpecError as refused:
            drawn = ", ".join(f"{letter} = {number}" for letter, number in numbers.items())
            if not drawn:
                raise SpecError(f"{{{expression}}} has no value, because no letter is drawn; {_ADVICE}.") from None
            raise SpecError(f"{{{expression}}} has no value where {drawn}: {refused}") from None

    return _PLACES.sub(value, text)


def bare_braces(data: Any, letters: AbstractSet[str]) -> str:
    """The first ``{N}`` without quotes in what YAML has read, with the key before it; "" where there is none.

    YAML reads it as a mapping whose only key has no value.

    Args:
        data: the content of a file.
        letters: what is drawn.
    """
    entries = list(data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ())
    for key, value in entries:
        if isinstance(value, dict) and [*value.values()] in ([""], [None]):
            expression = str(next(iter(value)))
            if letters & set(re.findall(r"\w+", expression)):
                return f"{key}: {{{expression}}}" if isinstance(key, str) else f"{{{expression}}}"
    return next((braces for _, value in entries if (braces := bare_braces(value, letters))), "")
