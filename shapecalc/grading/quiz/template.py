"""A quiz before its numbers are drawn: the content of its file, from which each variant is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, final

from shapecalc.errors import SpecError, check_type
from shapecalc.formats.document.files import read_data, validate_model
from shapecalc.grading.quiz.document.quiz import MAX_BYTES, QuizDocument
from shapecalc.grading.quiz.document.vary import VaryDocument
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.quiz import Quiz, from_document
from shapecalc.grading.quiz.shuffling import shuffled_quiz
from shapecalc.grading.quizzes import quiz_file
from shapecalc.grading.variants.conditions import Drawn
from shapecalc.grading.variants.filling import bare_braces, filled_in
from shapecalc.grading.variants.seeds import Seeds, plain_seeds
from shapecalc.grading.variants.variation import Variation

#: The most questions with their numbers that are remembered.
MAX_REMEMBERED = 10_000

#: The keys of a quiz and of a question that say what is drawn.
_KEYS = ("vary", "when")
#: When a letter in braces becomes a number.
_DRAWN = "a number only where vary says from which it is drawn"


class _Letters(VaryDocument):
    """What is drawn, read before the part of the file that it belongs to."""


@final
class QuizTemplate:
    """A quiz whose numbers are drawn for each student; one without ``vary`` is the same for all.

    Args:
        data: the content of the file: lists, mappings and texts.
        source: its name in messages.
        folder: where its networks' files may lie; without a folder, a network is a text or a net of the zoo.

    Raises:
        SpecError: what it says of its letters cannot be read. What else is wrong, a variant says.
    """

    def __init__(self, data: Any, source: str = "quiz", *, folder: Path | None = None) -> None:
        self.content = data
        self.source = source
        self.folder = folder
        self.shared = _variation(data, source)
        entries = data.get("questions") if isinstance(data, dict) else None
        self._entries = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
        self.variations = [
            _variation(entry, f"{source}: question {entry.get('id', place)}", self.shared)
            for place, entry in enumerate(self._entries, 1)
        ]
        self._data = _without_letters(data) if self.has_letters else data
        if self.has_letters and self._entries != entries:
            validate_model(self._data, QuizDocument, source)  # an entry that is no mapping is no question
        self._check_braces()
        self._questions: dict[tuple[int, tuple[tuple[str, Drawn], ...]], Question] = {}
        self._plain: Quiz | None = None

    def _check_braces(self) -> None:
        """Refuse a letter in braces that lacks its quotes."""
        letters = {letter for variation in (self.shared, *self.variations) for letter, _ in variation.choices}
        content = {"questions": [_without_letters(entry) for entry in self._entries]}
        braces = bare_braces({**self._data, **content} if letters else {}, letters)
        if braces:
            quoted = '"{'.join(braces.rsplit("{", 1)) + '"'
            raise SpecError(
                f"{self.source}: {braces} needs quotes, as in {quoted}: YAML takes bare braces for a mapping."
            )

    @property
    def has_letters(self) -> bool:
        """Whether there are numbers to draw."""
        return any(variation.choices for variation in (self.shared, *self.variations))

    @property
    def is_shuffled(self) -> bool:
        """Whether students have options in orders of their own."""
        default = self.content.get("shuffle", False) if isinstance(self.content, dict) else False
        return any(entry.get("options") and _is_true(entry.get("shuffle", default)) for entry in self._entries)

    @property
    def is_varied(self) -> bool:
        """Whether students have numbers, or orders of options, of their own."""
        return self.has_letters or self.is_shuffled

    def variant(self, seeds: Seeds) -> Quiz:
        """The quiz with the numbers of these seeds, and with options in their order.

        Raises:
            SpecError: as :meth:`in_file_order`.
        """
        quiz = self.in_file_order(seeds)
        return shuffled_quiz(quiz, seeds) if self.is_shuffled else quiz

    def in_file_order(self, seeds: Seeds) -> Quiz:
        """The quiz with the numbers of these seeds, its options as the file has them.

        Raises:
            SpecError: the file is not a quiz, the engine has no key for a question with its numbers, or no numbers
                fulfil the conditions.
        """
        if not self.has_letters:
            if self._plain is None:
                self._plain = self._made(validate_model(self._data, QuizDocument, self.source), self.source)
            return self._plain
        try:
            shared = self.shared.draw(seeds(""))
            drawn = [
                {**shared, **variation.draw(seeds(str(entry.get("id", ""))))}
                for variation, entry in zip(self.variations, self._entries, strict=True)
            ]
        except SpecError as refused:
            raise SpecError(f"{self.source}: {refused}") from None
        return self.with_numbers(shared, drawn)

    def with_numbers(self, shared: dict[str, Drawn], drawn: list[dict[str, Drawn]]) -> Quiz:
        """The quiz with these numbers: those of its title, and those of each question."""
        questions = [self.question(place, numbers) for place, numbers in enumerate(drawn)]
        ids = [question.id for question in questions]
        twice = next((name for name in ids if ids.count(name) > 1), None)
        if twice:
            raise SpecError(f"{self.source}: two questions are called {twice}.")
        numbers = {**shared, **(drawn[0] if drawn else {})}
        title = self._data.get("title") if isinstance(self._data, dict) else None
        if not questions or filled_in(title, numbers) != title:  # else the questions have shown that it is a title
            title = self._document(0, numbers).title
        return Quiz(str(title), tuple(questions))

    @property
    def title(self) -> str:
        """What the quiz is called; the letters in it have no numbers.

        Raises:
            SpecError: it has no title.
        """
        title = self._data.get("title") if isinstance(self._data, dict) else None
        if not isinstance(title, str):
            validate_model(self._data, QuizDocument, self.source)
        return str(title)

    @property
    def ids(self) -> tuple[str, ...]:
        """The names of the questions; that of one without a name is its number."""
        return tuple(str(entry.get("id", place)) for place, entry in enumerate(self._entries, 1))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the questions, in order."""
        return tuple(str(entry.get("kind", "")) for entry in self._entries)

    def numbers_of(self, place: int, most: int) -> tuple[list[dict[str, Drawn]], bool]:
        """The numbers that a question may have: all of them, where that is no more than ``most`` combinations.

        Else those of the seeds 1, 2, 3, ... up to ``most``, no two the same, and False.

        Raises:
            SpecError: a condition cannot be computed, or no numbers fulfil it.
        """
        shared, own = self.shared, self.variations[place]
        try:
            if shared.size * own.size <= most:
                return [{**outer, **inner} for outer in shared.combinations() for inner in own.combinations()], True
            drawn = [
                {**shared.draw(seeds("")), **own.draw(seeds(self.ids[place]))}
                for seeds in (plain_seeds(str(seed)) for seed in range(1, most + 1))
            ]
        except SpecError as refused:
            raise SpecError(f"{self.source}: question {self.ids[place]}: {refused}") from None
        return list({tuple(numbers.items()): numbers for numbers in drawn}.values()), False

    def question(self, place: int, numbers: dict[str, Drawn]) -> Question:
        """One question, counted from 0, with these numbers.

        Raises:
            SpecError: as :meth:`variant`.
        """
        key = (place, tuple(numbers.items()))
        if key not in self._questions:
            if len(self._questions) >= MAX_REMEMBERED:
                self._questions.clear()
            source = f"{self.source}: where {_text(numbers)}" if numbers else self.source
            (question,) = self._made(self._document(place, numbers), source).questions
            self._questions[key] = replace(question, numbers=tuple(numbers.items()))
        return self._questions[key]

    def filled_content(self, place: int, numbers: dict[str, Drawn]) -> dict[str, Any]:
        """The content of a file with one question, counted from 0, with these numbers in the place of its letters.

        Raises:
            SpecError: an expression in braces cannot be computed.
        """
        entries = [_without_letters(entry) for entry in self._entries[place:][:1]]
        data = {**self._data, "questions": entries}
        try:
            return filled_in(data, numbers) if self.has_letters else data
        except SpecError as refused:
            raise SpecError(f"{self.source}: {refused}") from None

    def _document(self, place: int, numbers: dict[str, Drawn]) -> QuizDocument:
        """The quiz with one question, filled."""
        data = self.filled_content(place, numbers)
        try:
            return validate_model(data, QuizDocument, self.source)
        except SpecError as refused:  # the only question of this document, whichever it is in the file
            raise SpecError(str(refused).replace("questions, entry 1", f"question {self.ids[place]}", 1)) from None

    def _made(self, document: QuizDocument, source: str) -> Quiz:
        """The quiz of a document whose numbers are filled in."""
        try:
            return from_document(document, source, folder=self.folder)
        except SpecError as refused:
            hint = "" if self.has_letters or "{" not in str(refused) else f" A letter in braces is {_DRAWN}."
            raise SpecError(f"{refused}{hint}") from None

    def samples(self, most: int) -> Iterator[tuple[str, Quiz]]:
        """Variants to look at, with their seeds: those of 1, 2, 3, ..., no two with the same numbers and orders."""
        shown: set[tuple[Any, ...]] = set()
        for seed in range(1, 4 * most + 1):
            quiz = self.variant(plain_seeds(str(seed)))
            numbers = tuple((question.numbers, question.order) for question in quiz.questions)
            if numbers not in shown:
                shown.add(numbers)
                yield str(seed), quiz
            if len(shown) == most or not self.is_varied:
                return


def _is_true(value: Any) -> bool:
    """Whether a value of a file is true, as the models of the file read it."""
    return str(value).strip().lower() in ("true", "yes", "on", "y", "t", "1")


def _without_letters(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in _KEYS}


def _variation(data: Any, place: str, outer: Variation | None = None) -> Variation:
    """What is drawn at a place of the file."""
    entry = {name: data[name] for name in _KEYS if name in data} if isinstance(data, dict) else {}
    if not entry:
        return Variation(())
    document = validate_model(entry, _Letters, place)
    try:
        variation = document.variation
    except SpecError as refused:
        raise SpecError(f"{place}: {refused}") from None
    twice = sorted({letter for letter, _ in variation.choices} & {letter for letter, _ in (outer or variation).choices})
    if outer and twice:
        raise SpecError(f"{place}: {twice[0]} is drawn for the whole quiz already.")
    return variation


def _text(numbers: dict[str, Drawn]) -> str:
    return ", ".join(f"{letter} = {number}" for letter, number in numbers.items())


def load_quiz(path: str | Path, *, seed: str = "1") -> Quiz:
    """The quiz in a YAML or JSON file, with its keys from the engine.

    Args:
        path: the file, or ``quiz:NAME`` of a quiz that comes with shapecalc.
        seed: which variant it is, where its numbers are drawn.

    Raises:
        SpecError: the file cannot be read or is not a quiz, or the engine has no key for a question; the message
            names the place.
    """
    seeds = plain_seeds(seed)
    return load_template(path).variant(seeds)


def load_template(path: str | Path) -> QuizTemplate:
    """The quiz in a YAML or JSON file, or one that comes with shapecalc, before its numbers are drawn.

    Raises:
        SpecError: the file cannot be read, or what it says of its letters cannot.
    """
    check_type("path", path, (str, Path), "the path of a quiz, such as 'quiz.yaml', or 'quiz:one-layer'")
    file = quiz_file(path)
    try:
        size = file.stat().st_size
    except OSError as refused:
        raise SpecError(f"Cannot read {path}: {refused.strerror or refused}.") from None
    if size > MAX_BYTES:
        raise SpecError(f"{path} has {size:,} bytes; a quiz has at most {MAX_BYTES:,}.")
    return QuizTemplate(read_data(file), str(path), folder=file.parent)
