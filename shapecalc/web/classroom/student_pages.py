"""The pages of students: the quizzes, and each with its fields and what is said of the answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from urllib.parse import quote

from shapecalc.grading.book.result import Result
from shapecalc.grading.judge import plain_points
from shapecalc.page import visible
from shapecalc.web.answer_fields import answer_field, question_markup
from shapecalc.web.classroom.desk import QuizDesk, Seat
from shapecalc.web.classroom.edition import Edition
from shapecalc.web.classroom.feedback import feedback, sees_verdict
from shapecalc.web.classroom.sending import Acknowledgement
from shapecalc.web.classroom.sessions import Session
from shapecalc.web.fields import button
from shapecalc.web.frame import WebPage
from shapecalc.web.markup import Markup, element, fragment

#: What is said above the questions, and how it looks.
_WORDS = {
    Acknowledgement.HANDED_IN: ("said", "It is handed in."),
    Acknowledgement.SENT_TWICE: ("said", "It is handed in, once: the same was sent twice."),
    Acknowledgement.OLD_PAGE: (
        "alarm",
        (
            "You have handed in from another page meanwhile. What you wrote is saved and not handed in: look at it, "
            "and hand it in if you want a further attempt."
        ),
    ),
    Acknowledgement.OVERTAKEN: (
        "alarm",
        (
            "You have written something else in another page since this one was opened. That is saved; what you wrote "
            "here is not, and stands below. If you go on here, it takes the place of the other; to see the other, open "
            "the quiz anew."
        ),
    ),
    Acknowledgement.CHANGED: (
        "alarm",
        (
            "The quiz was changed since this page was made. What you wrote is saved and not handed in: look at the "
            "questions again."
        ),
    ),
    Acknowledgement.OVER: (
        "alarm",
        "The deadline has passed: what you sent last is not kept, and stands below for yourself.",
    ),
    Acknowledgement.USED_UP: ("notice", "No attempt is left."),
    Acknowledgement.NOT_UNDERSTOOD: (
        "alarm",
        (
            "It is saved, not handed in, and costs no attempt: answers that are marked below cannot be read. Change "
            "them, or hand it in as it is for a person to look at."
        ),
    ),
    Acknowledgement.EMPTY: ("notice", "Nothing is written yet, so nothing was handed in."),
}


def deadline_words(deadline: datetime | None) -> str:
    """Until when a quiz may be handed in."""
    if deadline is None:
        return "without a deadline"
    offset = f"{deadline:%z}"
    return f"until {deadline:%A, %d %B %Y, %H:%M} (UTC{'' if offset == '+0000' else offset})"


def quizzes_page(desks: Iterable[tuple[str, QuizDesk]], session: Session, leave: Markup) -> WebPage:
    """The quizzes of the class, each with its links."""
    entries = []
    for name, desk in desks:
        edition = desk.edition
        links: list[str] = [element("a", visible(edition.title), href=f"./quiz/{quote(name)}")]
        if session.person.is_teacher:
            links += [" · ", element("a", "report and decisions", href=f"./report/{quote(name)}")]
            links += [" · ", element("a", "regrade", href=f"./regrade/{quote(name)}")]
        entries.append(element("li", fragment(*links), ", ", deadline_words(edition.deadline)))
    signed = element("p", "You are signed in as ", element("b", visible(session.person.name)), ".")
    return WebPage("Quizzes", fragment(signed, element("ul", fragment(*entries)), leave), place="class/")


def quiz_page(seat: Seat, name: str, token: str, outcome: Acknowledgement | None, saved: Markup) -> WebPage:
    """A quiz with its fields.

    Args:
        seat: the student.
        name: the address of the quiz.
        token: what shows that the form comes from this page.
        outcome: what became of what was sent; None where nothing was.
        saved: when what stands in the fields was saved, or that it is not; blank where nothing was sent.
    """
    points = sum((question.points for question in seat.questions), Fraction(0))
    count = len(seat.questions)
    about = [
        f"{count} question{'s' * (count != 1)}, {plain_points(points)} points, {deadline_words(seat.edition.deadline)}."
    ]
    if seat.result is not None and all(sees_verdict(seat, question) for question in seat.questions):
        about.append(_earned(seat.result))
    state = _state(seat, outcome)
    buttons = []
    if seat.is_any_open:
        buttons = [button("Hand in", id_="ask", name="do", value="hand-in")]
        if outcome is Acknowledgement.NOT_UNDERSTOOD:
            buttons.append(button("Hand in as it is", name="do", value="as-it-is"))
    form = element(
        "form",
        _hidden("token", token),
        _hidden("attempts", str(seat.mark.attempts)),
        _hidden("version", seat.mark.version),
        _hidden("page", str(seat.mark.number)),
        fragment(*_questions(seat)),
        element("p", fragment(*buttons), class_="repairs") if buttons else "",
        element("p", saved, id="saved", class_="hint", data_live=True),
        method="post",
        action=f"./{quote(name)}",
        data_answers=seat.is_any_open,
    )
    return WebPage(visible(seat.edition.title), fragment(element("p", " ".join(about)), state, form), place="class/")


def _earned(result: Result) -> str:
    """The points of a student, and those that a person has yet to decide on."""
    open_points = f"; a person decides on {plain_points(result.undecided)} more" if result.undecided else ""
    return f"So far {plain_points(result.points)} point{'' if result.points == 1 else 's'}{open_points}."


def preview_page(edition: Edition) -> WebPage:
    """A quiz as students see it, for a teacher; where numbers are drawn, theirs are others."""
    quiz = edition.course.quiz
    seat = Seat(edition, "", None, quiz.questions, (), {}, None, None, is_over=False)
    note = element("p", "This is how students see it; a teacher hands nothing in.", class_="notice")
    return WebPage(visible(edition.title), fragment(note, *_questions(seat)), place="class/")


def _state(seat: Seat, outcome: Acknowledgement | None) -> Markup:
    """What became of what was sent, or that nothing can be sent any more."""
    if outcome in _WORDS:
        tone, words = _WORDS[outcome]
        return element("p", words, class_=tone, role="status")
    if seat.is_over:
        return element("p", "The deadline has passed.", class_="notice")
    if not seat.is_any_open:
        return element("p", "All attempts are used.", class_="notice")
    return fragment()


def _hidden(name: str, value: str) -> Markup:
    return element("input", type="hidden", name=name, value=value)


def _questions(seat: Seat) -> Iterable[Markup]:
    shown: tuple[str, ...] = ()
    for place, question in enumerate(seat.questions):
        worth = f"{plain_points(question.points)} point{'' if question.points == 1 else 's'}"
        left = seat.attempts_left(question)
        tries = "" if left is None or seat.is_over else f", {left} attempt{'s' * (left != 1)} left"
        exhibit = seat.edition.exhibit(question)
        net = exhibit if exhibit != shown else ()
        shown = exhibit or shown
        written = seat.written.get(question.id, "")
        field: Markup | str = ""
        if seat.is_open(question):
            field = answer_field(question, place, written)
        elif written.strip():
            field = element("p", "Your answer: ", element("code", visible(written.strip())))
        yield element(
            "section",
            element("h2", f"{place + 1}. {question.id}", id=f"question-{place}"),
            question_markup(question, net),
            element("p", f"{worth}{tries}", class_="hint"),
            field,
            feedback(seat, place),
            class_="question",
            aria_labelledby=f"question-{place}",
        )
