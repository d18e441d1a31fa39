"""Taking a quiz to practise: answers are judged at once, hints are the next part of the derivation."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, final

from shapecalc.errors import SpecError, check_type, did_you_mean
from shapecalc.grading.attempts import counting_mark
from shapecalc.grading.hints import hint_parts
from shapecalc.grading.judge import Mark, Verdict, judge, plain_points
from shapecalc.grading.layout import laid_out
from shapecalc.grading.mistakes.registry import MISTAKES
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.quiz import Quiz, key_notes, question_notes
from shapecalc.grading.quiz.template import load_quiz
from shapecalc.page import Lines, Page, Presentable, visible

#: The most answers of one practice that are remembered.
MAX_REPLIES = 2_000


@final
@dataclass(frozen=True, slots=True)
class Reply(Presentable):
    """What someone who practises is told about an answer.

    Attributes:
        mark: the verdict.
        shows_key: whether the key and its derivation are shown: the answer is right, or no attempt is left.
        attempts_left: how often the question may still be answered; None for any number of times.
    """

    mark: Mark
    shows_key: bool
    attempts_left: int | None

    def page(self) -> Page:
        question = self.mark.question
        words, *lines = self.lines()
        notes = [(question.id, words), *(("", line) for line in lines)]
        return Page((laid_out(notes, "", margin=len(question.id) + 2),))

    def lines(self) -> list[str]:
        """The verdict, then what is said of the answer, or the key and how it comes about."""
        mark = self.mark
        words = str(mark.verdict)
        if self.attempts_left is not None and not self.shows_key:
            words += f", {_attempts(self.attempts_left)} left"
        lines = [words]
        if mark.note and mark.verdict is not Verdict.RIGHT and (self.shows_key or not _has_key(mark)):
            lines.append(mark.note)
        if self.shows_key:
            lines += [text for _, text in key_notes(mark.question)]
        elif slip := _slip(mark):
            lines.append(f"Perhaps: {slip}.")
        return lines


def _slip(mark: Mark) -> str:
    """What the likeliest mistake is, without the numbers that would give the key away; "" where none is known."""
    if not mark.mistakes:
        return ""
    mistakes = [MISTAKES.get(name) for name, _ in mark.mistakes[0].edits]
    words = [
        mistake.says for mistake in mistakes if mistake and not mistake.says.endswith(":") and "{" not in mistake.says
    ]
    return "; ".join(text[0].lower() + text[1:] for text in words)


def _has_key(mark: Mark) -> bool:
    """Whether a remark has the key in it, as a refused layer names the number that would fit."""
    return re.search(rf"(?<!\w){re.escape(mark.question.answer.key_text)}(?!\w)", mark.note) is not None


def _attempts(count: int) -> str:
    return f"{count} attempt{'' if count == 1 else 's'}"


@final
class Practice(Presentable):
    """A quiz that someone takes to practise.

    Args:
        quiz: the questions.
        name: what tells this quiz and variant from others: a saved practice goes on only with the same.
    """

    def __init__(self, quiz: Quiz, name: str = "") -> None:
        self.quiz = quiz
        self.name = name
        self._marks: dict[str, list[Mark]] = {question.id: [] for question in quiz.questions}
        self._hints = dict.fromkeys(self._marks, 0)
        self._surrenders: set[str] = set()

    def question(self, name: str) -> Question:
        """A question by its name.

        Raises:
            SpecError: there is none; the message names the nearest, or all.
        """
        check_type("name", name, str, "the id of a question")
        for question in self.quiz.questions:
            if question.id == name:
                return question
        hint = did_you_mean(name, self._marks) or f"; there are {', '.join(self._marks)}"
        raise SpecError(f"The quiz has no question {visible(name, 40)}{hint}.")

    def sheet(self, name: str, *, has_net: bool = True) -> Page:
        """One question as a student sees it.

        Args:
            name: the id of the question.
            has_net: whether its network is shown, where there is one to show.

        Raises:
            SpecError: there is no such question.
        """
        notes = question_notes(self.question(name), has_net=has_net)
        return Page((laid_out(notes, "", margin=len(name) + 2),))

    def check(self, name: str, answer: object) -> Reply:
        """Judge an answer.

        Args:
            name: the id of the question.
            answer: the answer, as a text or a number, or a shape as a tuple or list of numbers.

        Raises:
            SpecError: there is no such question, or no attempt is left, or its key was shown.
        """
        question = self.question(name)
        marks = self._marks[name]
        if self.attempts_left(question) == 0 or name in self._surrenders:
            raise SpecError(f"No attempt is left for {name}; the key is {question.answer.key_text}.")
        if sum(map(len, self._marks.values())) >= MAX_REPLIES:
            raise SpecError(f"At most {MAX_REPLIES:,} answers are judged in one practice; start another.")
        mark = judge(question, _written(answer))
        if mark.verdict is not Verdict.BLANK and not mark.verdict.is_undecided:
            marks.append(mark)
        left = self.attempts_left(question)
        return Reply(mark, mark.verdict is Verdict.RIGHT or left == 0, left)

    def attempts_left(self, question: Question) -> int | None:
        """How often a question may still be answered; None for any number of times."""
        most = question.policy.attempts
        return max(most - len(self._marks[question.id]), 0) if most else None

    def hint(self, name: str) -> str:
        """The next part of the derivation of a question's key; the last of them stops before the key itself.

        Raises:
            SpecError: there is no such question.
        """
        question = self.question(name)
        parts = hint_parts(question)
        if not parts:
            return "There is no hint for this question; show gives up and shows the key."
        self._hints[name] = min(self._hints[name] + 1, len(parts))
        last = self._hints[name] == len(parts)
        return parts[self._hints[name] - 1] + (" (that is all but the result)" if last else "")

    def points(self, question: Question) -> Fraction:
        """What a question has earned, by the policy of its attempts."""
        marks = self._marks[question.id]
        return counting_mark(marks, question.policy).points if marks else Fraction(0)

    def is_done(self, question: Question) -> bool:
        """Whether a question is answered rightly, its key was shown, or no attempt is left."""
        is_right = any(mark.verdict is Verdict.RIGHT for mark in self._marks[question.id])
        return is_right or self.attempts_left(question) == 0 or question.id in self._surrenders

    def give_up(self, name: str) -> Page:
        """The key of a question with its derivation; the question earns no more points.

        Raises:
            SpecError: there is no such question.
        """
        question = self.question(name)
        self._surrenders.add(name)
        return Page((laid_out([(name, ""), *key_notes(question)], "", margin=len(name) + 2),))

    def page(self) -> Page:
        """The points, and what to practise: the questions that were not right at once, and mistakes made repeatedly."""
        earned = sum((self.points(question) for question in self.quiz.questions), Fraction(0))
        title = f"{visible(self.quiz.title)}: {plain_points(earned)} of {plain_points(self.quiz.points)} points"
        notes = [(question.id, words) for question in self.quiz.questions if (words := self._advice(question))]
        unasked = [name for name, marks in self._marks.items() if not (marks or self._has_help(name))]
        notes += [("", text) for text in self._habits()]
        notes += [("", f"Not answered: {', '.join(unasked)}")] if unasked else []
        if not notes:
            return Page((Lines((title,)),))
        margin = max(len(name) for name, _ in notes) + 2
        return Page((Lines((title,)), laid_out(notes, "What to practise", margin=margin)))

    def _advice(self, question: Question) -> str:
        """What to practise of a question; "" where it was right at once."""
        marks, count = self._marks[question.id], self._hints[question.id]
        measure = question.model.target.measure.replace("_", " ") if question.model else ""
        subject = f"{measure}: " if measure not in ("", question.id) else ""
        hints = f", {count} hint{'' if count == 1 else 's'}" if count else ""
        if not marks:
            if not self._has_help(question.id):
                return ""
            return f"{subject}{'the key was shown' if question.id in self._surrenders else 'not answered'}{hints}"
        place = next((place for place, mark in enumerate(marks, 1) if mark.verdict is Verdict.RIGHT), 0)
        if place == 1:
            return f"{subject}right{hints}" if count else ""
        result = f"right at attempt {place}" if place else f"not right in {_attempts(len(marks))}"
        slip = _slip(marks[0])
        reason = f"perhaps {slip}" if slip else "" if _has_key(marks[0]) else marks[0].note
        return f"{subject}{result}{hints}{f'; {reason}' if reason else ''}"

    def _has_help(self, name: str) -> bool:
        """Whether there was a hint for a question, or its key was shown."""
        return bool(self._hints[name]) or name in self._surrenders

    def _habits(self) -> Iterator[str]:
        """Mistakes that explain the first answers to several questions."""
        habits: dict[str, list[str]] = {}
        for name, marks in self._marks.items():
            for slip in {_slip(mark) for mark in marks[:1]} - {""}:
                habits.setdefault(slip, []).append(name)
        for slip, names in habits.items():
            if len(names) > 1:
                yield f"More than once: {slip} ({', '.join(names)})"

    def as_dict(self) -> dict[str, Any]:
        """What :meth:`resumed` reads: the answers in their order, and the hints."""
        points = {question.id: plain_points(self.points(question)) for question in self.quiz.questions}
        return {
            "quiz": self.name,
            "points": points,
            "answers": {name: [mark.answer for mark in marks] for name, marks in self._marks.items() if marks},
            "hints": {name: count for name, count in self._hints.items() if count},
            "shown": sorted(self._surrenders),
        }

    def resume(self, data: Any) -> None:
        """Go on with what :meth:`as_dict` wrote: every answer is judged anew.

        Raises:
            SpecError: it is of another quiz or variant, or is nothing that it wrote.
        """
        if not isinstance(data, dict) or data.get("quiz") != self.name:
            raise SpecError("The saved practice is of another quiz, or another variant of it.")
        answers, counts = data.get("answers"), data.get("hints")
        if not isinstance(answers, dict) or not isinstance(counts, dict):
            raise SpecError("The saved practice cannot be read.")
        for name, texts in answers.items():
            for text in texts if isinstance(texts, list) else ():
                self.check(name, text)
        for name, count in counts.items():
            if name in self._hints and isinstance(count, int):
                self._hints[name] = max(0, min(count, len(hint_parts(self.question(name)))))
        shown = data.get("shown")
        self._surrenders |= {name for name in self._marks if isinstance(shown, list) and name in shown}


def _written(answer: object) -> str:
    if isinstance(answer, tuple | list):
        return "x".join(map(str, answer))
    return str(answer)


def quiz(path: str | Path, *, seed: str = "1") -> Practice:
    """A quiz to practise with, from its file.

    Args:
        path: the quiz: YAML or JSON, or ``quiz:NAME`` of a quiz that comes with shapecalc.
        seed: which variant, where its numbers are drawn.

    Raises:
        SpecError: as :func:`shapecalc.grading.load_quiz`.
    """
    content = load_quiz(path, seed=seed)
    name = hashlib.sha256(json.dumps([seed, content.as_dict()], sort_keys=True).encode()).hexdigest()[:16]
    return Practice(content, name)
