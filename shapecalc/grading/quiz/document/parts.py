"""What the models of a quiz file are made of: texts and words with their bounds."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from shapecalc.errors import did_you_mean

#: The most characters of a question.
MAX_WORDS = 2_000


def one_of(*words: str) -> AfterValidator:
    """One of several words; a typing error is answered with the nearest of them."""

    def check(word: str) -> str:
        if word not in words:
            raise ValueError(
                f"{word[:40]} is not known{did_you_mean(word, words)}; it may be {', '.join(filter(None, words))}"
            )
        return word

    return AfterValidator(check)


def as_text(value: Any) -> Any:
    """A number or a list of numbers as a file has it, as text."""
    if isinstance(value, list) and value and all(isinstance(size, str | int) for size in value):
        return "x".join(map(str, value))
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else value


#: A percentage as a file has it.
PERCENTAGE = r"^\d{1,3}(\.\d{1,6})? ?%$"


def part_of(value: Any) -> Any:
    """A part that is written as a percentage or as a text, as a number; anything else as it is."""
    if isinstance(value, str) and re.fullmatch(PERCENTAGE, value.strip()):
        return Decimal(value.strip().rstrip("% ")) / 100
    return Decimal(value) if isinstance(value, str) and re.fullmatch(r"\d?\.?\d{1,6}", value) else value


Short = Annotated[str, Field(max_length=100)]
Words = Annotated[str, Field(min_length=1, max_length=MAX_WORDS)]
WrittenValue = Annotated[
    str,
    BeforeValidator(as_text),
    Field(max_length=200),
    WithJsonSchema(
        {"anyOf": [{"type": "number"}, {"type": "string"}, {"type": "array", "items": {"type": "integer"}}]}
    ),
]


class Strict(BaseModel):
    """A part of the file; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)
