"""What teachers ask for: the report, decisions by hand, and that a class is graded anew."""

from __future__ import annotations

import re
from datetime import UTC
from fractions import Fraction
from http import HTTPStatus
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from shapecalc.errors import SpecError
from shapecalc.grading.book.course import decide
from shapecalc.grading.book.decisions import Decision
from shapecalc.grading.book.gradebook import Gradebook
from shapecalc.grading.book.handing_in import drafts
from shapecalc.grading.book.regrading import Regrading, regrade
from shapecalc.page import visible
from shapecalc.web.classroom.edition import Edition
from shapecalc.web.classroom.room import Visit, refuse
from shapecalc.web.classroom.teacher_pages import class_page, regrade_page, student_page
from shapecalc.web.frame import WebPage

#: Points as a teacher writes them.
_POINTS = re.compile(r"\d{1,4}([.,]\d{1,4})?")


def show_report(visit: Visit) -> WebPage | Response:
    """The class report, or one student's answers, or the points as a file."""
    edition = visit.desk.edition
    if visit.query.get("file") == "points.csv":
        book = Gradebook(edition.course.quiz, tuple(edition.course.results()))
        return Response(
            book.as_csv(),
            media_type="text/csv; charset=utf-8",
            headers={"content-disposition": 'attachment; filename="points.csv"'},
        )
    if student := visit.query.get("student"):
        graded = next(edition.course.graded(student), None)
        if graded is None:
            refuse(HTTPStatus.NOT_FOUND, f"{visible(student, 40)} has handed nothing in.")
        return student_page(edition, visit.name, graded, visit.token)
    entries = list(edition.course.graded())
    students = {entry.sitting.student for entry in entries}
    waiting = [draft for student, draft in drafts(visit.room.book, edition.title).items() if student not in students]
    return class_page(edition, visit.name, entries, waiting, visit.token)


def change_report(visit: Visit) -> Response:
    """Decide on an answer, or hand in what was saved."""
    action = visit.text("do")
    address = f"./{quote(visit.name)}"
    if action == "collect":
        visit.desk.collect()
    elif action == "decide":
        decision = _decision(visit)
        visit.desk.in_turn(lambda: decide(visit.room.book, decision, visit.desk.edition.title))
        address += "#to-decide"
    else:
        refuse(HTTPStatus.BAD_REQUEST, "The form lacks a field.")
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def _decision(visit: Visit) -> Decision:
    place = visit.text("place")
    points = visit.text(f"points-{place}").strip()
    if not _POINTS.fullmatch(points):
        raise SpecError(f"The points are a number such as 1 or 0.5, not {visible(points, 40) or 'nothing'}.")
    return Decision(
        visit.text("student"),
        visit.text("question"),
        Fraction(points.replace(",", ".")),
        visit.text(f"because-{place}").strip(),
        visit.session.person.name,
        visit.room.clock().astimezone(UTC).isoformat(timespec="seconds"),
    )


def show_regrade(visit: Visit) -> WebPage:
    """What the quiz's file would change, as it stands now."""
    edition = Edition(visit.room.book, visit.desk.file)
    return regrade_page(edition, visit.name, _changes(visit, edition, write=False), visit.token)


def change_regrade(visit: Visit) -> WebPage:
    """Grade the class anew, and go on with the quiz as its file stands now."""
    edition = Edition(visit.room.book, visit.desk.file)
    if visit.text("version") != edition.hash:
        raise SpecError("The quiz has changed once more since this page was made: look at the changes again.")
    changes = visit.desk.in_turn(lambda: _changes(visit, edition, write=True))
    visit.desk.renew(edition)
    return regrade_page(edition, visit.name, changes, visit.token)


def _changes(visit: Visit, edition: Edition, *, write: bool) -> Regrading:
    if edition.title != visit.desk.edition.title:
        raise SpecError(
            f"The quiz was called {visit.desk.edition.title!r}, and its file calls it {edition.title!r} now. A book "
            "knows a quiz by its title: put the former one back."
        )
    if not visit.room.book.count(edition.title):
        return Regrading(edition.title, 0, (), write)
    time = visit.room.clock().isoformat(timespec="seconds")
    return regrade(edition.course, write=write, never_lower=bool(visit.text("never_lower")), time=time)
