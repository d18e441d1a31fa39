"""Errors that are carried: answers that are worked out correctly from an earlier wrong answer of the same attempt.

An answer is carried where it is what follows from what the student stated before, and where that left something to
work out. One that is written in another convention than the question's, as an earlier answer was, is right but for what
that one has paid for.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, final

from shapecalc.grading.answers.kind import AnswerNotation
from shapecalc.grading.consequences import Earlier, Following, follow_earlier, follows
from shapecalc.grading.judge import Mark, Verdict
from shapecalc.grading.mistakes.diagnosis import outcome_text
from shapecalc.grading.mistakes.statements import Statement
from shapecalc.grading.quiz.question import Question

#: How many values that follow from wrong ones are remembered.
MAX_CARRIED = 10_000


@final
class Carrying:
    """Gives credit for what follows from earlier answers; what follows from the same answers is worked out once."""

    def __init__(self) -> None:
        self._values: dict[Hashable, Following | None] = {}

    def carried(self, marks: Sequence[Mark]) -> list[Mark]:
        """The marks of one attempt at all questions, in order, with credit for what follows from earlier answers."""
        if not any(mark.verdict is Verdict.WRONG for mark in marks[:-1]):
            return [*marks]
        attempt = _AttemptInOrder(self)
        return [attempt.credited(mark) for mark in marks]

    def following(self, question: Question, earlier: tuple[Earlier, ...]) -> Following | None:
        """What follows from earlier answers; None where nothing does."""
        place = (question.id, question.numbers, earlier)
        if place not in self._values:
            if len(self._values) >= MAX_CARRIED:
                self._values.clear()
            self._values[place] = follow_earlier(question, earlier)
        return self._values[place]


@final
class _Writing(NamedTuple):
    """A way in which a wrong answer may be written.

    Attributes:
        conventions: those in which it is written, other than the question's.
        reading: the answer in the question's conventions.
    """

    conventions: frozenset[AnswerNotation]
    reading: Any


@final
class _AttemptInOrder:
    """One attempt at all questions, as far as it has been read."""

    def __init__(self, carrying: Carrying) -> None:
        self._carrying = carrying
        #: what was stated before, with the question that it was stated in.
        self._earlier: list[tuple[Question, Earlier]] = []
        #: where each convention has cost points.
        self._conventions: dict[AnswerNotation, str] = {}

    def credited(self, mark: Mark) -> Mark:
        """A mark with credit for what follows from the answers before it; later answers may follow from it, too."""
        if mark.verdict is not Verdict.WRONG:
            self._state(mark, mark.value)
            return mark
        following = self._following(mark.question)
        is_following = following is not None and follows(mark.question, mark.value, following)
        is_degenerate = following is not None and is_following and following.is_degenerate
        if following and is_following and not following.trivial:
            self._state(mark, mark.value)
            return _with_credit(mark, _derived_from(following), following.questions)
        writing = _writing(mark, following)
        if writing is not None:
            # whoever exchanges height and width goes on with the sizes that stand there
            is_exchanged = AnswerNotation.SIDES_EXCHANGED in writing.conventions
            self._state(mark, mark.value if is_exchanged else writing.reading)
            return self._written(mark, writing, following)
        self._state(mark, mark.value, is_degenerate=is_degenerate)
        return replace(mark, note=f"{following.trivial}: that earns nothing") if following and is_following else mark

    def _following(self, question: Question) -> Following | None:
        if question.model is None:
            return None
        net = question.model.net
        earlier = tuple([answer for former, answer in self._earlier if former.model and former.model.net == net])
        if not any(answer.statement.is_wrong for answer in earlier):
            return None
        return self._carrying.following(question, earlier)

    def _state(self, mark: Mark, reading: Any, *, is_degenerate: bool = False) -> None:
        """Remember what an answer states of its net."""
        model = mark.question.model
        if model is None or reading is None or mark.verdict.is_undecided or not isinstance(model.key, int | tuple):
            return
        stated = mark.question.stated(reading)
        if mark.verdict is Verdict.RIGHT:
            statement = Statement(model.target, model.key, model.key)
        elif stated:
            statement = Statement(model.target, stated.value, model.key, stated.least, stated.most)
        else:
            return
        self._earlier.append((mark.question, Earlier(mark.question.id, statement, is_degenerate)))

    def _written(self, mark: Mark, writing: _Writing, following: Following | None) -> Mark:
        """The mark of an answer in other conventions; with credit, if they have cost points and it is right in them."""
        question = mark.question
        places = dict.fromkeys(place for name in writing.conventions if (place := self._conventions.get(name, "")))
        is_paid = writing.conventions <= self._conventions.keys()
        self._conventions |= dict.fromkeys(writing.conventions - self._conventions.keys(), question.id)
        is_right = _is_right(question, writing.reading)
        derived = following if following and follows(question, writing.reading, following) else None
        if not is_paid or not (is_right or (derived and not derived.trivial)):
            return mark
        note = (
            f"written {' and '.join(sorted(writing.conventions))} as in {' and '.join(places)}, where that cost points"
        )
        if is_right or derived is None:
            return _with_credit(mark, note, tuple(places))
        return _with_credit(mark, f"{_derived_from(derived)}; {note}", (*places, *derived.questions))


def _writing(mark: Mark, following: Following | None) -> _Writing | None:
    """The conventions in which an answer is right, or follows from earlier ones, or has its channels."""
    question, writings = mark.question, [*_writings(mark)]
    for writing in writings:
        if _is_right(question, writing.reading) or (following and follows(question, writing.reading, following)):
            return writing
    return next((writing for writing in writings if _has_channels(question, mark.value, writing)), None)


def _writings(mark: Mark) -> Iterator[_Writing]:
    question = mark.question
    for conventions, reading in question.answer.rewritten(mark.value):
        yield _Writing(conventions, reading)
    if question.is_other_side(mark.value):
        yield _Writing(frozenset({AnswerNotation.SIDES_EXCHANGED}), question.key)


def _is_right(question: Question, reading: Any) -> bool:
    return question.answer.judge(reading).credit == 1


def _has_channels(question: Question, reading: Any, writing: _Writing) -> bool:
    """Whether a shape with wrong sizes has the right number of channels in some conventions, and only in them."""
    key = question.model.key if question.model else None
    rewritten, stated = question.stated(writing.reading), question.stated(reading)
    if not (isinstance(key, tuple) and rewritten and isinstance(rewritten.value, tuple)):
        return False
    is_stated = stated is not None and isinstance(stated.value, tuple) and stated.value[:1] == key[:1]
    is_as_long = len(rewritten.value) == len(key) > 1
    return is_as_long and rewritten.value[0] == key[0] and not is_stated


def _derived_from(following: Following) -> str:
    values = [f"your {outcome_text(source.statement.value)} in {source.question}" for source in following.sources]
    return f"worked out correctly from {' and '.join(values)}"


def _with_credit(mark: Mark, note: str, sources: tuple[str, ...]) -> Mark:
    credit = mark.question.policy.carried
    verdict = Verdict.RIGHT if credit == 1 else Verdict.PARTLY if credit else Verdict.WRONG
    points = credit * mark.question.points
    sources = tuple(dict.fromkeys(sources))
    return replace(mark, verdict=verdict, points=points, note=note, mistakes=None, is_carried=True, sources=sources)
