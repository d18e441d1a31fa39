"""Who answers which quiz: the same for all, or a variant for each student, drawn with a gradebook's secret."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple, final

from shapecalc.errors import SpecError
from shapecalc.grading.quiz.fingerprint import quiz_hash
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.quiz.shuffling import in_order_of
from shapecalc.grading.quiz.template import QuizTemplate
from shapecalc.grading.variants.conditions import Drawn
from shapecalc.grading.variants.seeds import Seeds, plain_seeds, student_seeds

#: The variant that stands for all where no student is meant, as ``quiz preview`` shows it.
SAMPLE = "1"


@final
class QuestionVariant(NamedTuple):
    """What a receipt says of the variant of a question.

    Attributes:
        numbers: those that were drawn.
        options: the texts of shuffled options, in their order.
    """

    numbers: dict[str, Drawn]
    options: tuple[str, ...] = ()


@final
class Papers:
    """The quizzes of a class.

    Args:
        quiz: the quiz; where numbers are drawn, its file's content.
        secret: what the numbers of each student are drawn with; b"" where all have those of one seed.
        seed: which variant they have then.
    """

    def __init__(self, quiz: Quiz | QuizTemplate, secret: bytes = b"", seed: str = SAMPLE) -> None:
        self.template = quiz if isinstance(quiz, QuizTemplate) else None
        self.secret = secret
        self.quiz = quiz if isinstance(quiz, Quiz) else self._for_all(quiz, plain_seeds(seed))

    def _for_all(self, template: QuizTemplate, seeds: Seeds) -> Quiz:
        """The quiz that stands for all; where each student has an order of options, its options are as in the file."""
        return template.in_file_order(seeds) if self.secret else template.variant(seeds)

    @property
    def is_varied(self) -> bool:
        """Whether students have numbers, or orders of options, of their own."""
        return self.template is not None and self.template.is_varied and bool(self.secret)

    @cached_property
    def hash(self) -> str:
        """The version of the quiz: of its questions, keys and rules, and of what is drawn."""
        if self.template is None or not self.template.is_varied:
            return quiz_hash(self.quiz)
        sample = self.template.variant(plain_seeds(SAMPLE))  # whoever replays a receipt knows no secret and no seed
        # a deadline that is moved changes no verdict
        content = {name: value for name, value in self.template.content.items() if name != "deadline"}
        return sha256((json.dumps(content) + quiz_hash(sample)).encode()).hexdigest()

    def of(self, student: str) -> Quiz:
        """The quiz of a student.

        Raises:
            SpecError: no quiz can be made with the student's numbers.
        """
        if self.template is None or not self.is_varied:
            return self.quiz
        return self.template.variant(student_seeds(self.secret, student))

    def again(self, variants: Sequence[QuestionVariant], seeds: Seeds | None) -> Quiz:
        """The quiz of a receipt, by its seeds where it has them, or by what it says of its questions.

        Raises:
            SpecError: no quiz can be made with them.
        """
        if self.template is None or not self.template.is_varied:
            return self.quiz
        if seeds is not None:
            return self.template.variant(seeds)
        if len(variants) != len(self.quiz.questions):
            raise SpecError(f"There are numbers of {len(variants)} questions; the quiz has {len(self.quiz.questions)}.")
        quiz = self.template.with_numbers({}, [variant.numbers for variant in variants])
        questions = [
            in_order_of(question, variant.options) if question.is_shuffled else question
            for question, variant in zip(quiz.questions, variants, strict=True)
        ]
        if None in questions:
            raise SpecError("The options of the receipt are not those of the quiz.")
        return Quiz(quiz.title, tuple([question for question in questions if question]))

    def seeds(self, student: str) -> Seeds | None:
        """The seeds of a student's numbers and orders; None where all have the same."""
        return student_seeds(self.secret, student) if self.is_varied else None
