"""What students ask for: a quiz, and that their answers are saved or handed in."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from shapecalc.web.answer_fields import field_name, sent_text
from shapecalc.web.classroom.desk import Seat
from shapecalc.web.classroom.room import Visit, refuse
from shapecalc.web.classroom.sending import Acknowledgement, PageMark
from shapecalc.web.classroom.student_pages import preview_page, quiz_page
from shapecalc.web.frame import WebPage
from shapecalc.web.markup import Markup, element, fragment

#: What the page after handing in is asked to say.
_OUTCOMES = {"handed-in": Acknowledgement.HANDED_IN, "twice": Acknowledgement.SENT_TWICE}


def show_quiz(visit: Visit) -> WebPage:
    """A quiz, with what the student has written."""
    if visit.session.person.is_teacher:
        return preview_page(visit.desk.edition)
    seat = visit.desk.seat(visit.session.person.name)
    outcome = _OUTCOMES.get(visit.query.get("done", "")) if seat.attempts else None
    return quiz_page(seat, visit.name, visit.token, outcome, fragment())


def answer_quiz(visit: Visit) -> WebPage | Response:
    """Save what stands in the fields, and hand it in where the button for that was pressed."""
    if visit.session.person.is_teacher:
        refuse(HTTPStatus.FORBIDDEN, "A teacher hands nothing in.")
    desk = visit.desk
    seat = desk.seat(visit.session.person.name)
    texts = _texts(visit, seat)
    page = _page_mark(visit)
    action = visit.text("do")
    outcome = Acknowledgement.SAVED
    if page.version == seat.edition.hash:
        saved_seat = desk.save(seat, page, texts)
        outcome = Acknowledgement.SAVED if saved_seat else Acknowledgement.OVERTAKEN
        seat = saved_seat or seat
    if outcome is Acknowledgement.OVERTAKEN:
        action = ""
    if action in ("hand-in", "as-it-is"):
        outcome = desk.hand_in(seat, page, is_forced=action == "as-it-is")
    elif seat.is_over:
        outcome = Acknowledgement.OVER
    if outcome in (Acknowledgement.HANDED_IN, Acknowledgement.SENT_TWICE):
        done = next(words for words, each in _OUTCOMES.items() if each is outcome)
        return RedirectResponse(f"./{quote(visit.name)}?done={done}", HTTPStatus.SEE_OTHER)
    if outcome is not Acknowledgement.SAVED:
        seat = desk.seat(seat.student)
    if seat.is_over or outcome is Acknowledgement.OVERTAKEN:
        seat = seat._replace(written={**seat.written, **texts})
    return quiz_page(seat, visit.name, visit.token, outcome, _saved(visit, seat, page, outcome))


def _saved(visit: Visit, seat: Seat, page: PageMark, outcome: Acknowledgement) -> Markup:
    """What stands below the fields: when they were saved, or that they were not."""
    words = "What is written is not saved."
    if outcome is Acknowledgement.OVERTAKEN:
        # a page whose button was pressed is a new one, which may go on; one in which somebody types stays
        words = (
            "This is not saved until you go on."
            if visit.text("do")
            else "This is not saved: another page of yours saved something else. Load this page anew to see that, or "
            "press Hand in, which asks you first."
        )
    elif page.version == seat.edition.hash and not seat.is_over:
        return fragment(f"Saved at {visit.room.clock():%H:%M:%S} UTC.")
    return element("span", words, class_="message")


def _texts(visit: Visit, seat: Seat) -> dict[str, str]:
    """What stands in the fields; a choice without any tick is blank."""
    return {
        question.id: sent_text(question, visit.texts(field_name(place)))
        for place, question in enumerate(seat.questions)
        if visit.texts(field_name(place)) or question.options
    }


def _page_mark(visit: Visit) -> PageMark:
    """What the page held that was sent."""
    numbers = [visit.text(name) for name in ("attempts", "page")]
    if not all(number.isascii() and number.isdecimal() and len(number) < 20 for number in numbers):
        refuse(HTTPStatus.BAD_REQUEST, "The form lacks a field: open the quiz anew.")
    attempts, number = map(int, numbers)
    return PageMark(attempts, visit.text("version"), number)
