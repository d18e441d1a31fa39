"""A question of a quiz with its key, the steps by which the key comes about, and the options of a choice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import ceil, floor
from typing import Any, NamedTuple, cast, final

from shapecalc.grading.answers.choice import LETTERS
from shapecalc.grading.answers.kind import AnswerKind, Between, FormulaPair, Key
from shapecalc.grading.mistakes import AuthoredMistake, Diagnoses, Diagnosis, explain_amount, explain_formula
from shapecalc.grading.mistakes.table import NumberTable
from shapecalc.grading.quiz.derivation import derivation
from shapecalc.grading.quiz.exhibit import is_quoted, net_lines, stands_in
from shapecalc.grading.quiz.policy import DEFAULT_POLICY, Policy
from shapecalc.grading.quiz.steps import ClaimVerdict, Step
from shapecalc.grading.quiz.target import Measure, Target, quantity_of
from shapecalc.grading.quiz.target_values import find_expression, find_key, number_of_shape, shape_of
from shapecalc.measures import Report, measure
from shapecalc.net import Net
from shapecalc.page import visible

#: What an amount whose key is typed may be of, by what its unit counts.
_MEASURES: dict[str, Measure] = {"bytes": "bytes", "MACs": "macs", "count": "parameters"}
_SIDES: dict[str, Measure] = {"height": "width", "width": "height"}
#: A number that may be this part of it off stands for each number that it may be rounded from.
_ROUNDING = Fraction(1, 100)


@final
@dataclass(frozen=True)
class ModelAnswer:
    """The engine's answer to a target.

    Attributes:
        net: the network that is asked about.
        target: what is asked of it.
        key: the answer: a number or a shape, or an expression where the question asks for a formula.
        diagnoses: the mistakes that give other answers.
    """

    net: Net
    target: Target
    key: Any
    diagnoses: Diagnoses = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "diagnoses", Diagnoses(self.net, self.target, self.key))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """How it comes about; worked out for whom reads it, since most variants of a question are only judged."""
        return derivation(self.target, measure(self.net))


def model_answer(target: Target, report: Report, *, in_letters: bool = False) -> ModelAnswer:
    """The engine's answer to a target; ``in_letters``: which may be an expression.

    Raises:
        SpecError: as :func:`shapecalc.grading.quiz.target.find_key`.
    """
    key = find_expression(target, report) if in_letters else find_key(target, report)
    return ModelAnswer(report.net, target, key)


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
        is_fixed: whether it stays at its place where others are shuffled.
    """

    text: str
    is_right: bool
    value: Key | None = None
    claim: Claim | None = None
    is_fixed: bool = False


@final
class Stated(NamedTuple):
    """What an answer states of a net.

    Attributes:
        value: a number or a shape; of a number that is rounded, the middle of what it may stand for.
        least: the least that a rounded number may stand for; None of what is exact.
        most: the most that it may stand for.
    """

    value: Key
    least: int | None = None
    most: int | None = None


def _rounded(least: Fraction, most: Fraction) -> Stated:
    """What a number states that may be rounded; one that is rounded coarsely stands for its middle alone."""
    middle = (least + most) / 2
    if most - least > 2 * _ROUNDING * abs(middle):
        least = most = middle
    return Stated(round(middle), ceil(least), floor(most)) if least != most else Stated(round(middle))


@final
@dataclass(frozen=True, slots=True)
class Question:
    """A question with its key.

    Attributes:
        id: the name of its column in the answers.
        text: what the student is asked.
        points: what a right answer is worth.
        answer: the kind of its answer, which holds the key and judges by it.
        model: the engine's answer; None where there is none: claims decide, the key is typed, or several are right.
        options: what a choice is made from.
        closing_steps: steps behind those of the model's answer, by which it becomes the key.
        is_key_typed: whether a person typed the key, because no engine knows it.
        policy: when feedback is shown, and how often it may be answered.
        numbers: the letters of a variant with the numbers that were drawn for it.
        mistakes: mistakes that its author names, beside all others.
        diagnoses: the mistakes that give other answers; None where there is no answer of the engine's.
        tests: answers by which the quiz is tested, each with the verdict that is expected.
        blank: the layers with a blank that it asks for, or "".
        shows_net: whether a student is shown the network that is asked about, where the text does not describe it.
        is_shuffled: whether each student has the options in an order of their own.
        order: the places in the file of the options as they stand here; () where they stand as in the file.
    """

    id: str
    text: str
    points: Fraction
    answer: AnswerKind[Any]
    model: ModelAnswer | None = None
    options: tuple[Option, ...] = ()
    closing_steps: tuple[Step, ...] = ()
    is_key_typed: bool = False
    policy: Policy = DEFAULT_POLICY
    numbers: tuple[tuple[str, int | str], ...] = ()
    tests: tuple[tuple[str, str], ...] = ()
    mistakes: tuple[AuthoredMistake, ...] = ()
    blank: str = ""
    shows_net: bool = True
    is_shuffled: bool = False
    order: tuple[int, ...] = ()
    diagnoses: Diagnoses | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        diagnoses = self.model.diagnoses if self.model else None
        if self.model and self.mistakes:
            diagnoses = Diagnoses(self.model.net, self.model.target, self.model.key, self.mistakes)
        object.__setattr__(self, "diagnoses", diagnoses)

    @property
    def kind(self) -> str:
        """The name of the kind of its answer: ``integer``, ..."""
        return self.answer.name

    @property
    def key(self) -> Any:
        """The right answer as its kind has it: a number, a shape, or the right options, counted from 0."""
        return self.answer.key

    def diagnose(self, reading: Any) -> tuple[Diagnosis, ...] | None:
        """The mistakes that give a wrong answer, the simplest and most plausible first; () where none with a name does.

        None where there is nothing to look them up for: the answer is no number or shape of the net, and no formula.

        Args:
            reading: the answer, as its kind reads it.
        """
        outcome = self._chosen(reading) if self.options else self.answer.outcome(reading)
        if isinstance(outcome, FormulaPair):
            return explain_formula(outcome.key, outcome.answer, is_whole=outcome.is_whole)
        if isinstance(outcome, Between) and self.is_key_typed:
            return explain_amount(outcome.key, _MEASURES[outcome.quantity], outcome.least, outcome.most)
        if outcome is None or self.diagnoses is None:
            return None
        if isinstance(outcome, Between):
            _, size = quantity_of(self.diagnoses.target.measure)
            return self.diagnoses.explain_between(outcome.least / size, outcome.most / size)
        diagnoses = self.diagnoses.explain(outcome)
        return None if self.options and not diagnoses else diagnoses  # an author's option need be no mistake's number

    @property
    def mistake_table(self) -> NumberTable | None:
        """What each mistake makes of the answer; None where there is no number or shape of a net that is typed."""
        if self.diagnoses is None or self.options or isinstance(self.answer.outcome(self.key), FormulaPair):
            return None
        return self.diagnoses.table

    def stated(self, reading: Any) -> Stated | None:
        """The number or the shape of the net that an answer states; None where it is none."""
        outcome = self._chosen(reading) if self.options else self.answer.outcome(reading)
        if isinstance(outcome, Between):
            size = quantity_of(self.model.target.measure)[1] if self.model else Fraction(1)
            return _rounded(outcome.least / size, outcome.most / size)
        if isinstance(outcome, int | Fraction):
            return Stated(int(outcome)) if outcome.denominator == 1 else None
        is_shape = isinstance(outcome, tuple) and not isinstance(outcome, FormulaPair)
        return Stated(cast("Key", outcome)) if is_shape else None

    def agrees(self, reading: Any, value: Key) -> bool:
        """Whether an answer would be right if the answer of the engine were this one."""
        if self.options:
            return self._chosen(reading) == value
        size = quantity_of(self.model.target.measure)[1] if self.model else Fraction(1)
        answer = self.answer.with_key(value, size)
        return answer is not None and answer.judge(reading).credit == 1

    def is_other_side(self, reading: Any) -> bool:
        """Whether the answer to a question about the height is the width, or the other way round."""
        target = self.model.target if self.model else None
        if self.model is None or target is None or target.measure not in ("height", "width"):
            return False
        side = number_of_shape(
            replace(target, measure=_SIDES[target.measure]), shape_of(target, measure(self.model.net))
        )
        return side != self.model.key and self.agrees(reading, side)

    def _chosen(self, places: Any) -> Key | None:
        """The value of the only option that is chosen."""
        return self.options[places[0]].value if len(places) == 1 else None

    @property
    def lettered_options(self) -> tuple[tuple[str, Option], ...]:
        """Each option behind its letter."""
        return tuple(zip(LETTERS, self.options, strict=False))

    @property
    def key_words(self) -> str:
        """The key as it may be shown to several students: where their letters differ, the texts of the options."""
        if not self.is_shuffled:
            return self.answer.key_text
        in_file = sorted(self.key, key=lambda place: self.order[place] if self.order else place)
        return ", ".join(visible(self.options[place].text) for place in in_file) or "none"

    @property
    def nets(self) -> tuple[Net, ...]:
        """The network that it is about: that of its answer, or of its claims."""
        nets = [self.model.net] if self.model else [option.claim.left.net for option in self.options if option.claim]
        return tuple(nets[:1])

    @property
    def exhibit(self) -> tuple[str, ...]:
        """Lines that a student is shown below the text: the network, or the layers with a blank.

        () where there are none, the text has all of it, or the author hides it.
        """
        if not self.shows_net:
            return ()
        if self.blank:
            return () if is_quoted(self.blank, self.text) else (self.blank,)
        return next((net_lines(net) for net in self.nets if not stands_in(self.text, net)), ())

    @property
    def steps(self) -> tuple[Step, ...]:
        """How the key comes about: the steps of the engine's answer, and those of each claim."""
        steps = [*(self.model.steps if self.model else ()), *self.closing_steps]
        for letter, option in self.lettered_options:
            if option.claim:
                steps += [ClaimVerdict(letter, option.claim.holds), *option.claim.steps]
        return tuple(steps)
