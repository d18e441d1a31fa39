"""A quiz with its variants, as places take it: a pool of variants for each question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import final

from shapecalc.errors import SpecError, check_type
from shapecalc.grading.exchange.asking import derivation_lines, instruction, item_of, key_lines
from shapecalc.grading.exchange.items import Item
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.quiz.template import QuizTemplate
from shapecalc.grading.variants.seeds import plain_seeds
from shapecalc.page import visible

#: The most variants of a question.
MAX_VARIANTS = 1_000


@final
@dataclass(frozen=True)
class QuizEntry:
    """One variant of a question.

    Attributes:
        name: what it is called there: the question's id, with a number where there are several.
        question: the question, its options as in the file.
    """

    name: str
    question: Question

    @cached_property
    def item(self) -> Item:
        """What a place is told of it."""
        return item_of(self.question)

    @cached_property
    def derivation(self) -> tuple[str, ...]:
        """The key, and how it comes about; () where that is never shown."""
        return derivation_lines(self.question)

    @property
    def for_grader(self) -> tuple[str, ...]:
        """What a person who marks it is told: the key, and how it comes about."""
        return key_lines(self.question)

    @property
    def instruction(self) -> str:
        """How an answer is to be written, or ""."""
        return instruction(self.question, self.item)


@final
@dataclass(frozen=True, slots=True)
class VariantPool:
    """The variants of a question, of which each student answers one."""

    id: str
    entries: tuple[QuizEntry, ...]

    @property
    def question(self) -> Question:
        """The first variant."""
        return self.entries[0].question


@final
class QuizBank:
    """A quiz as places take it.

    Args:
        template: the quiz.
        variants: the most variants of a question.

    Raises:
        SpecError: the file is not a quiz, a variant cannot be made, or the number of variants is out of range.
    """

    def __init__(self, template: QuizTemplate, variants: int = 30) -> None:
        check_type("template", template, QuizTemplate, "a quiz", "shapecalc.grading.load_template reads one.")
        check_type("variants", variants, int, "a number of variants")
        if not 1 <= variants <= MAX_VARIANTS:
            raise SpecError(f"variants is from 1 to {MAX_VARIANTS:,}, not {variants:,}.")
        self.template = template
        self.variants = variants
        #: the title with the first numbers, where there are numbers in it.
        self.title = visible(template.in_file_order(plain_seeds("1")).title)

    @cached_property
    def pools(self) -> tuple[VariantPool, ...]:
        """A pool for each question, in order."""
        return tuple([self._pool(place, name) for place, name in enumerate(self.template.ids)])

    @cached_property
    def papers(self) -> tuple[tuple[str, Quiz], ...]:
        """The quiz as whole papers, each with the seed of its numbers."""
        return tuple(self.template.samples(self.variants))

    @property
    def shares_numbers(self) -> bool:
        """Whether letters are drawn for the whole quiz."""
        return bool(self.template.shared.choices)

    def _pool(self, place: int, name: str) -> VariantPool:
        numbers, is_all = self.template.numbers_of(place, self.variants)
        if not is_all:  # some seeds give the same numbers
            more, _ = self.template.numbers_of(place, 4 * self.variants)
            numbers = [*numbers, *(drawn for drawn in more if drawn not in numbers)][: self.variants]
        questions = [self.template.question(place, drawn) for drawn in numbers] if numbers else []
        width = len(str(len(questions)))
        names = [f"{name}-{at:0{width}}" for at in range(1, len(questions) + 1)] if len(questions) > 1 else [name]
        return VariantPool(name, tuple([QuizEntry(*entry) for entry in zip(names, questions, strict=True)]))
