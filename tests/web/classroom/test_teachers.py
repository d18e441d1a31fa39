"""Teachers see how the class did, decide by hand, and hand in what students saved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.classroom.school import KEYS, School, hidden, school, send

ADDRESS = "/class/quiz/evening"
REPORT = "/class/report/evening"


@pytest.fixture
def sitting(tmp_path) -> Iterator[School]:
    """A class in the middle of its quiz."""
    with school(tmp_path) as room:
        yield room


def decide(teacher, page: str, points: str, because: str):
    """Send the first form of decisions of a page."""
    fields = hidden(page[page.index('id="to-decide"') :])
    place = fields["place"]
    return teacher.post(REPORT, data={**fields, f"points-{place}": points, f"because-{place}": because, "do": "decide"})


def test_an_answer_is_decided_by_hand(sitting):
    """The student reads the reason."""
    ada, teacher = sitting.sign_in("Ada"), sitting.sign_in("Noether", is_teacher=True)
    send(ada, ada.get(ADDRESS).text, {"answer-0": "as many as filters"}, "as-it-is")
    page = teacher.get(REPORT).text
    assert "To decide: 1" in page
    assert decide(teacher, page, "0,5", "it says which number").status_code == 303
    assert "To decide: 0" in teacher.get(REPORT).text
    assert "it says which number" in ada.get(ADDRESS).text


@pytest.mark.parametrize(("points", "because"), [("2", "more"), ("-1", "less"), ("", "x"), ("1e9", "x"), ("1", "")])
def test_a_decision_that_makes_no_sense_is_refused(sitting, points, because):
    """In words, without an effect."""
    ada, teacher = sitting.sign_in("Ada"), sitting.sign_in("Noether", is_teacher=True)
    send(ada, ada.get(ADDRESS).text, {"answer-0": "filters"}, "as-it-is")
    assert decide(teacher, teacher.get(REPORT).text, points, because).status_code == 422
    assert not sitting.book.decisions("An evening")


def test_what_was_saved_is_handed_in(sitting):
    """Of students who handed in nothing."""
    ada, teacher = sitting.sign_in("Ada"), sitting.sign_in("Noether", is_teacher=True)
    send(ada, ada.get(ADDRESS).text, KEYS)
    page = teacher.get(REPORT).text
    assert "1 student wrote something and handed in nothing: Ada." in page
    teacher.post(REPORT, data={**hidden(page), "do": "collect"})
    assert sitting.attempts("Ada") == 1


def test_the_points_as_a_file(sitting):
    """As shapecalc grade writes them."""
    ada, teacher = sitting.sign_in("=Ada"), sitting.sign_in("Noether", is_teacher=True)
    send(ada, ada.get(ADDRESS).text, KEYS, "hand-in")
    table = teacher.get(REPORT, params={"file": "points.csv"})
    assert table.text.splitlines()[1].startswith("'=Ada,4,4")


def test_a_teacher_sees_the_quiz_and_hands_nothing_in(sitting):
    """It has no form."""
    teacher = sitting.sign_in("Noether", is_teacher=True)
    page = teacher.get(ADDRESS).text
    assert "<form" not in page
    assert sitting.desk.edition.course.book.count("An evening") == 0


def test_a_regrade_may_keep_what_would_be_lower(sitting):
    """As shapecalc regrade --never-lower."""
    ada, teacher = sitting.sign_in("Ada"), sitting.sign_in("Noether", is_teacher=True)
    send(ada, ada.get(ADDRESS).text, KEYS, "hand-in")
    sitting.file.write_text(sitting.file.read_text().replace("4711", "5"))
    page = teacher.get("/class/regrade/evening").text
    teacher.post("/class/regrade/evening", data={**hidden(page), "never_lower": "yes", "do": "regrade"})
    (graded,) = sitting.desk.edition.course.graded()
    assert graded.result.points == 4


def test_a_regrade_is_of_the_file_that_was_looked_at(sitting):
    """One that changed once more meanwhile is refused."""
    teacher = sitting.sign_in("Noether", is_teacher=True)
    page = teacher.get("/class/regrade/evening").text
    sitting.file.write_text(sitting.file.read_text().replace("4711", "5"))
    refused = teacher.post("/class/regrade/evening", data={**hidden(page), "do": "regrade"})
    assert (refused.status_code, "once more" in refused.text) == (422, True)
