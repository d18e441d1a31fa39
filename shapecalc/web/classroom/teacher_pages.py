"""The teacher's pages: how the class did, answers that a person decides on, and what a changed quiz changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from shapecalc.grading.book.class_report import class_report
from shapecalc.grading.book.graded import GradedSitting
from shapecalc.grading.book.handing_in import Draft
from shapecalc.grading.book.receipts import Audience
from shapecalc.grading.book.regrading import Regrading
from shapecalc.grading.book.sheets import sheet
from shapecalc.grading.judge import Mark, Verdict, plain_points
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.page import Column, Page, Table, visible
from shapecalc.web.classroom.edition import Edition
from shapecalc.web.fields import button, flag_field, text_field
from shapecalc.web.frame import WebPage
from shapecalc.web.markup import Markup, element, fragment, page_markup
from shapecalc.web.tables import table_markup

#: The answers to look at that are listed at once.
MAX_LISTED = 100


def class_page(
    edition: Edition, name: str, graded: Sequence[GradedSitting], waiting: Sequence[Draft], token: str
) -> WebPage:
    """How the class did, and what is to be decided.

    Args:
        edition: the quiz.
        name: the address of the quiz.
        graded: all students with what they got.
        waiting: what is saved of students who handed in nothing.
        token: what shows that a form comes from this page.
    """
    quiz = edition.course.quiz
    undecided = sum(mark.verdict.is_undecided for student in graded for mark in student.result.marks)
    report = class_report(quiz, (student.result for student in graded))
    links = element(
        "p",
        element("a", "The points as CSV", href=f"./{quote(name)}?file=points.csv"),
        " · ",
        element("a", "Regrade", href=f"../regrade/{quote(name)}"),
        " · ",
        element("a", f"{undecided} to decide", href="#to-decide"),
        " · ",
        element("a", "Students", href="#students"),
    )
    return WebPage(
        f"Report: {visible(edition.title)}",
        fragment(
            links,
            _scrolling(report.page(), "The report"),
            _collecting(name, waiting, token),
            *_undecided(name, graded, token),
            _students(name, quiz, graded),
        ),
        place="class/",
    )


def _scrolling(page: Page, label: str) -> Markup:
    """A page of the library in a box that scrolls where it is too wide."""
    return element("div", page_markup(page), class_="scroll", tabindex=0, role="region", aria_label=label)


def _students(name: str, quiz: Quiz, graded: Sequence[GradedSitting]) -> Markup:
    columns = (Column("student"), Column(f"of {plain_points(quiz.points)}", "right"), Column("attempts", "right"))
    rows = tuple(
        [
            (visible(student.sitting.student), student.result.points_text(), str(len(student.sitting.attempts)))
            for student in graded
        ]
    )

    def heading(student: str) -> Markup:
        return element("a", student, href=f"./{quote(name)}?student={quote(student, safe='')}")

    return fragment(
        element("h2", "Students", id="students"), table_markup(Table(columns, rows), "Who handed in", heading)
    )


def _collecting(name: str, waiting: Sequence[Draft], token: str) -> Markup:
    if not waiting:
        return fragment()
    names = ", ".join(visible(draft.student) for draft in waiting[:20]) + (" …" if len(waiting) > 20 else "")
    return element(
        "form",
        element("h2", "Saved, not handed in"),
        element(
            "p", f"{len(waiting)} student{'s' * (len(waiting) != 1)} wrote something and handed in nothing: {names}."
        ),
        element("input", type="hidden", name="token", value=token),
        button("Hand in what they saved", name="do", value="collect"),
        method="post",
        action=f"./{quote(name)}",
    )


def _undecided(name: str, graded: Sequence[GradedSitting], token: str) -> Iterator[Markup]:
    marks = [
        (student.sitting.student, mark)
        for student in graded
        for mark in student.result.marks
        if mark.verdict.is_undecided
    ]
    yield element("h2", f"To decide: {len(marks)}", id="to-decide")
    if len(marks) > MAX_LISTED:
        yield element("p", f"The first {MAX_LISTED} are listed.")
    for student, mark in marks[:MAX_LISTED]:
        yield decision_form(f"./{quote(name)}", student, mark, token)


def decision_form(action: str, student: str, mark: Mark, token: str) -> Markup:
    """The form by which a teacher decides on an answer."""
    question = mark.question
    worth = plain_points(question.points)
    # an id of its own for each field: labels belong to ids
    place = f"{visible(student)} {question.id}".encode().hex()
    fields = [
        text_field(f"points-{place}", f"Points, from 0 to {worth}", ""),
        text_field(f"because-{place}", "Why; the student reads it", ""),
    ]
    heading = f"{visible(student)}, {question.id}"
    return element(
        "form",
        element("h3", heading),
        element("p", question.text),
        element("p", "Answer: ", element("code", visible(mark.answer.strip(), 2_000) or "none")),
        element("p", mark.note, class_="hint") if mark.verdict is not Verdict.RIGHT else "",
        element("input", type="hidden", name="token", value=token),
        element("input", type="hidden", name="student", value=student),
        element("input", type="hidden", name="question", value=question.id),
        element("input", type="hidden", name="place", value=place),
        element("div", fragment(*fields), class_="beside"),
        button("Decide", name="do", value="decide"),
        method="post",
        action=action,
        class_="question",
        aria_label=heading,
    )


def student_page(edition: Edition, name: str, graded: GradedSitting, token: str) -> WebPage:
    """All of a student's marks with their reasons, and a form for each to decide otherwise."""
    page = sheet(edition.course.quiz, graded.result, Audience(is_teacher=True))
    forms = [
        element(
            "details",
            element("summary", f"Decide on {mark.question.id}"),
            decision_form(f"./{quote(name)}", graded.sitting.student, mark, token),
        )
        for mark in graded.result.marks
    ]
    back = element("p", element("a", "The report", href=f"./{quote(name)}"))
    content = fragment(back, _scrolling(page, "The sheet"), element("h2", "Decide by hand"), *forms)
    return WebPage(visible(graded.sitting.student), content, place="class/")


def regrade_page(edition: Edition, name: str, changes: Regrading, token: str) -> WebPage:
    """What the quiz's file, as it stands now, changes; and the button that writes it."""
    parts: list[Markup] = [element("p", element("a", "The report", href=f"../report/{quote(name)}"))]
    if changes.is_written:
        parts.append(element("p", "It is written, and the class goes on with this quiz.", class_="said", role="status"))
    parts.append(_scrolling(changes.page(), "The changes"))
    if not changes.is_written:
        parts.append(
            element(
                "form",
                element("p", "The quiz is read from its file anew. Until then, the class answers the former one."),
                element("input", type="hidden", name="token", value=token),
                element("input", type="hidden", name="version", value=edition.hash),
                flag_field("never_lower", "Keep the points of each mark that would be lower", is_set=False),
                button("Regrade the class", id_="ask", name="do", value="regrade"),
                method="post",
                action=f"./{quote(name)}",
            )
        )  # fmt: skip
    return WebPage(f"Regrade: {visible(edition.title)}", fragment(*parts), place="class/")
