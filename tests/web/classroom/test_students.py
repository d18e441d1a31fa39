"""Students answer: what is handed in is in the book, once; what cannot be read costs nothing; keys stay hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from shapecalc.grading.book.handing_in import drafts
from shapecalc.web.classroom.desk import QuizDesk
from tests.web.classroom.school import DEADLINE, KEYS, QUIZ, School, hidden, school, send

ADDRESS = "/class/quiz/evening"


@pytest.fixture
def sitting(tmp_path) -> Iterator[School]:
    """A class in the middle of its quiz."""
    with school(tmp_path) as room:
        yield room


def test_what_is_handed_in_is_marked_in_the_book(sitting):
    """All answers of a form are one attempt."""
    ada = sitting.sign_in("Ada")
    assert send(ada, ada.get(ADDRESS).text, KEYS, "hand-in").status_code == 303
    (graded,) = sitting.desk.edition.course.graded()
    assert (graded.result.student, graded.result.points) == ("Ada", 4)


def test_a_wrong_answer_is_explained_and_may_be_given_again(sitting):
    """As the policy says: the mistake at once, the points of the second attempt halved."""
    ada = sitting.sign_in("Ada")
    send(ada, ada.get(ADDRESS).text, {**KEYS, "answer-0": "3"}, "hand-in")
    page = ada.get(ADDRESS).text
    assert "Wrong, 1 attempt left" in page
    send(ada, page, KEYS, "hand-in")
    assert "0.5 of 1 point" in ada.get(ADDRESS).text


def test_what_cannot_be_read_costs_no_attempt(sitting):
    """It is saved, and the message stands beside the field; a person looks at it where the student says so."""
    ada = sitting.sign_in("Ada")
    page = send(ada, ada.get(ADDRESS).text, {"answer-0": "many"}, "hand-in")
    assert "Not understood" in page.text
    assert sitting.attempts("Ada") == 0
    assert send(ada, page.text, {"answer-0": "many"}, "as-it-is").status_code == 303
    assert sitting.attempts("Ada") == 1


def test_what_is_typed_is_read_and_saved(sitting):
    """Without the button, nothing is handed in."""
    ada = sitting.sign_in("Ada")
    page = send(ada, ada.get(ADDRESS).text, {"answer-1": "16*(27+1)"}).text
    assert "As we read it" in page
    assert "Saved at" in page
    assert drafts(sitting.book, "An evening")["Ada"].answers["weights"] == "16*(27+1)"
    assert "16*(27+1)" in ada.get(ADDRESS).text


def test_a_form_that_is_sent_twice_counts_once(sitting):
    """A double click, or a page that is loaded again."""
    ada = sitting.sign_in("Ada")
    page = ada.get(ADDRESS).text
    locations = [send(ada, page, KEYS, "hand-in").headers["location"] for _ in range(3)]
    assert locations == ["./evening?done=handed-in", "./evening?done=twice", "./evening?done=twice"]
    assert sitting.attempts("Ada") == 1


def test_another_tab_does_not_use_up_an_attempt(sitting):
    """A page that is older than what was handed in meanwhile hands nothing in by itself."""
    first, second = sitting.sign_in("Ada"), sitting.sign_in("Ada")
    pages = [first.get(ADDRESS).text, second.get(ADDRESS).text]
    send(first, pages[0], {"answer-0": "3"}, "hand-in")
    page = send(second, pages[1], {"answer-0": "5"}, "hand-in")
    assert "in another page" in page.text
    assert sitting.attempts("Ada") == 1
    assert send(second, page.text, {"answer-0": "5"}, "hand-in").status_code == 303


def test_an_older_tab_does_not_overwrite_what_another_saved(sitting):
    """It says so and keeps its own text in the fields; who goes on there decides for it."""
    ada = sitting.sign_in("Ada")
    older, newer = ada.get(ADDRESS).text, ada.get(ADDRESS).text
    send(ada, older, {"answer-0": "3"})
    assert "Saved at" in send(ada, older, {"answer-0": "34"}).text
    refusal = send(ada, newer, {"answer-0": "5"}).text
    assert "not saved" in refusal
    assert 'value="5"' in refusal
    assert drafts(sitting.book, "An evening")["Ada"].answers["depth"] == "34"
    assert "Saved at" in send(ada, refusal, {"answer-0": "5"}).text
    assert drafts(sitting.book, "An evening")["Ada"].answers["depth"] == "5"
    assert "not saved" in send(ada, older, {"answer-0": "34"}).text


def test_a_page_goes_on_where_the_server_started_anew(sitting):
    """What saved last is forgotten; numbers of pages go on rising."""
    ada = sitting.sign_in("Ada")
    page = ada.get(ADDRESS).text
    send(ada, page, {"answer-0": "3"})
    sitting.now += timedelta(minutes=1)
    desk = QuizDesk(sitting.book, sitting.file, sitting.room.clock)
    assert desk.seat("Ada").number > int(hidden(page)["page"])


def test_no_attempt_is_left(sitting):
    """The fields are gone, and what is sent all the same does not count."""
    ada = sitting.sign_in("Ada")
    for answer in ("1", "2"):
        page = ada.get(ADDRESS).text
        send(ada, page, {"answer-0": answer}, "hand-in")
    final = ada.get(ADDRESS).text
    assert "All attempts are used" in final
    assert 'name="answer-0"' not in final
    send(ada, final, KEYS, "hand-in")
    assert sitting.attempts("Ada") == 2


def test_the_deadline_passes_between_the_page_and_its_form(sitting):
    """What comes later is shown to its author and kept nowhere."""
    ada = sitting.sign_in("Ada")
    page = ada.get(ADDRESS).text
    sitting.now = DEADLINE + timedelta(seconds=1)
    answer = send(ada, page, {"answer-1": "447+1"}, "hand-in")
    assert "The deadline has passed" in answer.text
    assert "447+1" in answer.text
    assert sitting.attempts("Ada") == 0
    assert not drafts(sitting.book, "An evening")


def test_a_clock_that_goes_back_opens_nothing_again(sitting):
    """What was closed stays closed, and who was signed in stays so."""
    ada = sitting.sign_in("Ada")
    page = ada.get(ADDRESS).text
    sitting.now = DEADLINE + timedelta(seconds=1)
    ada.get(ADDRESS)
    sitting.now = DEADLINE - timedelta(minutes=30)
    assert "The deadline has passed" in send(ada, page, KEYS, "hand-in").text
    assert sitting.attempts("Ada") == 0


def test_keys_are_in_no_page_before_the_policy_allows_it(sitting):
    """Neither in a response nor in a header; seeds and the secret of the book in none at all."""
    ada = sitting.sign_in("Ada")
    pages = [ada.get("/class/"), ada.get(ADDRESS)]
    page = pages[-1].text
    pages += [send(ada, page, {"answer-0": "12", "answer-1": "13", "answer-2": "a"}, do) for do in ("", "hand-in")]
    pages += [ada.get(ADDRESS), ada.get("/class/report/evening"), ada.get("/class/regrade/evening")]
    for response in pages:
        content = response.text + str(response.headers)
        assert "4711" not in re.sub(r'name="page" value="\d+"', "", content).replace("Conv2d(3, 4711, 3)", "")
        assert not re.search(r"\b448\b", content)
        assert "key" not in content.casefold()
        assert sitting.book.secret.hex() not in content


def test_verdicts_wait_for_the_deadline(sitting):
    """Behind it, reasons that may be shown are; what is never shown is not."""
    ada = sitting.sign_in("Ada")
    send(ada, ada.get(ADDRESS).text, {"answer-1": "449", "answer-2": "a"}, "hand-in")
    before = ada.get(ADDRESS).text
    assert before.count("Its verdict is shown after the deadline") == 2
    sitting.now = DEADLINE + timedelta(seconds=1)
    after = ada.get(ADDRESS).text
    assert "key: 448" in after
    assert "key: b" not in after


def test_a_quiz_that_changes_while_students_sit(sitting):
    """The class answers the quiz as it was until the teacher regrades; an older page then hands nothing in."""
    ada, teacher = sitting.sign_in("Ada"), sitting.sign_in("Noether", is_teacher=True)
    send(ada, ada.get(ADDRESS).text, {"answer-0": "3"}, "hand-in")
    page = ada.get(ADDRESS).text
    sitting.file.write_text(QUIZ.replace("4711", "3"))
    diff = teacher.get("/class/regrade/evening").text
    assert "would change" in diff
    assert ada.get(ADDRESS).text.count("4711") == 1
    written = teacher.post("/class/regrade/evening", data={**hidden(diff), "do": "regrade"})
    assert "1 mark changed" in written.text
    assert "The quiz was changed" in send(ada, page, KEYS, "hand-in").text
    assert sitting.attempts("Ada") == 1
    assert "Right" in ada.get(ADDRESS).text


def test_a_book_that_was_regraded_elsewhere(sitting, tmp_path):
    """The server goes on with the quiz that the book has."""
    ada = sitting.sign_in("Ada")
    send(ada, ada.get(ADDRESS).text, {"answer-0": "3"}, "hand-in")
    page = ada.get(ADDRESS).text
    sitting.file.write_text(QUIZ.replace("4711", "3"))
    with pytest.MonkeyPatch.context() as patch:
        from shapecalc_cli.main import main as command  # noqa: PLC0415  only here

        patch.setattr("sys.argv", ["shapecalc", "regrade", str(sitting.file), "--book", str(tmp_path / "course.db")])
        with pytest.raises(SystemExit):
            command()
    assert "The quiz was changed" in send(ada, page, KEYS, "hand-in").text
    assert send(ada, ada.get(ADDRESS).text, {"answer-0": "3"}, "hand-in").status_code == 303


NAMES = [
    'O\'Brien, "Bob"',
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "名前 🦊",
    "a\x00b",
    "%2e%2e",
    "=1+1",
    "x" * 200,
]


@pytest.mark.parametrize("name", NAMES)
def test_names_with_odd_signs(sitting, name):
    """Each is signed in, answers and is listed as it is."""
    from shapecalc.grading.submissions.columns import student_name  # noqa: PLC0415  only here

    name = student_name(name)
    browser, teacher = sitting.sign_in(name), sitting.sign_in("Noether", is_teacher=True)
    send(browser, browser.get(ADDRESS).text, KEYS, "hand-in")
    report = teacher.get("/class/report/evening")
    assert "<script>alert" not in report.text
    assert teacher.get("/class/report/evening", params={"student": name}).status_code == 200
    assert sitting.attempts(name) == 1
