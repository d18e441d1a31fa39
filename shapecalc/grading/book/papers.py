"""Who answers which quiz: the same for all, or a variant for each student, drawn with a gradebook's secret."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from hashlib import sha256
from typing import final

from shapecalc.errors import SpecError
from shapecalc.grading.quiz.fingerprint import quiz_hash
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.quiz.template import QuizTemplate
from shapecalc.grading.variants.conditions import Drawn
from shapecalc.grading.variants.seeds import Seeds, plain_seeds, student_seeds

#: The variant that stands for all where no student is meant, as ``quiz preview`` shows it.
SAMPLE = "1"


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
        self.quiz = quiz if isinstance(quiz, Quiz) else quiz.variant(plain_seeds(seed))

    @property
    def is_varied(self) -> bool:
        """Whether students have numbers of their own."""
        return self.template is not None and self.template.is_varied and bool(self.secret)

    @cached_property
    def hash(self) -> str:
        """The version of the quiz: of its questions, keys and rules, and of what is drawn."""
        if self.template is None or not self.template.is_varied:
            return quiz_hash(self.quiz)
        sample = self.template.variant(plain_seeds(SAMPLE))  # whoever replays a receipt knows no secret and no seed
        return sha256((json.dumps(self.template.content) + quiz_hash(sample)).encode()).hexdigest()

    def of(self, student: str) -> Quiz:
        """The quiz of a student.

        Raises:
            SpecError: no quiz can be made with the student's numbers.
        """
        if self.template is None or not self.is_varied:
            return self.quiz
        return self.template.variant(student_seeds(self.secret, student))

    def again(self, numbers: Sequence[dict[str, Drawn]], seeds: Seeds | None) -> Quiz:
        """The quiz of a receipt, by its seeds where it has them, or by the numbers of its questions.

        Raises:
            SpecError: no quiz can be made with them.
        """
        if self.template is None or not self.template.is_varied:
            return self.quiz
        if seeds is not None:
            return self.template.variant(seeds)
        if len(numbers) != len(self.quiz.questions):
            raise SpecError(f"There are numbers of {len(numbers)} questions; the quiz has {len(self.quiz.questions)}.")
        return self.template.with_numbers({}, list(numbers))

    def seeds(self, student: str) -> Seeds | None:
        """The seeds of a student's numbers; None where all have the same."""
        return student_seeds(self.secret, student) if self.is_varied else None
