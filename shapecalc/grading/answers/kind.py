"""A kind of answer: how it is read, how a reading is judged, and how both are shown.

An answer is data: it is matched against small patterns or goes through a bounded reader, and is never run. An answer
that no reader understands is :class:`NotUnderstoodError`, which gives the reason and the place; nobody loses a point to
a reader. Reading knows nothing of what is right, and judging nothing of how it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any, ClassVar, Generic, NamedTuple, Self, TypeVar, final

from shapecalc.algebra import Int
from shapecalc.errors import SpecError
from shapecalc.grading.training import TrainedNet, Trainer, TrainingTask
from shapecalc.net import Net

#: The most characters of one answer, unless its kind says otherwise.
MAX_ANSWER = 500
#: Spaces of every width, none at all included: they come with what is pasted.
_SPACES = {ord(space): " " for space in "\u00a0\u2007\u2009\u200a\u202f\u3000\t\n\r\u200b\u2060\ufeff"}
#: What people write who have no answer.
_NO_ANSWER = re.compile(r"[?？]+|[-–—−]+|idk|n/a|i (?:don['’]?t|do not) know|don['’]?t know|no idea|dunno")

#: The right answer where it is a value: a number, a shape, or the right options, counted from 0.
Key = int | tuple[int, ...]
#: What an answer is read as, by its kind.
Reading = TypeVar("Reading")


class AnswerNotation(StrEnum):
    """A way to write what is right in another way; its value says of an answer how it is written."""

    CHANNELS_LAST = "with its channels last"
    CHANNELS_FIRST = "with its channels first"
    SIDES_EXCHANGED = "with height and width exchanged"
    BATCH_IN_FRONT = "with a batch in front"
    NO_BATCH = "without the batch in front"


class NotUnderstoodError(SpecError):
    """An answer could not be read; the message gives the reason and the place."""


@final
@dataclass(frozen=True, slots=True)
class CounterExample:
    """Numbers for which an answer does something else than the question asks for.

    Attributes:
        numbers: the letters with their numbers; empty where there are none.
        value: what the answer gives, or does, there.
        expected: what is asked for there.
    """

    numbers: tuple[tuple[str, int], ...]
    value: str
    expected: str

    def __str__(self) -> str:
        place = ", ".join(f"{letter} = {number}" for letter, number in self.numbers)
        return f"yours {self.value}{place and f' at {place}'}; asked for {self.expected}"


@final
@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reading is worth, and why.

    Attributes:
        credit: the part of the points that it earns, from 0 to 1; None where it cannot be decided, and a person has to
            look.
        remark: what kind of mistake it is, or why it cannot be decided; "" where there is nothing to say.
        counter_example: numbers for which it is wrong.
        awaited: the training that decides it, where that is what is missing.
        trainings: those that decided it.
    """

    credit: Fraction | None
    remark: str = ""
    counter_example: CounterExample | None = None
    awaited: AwaitedTraining | None = None
    trainings: tuple[TrainedNet, ...] = ()

    @classmethod
    def of(cls, is_right: bool, remark: str = "", counter_example: CounterExample | None = None) -> Judgement:
        """Right or wrong; what is right needs no remark."""
        return cls(Fraction(1)) if is_right else cls(Fraction(0), remark, counter_example)

    @property
    def note(self) -> str:
        """The remark and the counter-example in words."""
        return "; ".join(filter(None, (self.remark, str(self.counter_example or ""))))


@final
@dataclass(frozen=True, slots=True)
class AwaitedTraining:
    """A training on which a judgement depends.

    Attributes:
        net: what is trained.
        task: in which way.
        judgement: what the answer is worth, by what came out of it.
    """

    net: Net
    task: TrainingTask
    judgement: Callable[[TrainedNet], Judgement]

    def settled(self, trainer: Trainer) -> Judgement | None:
        """The judgement after the training; None where the trainer does not train it."""
        trained = trainer(self.net, self.task)
        return replace(self.judgement(trained), trainings=(trained,)) if trained else None


@final
class Between(NamedTuple):
    """An amount that somebody has rounded.

    Attributes:
        least: the least that it may stand for.
        most: the most that it may stand for.
        key: the right amount.
        quantity: what is counted: bytes, MACs, or nothing but a count.
    """

    least: Fraction
    most: Fraction
    key: Fraction
    quantity: str


@final
class FormulaPair(NamedTuple):
    """A formula in letters, and the right one.

    Attributes:
        answer: the formula, rounded down where it does not say how.
        key: the right one.
        is_whole: whether its divisions say how they are rounded.
    """

    answer: Int
    key: Int
    is_whole: bool = True


#: What mistakes are looked up for: a number, the sizes of a shape with the channels first, an amount, or a formula.
Outcome = int | Fraction | tuple[int, ...] | Between | FormulaPair


class AnswerKind(Generic[Reading]):
    """A kind of answer. Abstract: each kind is a final frozen dataclass whose fields are what its rules need.

    Attributes:
        key: the right answer, or an example of one where several are right.
    """

    __slots__ = ()
    #: what a quiz file calls the kind.
    name: ClassVar[str]
    #: whether a mark shows beside an answer what it was read as.
    has_echo: ClassVar[bool] = False
    key: Any

    def read(self, answer: str) -> Reading:
        """What an answer means.

        Raises:
            NotUnderstoodError: it cannot be read; the message says why, and at which character.
        """
        raise NotImplementedError

    def judge(self, reading: Reading) -> Judgement:
        """What a reading is worth."""
        return Judgement.of(reading == self.key)

    def echo(self, reading: Reading) -> str:
        """A reading, or the key, as a person writes it."""
        return str(reading)

    def plain(self, reading: Reading | None) -> Any:
        """A reading, or the key, as JSON has it."""
        return reading

    def outcome(self, reading: Reading) -> Outcome | None:
        """What mistakes with names may have given; None where there is nothing of this kind."""
        return None

    def rewritten(self, reading: Reading) -> tuple[tuple[frozenset[AnswerNotation], Reading], ...]:
        """What a reading is in the question's conventions, if it is written in other ones: those, and the reading."""
        return ()

    def with_key(self, value: Key, size: Fraction) -> Self | None:
        """The same kind with another key; None where the key is no value of a network.

        Args:
            value: the other key, a shape with its channels first.
            size: how much of the quantity of a unit the number 1 is.
        """
        return None

    def accepts_word(self, answer: str) -> bool:
        """Whether a word that answers nothing, such as n/a, is an answer to this question."""
        return False

    @property
    def needs_training(self) -> bool:
        """Whether a reading may have to be trained before it is judged."""
        return False

    @property
    def key_text(self) -> str:
        """The key as a person writes it."""
        return self.echo(self.key)


def is_blank(answer: str) -> bool:
    """Whether nothing was written."""
    return not answer.translate(_SPACES).strip()


def is_no_answer(answer: str) -> bool:
    """Whether an answer is a sign or a word of those who have none: ``?``, ``-``, ``idk``, ``n/a``."""
    return _NO_ANSWER.fullmatch(answer.translate(_SPACES).strip().casefold()[:40]) is not None


def bounded(answer: str, limit: int = MAX_ANSWER) -> str:
    """An answer with plain spaces.

    Raises:
        NotUnderstoodError: it is too long.
    """
    if len(answer) > limit:
        raise NotUnderstoodError(f"the answer has {len(answer)} characters; at most {limit:,} are read")
    return answer.translate(_SPACES)
