"""Marks: what the attempts of a student earn, by the policy of each question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple, final

from shapecalc.errors import SpecError, check_choice, check_type
from shapecalc.grading.attempts import counting_marks
from shapecalc.grading.book.papers import Papers
from shapecalc.grading.book.result import Result
from shapecalc.grading.carrying import Carrying
from shapecalc.grading.judge import Mark, Verdict, judge, with_decisions
from shapecalc.grading.quiz.policy import Counts, Policy
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.submissions.sittings import Sitting
from shapecalc.grading.training import Trainer
from shapecalc.grading.variants.conditions import Drawn

#: How many marks of different answers are remembered, and characters of those answers.
MAX_REMEMBERED = 50_000
MAX_REMEMBERED_TEXT = 5_000_000


@final
class AttemptRule(NamedTuple):
    """What a teacher says of all attempts of a class, in place of what the quiz says.

    Attributes:
        counts: which attempt counts; None for what the quiz says.
        penalty: the part of the points that each attempt behind the first costs; None for what the quiz says.
    """

    counts: Counts | None = None
    penalty: Fraction | None = None

    def policy(self, question: Question) -> Policy:
        """The policy of a question under this rule."""
        policy = question.policy
        counts = policy.counts if self.counts is None else self.counts
        return replace(policy, counts=counts, penalty=policy.penalty if self.penalty is None else self.penalty)


#: Attempts count as the quiz says.
AS_WRITTEN = AttemptRule()


def make_rule(attempts: str = "", penalty: Fraction | float | None = None) -> AttemptRule:
    """The rule that a teacher writes.

    Raises:
        SpecError: there is no such way to count attempts, or the penalty is not from 0 to 1.
    """
    if attempts:
        check_choice("grade", "attempts", attempts, [*Counts])
    if penalty is not None:
        check_type("penalty", penalty, (Fraction, int, float), "a number")
    if penalty is not None and not 0 <= penalty <= 1:
        raise SpecError(f"A penalty is a part of the points, from 0 to 1, but is {float(penalty):g}.")
    return AttemptRule(Counts(attempts) if attempts else None, None if penalty is None else Fraction(penalty))


@final
class Marking:
    """Marks the sittings of a class; equal answers to a question are judged once.

    Args:
        papers: who answers which quiz.
        rule: what counts of several attempts.
        most_characters: of answers that differ, for a class that is held in memory; 0 for any number.
        source: the file, for messages.
        trainer: trains nets, where a question asks for that.
    """

    def __init__(
        self,
        papers: Papers,
        rule: AttemptRule = AS_WRITTEN,
        *,
        most_characters: int = 0,
        source: str = "answers",
        trainer: Trainer | None = None,
    ) -> None:
        self.papers = papers
        self.policies = [rule.policy(question) for question in papers.quiz.questions]
        self.most_characters = most_characters
        self.source = source
        self.trainer = trainer
        self.characters = 0
        self._carrying = Carrying()
        self._marks: dict[tuple[int, tuple[tuple[str, Drawn], ...], tuple[int, ...], str], Mark] = {}

    def result(self, sitting: Sitting) -> Result:
        """What a student earned.

        Raises:
            SpecError: with those before it, there is too much to read.
        """
        try:
            quiz = self.papers.of(sitting.student)
        except SpecError as refused:  # the numbers of one student make no quiz: nobody else waits for that
            return unmarked(self.papers.quiz, sitting, f"{refused} Look by hand.")
        return self.result_of(sitting, quiz)

    def result_of(self, sitting: Sitting, quiz: Quiz) -> Result:
        """What a student earned who answered this quiz, a variant of the papers'."""
        attempts = [self._attempt(quiz, answers) for answers in sitting.attempts]
        if len(attempts) == 1:
            return Result(sitting.student, with_decisions(attempts[0]))
        marks = [
            _with_trainings(mark, attempts, number)
            for number, mark in enumerate(counting_marks(attempts, self.policies))
        ]
        return Result(sitting.student, with_decisions(marks))

    def _attempt(self, quiz: Quiz, answers: Sequence[str]) -> list[Mark]:
        """The marks of one attempt at all questions."""
        marks = [self._judged(number, question, answers[number]) for number, question in enumerate(quiz.questions)]
        return self._carrying.carried(marks)

    def _judged(self, number: int, question: Question, answer: str) -> Mark:
        place = (number, question.numbers, question.order, answer)
        mark = self._marks.get(place)
        if mark is None:
            self.characters += len(answer)
            if self.most_characters and self.characters > self.most_characters:
                raise SpecError(
                    f"{self.source}: the answers that differ have more than {self.most_characters:,} characters; grade "
                    "fewer students at a time, or into a gradebook: --book course.db."
                )
            if len(self._marks) >= MAX_REMEMBERED or (
                not self.most_characters and self.characters > MAX_REMEMBERED_TEXT
            ):
                self._marks.clear()
                self.characters = len(answer)
            mark = self._marks[place] = judged(question, answer, self.trainer)
        return mark


def _with_trainings(mark: Mark, attempts: Sequence[Sequence[Mark]], number: int) -> Mark:
    """The mark that counts, with the trainings of all attempts: which of them counts depends on all."""
    trainings = {trained.net: trained for attempt in attempts for trained in attempt[number].trainings}
    return replace(mark, trainings=tuple(trainings.values())) if trainings else mark


def unmarked(quiz: Quiz, sitting: Sitting, note: str) -> Result:
    """The result of a student whose answers cannot be judged: a person looks at each."""
    answers = zip(quiz.questions, sitting.attempts[-1], strict=True)
    marks = [Mark(question, answer, Verdict.LOOK_BY_HAND, Fraction(0), note=note) for question, answer in answers]
    return Result(sitting.student, tuple(marks))


def judged(question: Question, answer: str, trainer: Trainer | None = None) -> Mark:
    """The verdict on an answer; a mistake of ours costs nobody a point, and stops nobody's marks."""
    try:
        return judge(question, answer, trainer)
    except Exception as failure:  # noqa: BLE001  whatever it is, a person looks at the answer
        note = f"an internal error, {type(failure).__name__}: please report it"
        return Mark(question, answer, Verdict.LOOK_BY_HAND, Fraction(0), note=note)
