"""What a student is told of the answers that were handed in, as far as the quiz shows it now."""

from __future__ import annotations

from dataclasses import replace

from shapecalc.grading.book.receipts import Audience
from shapecalc.grading.judge import Mark, Verdict, plain_points
from shapecalc.grading.mistakes import diagnoses_text
from shapecalc.grading.practice import Reply
from shapecalc.grading.quiz.policy import Feedback
from shapecalc.grading.quiz.question import Question
from shapecalc.page import visible
from shapecalc.web.classroom.desk import Seat
from shapecalc.web.markup import Markup, element, fragment

#: The most of an answer that is repeated.
_ANSWER = 200
#: How a verdict looks.
_TONES = {Verdict.RIGHT: "said", Verdict.WRONG: "alarm"}


def feedback(seat: Seat, place: int) -> Markup:
    """What is said of the last answer to a question, and what all answers to it have earned."""
    if seat.result is None or seat.latest is None:
        return fragment()
    mark, total = seat.latest.marks[place], seat.result.marks[place]
    answer = visible(mark.answer.strip(), _ANSWER)
    is_seen = sees_verdict(seat, mark.question)
    if not answer and (not is_seen or seat.is_open(mark.question)):
        return element("p", "Left blank in the last attempt.", class_="hint")
    last = element("p", "Handed in: ", element("code", answer) if answer else "nothing", ".")
    if not is_seen:
        later = " Its verdict is shown after the deadline." if seat.edition.deadline else ""
        return element("div", last, element("p", f"It is kept.{later}"), class_="notice")
    verdict, *lines = _lines(seat, mark)
    steps = element("ul", fragment(*[element("li", line) for line in lines])) if lines else ""
    return element(
        "div",
        last,
        element("p", verdict[0].upper() + verdict[1:], class_="verdict"),
        steps,
        element("p", _points(total)),
        class_=_TONES.get(total.verdict, "notice"),
    )


def sees_verdict(seat: Seat, question: Question) -> bool:
    """Whether a student sees what an answer got: before the deadline only where the quiz helps further attempts."""
    return question.policy.feedback is Feedback.NOW or seat.is_over


def _points(mark: Mark) -> str:
    """What all answers to a question earned."""
    worth = plain_points(mark.question.points)
    if mark.verdict.is_undecided:
        return f"A person looks at it; it is worth up to {worth}."
    reason = f": {mark.note}" if mark.note.startswith(("decided by hand", "not lowered")) else ""
    return f"{plain_points(mark.points)} of {worth} point{'' if worth == 1 else 's'}{reason}."


def _lines(seat: Seat, mark: Mark) -> list[str]:
    """The verdict and what is said of it: as in a practice, and everything once that is of no use for an attempt."""
    if not Audience(is_after_deadline=seat.is_over).sees(mark):
        return [str(mark.verdict)]
    left = 0 if seat.is_over else seat.attempts_left(mark.question)
    shows_key = mark.verdict is Verdict.RIGHT or left == 0
    if mark.question.options and not shows_key:  # what is missing from a choice is the rest of the key
        mark = replace(mark, note="")
    lines = Reply(mark, shows_key, left).lines()
    if shows_key and mark.mistakes:
        lines.insert(1, visible(diagnoses_text(mark.mistakes)))
    return lines
