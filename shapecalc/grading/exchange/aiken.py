"""Aiken: choices of one option, a line for each, and nothing else; what is typed elsewhere is chosen here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import islice
from types import MappingProxyType
from typing import final

from shapecalc.grading.answers.choice import LETTERS, SelectAll, SingleChoice, letters_of
from shapecalc.grading.answers.number import Measured
from shapecalc.grading.exchange.abilities import NOWHERE, Ability, Shortcoming
from shapecalc.grading.exchange.asking import wrong_marks
from shapecalc.grading.exchange.bank import QuizBank, QuizEntry
from shapecalc.grading.exchange.format import ExchangeFormat, WrittenFiles
from shapecalc.grading.quiz.question import Question
from shapecalc.page import visible

#: The most wrong options that are made of wrong answers.
_WRONG = 5
#: How a line begins that is an option, or the end of a question.
_OPTION = re.compile(r"[A-Z][).]|ANSWER:")


@final
class AikenFormat(ExchangeFormat):
    """Aiken."""

    name = "aiken"
    title = "Aiken"
    ending = ".txt"
    lacks = MappingProxyType(
        {
            **{ability: NOWHERE[ability] for ability in (Ability.CARRIED, Ability.SHARED_NUMBERS)},
            Ability.VARIANTS: "all variants stand one behind the other; choose among them by hand",
            Ability.POINTS: "every question is worth 1 point there; set its points in the quiz",
            Ability.TYPED_ANSWERS: "the key is chosen among wrong answers, the numbers of mistakes first; who guesses "
            "may be right",
            Ability.EFFECTS: "the key is chosen among wrong answers; no other right answer counts",
            Ability.MISTAKES: "wrong numbers with names are options there, and nothing is said to whom chooses them",
            Ability.OPTION_WORDS: "nothing is said to whom chooses a wrong option",
            Ability.DERIVATION: "nobody is shown how the key comes about",
            Ability.SHUFFLED: "whether options are shuffled is the quiz's setting there",
            Ability.FIXED_OPTIONS: "all options are shuffled, or none",
            Ability.RIGHT_MINUS_WRONG: "a set of letters is chosen, which is right or wrong as a whole",
            Ability.EACH_OPTION: "a set of letters is chosen, which is right or wrong as a whole",
            Ability.NO_RIGHT_OPTION: "a set of letters is chosen; none is one of them",
            Ability.ATTEMPTS: "how often a question is answered is the quiz's setting there",
            Ability.PENALTY: "what further attempts cost is the quiz's setting there",
            Ability.LATER_FEEDBACK: NOWHERE[Ability.LATER_FEEDBACK],
        }
    )
    afterwards = "Import the file into the question bank."

    def write(self, bank: QuizBank) -> WrittenFiles:
        blocks, missing = list[str](), list[str]()
        for pool in bank.pools:
            written = [block for entry in pool.entries if (block := _block(entry))]
            blocks += written
            missing += [pool.id] if len(written) < len(pool.entries) else []
        left_out = "no wrong answer is known to choose among, so the question is left out; add one to its tests"
        shortcomings = (Shortcoming(Ability.EFFECTS, left_out, tuple(missing)),) if missing else ()
        return WrittenFiles(("\n\n".join(blocks) + "\n").encode(), (), shortcomings)


def _block(entry: QuizEntry) -> str:
    """A question with its options and its key; "" where there is nothing to choose among."""
    question = entry.question
    key, wrong = _texts(question)
    if not wrong:
        return ""
    options = [visible(option.text) for option in question.options]
    is_single = isinstance(question.answer, SingleChoice)
    order = options if is_single else sorted([key, *wrong], key=lambda text: _place(entry.name, text))
    lines = [f"{letter.upper()}) {text}" for letter, text in zip(LETTERS, order, strict=False)]
    text = _one_line([question.text, *_shown(question)])
    start = f"Question: {text}" if _OPTION.match(text) else text
    return "\n".join([start, *lines, f"ANSWER: {LETTERS[order.index(key)].upper()}"])


def _shown(question: Question) -> list[str]:
    """What a question shows below its text: its network, or the options of which a set is chosen."""
    exhibit = [f"[{'; '.join(question.exhibit)}]"] if question.exhibit else []
    if not isinstance(question.answer, SelectAll):
        return exhibit
    return [*exhibit, *(f"({letter}) {option.text}" for letter, option in question.lettered_options)]


def _texts(question: Question) -> tuple[str, list[str]]:
    """The key, and wrong answers."""
    kind = question.answer
    if isinstance(kind, SingleChoice):
        texts = [visible(option.text) for option in question.options]
        return texts[kind.key[0]], [text for place, text in enumerate(texts) if place != kind.key[0]]
    key = _one_line([kind.key_text])
    wrong = _sets(kind) if isinstance(kind, SelectAll) else _wrong(question)
    return key, [*islice((text for text in dict.fromkeys(wrong) if text.casefold() != key.casefold()), _WRONG)]


def _wrong(question: Question) -> Iterator[str]:
    """Wrong answers as options; one of several lines is none."""
    kind = question.answer
    for mark in wrong_marks(question):
        if len(mark.answer.strip().splitlines()) == 1:
            is_rounded = isinstance(mark.value, Measured)
            yield _one_line([mark.answer if is_rounded or not kind.has_echo else kind.echo(mark.value)])


def _sets(kind: SelectAll) -> Iterator[str]:
    """Sets of options that differ from the right one by an option."""
    for place in range(len(kind.options)):
        yield letters_of(sorted({*kind.key} ^ {place}))


def _one_line(texts: Sequence[str]) -> str:
    return visible(" ".join(" ".join(texts).split()))


def _place(name: str, text: str) -> bytes:
    """What options are sorted by, so that the key stands anywhere, and always at the same place."""
    return sha256(f"{name}\n{text}".encode()).digest()
