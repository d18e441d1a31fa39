"""Questions whose key is a formula in letters."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from shapecalc.algebra import Int, Name, names_in
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.integers import Integers
from shapecalc.errors import SpecError, quoted
from shapecalc.grading.answers.arithmetic import read_arithmetic
from shapecalc.grading.answers.formula import FormulaAnswer
from shapecalc.grading.answers.formula_domain import FormulaDomain, Letter
from shapecalc.grading.answers.quotients import ExactQuotient
from shapecalc.grading.quiz.document.keys import read_with
from shapecalc.grading.quiz.document.parts import Short, one_of
from shapecalc.grading.quiz.document.question import ValueDocument
from shapecalc.grading.quiz.nets import QuestionNet
from shapecalc.grading.quiz.question import ModelAnswer, Question

#: The most letters of a formula, and the most conditions on them.
MAX_LETTERS = 12

_RANGE = re.compile(r"\s*(\d{1,6})\s*(?:\.\.\s*(\d{1,6})?\s*)?")
_WORD = re.compile(r"[^\W\d_]\w*")
_RELATIONS = {
    "<=": Relation.AT_MOST,
    "≤": Relation.AT_MOST,
    ">=": Relation.AT_LEAST,
    "≥": Relation.AT_LEAST,
    "divides": Relation.DIVIDES,
    "=": Relation.EQUAL,
}
_CONDITION = re.compile(r"(.+?)\s*(<=|>=|≤|≥|\bdivides\b|=)\s*(.+)")


def _as_ranges(value: object) -> object:
    """``letters: [W, F]`` is short for ``letters: {W: 1.., F: 1..}``."""
    if isinstance(value, list) and all(isinstance(letter, str) for letter in value):
        return dict.fromkeys(value, "1..")
    return {letter: str(values) for letter, values in value.items()} if isinstance(value, dict) else value


Letters = Annotated[
    dict[str, Short], BeforeValidator(_as_ranges, json_schema_input_type=list[str] | dict[str, str | int])
]


class FormulaDocument(ValueDocument):
    """A formula in letters."""

    kind: Literal["formula"] = Field(description="A formula in letters, equal to the key as a function of integers.")
    letters: Annotated[Letters, Field(max_length=MAX_LETTERS)] = Field(
        default={}, description="The letters, each with the numbers that it may stand for: 1..300, or 0.. without end."
    )
    where: Annotated[list[Short], Field(max_length=MAX_LETTERS)] = Field(
        default=[],
        description="What holds between the letters: F <= W, S divides W - F; or what a letter is, k = 2n + 1.",
    )
    division: Annotated[str, one_of("exact", "down")] = Field(
        default="exact",
        description="Whether a division whose rounding is left out is exact, or rounds down.",
        json_schema_extra={"enum": ["exact", "down"]},
    )

    def question(self, net: QuestionNet) -> Question:
        model = None if self.ask is None else net.answer_in_letters(self.ask.target)
        domain = self._domain(model, net)
        key = (
            ExactQuotient(model.key)
            if model
            else read_with(lambda text: read_arithmetic(text, domain.names), self.key or "")
        )
        answer = FormulaAnswer(key, domain, rounds_down=self.division == "down")
        return self.with_answer(answer, model=model, is_key_typed=model is None)

    def _domain(self, model: ModelAnswer | None, net: QuestionNet) -> FormulaDomain:
        """The letters with their numbers: those of the file, else those of the net or of the key."""
        ranges = {name: read_range_of(name, text) for name, text in self.letters.items()}
        conditions: list[tuple[Comparison, ...]] = []
        if model is not None:
            legal = net.report.domain
            in_key = {name.name for name in names_in(model.key)} | set(ranges)
            for name, values in legal.values.items() if legal else ():
                if name in in_key:
                    ranges[name] = values & ranges.get(name, values)
            ties = legal.multi_letter if legal else ()
            conditions = [tie.condition.options for tie in ties if _letters_of(tie.condition.options) <= set(ranges)]
        elif not ranges:
            ranges = {word: Integers.between(1) for word in _words(self.key or "")}
        if not ranges:
            raise SpecError("The formula has no letters; a question of kind expression asks for a number.")
        return _with_conditions(ranges, conditions, self.where)


def read_range_of(letter: str, text: str) -> Integers:
    """The numbers that a letter may stand for.

    Raises:
        SpecError: they cannot be read.
    """
    match = _RANGE.fullmatch(text)
    if match is None or _WORD.fullmatch(letter) is None:
        raise SpecError(f"The letter {letter}: {quoted(text)} is no range; write 1..300, or 0.. without end.")
    low = int(match[1])
    high = int(match[2]) if match[2] else low if ".." not in text else None
    if high is not None and high < low:
        raise SpecError(f"The letter {letter} has the range {text}, which is empty.")
    return Integers.between(low, high)


def _with_conditions(
    ranges: dict[str, Integers], conditions: list[tuple[Comparison, ...]], where: list[str]
) -> FormulaDomain:
    """A domain with what a file says of its letters."""
    forms: dict[str, Int] = {}
    names = tuple(dict.fromkeys([*ranges, *(word for text in where for word in _words(text) if word != "divides")]))
    for text in where:
        match = _CONDITION.fullmatch(text.strip())
        if match is None:
            raise SpecError(f"The condition {text!r} cannot be read; write F <= W, S divides W - F, or k = 2n + 1.")
        sides = [_side(match[place], names) for place in (1, 3)]
        if match[2] == "=" and match[1].strip() in names:
            forms[match[1].strip()] = sides[1]
        else:
            conditions.append((Comparison(sides[0], _RELATIONS[match[2]], sides[1]),))
    for name in names:
        ranges.setdefault(name, Integers.between(1))
    letters = tuple(Letter(name, values) for name, values in ranges.items() if name not in forms)
    if any(names_in(form) - {Name(letter.name) for letter in letters} for form in forms.values()):
        raise SpecError("A letter that is defined by others may only have letters without a definition.")
    return FormulaDomain(letters, tuple(conditions), tuple((Name(name), form) for name, form in forms.items()))


def _side(text: str, names: tuple[str, ...]) -> Int:
    ratio = read_with(lambda side: read_arithmetic(side, names), text)
    if not ratio.is_whole:
        raise SpecError(f"The condition has the division {text!r}; write it with its rounding, as in floor(a/b).")
    return ratio.above


def _words(text: str) -> list[str]:
    """The letters of a formula in a file: its words, each a letter."""
    return [word for word in dict.fromkeys(_WORD.findall(text)) if word not in ("floor", "ceil", "min", "max", "mod")]


def _letters_of(options: tuple[Comparison, ...]) -> set[str]:
    return {name.name for left, _, right in options for name in names_in((left, right))}
