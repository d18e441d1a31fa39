"""A question of a quiz with its key, the steps by which the key comes about, and the options of a choice."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import final

from shapecalc.grading.answers import KINDS
from shapecalc.grading.answers.choice import LETTERS
from shapecalc.grading.answers.kind import AnswerKind, AnswerValue, Expectation, Key
from shapecalc.grading.quiz.derivation import derivation
from shapecalc.grading.quiz.steps import ChannelsLast, ClaimVerdict, Step
from shapecalc.grading.quiz.target import Target, find_key
from shapecalc.measures import Report
from shapecalc.net import Net


@final
@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """The engine's answer to a target.

    Attributes:
        net: the network that is asked about.
        target: what is asked of it.
        key: the answer: a number or a shape.
        steps: how it comes about.
    """

    net: Net
    target: Target
    key: Key
    steps: tuple[Step, ...]


def model_answer(target: Target, report: Report) -> ModelAnswer:
    """The engine's answer to a target.

    Raises:
        SpecError: as :func:`shapecalc.grading.quiz.target.find_key`.
    """
    return ModelAnswer(report.net, target, find_key(target, report), derivation(target, report))


@final
@dataclass(frozen=True, slots=True)
class Claim:
    """What an option says of a network.

    Attributes:
        left: the answer that it is about.
        relation: how that is said to compare: ``equals``, ``more_than`` or ``less_than``.
        right: what it is compared with: a value, or another answer.
        holds: whether it is true.
    """

    left: ModelAnswer
    relation: str
    right: ModelAnswer | Key
    holds: bool

    @property
    def steps(self) -> tuple[Step, ...]:
        """How both sides come about."""
        return (*self.left.steps, *(self.right.steps if isinstance(self.right, ModelAnswer) else ()))


@final
@dataclass(frozen=True, slots=True)
class Option:
    """One option of a choice.

    Attributes:
        text: what it says.
        is_right: whether the engine finds it right.
        value: what was compared with the engine's answer; None for a claim.
        claim: what it claims; None for a value.
    """

    text: str
    is_right: bool
    value: Key | None = None
    claim: Claim | None = None


@final
@dataclass(frozen=True, slots=True)
class Question:
    """A question with its key.

    Attributes:
        id: the name of its column in the answers.
        text: what the student is asked.
        kind: the name of the kind of its answer: ``integer``, ...
        points: what a right answer is worth.
        key: the right answer: a number, a shape, or the right options, counted from 0.
        model: the engine's answer; None where the claims of options decide.
        options: what a choice is made from.
        channels_last: whether a shape is asked for with its channels last; the key already is.
    """

    id: str
    text: str
    kind: str
    points: Fraction
    key: Key
    model: ModelAnswer | None = None
    options: tuple[Option, ...] = ()
    channels_last: bool = False

    @property
    def answer_kind(self) -> AnswerKind:
        """The kind of its answer: how that is read and judged."""
        return KINDS[self.kind]

    @property
    def expectation(self) -> Expectation:
        """What the reader of an answer needs to know of the question."""
        return Expectation(self.key, tuple(option.text for option in self.options), self.channels_last)

    @property
    def lettered_options(self) -> tuple[tuple[str, Option], ...]:
        """Each option behind its letter."""
        return tuple(zip(LETTERS, self.options, strict=False))

    @property
    def steps(self) -> tuple[Step, ...]:
        """How the key comes about: the steps of the engine's answer, and those of each claim."""
        steps = list(self.model.steps if self.model else ())
        if self.channels_last and isinstance(self.key, tuple):
            steps.append(ChannelsLast(self.key))
        for letter, option in self.lettered_options:
            if option.claim:
                steps += [ClaimVerdict(letter, option.claim.holds), *option.claim.steps]
        return tuple(steps)

    def answer_text(self, value: AnswerValue) -> str:
        """An answer or the key, as a person writes it."""
        return self.answer_kind.text(value, self.expectation)
