"""What a quiz file may require of layers: the keys of a question, or of the effect that its options are judged by."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Any, cast

from pydantic import BeforeValidator, Field, model_validator

from shapecalc.algebra.comparison import Relation
from shapecalc.errors import SpecError, did_you_mean
from shapecalc.formats.text.shapes import read_shape
from shapecalc.grading.effects.requirement import (
    Divides,
    Gives,
    Keeps,
    Multiplies,
    NumberBound,
    Requirement,
    Rounding,
    family_of,
)
from shapecalc.grading.effects.rubric import Rubric
from shapecalc.grading.quiz.document.parts import Strict, WrittenValue, one_of
from shapecalc.layers import Shape, layer_classes

#: The most inputs that a question names, and types of layers.
MAX_INPUTS, MAX_TYPES = 8, 40

_RELATIONS = {"at_least": Relation.AT_LEAST, "at_most": Relation.AT_MOST, "exactly": Relation.EQUAL}


class AmountDocument(Strict):
    """How large a number must be."""

    at_least: Annotated[int, Field(ge=0)] | None = Field(default=None, description="This, or more.")
    at_most: Annotated[int, Field(ge=0)] | None = Field(default=None, description="This, or less.")
    exactly: Annotated[int, Field(ge=0)] | None = Field(default=None, description="This.")

    @model_validator(mode="after")
    def _is_bounded(self) -> AmountDocument:
        if not self.model_fields_set:
            raise ValueError("at_least, at_most or exactly is missing")
        return self

    @property
    def bounds(self) -> Iterator[tuple[Relation, int]]:
        """Each number that is given, with how it must compare."""
        for name, relation in _RELATIONS.items():
            number = getattr(self, name)
            if number is not None:
                yield relation, number

    @property
    def least(self) -> int:
        """The least number that is enough."""
        return self.exactly or self.at_least or 1

    def amounts(self, key: str) -> Iterator[Requirement]:
        """What is required of the number with a name."""
        yield from (NumberBound(key, relation, number) for relation, number in self.bounds)


def _as_amount(value: Any) -> Any:
    """``field: 7`` is short for ``field: {exactly: 7}``."""
    return value if isinstance(value, dict) else {"exactly": value}


AmountEntry = Annotated[AmountDocument, BeforeValidator(_as_amount, json_schema_input_type=int | AmountDocument)]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def layer_type(word: str) -> str:
    """The name of a layer or of a family of layers.

    Raises:
        ValueError: there is none of that name.
    """
    classes = layer_classes()
    families = {family_of(name) for name in classes}
    if word not in classes and word not in families:
        raise ValueError(f"there is no layer and no family {word[:40]}{did_you_mean(word, [*classes, *families])}")
    return word


TypeNames = Annotated[
    list[str], BeforeValidator(_as_list, json_schema_input_type=str | list[str]), Field(max_length=MAX_TYPES)
]
TypeCounts = Annotated[dict[str, AmountEntry], Field(min_length=1, max_length=MAX_TYPES)]
ShapeTexts = Annotated[
    list[WrittenValue],
    BeforeValidator(
        lambda value: [value] if isinstance(value, str | int) else value, json_schema_input_type=str | list[str]
    ),
    Field(max_length=MAX_INPUTS),
]


class EffectKeys(Strict):
    """What layers must do, and on which inputs."""

    inputs: ShapeTexts = Field(
        default=[],
        description="On which inputs, without the batch: 3x32x32, or CxHxW for all sizes; any, by default.",
    )
    keeps: Annotated[str, one_of("", "size", "channels", "shape")] = Field(
        default="",
        description="What comes out as it goes in.",
        json_schema_extra={"enum": ["size", "channels", "shape"]},
    )
    output: WrittenValue = Field(
        default="", description="What must come out: a size along every axis, 55 or ceil(W/2), or a shape, 96x55x55."
    )
    divides: Annotated[int, Field(ge=1, le=10**6)] | None = Field(
        default=None, description="By what every size is divided, where it can be."
    )
    rounded: Annotated[str, one_of("", "up", "down")] = Field(
        default="",
        description="How a size that cannot be divided is rounded; those are not asked for, by default.",
        json_schema_extra={"enum": ["up", "down"]},
    )
    multiplies: Annotated[int, Field(ge=1, le=10**6)] | None = Field(
        default=None, description="By what every size is multiplied."
    )
    channels: AmountEntry | None = Field(default=None, description="How many channels must come out.")
    field: AmountEntry | None = Field(default=None, description="How many inputs one output must see.")
    parameters: AmountEntry | None = Field(default=None, description="How many parameters there must be.")
    macs: AmountEntry | None = Field(default=None, description="How many multiply-accumulates there must be.")

    @model_validator(mode="after")
    def _has_an_effect(self) -> EffectKeys:
        if self.rounded and self.divides is None:
            raise ValueError("rounded goes with divides")
        if not [*self.requirements()]:
            raise ValueError(
                "what must hold is missing: keeps, output, divides, multiplies, channels, field, parameters or macs"
            )
        return self

    def requirements(self) -> Iterator[Requirement]:
        """What layers must do, in the order of the keys.

        Raises:
            SpecError: the output cannot be read.
        """
        if self.keeps:
            yield Keeps(self.keeps)
        if self.output:
            sizes = read_shape(self.output, style="expressions", down=True)
            yield Gives(sizes, len(sizes) > 1)
        if self.divides is not None:
            yield Divides(self.divides, cast("Rounding", self.rounded))
        if self.multiplies is not None:
            yield Multiplies(self.multiplies)
        for key in ("channels", "field", "parameters", "macs"):
            amount = getattr(self, key)
            yield from amount.amounts(key) if amount else ()

    def rubric(self, points: tuple[Fraction, ...] = ()) -> Rubric:
        """What is required, on which inputs."""
        shapes = tuple(read_shape(text) for text in self.inputs)
        for shape in shapes if self.divides and not self.rounded else ():
            self._check_divided(shape)
        return Rubric(tuple(self.requirements()), shapes, points)

    def _check_divided(self, shape: Shape) -> None:
        wrong = next((size for size in shape[1:] if isinstance(size, int) and size % (self.divides or 1)), None)
        if wrong is not None:
            raise SpecError(f"{wrong} cannot be divided by {self.divides}; say how it is rounded, as in rounded: down.")
