"""What follows from earlier answers of a student: the value, the answers that it comes from, and whether it is trivial.

A value is trivial where it left nothing to work out: where it only repeats what was stated, as behind a ReLU or a
padding that keeps the size, or where a size on the way is 1 that is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, final

from shapecalc.algebra.edits import Number
from shapecalc.grading.answers.kind import Key
from shapecalc.grading.mistakes.diagnosis import outcome_text
from shapecalc.grading.mistakes.line import Sizes
from shapecalc.grading.mistakes.outcomes import consequence_of
from shapecalc.grading.mistakes.sheet import Sheet
from shapecalc.grading.mistakes.statements import Statement
from shapecalc.grading.quiz.question import Question


@final
class Earlier(NamedTuple):
    """An answer to an earlier question.

    Attributes:
        question: the question's id.
        statement: what it states.
        is_degenerate: whether it follows from a size of 1 that is not.
    """

    question: str
    statement: Statement
    is_degenerate: bool = False


@final
class Following:
    """What follows from earlier answers; from which of them is worked out for an answer that follows.

    Args:
        question: the question.
        earlier: the earlier answers.
        value: the answer that follows.
    """

    def __init__(self, question: Question, earlier: Sequence[Earlier], value: Key) -> None:
        self.question = question
        self.earlier = earlier
        self.value = value

    @cached_property
    def sources(self) -> tuple[Earlier, ...]:
        """The wrong answers that it follows from."""
        return _sources(_sheet(self.question), self._key, self.earlier, self.value)

    @cached_property
    def ends(self) -> tuple[int, int] | None:
        """Where an earlier answer is rounded, what follows from the least and the most that it may stand for."""
        is_rounded = any(answer.statement.least is not None for answer in self.earlier)
        return _ends(_sheet(self.question), self.sources) if is_rounded else None

    @cached_property
    def is_degenerate(self) -> bool:
        """Whether it follows from a size of 1 that is not."""
        statements = [source.statement for source in self.sources]
        is_inherited = any(source.is_degenerate for source in self.sources)
        return is_inherited or _is_degenerate(_sheet(self.question), statements)

    @cached_property
    def trivial(self) -> str:
        """Why that left nothing to work out; "" where it did."""
        repeated = _repeated(self.value, self._key, [source.statement for source in self.sources])
        if repeated:
            places = " and ".join(dict.fromkeys(self.questions))
            return f"this only repeats your {outcome_text(repeated)} in {places}"
        return "this follows from a size of 1 or less, which leaves nothing to work out" if self.is_degenerate else ""

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that the sources answer."""
        return tuple([source.question for source in self.sources])

    @property
    def _key(self) -> Key:
        return self.question.diagnoses.key  # type: ignore[union-attr]  # what follows is of a net


def follow_earlier(question: Question, earlier: Sequence[Earlier]) -> Following | None:
    """What follows from earlier answers; None where nothing does, or nothing but the key."""
    if question.diagnoses is None:
        return None
    value = _value(_sheet(question), question.diagnoses.key, earlier)
    return None if value is None else Following(question, earlier, value)


def _sheet(question: Question) -> Sheet:
    diagnoses = question.diagnoses
    assert diagnoses is not None  # noqa: S101  what follows is of a net
    return Sheet(diagnoses.table.sheet.report, diagnoses.target)


def follows(question: Question, reading: Any, following: Following) -> bool:
    """Whether an answer is what follows from earlier ones.

    Where an earlier answer is rounded, it is what follows from any number that this may stand for.
    """
    if question.agrees(reading, following.value):
        return True
    if following.ends is None:
        return False
    least, most = sorted(following.ends)
    stated = question.stated(reading)
    if stated is None or not isinstance(stated.value, int):
        return False
    nearest = min(max(stated.value, least), most)
    return question.agrees(reading, nearest) and (question.kind == "number" or _is_reached(following, nearest))


def _is_reached(following: Following, value: int) -> bool:
    """Whether an exact value follows from a whole number between the ends; what follows is linear in it."""
    (source,) = following.sources
    least, most = source.statement.least, source.statement.most
    if least is None or most is None or following.ends is None or least == most:
        return False
    first, last = following.ends
    width = abs(last - first)
    # a count of bytes is made of so many numbers: each of these is reached from some count
    return width <= most - least or (value - first) * (most - least) % width == 0


def _value(sheet: Sheet, key: Key, earlier: Iterable[Earlier]) -> Key | None:
    """What follows from earlier answers; None where nothing does, or nothing but the key."""
    consequence = consequence_of(sheet, [answer.statement for answer in earlier])
    value = consequence.value if consequence else None
    sizes = value if isinstance(value, tuple) else (value,)
    if value == key or not all(isinstance(size, int) and size > 0 for size in sizes):
        return None
    return value  # type: ignore[return-value]  # each size has just been checked


def _sources(sheet: Sheet, key: Key, earlier: Sequence[Earlier], value: Key) -> tuple[Earlier, ...]:
    """The wrong answers that a value follows from: as few as possible, and the last of them."""
    answers = [*earlier]
    for answer in earlier:
        subset = [source for source in answers if source is not answer]
        is_left = any(source.statement.is_wrong for source in subset)
        if answer.statement.is_wrong and is_left and _value(sheet, key, subset) == value:
            answers = subset
    return tuple([answer for answer in answers if answer.statement.is_wrong])


def _ends(sheet: Sheet, sources: Sequence[Earlier]) -> tuple[int, int] | None:
    """What follows from the least and the most that the only source, if it is rounded, may stand for."""
    if len(sources) != 1 or sources[0].statement.least is None:
        return None
    statement = sources[0].statement
    ends = [consequence_of(sheet, [statement._replace(value=end)]) for end in (statement.least, statement.most)]  # type: ignore[arg-type]
    values = [end.value for end in ends if end and isinstance(end.value, int)]
    return (values[0], values[1]) if len(values) == 2 else None


def _repeated(value: Key, key: Key, statements: Iterable[Statement]) -> Sizes | Number:
    """The wrong numbers of a value that all stand in an answer from which it follows; 0 where it has another one."""
    sizes = {size for statement in statements for size in wrong_sizes(statement.value, statement.key)}
    wrong = wrong_sizes(value, key)
    if not wrong or not sizes.issuperset(wrong):
        return 0
    return tuple(wrong) if len(wrong) > 1 else wrong[0]


def wrong_sizes(value: Key, key: Key) -> list[int]:
    """The numbers of a value that are not those of the key, each once."""
    sizes = value if isinstance(value, tuple) else (value,)
    right = key if isinstance(key, tuple) else (key,)
    if len(sizes) != len(right):
        return [*dict.fromkeys(sizes)]
    return [*dict.fromkeys(size for size, expected in zip(sizes, right, strict=True) if size != expected)]


def _is_degenerate(sheet: Sheet, statements: Sequence[Statement]) -> bool:
    """Whether a size or a number on the way is 1 or less, though the right one is more."""
    consequence = consequence_of(sheet, statements)
    shapes: Mapping[str, Sizes] = consequence.shapes if consequence else {}
    pairs = [(shape, sheet.shapes[name]) for name, shape in shapes.items()]
    pairs += [
        (value if isinstance(value, tuple) else (value,), key if isinstance(key, tuple) else (key,))
        for _, value, key, *_ in statements
    ]
    return any(
        size <= 1 < expected
        for sizes, right in pairs
        if len(sizes) == len(right)
        for size, expected in zip(sizes, right, strict=True)
    )
