"""What a place must be able to do for a quiz, and what becomes of a quiz where a place cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, final


class Ability(StrEnum):
    """Something that a quiz may need of the place where it is asked; its value is its name in tables."""

    VARIANTS = "one variant of each question, drawn for each student"
    SHARED_NUMBERS = "the same numbers in all questions of a student"
    POINTS = "the points of a question"
    TYPED_ANSWERS = "answers that are typed"
    TOLERANCE = "a tolerance"
    NOTATIONS = "every notation that `grade` reads"
    MISTAKES = "what a wrong answer by a mistake with a name is told"
    OPTION_WORDS = "what a wrong option is told"
    DERIVATION = "how the key comes about, as feedback"
    SHUFFLED = "options in an order of each student's own"
    FIXED_OPTIONS = "options that stay at their places among shuffled ones"
    RIGHT_MINUS_WRONG = "part of the points: right options minus wrong ones"
    EACH_OPTION = "part of the points: each option counts"
    ALL_OR_NOTHING = "no part of the points for a choice that is right in part"
    NO_RIGHT_OPTION = "a choice none of whose options is right"
    EFFECTS = "formulas, layers, networks and kernels, judged by what they are"
    ALL_VALUES = "every value that does what is required"
    UNLISTED_WORDS = "words on no list, which a person decides"
    CARRIED = "credit for what follows from an earlier wrong answer"
    ATTEMPTS = "how often a question may be answered"
    PENALTY = "what further attempts cost, and which one counts"
    LATER_FEEDBACK = "feedback after the deadline only"


@final
@dataclass(frozen=True, slots=True)
class Shortcoming:
    """Something of a quiz that a format cannot say.

    Attributes:
        ability: what is missing.
        consequence: what that means for whoever asks or answers the quiz there.
        questions: the questions that it is about; () for the whole quiz.
    """

    ability: Ability
    consequence: str
    questions: tuple[str, ...] = ()

    @property
    def is_notation(self) -> bool:
        """Whether an answer that is written as the question there asks for is marked as here."""
        return self.ability is Ability.NOTATIONS

    @property
    def code(self) -> str:
        """The ability in a word or two."""
        return self.ability.name.lower().replace("_", "-")

    def words(self) -> str:
        """What is missing, what that means, and for which questions."""
        questions = f" ({', '.join(self.questions)})" if self.questions else ""
        return f"{self.ability}: {self.consequence}{questions}"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "code": self.code,
            "missing": str(self.ability),
            "consequence": self.consequence,
            "questions": [*self.questions],
            "notation": self.is_notation,
        }


#: What no place can do that marks by comparing with answers that stand in a file.
NOWHERE: Mapping[Ability, str] = MappingProxyType(
    {
        Ability.EFFECTS: "a person marks them there, with the key beside; `shapecalc grade` marks what is exported",
        Ability.ALL_VALUES: "values were tried up to 64; a right one beyond them is marked wrong there",
        Ability.UNLISTED_WORDS: "an answer on neither list is marked wrong there, and no person is asked",
        Ability.CARRIED: "what follows from an earlier wrong answer is wrong there, and earns nothing",
        Ability.SHARED_NUMBERS: "each question draws numbers of its own, which need not fit those of its neighbours",
        Ability.LATER_FEEDBACK: "the place's settings decide when feedback is shown; set them to after the deadline",
        Ability.NOTATIONS: "answers count as each question says below its text; in another notation they may be marked "
        "otherwise than here",
        Ability.NO_RIGHT_OPTION: "an option None of these is added, which is the right one",
    }
)
