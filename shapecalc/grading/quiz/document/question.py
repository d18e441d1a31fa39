"""What every question of a quiz file has, and what each kind adds in a class of its own."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from shapecalc.grading.answers.kind import AnswerKind
from shapecalc.grading.mistakes.authored import QUANTITIES, AuthoredMistake
from shapecalc.grading.quiz.document.ask import AskEntry, NetDocument
from shapecalc.grading.quiz.document.parts import PERCENTAGE, Strict, Words, WrittenValue, as_text, one_of, part_of
from shapecalc.grading.quiz.document.vary import VaryDocument
from shapecalc.grading.quiz.nets import QuestionNet
from shapecalc.grading.quiz.policy import Counts, Feedback, Policy
from shapecalc.grading.quiz.question import ModelAnswer, Question

#: The most mistakes that the author of a question names.
MAX_MISTAKES = 20
#: The most right, and wrong, answers by which a question is tested.
MAX_TESTS = 50


class AttemptsDocument(Strict):
    """How often a question may be answered."""

    most: Annotated[int, Field(ge=0, le=1000)] = Field(default=0, description="How often; 0 for any number of times.")
    penalty: Annotated[Decimal, BeforeValidator(part_of), Field(ge=0, le=1, decimal_places=4)] = Field(
        default=Decimal(0), description="The part of the points that each attempt behind the first costs."
    )
    counts: Annotated[str, one_of(*Counts)] = Field(
        default="best", description="Which attempt counts.", json_schema_extra={"enum": [*Counts]}
    )


#: Answers as a file has them; a single one needs no list.
TestAnswers = Annotated[
    list[WrittenValue],
    BeforeValidator(
        lambda value: value if isinstance(value, list) else [value],
        json_schema_input_type=WrittenValue | list[WrittenValue],
    ),
    Field(max_length=MAX_TESTS),
]


class TestsDocument(Strict):
    """Answers by which lint tests a question."""

    right: TestAnswers = Field(default=[], description="Answers that must be judged right.")
    partly: TestAnswers = Field(default=[], description="Answers that must be judged partly right.")
    wrong: TestAnswers = Field(default=[], description="Answers that must be judged wrong.")

    @property
    def answers(self) -> tuple[tuple[str, str], ...]:
        """Each answer with the verdict that is expected."""
        verdicts = {"right": self.right, "partly right": self.partly, "wrong": self.wrong}
        return tuple([(answer, verdict) for verdict, answers in verdicts.items() for answer in answers])


FeedbackWord = Annotated[str, one_of(*Feedback), Field(json_schema_extra={"enum": [*Feedback]})]


#: Words for what is worked out correctly from an earlier wrong value.
_CARRIED = {"full": Decimal(1), "half": Decimal("0.5"), "none": Decimal(0)}


def _carried_part(value: Any) -> Any:
    """A part of the points as a number, of a word, a percentage or a number.

    Raises:
        ValueError: it is no part.
    """
    part = part_of(_CARRIED.get(value, value) if isinstance(value, str) else value)
    if isinstance(part, bool) or not isinstance(part, int | float | Decimal) or not 0 <= part <= 1:
        raise ValueError(f"{str(value)[:40]} is no part of the points; write full, half, none, 0.75 or 75%")
    return part


CarriedPart = Annotated[
    Decimal,
    BeforeValidator(
        _carried_part,
        json_schema_input_type=Literal["full", "half", "none"]
        | Annotated[float, Field(ge=0, le=1)]
        | Annotated[str, Field(pattern=PERCENTAGE)],
    ),
    Field(ge=0, le=1, decimal_places=4),
]


class QuestionDocument(VaryDocument):
    """What every kind of question has. Abstract: each kind is a class of its own.

    Its key is not in the file wherever the engine finds it.
    """

    #: every kind's class, by the kind's name.
    kinds: ClassVar[dict[str, type[QuestionDocument]]] = {}

    id: Annotated[str, Field(max_length=40, pattern=r"^[\w.-]+$"), BeforeValidator(as_text)] = Field(
        description="The name of its column in the answers."
    )
    text: Words = Field(description="What the student is asked.")
    points: Annotated[Decimal, Field(ge=0, le=1000, decimal_places=2)] = Field(
        default=Decimal(1), description="What a right answer is worth."
    )
    net: NetDocument | None = Field(default=None, description="The network, where it is not the quiz's own.")
    feedback: FeedbackWord | None = Field(
        default=None, description="When a student sees what was wrong; as the quiz says, by default."
    )
    attempts: AttemptsDocument | None = Field(
        default=None, description="How often it may be answered; as the quiz says, by default."
    )
    show_net: bool | None = Field(
        default=None, description="Whether students see the network; as the quiz says, by default."
    )
    carried: CarriedPart | None = Field(
        default=None,
        description="What an answer earns that is worked out correctly from an earlier wrong one: full, half, none, or "
        "a part of the points; as the quiz says, by default.",
    )
    tests: TestsDocument = Field(default=TestsDocument(), description="Answers by which lint tests the question.")

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        if "kind" in cls.model_fields:
            (name,) = cls.model_fields["kind"].annotation.__args__  # type: ignore[union-attr]  # a Literal of one word
            cls.kinds[name] = cls

    @model_validator(mode="before")
    @classmethod
    def _only_its_own_keys(cls, data: Any) -> Any:
        """Refuse the key of another kind in words that name the kinds that have it."""
        for key in data if isinstance(data, dict) else ():
            if key not in cls.model_fields and (owners := owners_of(key)):
                raise ValueError(f"a question of kind {data.get('kind')} has no {key[:40]}; {_that_have(owners)}")
        return data

    def question(self, net: QuestionNet) -> Question:
        """The question with its key.

        Raises:
            SpecError: the engine finds no key, or what the file says does not fit.
        """
        raise NotImplementedError

    def with_answer(self, answer: AnswerKind[Any], **parts: Any) -> Question:
        """The question with the kind of its answer, which holds the key."""
        attempts = self.attempts or AttemptsDocument()
        feedback = Feedback(self.feedback or Feedback.NOW)
        carried = Fraction(1 if self.carried is None else self.carried)
        policy = Policy(feedback, attempts.most, Fraction(attempts.penalty), Counts(attempts.counts), carried)
        parts |= {"policy": policy, "tests": self.tests.answers, "shows_net": self.show_net is not False}
        return Question(self.id, self.text, Fraction(self.points), answer, **parts)


def owners_of(key: str) -> list[str]:
    """The kinds that have a key."""
    return [name for name, document in QuestionDocument.kinds.items() if key in document.model_fields]


def _that_have(owners: list[str]) -> str:
    if len(owners) == 1:
        return f"only {owners[0]} has"
    return f"the kinds that do are {', '.join(owners[:-1])} and {owners[-1]}"


class MistakeDocument(Strict):
    """A mistake that the author of a quiz names: a formula in the place of the right one."""

    name: Annotated[str, Field(max_length=40, pattern=r"^[a-z][a-z0-9-]*$")] = Field(
        description="What it is called in results."
    )
    of: Annotated[str, one_of(*QUANTITIES)] = Field(
        description="The formula in whose place it stands.", json_schema_extra={"enum": [*QUANTITIES]}
    )
    formula: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        description="What is worked out in its place, in the field's letters: W*S, K*F + K."
    )
    says: Annotated[str, Field(min_length=1, max_length=300)] = Field(description="What a student is told.")

    def mistake(self) -> AuthoredMistake:
        """The mistake.

        Raises:
            SpecError: its name is one of ours, or its formula cannot be read.
        """
        return AuthoredMistake(self.name, self.of, self.formula, self.says)


class ValueDocument(QuestionDocument):
    """A question whose key is a value: the engine's answer to ``ask``, or typed where no engine knows it. Abstract."""

    ask: AskEntry | None = Field(default=None, description="What is asked of the network.")
    key: WrittenValue | None = Field(
        default=None, description="The right answer, typed by hand, where no engine knows it."
    )
    mistakes: Annotated[list[MistakeDocument], Field(max_length=MAX_MISTAKES)] = Field(
        default=[], description="Mistakes with the author's own names and words, beside all others."
    )

    @model_validator(mode="after")
    def _ask_or_key(self) -> ValueDocument:
        if self.ask is None and self.key is None:
            raise ValueError("ask is missing: what the key is found from")
        if self.ask is not None and self.key is not None:
            raise ValueError("the engine finds the key from ask; leave out ask or key")
        return self

    def with_answer(self, answer: AnswerKind[Any], **parts: Any) -> Question:
        return super().with_answer(answer, mistakes=tuple([entry.mistake() for entry in self.mistakes]), **parts)

    def model(self, net: QuestionNet) -> ModelAnswer | None:
        """The engine's answer; None where the key is typed."""
        return None if self.ask is None else net.answer(self.ask.target)
