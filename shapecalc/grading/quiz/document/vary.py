"""What a quiz file says of the numbers that are drawn for each student."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from shapecalc.errors import SpecError
from shapecalc.grading.quiz.document.parts import Strict
from shapecalc.grading.variants.conditions import Drawn, read_condition
from shapecalc.grading.variants.variation import MAX_CHOICES, Variation

#: The most letters of one ``vary``, and conditions.
MAX_LETTERS = 20

_WHOLE = re.compile(r"-?\d{1,9}")
_RANGE = re.compile(r"\s*(-?\d{1,9})\s*(?:\.\.|to)\s*(-?\d{1,9})\s*(?:(?:step|by)\s*(\d{1,9})\s*)?")


class RangeDocument(Strict):
    """Whole numbers from the first to the last."""

    first: Annotated[int, Field(alias="from", ge=-(10**9), le=10**9, description="The least.")]
    last: Annotated[int, Field(alias="to", ge=-(10**9), le=10**9, description="The greatest.")]
    step: Annotated[int, Field(ge=1, le=10**9, description="What lies between two.")] = 1

    @property
    def values(self) -> list[Drawn]:
        """All of them."""
        return [*range(self.first, self.last + 1, self.step)][: MAX_CHOICES + 1]


def _as_range(value: Any) -> Any:
    """A range as a text, such as ``28..64 step 4``; a list of the values."""
    if isinstance(value, str) and (match := _RANGE.fullmatch(value)):
        return {"from": match[1], "to": match[2], **({"step": match[3]} if match[3] else {})}
    if isinstance(value, list):
        return [
            int(entry) if isinstance(entry, str) and re.fullmatch(r"-?\d{1,9}", entry) else entry for entry in value
        ]
    return value


Word = Annotated[str, Field(min_length=1, max_length=100)]
Choices = Annotated[
    RangeDocument | Annotated[list[int | Word], Field(min_length=1, max_length=MAX_CHOICES)],
    BeforeValidator(_as_range, json_schema_input_type=RangeDocument | list[int | Word] | str),
]
Letter = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,19}$")]


class VaryDocument(Strict):
    """A part of the file in whose texts ``{W}`` is a number that is drawn for each student. Abstract."""

    vary: Annotated[dict[Letter, Choices], Field(max_length=MAX_LETTERS)] = Field(
        default={}, description="Letters and the values that are drawn from: a list, or a range such as 28..64 step 4."
    )
    when: Annotated[
        list[Annotated[str, Field(max_length=200)]],
        BeforeValidator(
            lambda value: [value] if isinstance(value, str) else value, json_schema_input_type=str | list[str]
        ),
        Field(max_length=MAX_LETTERS),
    ] = Field(default=[], description="What the numbers must fulfil: F <= W, S divides W - F.")

    @property
    def variation(self) -> Variation:
        """What is drawn.

        Raises:
            SpecError: a condition cannot be read, or a letter has no value or too many.
        """
        choices: list[tuple[str, tuple[Drawn, ...]]] = []
        for letter, entry in self.vary.items():
            values = entry.values if isinstance(entry, RangeDocument) else entry
            if isinstance(entry, RangeDocument) and entry.first > entry.last:
                raise SpecError(
                    f"vary: {letter} is from {entry.first} to {entry.last}, where no number is; write the smaller one "
                    f"first, as in {letter}: {entry.last}..{entry.first}."
                )
            if len(values) > MAX_CHOICES:
                raise SpecError(f"vary: {letter} has more than {MAX_CHOICES:,} values; take a larger step.")
            choices.append((letter, tuple(values)))
        return Variation(tuple(choices), tuple(read_condition(text) for text in self.when))
