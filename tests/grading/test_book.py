"""The gradebook: kept in a database, completed by another run, graded anew, decided by hand, written out, replayed."""
# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import csv
import json
import os
import sqlite3
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar, final

import openpyxl
import pytest
import sqlalchemy as sa
from pyarrow import parquet

from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.grading import Gradebook, Question, grade, load_quiz, load_template, plain_seeds, read_answers
from shapecalc.grading.answers import AnswerKind, Judgement
from shapecalc.grading.answers.integer import IntegerAnswer
from shapecalc.grading.book import chunks, course, database
from shapecalc.grading.book.answers import answers_from
from shapecalc.grading.book.chunks import marked_chunks
from shapecalc.grading.book.class_report import class_report
from shapecalc.grading.book.course import Course, decide
from shapecalc.grading.book.database import open_book
from shapecalc.grading.book.decisions import Decision
from shapecalc.grading.book.exports import export
from shapecalc.grading.book.files import file_name
from shapecalc.grading.book.marking import AS_WRITTEN, AttemptRule, Marking, make_rule
from shapecalc.grading.book.outputs import GradedClass, Outputs
from shapecalc.grading.book.papers import Papers
from shapecalc.grading.book.receipts import replay
from shapecalc.grading.book.regrading import regrade
from shapecalc.grading.quiz.fingerprint import quiz_hash
from shapecalc.grading.quiz.policy import Counts, Feedback, Policy
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.submissions.sittings import Sitting

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs/examples/flatten-quiz.yaml"
QUIZ = load_quiz(FILE)
ANSWERS = read_answers(ROOT / "docs/examples/flatten-answers.csv")
TITLE = QUIZ.title
#: A class large enough for several chunks.
MANY = "student,depth,flat\n" + "".join(f"s{number:03},{number % 40},16*16*{number % 30}\n" for number in range(450))


@pytest.fixture
def place(tmp_path):
    return str(tmp_path / "course.db")


def rows(book, quiz=QUIZ):
    """Everything that the book has of a quiz."""
    return list(book.entries(quiz.title)), book.decisions(quiz.title)


def changed_quiz(tmp_path, old="padding=2", new="padding=1"):
    path = tmp_path / "changed.yaml"
    path.write_text(FILE.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return load_quiz(path)


def test_a_book_has_the_marks_of_a_gradebook(place):
    """What goes through the database is what is graded in memory, to the byte."""
    with open_book(place) as book:
        students = Course(book, QUIZ)
        students.grade(ANSWERS, AS_WRITTEN)
        whole = Gradebook(QUIZ, tuple(students.results()))
    assert json.dumps(whole.as_dict()) == json.dumps(grade(QUIZ, ANSWERS).as_dict())


def test_a_run_that_was_stopped_is_completed(place, monkeypatch):
    """What is there already is not marked again, nothing is there twice, and the book is that of a run without a stop."""
    with open_book(place) as book, open_book(f"{place}.2") as whole:
        Course(whole, QUIZ).grade(answers_from(MANY), AS_WRITTEN)
        students = Course(book, QUIZ)
        with monkeypatch.context() as patch:
            patch.setattr(course, "marked_chunks", stopping_after_one)
            with pytest.raises(KeyboardInterrupt):
                students.grade(answers_from(MANY), AS_WRITTEN)
        assert book.count(TITLE) == chunks.CHUNK
        sizes: list[int] = []
        monkeypatch.setattr(course, "marked_chunks", counting(sizes))
        students.grade(answers_from(MANY), AS_WRITTEN)
        assert (rows(book), sum(sizes)) == (rows(whole), 250)


def stopping_after_one(*arguments):
    yield next(marked_chunks(*arguments))
    raise KeyboardInterrupt


def counting(sizes):
    def marked(*arguments):
        for entries in marked_chunks(*arguments):
            sizes.append(len(entries))
            yield entries

    return marked


def test_workers_and_order_change_nothing(place):
    """The same rows, whoever marked them and in whatever order they were handed in."""
    header, *lines = MANY.splitlines()
    backwards = "\n".join([header, *reversed(lines)])
    with open_book(place) as first, open_book(f"{place}.2") as second:
        Course(first, QUIZ).grade(answers_from(MANY), AS_WRITTEN)
        Course(second, QUIZ).grade(answers_from(backwards), AS_WRITTEN, workers=2)
        assert rows(first) == rows(second)


@final
@dataclass(frozen=True)
class Deadly(AnswerKind[str]):
    """A kind of answer with a mistake: one answer raises, another one ends the process."""

    name: ClassVar[str] = "deadly"
    key: Any = "fine"

    def read(self, answer):
        if answer == "kill":
            os._exit(1)
        if answer == "raise":
            raise ZeroDivisionError(answer)
        return answer

    def judge(self, reading):
        return Judgement.of(reading == self.key)


DEADLY = Quiz("Deadly", (Question("q", "?", Fraction(1), Deadly()),))


def test_an_internal_error_blocks_nobody():
    """It is looked at by hand; everybody else has their marks."""
    book = grade(DEADLY, answers_from("student,q\nAda,fine\nBo,raise\nCem,no\n"))
    verdicts = {result.student: (str(result.marks[0].verdict), result.marks[0].note) for result in book.results}
    assert verdicts == {
        "Ada": ("right", ""),
        "Bo": ("look by hand", "an internal error, ZeroDivisionError: please report it"),
        "Cem": ("wrong", ""),
    }


def test_a_process_that_dies_costs_nobody_else_a_mark(place):
    """Its students are marked once more, and only whose answer ends the process again is looked at by hand."""
    answers = answers_from("student,q\nAda,fine\nBo,kill\n")
    with open_book(place) as book:
        students = Course(book, DEADLY)
        students.grade(answers, AS_WRITTEN, workers=2)
        verdicts = {result.student: str(result.marks[0].verdict) for result in students.results()}
    assert verdicts == {"Ada": "right", "Bo": "look by hand"}


def test_a_quiz_that_changed_is_graded_anew_on_purpose(place, tmp_path):
    """Marks of two versions of a quiz are not mixed."""
    with open_book(place) as book:
        Course(book, QUIZ).grade(ANSWERS, AS_WRITTEN)
        with pytest.raises(
            SpecError, match="from another version of the quiz; see what changes with shapecalc regrade"
        ):
            Course(book, changed_quiz(tmp_path)).grade(ANSWERS, AS_WRITTEN)


def test_the_difference_of_a_change(place, tmp_path):
    """Every mark that changes is listed with its reason; nothing is written until it is asked for."""
    with open_book(place) as book:
        Course(book, QUIZ).grade(ANSWERS, AS_WRITTEN)
        before = rows(book)
        shown = regrade(Course(book, changed_quiz(tmp_path)), write=False)
        assert rows(book) == before
        done = regrade(Course(book, changed_quiz(tmp_path)))
        assert (shown.changes, rows(book) == before) == (done.changes, False)
    dima = [change.words() for change in shown.changes if (change.student, change.question) == ("Dima", "size")]
    assert dima == ["20 × 15 × 15: wrong, 0 → right, 2 (the key was 20x16x16, is 20x15x15)"]
    assert max(map(len, str(shown).splitlines())) <= 80


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("    kind: shape\n    points: 2", "    kind: shape\n    points: 1", "it was worth 2, is 1"),
        ("id: depth", "id: deep", "the question is gone"),
        ("id: depth", "id: deep", "the question is new"),
    ],
)
def test_why_marks_change(place, tmp_path, old, new, why):
    """Points, and questions that come and go."""
    with open_book(place) as book:
        Course(book, QUIZ).grade(ANSWERS, AS_WRITTEN)
        changes = regrade(Course(book, changed_quiz(tmp_path, old, new)), write=False).changes
    assert why in {change.why for change in changes}


def test_a_question_that_comes_back_has_its_answers(place, tmp_path):
    """They stay in the book while the question is gone."""
    with open_book(place) as book:
        Course(book, QUIZ).grade(ANSWERS, AS_WRITTEN)
        regrade(Course(book, changed_quiz(tmp_path, "id: depth", "id: deep")))
        regrade(Course(book, QUIZ))
        assert [result.points for result in Course(book, QUIZ).results()] == [11, 8, 8, 5, 5]


def test_marks_that_are_never_lowered(place, tmp_path):
    """A mark stays where it would fall, rises where it would rise, and may rise later on."""
    with open_book(place) as book:
        Course(book, QUIZ).grade(ANSWERS, AS_WRITTEN)
        done = regrade(Course(book, changed_quiz(tmp_path)), never_lower=True)
        assert done.lower == 7
        assert done.changes[0].words().endswith("is 20x15x15); never lowered: stays 2")
        assert [result.points for result in Course(book, changed_quiz(tmp_path)).results()] == [11, 8, 8, 7, 5]
        regrade(Course(book, QUIZ), never_lower=True)
        assert [result.points for result in Course(book, QUIZ).results()] == [11, 8, 8, 7, 5]


def test_a_decision_survives_a_regrade(place, tmp_path):
    """It counts, is in the page and the history, and stays when the quiz changes."""
    with open_book(place) as book:
        Course(book, QUIZ).grade(ANSWERS, AS_WRITTEN)
        decide(book, Decision("Eva", "flat", Fraction(1), "a first thought", "me", "then"))
        decide(book, Decision("Eva", "flat", Fraction(2), "twenty maps", "me", "later"))
        changed = Course(book, changed_quiz(tmp_path))
        regrade(changed, never_lower=True)
        (eva,) = changed.graded("Eva")
        mark = next(mark for mark in eva.result.marks if mark.question.id == "flat")
        assert mark.points == 2
        assert (str(mark.verdict), mark.note) == ("right", "decided by hand, 2 of 2: twenty maps")
        history = [decision.because for decision in book.decisions(TITLE) if decision.by == "me"]
        assert history == ["a first thought", "twenty maps"]


@pytest.mark.parametrize(
    ("decision", "quiz", "message"),
    [
        (Decision("Eve", "flat", Fraction(1), "x"), "", r"has no student 'Eve' \(did you mean Eva\?\)"),
        (Decision("Eva", "flatt", Fraction(1), "x"), "", r"has no question 'flatt' \(did you mean flat\?\)"),
        (Decision("Eva", "flat", Fraction(3), "x"), "", "flat is worth 2, and 3 is not from 0 to that"),
        (Decision("Eva", "flat", Fraction(-1), "x"), "", "-1 is not from 0 to that"),
        (Decision("Eva", "flat", Fraction(1), " "), "", "A decision needs a reason"),
        (Decision("Eva", "flat", Fraction(1), "x"), "Other", "has no quiz 'Other'"),
    ],
)
def test_a_decision_that_is_none(place, decision, quiz, message):
    """It is refused with the nearest name, or the bound."""
    with open_book(place) as book:
        Course(book, QUIZ).grade(ANSWERS, AS_WRITTEN)
        with pytest.raises(SpecError, match=message):
            decide(book, decision, quiz)


def test_two_quizzes_in_a_book(place):
    """Each has its own marks; a question of both needs the quiz's name."""
    other = replace(QUIZ, title="Another one")
    with open_book(place) as book:
        for quiz in (QUIZ, other):
            Course(book, quiz).grade(ANSWERS, AS_WRITTEN)
        assert book.quizzes() == ["Another one", TITLE]
        with pytest.raises(SpecError, match="Several quizzes have a question flat; name one: --quiz 'Another one'"):
            decide(book, Decision("Eva", "flat", Fraction(1), "x"))


def test_strange_names_and_answers_are_kept(place):
    """A null character, a lone surrogate and an emoji go through the database."""
    text = 'student,depth\n"A\x00da\ud800 👩",20\x00\n'
    with open_book(place) as book:
        students = Course(book, Quiz("T", (QUIZ.questions[1],)))
        students.grade(answers_from(text), AS_WRITTEN)
        (result,) = students.results()
    assert (result.student, result.marks[0].answer) == ("A\\x00da\\ud800 👩", "20\x00")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql://me:hidden@localhost/x", "Leave the password out of the URL"),
        ("postgresql://localhost/x?password=hidden", "Leave the password out of the URL"),
        ("postgresql://localhost/x?sslpassword=hidden", "Leave the password out of the URL"),
        (
            "postgresql://me@127.0.0.1:1/x?options=-cx%3Dhidden",
            r"^The gradebook postgresql://me@127.0.0.1:1/x cannot be used",
        ),
        ("mysql://localhost/x", "in SQLite or PostgreSQL, not in mysql"),
        ("postgresql://host:port/x", "cannot be read"),
        ("", "a file or the URL of a database"),
        ("postgresql://me@127.0.0.1:1/x", "cannot be used"),
    ],
)
def test_places_that_are_no_books(url, message):
    """The refusal is a line, and shows no password."""
    with pytest.raises(ShapecalcError, match=message) as refused, open_book(url):
        pass
    assert ("hidden" in str(refused.value), str(refused.value).count("\n")) == (False, 0)


def test_a_file_that_is_no_database(tmp_path):
    """It stays as it is."""
    (tmp_path / "a.csv").write_text("student,depth\n" * 50)
    with (
        pytest.raises(ShapecalcError, match=r"a\.csv cannot be used: file is not a database"),
        open_book(str(tmp_path / "a.csv")),
    ):
        pass
    assert (tmp_path / "a.csv").read_text() == "student,depth\n" * 50


def test_a_book_of_a_later_version(place):
    """It is not guessed at."""
    with open_book(place):
        pass
    with sqlite3.connect(place) as connection:
        connection.execute("UPDATE settings SET value = '3' WHERE name = 'format'")
    with pytest.raises(ShapecalcError, match="is the gradebook of another version"), open_book(place):
        pass


# What is written


def graded_class(place, quiz=QUIZ, answers=ANSWERS):
    with open_book(place) as book:
        students = Course(book, quiz)
        students.grade(answers, AS_WRITTEN)
        return GradedClass(students.papers, str(FILE), _again(students))


def _again(students):
    graded = list(students.graded())
    return lambda: graded


HOSTILE = '"=HYPERLINK(""x"")",20\n@SUM(1),+1\n../../Mal,20\n<script>alert(1)</script>,<b>20\nE\x1b[2Jve,20\n'


def test_every_export_says_the_same(place, tmp_path):
    """CSV, XLSX and Parquet have the same cells; what is undecided is an empty cell."""
    graded_class(place).write(Outputs(tuple(tmp_path / f"p{suffix}" for suffix in (".csv", ".xlsx", ".parquet"))))
    cells = list(csv.reader((tmp_path / "p.csv").read_text().splitlines()))
    sheet = [
        ["" if cell is None else str(cell) for cell in row]
        for row in openpyxl.load_workbook(tmp_path / "p.xlsx").active.values
    ]
    table = parquet.read_table(tmp_path / "p.parquet").to_pylist()
    columns = [
        ["" if value is None else f"{value:g}" if isinstance(value, float) else str(value) for value in row.values()]
        for row in table
    ]
    assert cells == sheet == [cells[0], *columns]
    assert cells[3][:3] + cells[3][9:11] == ["Chen", "8", "11", "", "1"]


def test_an_export_has_the_same_bytes_every_time(place, tmp_path):
    """No time is in it."""
    students = graded_class(place)
    for name in ("a", "b"):
        students.write(
            Outputs(tuple(tmp_path / f"{name}{suffix}" for suffix in (".csv", ".xlsx", ".parquet", ".jsonl")))
        )
    for suffix in (".csv", ".xlsx", ".parquet", ".jsonl"):
        assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_nothing_that_is_written_is_run(place, tmp_path):
    """No cell is a formula, no name is an element or a path, no control character is obeyed."""
    quiz = Quiz("<i>T", (QUIZ.questions[1],))
    students = graded_class(place, quiz, answers_from("student,depth\n" + HOSTILE))
    files = tuple(tmp_path / f"p{suffix}" for suffix in (".csv", ".xlsx", ".md", ".html"))
    students.write(Outputs(files, tmp_path / "sheets", tmp_path / "receipts"))
    sheet = openpyxl.load_workbook(tmp_path / "p.xlsx").active
    formulas = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    starts = {row[0][0] for row in csv.reader((tmp_path / "p.csv").read_text().splitlines())} & set("=+-@")
    written = [
        path for path in tmp_path.rglob("*") if path.is_file() and path.suffix in (".html", ".md", ".json", ".csv")
    ]
    texts = {path: path.read_text(encoding="utf-8") for path in written}
    elements = [
        path for path, text in texts.items() if path.suffix == ".html" and ("<script" in text or "<b>20" in text)
    ]
    control = [path for path, text in texts.items() if "\x1b" in text]
    assert (formulas, starts, elements, control) == ([], set(), [], [])
    assert len(list((tmp_path / "sheets").iterdir())) == 3 * 5
    assert {path.parent for path in tmp_path.rglob("*.json")} == {tmp_path / "sheets", tmp_path / "receipts"}


@pytest.mark.parametrize(
    "student", ["..", "a/b", "con", "", "é" * 300, "a\\b", "-rf", "A b", "ada@example.org", "Ada", "ada"]
)
def test_the_names_of_files(student):
    """Each is a name of its own, leads nowhere, and is no device."""
    name = file_name(student)
    assert ({*"/\\"} & {*name}, name.startswith("."), name.casefold() == "con") == (set(), False, False)
    assert (len(name) < 100, name == student or "-" in name) == (True, True)


def test_what_a_student_sees(place, tmp_path):
    """Key, derivation and seed wait for the feedback policy; what could not be read is said at once."""
    questions = [
        replace(QUIZ.questions[number], policy=Policy(feedback=feedback))
        for number, feedback in enumerate((Feedback.NOW, Feedback.AFTER_DEADLINE, Feedback.NEVER))
    ]
    quiz = Quiz("T", tuple(questions))
    answers = answers_from("student,entries,depth,size\nAda,783,19,16x16x20\nBo,x y,x y,x y\n")
    students = graded_class(place, quiz, answers)
    seen = {}
    for is_late in (False, True):
        students.write(Outputs(sheets=tmp_path / str(is_late), is_after_deadline=is_late))
        marks = json.loads((tmp_path / str(is_late) / "Ada.json").read_text())["marks"]
        seen[is_late] = [[key for key in ("key", "derivation", "seed", "note") if key in mark] for mark in marks]
    shown = ["key", "derivation", "note"]
    assert seen == {False: [shown, [], []], True: [shown, shown, []]}
    page = (tmp_path / "False" / "Ada.md").read_text()
    assert ("channels of conv2" in page, "in channels-last order" in page) == (False, False)
    assert all(mark["note"] for mark in json.loads((tmp_path / "False" / "Bo.json").read_text())["marks"])


def test_no_file_holds_the_secret(place, tmp_path):
    """Neither what students are given nor the teacher's receipts."""
    files = tuple(tmp_path / f"p{suffix}" for suffix in (".csv", ".jsonl", ".html"))
    graded_class(place).write(Outputs(files, tmp_path / "sheets", tmp_path / "receipts"))
    with open_book(place) as book:
        secret = book.secret.hex()
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".db"]
    assert [path for path in written if secret in path.read_bytes().decode("utf-8", "replace")] == []


def test_a_receipt_is_replayed(place, tmp_path):
    """Attempts, rule and decisions are in it, so that every byte comes out again; a changed byte is noticed."""
    with open_book(place) as book:
        students = Course(book, QUIZ)
        students.grade(
            answers_from("student,depth,flat\nAda,16,1\nAda,20,twenty\n"), make_rule("average", Fraction(1, 3))
        )
        decide(book, Decision("Ada", "flat", Fraction(1, 2), "half", "me", "now"))
        GradedClass(students.papers, str(FILE), students.graded).write(Outputs((), tmp_path / "s", tmp_path / "r"))
    for folder in "sr":
        receipt = tmp_path / folder / "Ada.json"
        assert replay(receipt, load_template, version="0.1.0") == ("Ada", True, "")
        receipt.write_text(receipt.read_text().replace('"verdict": "right"', '"verdict": "wrong"'))
        outcome = replay(receipt, load_template, version="0.1.0")
        assert (outcome.is_same, '"verdict": "wrong"' in outcome.difference) == (False, True)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"receipt": 1}', '{"receipt": 9}', "\x00"])
def test_what_is_no_receipt(tmp_path, text):
    """Is refused in a line."""
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(SpecError):
        replay(tmp_path / "r.json", load_template, version="0.1.0")


def test_a_receipt_of_another_version_of_the_quiz(place, tmp_path):
    """It says so."""
    graded_class(place).write(Outputs(receipts=tmp_path / "r"))
    changed_quiz(tmp_path)
    outcome = replay(tmp_path / "r" / "Ada.json", load_template, quiz=tmp_path / "changed.yaml", version="0.1.0")
    assert outcome == ("Ada", False, "the quiz has changed since")


def test_the_hash_of_a_quiz(tmp_path):
    """The layout of the file changes nothing; a key, a point, a text and a policy do."""
    (tmp_path / "spaced.yaml").write_text(FILE.read_text(encoding="utf-8").replace("\n\n", "\n# a remark\n\n"))
    first, *_ = QUIZ.questions
    others = [
        replace(QUIZ, questions=(changed, *QUIZ.questions[1:]))
        for changed in (
            replace(first, points=Fraction(7)),
            replace(first, text="?"),
            replace(first, policy=Policy(counts=Counts.LAST)),
            replace(first, answer=IntegerAnswer(1)),
        )
    ]
    assert quiz_hash(load_quiz(tmp_path / "spaced.yaml")) == quiz_hash(QUIZ)
    assert len({quiz_hash(quiz) for quiz in (QUIZ, *others)}) == 5


def test_the_class_report():
    """Mean and spread, difficulty and discrimination, and each wrong answer with its count."""
    text = "student,depth,flat\n" + "Ada,20,5120\nBo,20,5120\nCem,16,4500\nDan,16,4500\nEve,10,5120\n"
    quiz = Quiz("T", tuple(question for question in QUIZ.questions if question.id in ("depth", "flat")))
    report = class_report(quiz, grade(quiz, answers_from(text)).results)
    depth, flat = report.questions
    assert (report.mean, report.spread) == (1.6, 1.3565)
    assert (depth.difficulty, flat.difficulty, depth.discrimination) == (0.4, 0.6, 0.6667)
    assert [(wrong.answer, wrong.students) for wrong in depth.wrong] == [("16", 2), ("10", 1)]
    assert json.loads(json.dumps(report.as_dict()))["questions"][1]["wrong"] == 2
    assert max(map(len, report.page().text(width=80).splitlines())) <= 80


def test_a_class_report_of_nobody():
    """It has no mean, and fails nowhere."""
    report = class_report(QUIZ, ())
    assert (report.mean, report.spread, report.questions[0].difficulty) == (None, None, None)
    assert str(report).startswith(f"{TITLE}: 0 students\n")


def test_an_export_that_nothing_is_written_as(tmp_path):
    """It is refused before a class is graded, and leaves nothing behind."""
    with pytest.raises(SpecError, match=r"p\.doc: a gradebook is written as \.csv, \.xlsx"):
        Outputs((tmp_path / "p.doc",)).check()
    with pytest.raises(ShapecalcError, match="No such file or directory"):
        export(tmp_path / "none" / "p.csv", QUIZ, ())
    assert list(tmp_path.iterdir()) == []


def test_a_link_in_the_place_of_an_output_is_replaced(tmp_path):
    """What it leads to stays."""
    (tmp_path / "target").write_text("mine")
    (tmp_path / "p.csv").symlink_to(tmp_path / "target")
    export(tmp_path / "p.csv", QUIZ, ())
    assert ((tmp_path / "target").read_text(), (tmp_path / "p.csv").is_symlink()) == ("mine", False)


def test_a_sitting_of_the_book_is_what_was_handed_in(place):
    """All attempts, and the rule that they were graded under."""
    rule = AttemptRule(Counts.LAST, Fraction(1, 4))
    with open_book(place) as book:
        students = Course(book, Quiz("T", (QUIZ.questions[1],)))
        students.grade(answers_from("student,depth\nAda,16\nAda,20\n"), rule)
        (graded,) = students.graded()
    assert (graded.sitting, graded.rule) == (Sitting("Ada", (("16",), ("20",))), rule)
    assert graded.result.points == Fraction(3, 4)


def test_a_large_book_is_read_in_pages(place, monkeypatch):
    """No student is lost or read twice where a page ends, whatever their names."""
    monkeypatch.setattr(database, "_FETCH", 7)
    text = "student,depth\n" + "".join(f"{name}{number},1\n" for number in range(10) for name in ("a", "A", "ä"))
    with open_book(place) as book:
        students = Course(book, Quiz("T", (QUIZ.questions[1],)))
        students.grade(answers_from(text), AS_WRITTEN)
        names = [entry.student for entry in book.entries("T")]
    assert (len(names), names) == (30, sorted(names, key=lambda name: (name.casefold(), name)))


VARIED = """\
title: Varied
vary: {W: [20, 21, 22, 23, 24, 25, 26, 27], F: [3, 5, 7]}
net: {spec: "Conv2d(1, 8, {F})", input: "1x{W}x{W}"}
questions:
  - {id: height, text: "How high is the output of a {F}x{F} convolution at {W}x{W}?", kind: integer, ask: height}
  - {id: weights, text: How many parameters?, kind: expression, ask: parameters, feedback: never}
"""


@pytest.fixture
def varied(tmp_path):
    (tmp_path / "varied.yaml").write_text(VARIED)
    return load_template(tmp_path / "varied.yaml")


def test_each_student_is_graded_by_numbers_of_their_own(varied, place, tmp_path):
    """Drawn by the book's secret: who answers by them is right, and the receipts come out again."""
    names = [f"s{number}" for number in range(12)]
    with open_book(place) as book:
        students = Course(book, varied)
        rows = [[name, str(students.papers.of(name).questions[0].key), "1"] for name in names]
        text = "student,height,weights\n" + "\n".join(map(",".join, rows))
        students.grade(answers_from(text), AS_WRITTEN, workers=2)
        results = list(students.results())
        GradedClass(students.papers, str(tmp_path / "varied.yaml"), students.graded).write(
            Outputs((), tmp_path / "s", tmp_path / "r")
        )
        assert {result.points for result in results} == {1}
        assert len({mark.question.numbers for result in results for mark in result.marks}) > 3
        assert "height   differs between students (12 of 12 right)" in str(Gradebook(students.quiz, tuple(results)))
    for path in [*(tmp_path / "s").glob("*.json"), *(tmp_path / "r").glob("*.json")]:
        assert replay(path, load_template, version="0.1.0").difference == ""
    student = json.loads((tmp_path / "s" / "s1.json").read_text())
    assert (student["seed"], [mark.get("seed") for mark in student["marks"]]) == (None, [None, None])
    assert ("key" in student["marks"][1], "numbers" in student["marks"][1]) == (False, True)


def test_a_key_that_is_the_same_by_other_numbers(varied, place):
    """It is printed with the keys; no derivation is, since each student has another one."""
    with open_book(place) as book:
        students = Course(book, varied)
        students.grade(answers_from("student,height,weights\ns1,1,1\ns2,1,1\ns3,1,1"), AS_WRITTEN)
        results = tuple(students.results())
    height = students.quiz.questions[0].key
    alike = [replace(result.marks[0].question, answer=students.quiz.questions[0].answer) for result in results]
    results = tuple(
        [
            replace(result, marks=(replace(result.marks[0], question=question), *result.marks[1:]))
            for result, question in zip(results, alike, strict=True)
        ]
    )
    book_page = Gradebook(students.quiz, results)
    assert len({question.numbers for question in alike}) > 1
    assert f"height   {height} (0 of 3 right)\n  weights  " in str(book_page)
    assert [book_page.as_dict()["questions"][0][name] for name in ("key", "derivation")] == [height, ""]


def test_a_sheet_shows_the_network(varied, place, tmp_path):
    """With the student's numbers, once: later questions about it say where it stands."""
    with open_book(place) as book:
        students = Course(book, varied)
        students.grade(answers_from("student,height,weights\ns1,1,1"), AS_WRITTEN)
        GradedClass(students.papers, "q.yaml", students.graded).write(Outputs((), tmp_path / "s"))
        question = students.papers.of("s1").questions[1]
    page = (tmp_path / "s" / "s1.md").read_text()
    assert [line in page for line in ("**network** input  1x", "conv1  Conv2d(1, 8, ")] == [True, True]
    assert (question.exhibit[1] in page, page.count("Conv2d(")) == (True, 1)
    assert "**network** that of height" in page


def test_another_book_draws_other_numbers(varied, tmp_path):
    """The secret decides, so that nobody can know a student's numbers without it."""
    numbers = []
    for name in ("a", "b"):
        with open_book(str(tmp_path / name)) as book:
            papers = Course(book, varied).papers
            numbers.append([papers.of(f"s{number}").questions[0].numbers for number in range(8)])
    assert numbers[0] != numbers[1]


def test_numbers_that_make_no_quiz_stop_nobody(tmp_path):
    """The answers of the student who has them are looked at by hand."""
    (tmp_path / "q.yaml").write_text(VARIED.replace("[3, 5, 7]", "[3, 50]"))
    template = load_template(tmp_path / "q.yaml")
    seed = next(str(seed) for seed in range(50) if is_quiz(template, str(seed)))
    marking = Marking(Papers(template, b"secret", seed))
    results = [marking.result(Sitting(f"s{number}", (("1", "1"),))) for number in range(12)]
    notes = {mark.note[-13:] for result in results for mark in result.marks if mark.note}
    assert "Look by hand." in notes
    assert len({str(mark.verdict) for result in results for mark in result.marks}) == 2


def is_quiz(template, seed):
    try:
        template.variant(plain_seeds(seed))
    except ShapecalcError:
        return False
    return True


def with_answers(tmp_path, *rows):
    """Answers of Eva to flat, one attempt behind the other."""
    file = tmp_path / "later.csv"
    file.write_text("student,attempt,flat\n" + "".join(f"Eva,{at},{row}\n" for at, row in enumerate(rows, 1)))
    return read_answers(file)


def flat_of(book, answers, rule=AS_WRITTEN):
    """Eva's mark on flat, after a class is graded."""
    course = Course(book, Quiz("Flat", (QUIZ.questions[3],)))
    course.grade(answers, rule)
    (eva,) = course.graded("Eva")
    return eva.result.marks[0]


def test_a_decision_belongs_to_its_answer(place, tmp_path):
    """Another answer is judged anew, and says so; the former one gets its decision back."""
    last = make_rule("last")
    with open_book(place) as book:
        assert flat_of(book, with_answers(tmp_path, "twenty maps"), last).verdict == "not understood"
        decide(book, Decision("Eva", "flat", Fraction(2), "it is right", "me", "now"))
        assert flat_of(book, with_answers(tmp_path, "twenty maps"), last).points == 2
        wrong = flat_of(book, with_answers(tmp_path, "twenty maps", "17"), last)
        assert (wrong.points, str(wrong.verdict)) == (0, "wrong")
        assert "2 of 2 was decided by hand on another answer, twenty maps; this one is judged anew" in wrong.note
        decide(book, Decision("Eva", "flat", Fraction(1), "a slip of the pen", "me", "later"))
        assert flat_of(book, with_answers(tmp_path, "twenty maps", "17"), last).points == 1
        assert flat_of(book, with_answers(tmp_path, "twenty maps", "17", "twenty maps"), last).points == 2
        assert [decision.answer for decision in book.decisions("Flat")] == ["twenty maps", "17"]


def test_a_floor_belongs_to_its_answer(place, tmp_path):
    """What a changed quiz may not lower may still be lower for another answer."""
    last = make_rule("last")
    with open_book(place) as book:
        course = Course(book, Quiz("Flat", (QUIZ.questions[3],)))
        course.grade(with_answers(tmp_path, "5120"), last)
        harder = Quiz("Flat", (replace(QUIZ.questions[3], answer=IntegerAnswer(1)),))
        assert regrade(Course(book, harder), never_lower=True).lower == 1
        (eva,) = Course(book, harder).graded("Eva")
        assert eva.result.points == 2
        Course(book, harder).grade(with_answers(tmp_path, "5120", "17"), last)
        (eva,) = Course(book, harder).graded("Eva")
        assert eva.result.points == 0


def test_a_decision_of_an_early_book(place, tmp_path):
    """It is on any answer, as it was when it was made; the book is brought up to date."""
    with open_book(place) as book:
        flat_of(book, with_answers(tmp_path, "twenty maps"))
        decide(book, Decision("Eva", "flat", Fraction(2), "it is right", "me", "now"))
        with book.engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE decisions DROP COLUMN answer"))
            connection.execute(sa.text("UPDATE settings SET value = '1' WHERE name = 'format'"))
    with open_book(place) as book:
        assert [decision.answer for decision in book.decisions("Flat")] == [None]
        assert flat_of(book, with_answers(tmp_path, "twenty maps")).points == 2
        assert flat_of(book, with_answers(tmp_path, "forty maps")).points == 2


def test_an_outdated_decision_is_replayed(place, tmp_path):
    """A receipt has it with its answer."""
    quiz = tmp_path / "quiz.yaml"
    quiz.write_text("title: T\nquestions: [{id: q, text: '?', kind: integer, key: 3}]\n")
    answers = tmp_path / "answers.csv"
    with open_book(place) as book:
        course = Course(book, load_template(quiz))
        answers.write_text("student,attempt,q\nEva,1,4\n")
        course.grade(read_answers(answers), make_rule("last"))
        decide(book, Decision("Eva", "q", Fraction(1), "close", "me", "now"))
        answers.write_text("student,attempt,q\nEva,1,4\nEva,2,5\n")
        course.grade(read_answers(answers), make_rule("last"))
        students = GradedClass(course.papers, quiz.as_posix(), course.graded)
        students.write(Outputs(receipts=tmp_path / "receipts"))
    file = tmp_path / "receipts" / "Eva.json"
    assert json.loads(file.read_text())["decisions"][0]["answer"] == "4"
    assert replay(file, load_template, version=course.version).is_same


def test_a_quiz_that_was_renamed(place):
    """No marks are found under its new title, and the message names the old one."""
    with open_book(place) as book:
        Course(book, QUIZ).grade(ANSWERS, AS_WRITTEN)
        with pytest.raises(SpecError, match=f"no marks of 'Renamed'; it has those of '{TITLE}'"):
            regrade(Course(book, replace(QUIZ, title="Renamed")), write=False)
