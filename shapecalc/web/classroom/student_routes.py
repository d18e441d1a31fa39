"""What students ask for: a quiz, and that their answers are saved or handed in."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from shapecalc.web.classroom.answer_fields import field_name, sent_text
from shapecalc.web.classroom.desk import Acknowledgement, PageMark, Seat
from shapecalc.web.classroom.room import Visit, refuse
from shapecalc.web.classroom.student_pages import preview_page, quiz_page
from shapecalc.web.frame import WebPage

#: What the page after handing in is asked to say.
_OUTCOMES = {"handed-in": Acknowledgement.HANDED_IN, "twice": Acknowledgement.SENT_TWICE}


def show_quiz(visit: Visit) -> WebPage:
    """A quiz, with what the student has written."""
    if visit.session.person.is_teacher:
        return preview_page(visit.desk.edition)
    seat = visit.desk.seat(visit.session.person.name)
    outcome = _OUTCOMES.get(visit.query.get("done", "")) if seat.attempts else None
    return quiz_page(seat, visit.name, visit.token, outcome, "")


def answer_quiz(visit: Visit) -> WebPage | Response:
    """Save what stands in the fields, and hand it in where the button for that was pressed."""
    if visit.session.person.is_teacher:
        refuse(HTTPStatus.FORBIDDEN, "A teacher hands nothing in.")
    desk = visit.desk
    seat = desk.seat(visit.session.person.name)
    texts = _texts(visit, seat)
    page = _page_mark(visit)
    if page.version == seat.edition.hash:
        seat = desk.save(seat, texts)
    action = visit.text("do")
    outcome = Acknowledgement.SAVED
    if action in ("hand-in", "as-it-is"):
        outcome = desk.hand_in(seat, page, is_forced=action == "as-it-is")
    elif seat.is_over:
        outcome = Acknowledgement.OVER
    if outcome in (Acknowledgement.HANDED_IN, Acknowledgement.SENT_TWICE):
        done = next(words for words, each in _OUTCOMES.items() if each is outcome)
        return RedirectResponse(f"./{quote(visit.name)}?done={done}", HTTPStatus.SEE_OTHER)
    if outcome is not Acknowledgement.SAVED:
        seat = desk.seat(seat.student)
    if seat.is_over:
        seat = seat._replace(written={**seat.written, **texts})
    is_kept = page.version == seat.edition.hash and not seat.is_over
    saved = f"Saved at {visit.room.clock():%H:%M:%S} UTC." if is_kept else "What is written is not saved."
    return quiz_page(seat, visit.name, visit.token, outcome, saved)


def _texts(visit: Visit, seat: Seat) -> dict[str, str]:
    """What stands in the fields; a choice without any tick is blank."""
    return {
        question.id: sent_text(question, visit.texts(field_name(place)))
        for place, question in enumerate(seat.questions)
        if visit.texts(field_name(place)) or question.options
    }


def _page_mark(visit: Visit) -> PageMark:
    """What the page held that was sent."""
    attempts = visit.text("attempts")
    if not (attempts.isascii() and attempts.isdecimal() and len(attempts) < 5):
        refuse(HTTPStatus.BAD_REQUEST, "The form lacks a field: open the quiz anew.")
    return PageMark(int(attempts), visit.text("version"))
