"""A question of a quiz with its key, the steps by which the key comes about, and the options of a choice."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import final

from shapecalc.grading.answers.reading import LETTERS
from shapecalc.grading.quiz.derivation import derivation
from shapecalc.grading.quiz.document import CHOICES, Kind
from shapecalc.grading.quiz.steps import ChannelsLast, ClaimVerdict, Step
from shapecalc.grading.quiz.target import Key, Target, find_key
from shapecalc.layers import shape_text
from shapecalc.measures import Report
from shapecalc.page import visible


@final
@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """The engine's answer to a target.

    Attributes:
        target: what is asked.
        key: the answer: a number or a shape.
        steps: how it comes about.
    """

    target: Target
    key: Key
    steps: tuple[Step, ...]


def model_answer(target: Target, report: Report) -> ModelAnswer:
    """The engine's answer to a target.

    Raises:
        SpecError: as :func:`shapecalc.grading.quiz.target.find_key`.
    """
    return ModelAnswer(target, find_key(target, report), derivation(target, report))


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
        kind: how the answer is read.
        points: what a right answer is worth.
        key: what the engine found: a number, a shape, or which options are right, counted from 0.
        model: the engine's answer; None where the claims of options decide.
        options: what a choice is made from.
        channels_last: whether a shape is asked for with its channels last; the key already is.
    """

    id: str
    text: str
    kind: Kind
    points: Fraction
    key: Key
    model: ModelAnswer | None = None
    options: tuple[Option, ...] = ()
    channels_last: bool = False

    @property
    def is_choice(self) -> bool:
        """Whether the key is a set of options."""
        return self.kind in CHOICES

    @property
    def steps(self) -> tuple[Step, ...]:
        """How the key comes about: the steps of the engine's answer, and those of each claim."""
        steps = list(self.model.steps if self.model else ())
        if self.channels_last and isinstance(self.key, tuple):
            steps.append(ChannelsLast(self.key))
        for letter, option in zip(LETTERS, self.options, strict=False):
            if option.claim:
                steps += [ClaimVerdict(letter, option.claim.holds), *option.claim.steps]
        return tuple(steps)

    def answer_text(self, value: object) -> str:
        """An answer or the key, as a person writes it."""
        if self.is_choice and isinstance(value, tuple):
            letters = ", ".join(LETTERS[place] for place in value) or "none"
            return f"{letters}: {visible(self.options[value[0]].text)}" if self.kind == "single-choice" else letters
        return shape_text(value) if isinstance(value, tuple) else str(value)
