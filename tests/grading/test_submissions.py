"""Submissions: each format and each program's export gives the same marks, and nothing hostile does more than read."""
# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import json
import pickle
import zipfile
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from io import BytesIO
from itertools import permutations
from pathlib import Path

import nbformat
import openpyxl
import pytest
import yaml

from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.grading import grade, load_quiz, read_answers
from shapecalc.grading.book.answers import answers_from
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.submissions import delimited, folders, sittings, workbook
from shapecalc.grading.submissions.columns import match_columns, plain_words
from shapecalc.grading.submissions.folders import read_submission, submitted_texts
from shapecalc.grading.submissions.notebooks import notebook_answers, program_answers, variable_name
from shapecalc.grading.submissions.table import Unreadable

ROOT = Path(__file__).parents[2]
FULL = load_quiz(ROOT / "docs/examples/flatten-quiz.yaml")
QUIZ = Quiz("T", tuple(question for question in FULL.questions if question.id in ("depth", "size", "flat")))
DEPTH, SIZE, FLAT = (question.text for question in QUIZ.questions)
ADA = {"depth": "20", "size": "20x16x16", "flat": "16*16*20"}
BO = {"depth": "16", "size": "", "flat": "5,120"}
EXPECTED = {"Ada": "20|20x16x16|16*16*20", "Bo": "16||5,120"}


def handed_in(*paths, quiz=QUIZ, **options):
    """Each student's answers as they were read."""
    return by_student(grade(quiz, read_answers(*paths, **options)))


def by_student(book):
    return {result.student: "|".join(mark.answer for mark in result.marks) for result in book.results}


def csv_text(header, *rows):
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in (header, *rows)]
    return "\n".join(quoted) + "\n"


PLAIN = csv_text(["student", *ADA], ["Ada", *ADA.values()], ["Bo", *BO.values()])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"])
def test_csv_in_any_encoding(tmp_path, encoding):
    """Excel writes UTF-16 and Latin-1; the accents of the names are right in each."""
    (tmp_path / "a.csv").write_bytes(PLAIN.replace("Bo", "José").encode(encoding))
    assert handed_in(tmp_path / "a.csv") == {"Ada": EXPECTED["Ada"], "José": EXPECTED["Bo"]}


def test_latin_1_is_said(tmp_path):
    """Whoever sees a wrong accent knows where to look."""
    (tmp_path / "a.csv").write_bytes(PLAIN.replace("Bo", "José").encode("latin-1"))
    book = grade(QUIZ, read_answers(tmp_path / "a.csv"))
    assert book.remarks == (f"{tmp_path / 'a.csv'} is not in UTF-8; it was read as Latin-1.",)


def write_xlsx(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def write_json_lines(path):
    lines = [{"student": "Ada", "answers": {**ADA, "depth": 20}}, {"student": "Bo", **BO, "size": None}]
    path.write_text("\n".join(map(json.dumps, lines)))


def write_folder(path):
    (path / "Bo").mkdir(parents=True)
    (path / "Ada.txt").write_text("\n".join(f"{name}: {answer}" for name, answer in ADA.items()))
    for name, answer in BO.items():
        (path / "Bo" / f"{name}.txt").write_text(answer)
    (path / "Bo" / "size.txt").unlink()


def write_archive(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Ada_12345_assignsubmission_file_/answers.yaml", yaml.safe_dump(ADA))
        archive.writestr("Bo_12346_assignsubmission_file_/answers.json", json.dumps(BO))


def write_notebooks(path):
    path.mkdir()
    ada = [
        nbformat.v4.new_code_cell("import os\ndepth = 20\nsize = '20x16x16'\nprint(depth)"),
        nbformat.v4.new_code_cell("16*16*20", metadata={"tags": ["question:flat"]}),
    ]
    bo = [
        nbformat.v4.new_markdown_cell("Depth is asked.\n\n**depth**: 16"),
        nbformat.v4.new_markdown_cell("5,120", metadata={"nbgrader": {"grade_id": "flat", "solution": True}}),
    ]
    for name, cells in (("Ada", ada), ("Bo", bo)):
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path / f"{name}.ipynb")


FORMATS = {
    "a.csv": lambda path: path.write_text(PLAIN),
    "a.xlsx": lambda path: write_xlsx(path, [["student", *ADA], ["Ada", 20, *[*ADA.values()][1:]], ["Bo", *BO.values()]]),
    "a.jsonl": write_json_lines,
    "list.yaml": lambda path: path.write_text(yaml.safe_dump([{"student": "Ada", **ADA}, {"student": "Bo", **BO}])),
    "names.yaml": lambda path: path.write_text(yaml.safe_dump({"Ada": ADA, "Bo": BO})),
    "students.json": lambda path: path.write_text(json.dumps({"students": {"Ada": ADA, "Bo": BO}})),
    "folder": write_folder,
    "a.zip": write_archive,
    "notebooks": write_notebooks,
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_read_alike(tmp_path, name):
    """Whatever holds the answers, they are the same."""
    FORMATS[name](tmp_path / name)
    assert handed_in(tmp_path / name) == EXPECTED


def test_several_files_are_one_class(tmp_path):
    """A student of two files has two attempts."""
    (tmp_path / "a.csv").write_text("student,depth\nAda,16\n")
    FORMATS["a.jsonl"](tmp_path / "a.jsonl")
    assert handed_in(tmp_path / "a.csv", tmp_path / "a.jsonl") == EXPECTED


EXPORTS = {
    "Google Forms": (
        ["Timestamp", "Email Address", "Score", DEPTH, f"{DEPTH} [Score]", SIZE, FLAT, f"{FLAT} [Feedback]"],
        ["2026/03/01 10:00:00 AM GMT+1", "Ada", "3 / 5", "20", "1.00 / 1", "20x16x16", "16*16*20", ""],
        ["2026/03/01 10:01:00 AM GMT+1", "Bo", "1 / 5", "16", "0.00 / 1", "", "5,120", ""],
    ),
    "Microsoft Forms": (
        ["ID", "Start time", "Completion time", "Email", "Name", "Total points", "Quiz feedback",
         DEPTH, f"Points - {DEPTH}", f"Feedback - {DEPTH}", SIZE, f"Points - {SIZE}", FLAT],
        ["1", "3/1/26 10:00:00", "3/1/26 10:05:00", "anonymous", "Ada", "", "", "20", "", "", "20x16x16", "", "16*16*20"],
        ["2", "3/1/26 10:00:00", "3/1/26 10:06:00", "anonymous", "Bo", "", "", "16", "", "", "", "", "5,120"],
    ),
    "Moodle": (
        ["Last name", "First name", "Status", "Started", "Completed", "Duration", "Grade/10.00",
         "Question 1", "Response 1", "Right answer 1", "Response 2", "Response 3"],
        ["", "Ada", "Finished", "1 March 2026 10:00 AM", "", "", "", DEPTH, "20", "20", "20x16x16", "16*16*20"],
        ["", "Bo", "Finished", "1 March 2026 10:00 AM", "", "", "", DEPTH, "16", "20", "", "5,120"],
        ["", "", "Overall average", "", "", "", "3.2", "", "", "", "", ""],
    ),
    "Canvas": (
        ["name", "id", "sis_id", "section", "section_id", "section_sis_id", "submitted", "attempt",
         f"101: {DEPTH}", "1.0", f"102: {SIZE}", "2.0", f"103: {FLAT}", "2.0", "n correct", "n incorrect", "score"],
        ["Ada", "7", "", "A", "1", "", "2026-03-01 10:00:00 UTC", "1",
         "20", "1.0", "20x16x16", "2.0", "16*16*20", "2.0", "3", "0", "5.0"],
        ["Bo", "8", "", "A", "1", "", "2026-03-01 10:00:00 UTC", "1",
         "16", "0.0", "", "0.0", "5,120", "2.0", "1", "2", "2.0"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_exports_are_read_as_they_come(tmp_path, name):
    """Columns of times, addresses and scores are passed over, without a word, and every student is found."""
    (tmp_path / "a.csv").write_text(csv_text(*EXPORTS[name]))
    book = grade(QUIZ, read_answers(tmp_path / "a.csv"))
    assert (by_student(book), book.remarks, book.unreadable) == (EXPECTED, (), ())


def test_students_of_one_name_in_an_export(tmp_path):
    """Canvas tells students apart by a number: two of one name are two students, not one with two attempts."""
    header, ada, bo = EXPORTS["Canvas"]
    (tmp_path / "a.csv").write_text(csv_text(header, ada, ["Ada", *bo[1:]]))
    book = grade(QUIZ, read_answers(tmp_path / "a.csv"))
    assert [result.student for result in book.results] == ["Ada 7", "Ada 8"]


def test_two_files_of_a_student_are_two_attempts(tmp_path):
    """Files that answer the same question are attempts, and that is said; a file for each question is one attempt."""
    for name, text in (
        ("Ada.md", "depth: 16"),
        ("Ada.txt", "depth: 20"),
        ("Bo.txt", "depth: 20"),
        ("Bo.md", "flat: 9"),
    ):
        (tmp_path / name).write_text(text)
    book = grade(QUIZ, read_answers(tmp_path))
    notes = [result.marks[0].note for result in book.results]
    assert ([note.endswith("attempt 2 of 2") for note in notes], len(book.remarks)) == ([True, False], 2)


def test_no_column_of_any_question():
    """The refusal says what the column of a question is called."""
    with pytest.raises(SpecError, match="called by its id or its text"):
        grade(QUIZ, answers_from("student,a,b\nAda,1,2\n"))


def test_a_workbook_of_microsoft_forms(tmp_path):
    """Its times are dates, its numbers are numbers."""
    header, ada, bo = EXPORTS["Microsoft Forms"]
    rows = [[1, datetime(2026, 3, 1, 10), datetime(2026, 3, 1, 10, 5), *ada[3:7], 20, *ada[8:]], [2, *bo[1:]]]  # noqa: DTZ001
    write_xlsx(tmp_path / "a.xlsx", [header, *rows])
    assert handed_in(tmp_path / "a.xlsx") == EXPECTED


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("1. How deep  is it?", "How deep is it"),
        ("How deep is it? (2 points)", "how deep is it?"),
        ("Question 3: How deep is it? *", "How deep is it?"),
        ("How\u00a0deep is it?", "How deep is it?"),
    ],
)
def test_questions_as_forms_write_them(written, text):
    """Numbers, points, the star of what is required, and the width of spaces make no difference."""
    assert plain_words(written) == plain_words(text)


def test_students_by_a_named_column():
    """Any column may name the students; the others are said not to be read."""
    text = "depth,matriculation\n20,s123\n"
    answers = answers_from(text)
    book = grade(QUIZ, type(answers)(answers.tables, student="Matriculation"))
    assert [result.student for result in book.results] == ["s123"]


def test_no_such_column_for_the_students():
    """The nearest column is offered."""
    answers = answers_from("name,depth\nAda,20\n")
    with pytest.raises(SpecError, match=r"there is no column nmae \(did you mean name\?\)"):
        grade(QUIZ, type(answers)(answers.tables, student="nmae"))


def test_missing_and_strange_columns_are_said():
    """A question without a column is blank for everybody, and a column without a question is named."""
    book = grade(QUIZ, answers_from("student,depth,flatt\nAda,20,5120\n"))
    assert book.remarks == (
        "answers: there is no column for size, flat, which is blank for everybody.",
        "answers: the column flatt is of no question of the quiz (did you mean flat?); it is not read.",
    )
    assert [str(mark.verdict) for mark in book.results[0].marks] == ["right", "blank", "blank"]


def test_two_columns_of_one_question():
    """Which of them is the answer is not guessed."""
    with pytest.raises(SpecError, match=r"depth and How deep is the output of the last laye. are one question"):
        grade(QUIZ, answers_from(csv_text(["student", "depth", DEPTH], ["Ada", "1", "2"])))


UNREADABLE = "student,depth\nAda,20\nBo,5,120\n,16\n" + f"Eve,{'9' * 200_000}\nZoe,16\n"


def test_all_that_goes_in_comes_out():
    """Each row is graded or listed with its place and the reason; a cell beyond all bounds costs only its own row."""
    book = grade(QUIZ, answers_from(UNREADABLE))
    assert [result.student for result in book.results] == ["Ada", "Zoe"]
    assert [tuple(entry) for entry in book.unreadable] == [
        ("answers: line 3", "3 cells for 2 columns; put quotes around a comma"),
        ("answers: line 4", "it does not say who the student is"),
        ("answers: line 5", "a cell is too long to be an answer"),
    ]
    page = str(book)
    assert "Submissions that could not be read: 3" in page
    assert book.as_dict()["unreadable"][1] == {
        "place": "answers: line 4",
        "reason": "it does not say who the student is",
    }


def test_a_quote_that_stays_open_is_refused():
    """It would swallow the answers of everybody behind it."""
    with pytest.raises(SpecError, match="line 3: unexpected end of data"):
        grade(QUIZ, answers_from('student,depth\nAda,"20\nBo,20\n'))


ATTEMPTS = "student,attempt,depth,flat\nAda,2,16,5120\nAda,1,20,4500\nAda,3,18,\n"


@pytest.mark.parametrize(
    ("counts", "penalty", "points"),
    [
        ("last", None, [0, 0]),
        ("first", None, [1, 0]),
        ("best", None, [1, 2]),
        ("", None, [1, 2]),
        ("best", Fraction(1, 4), [1, Fraction(3, 2)]),
        ("average", None, [Fraction(1, 3), Fraction(2, 3)]),
        ("average", Fraction(1, 2), [Fraction(1, 3), Fraction(1, 3)]),
    ],
)
def test_several_attempts_by_policy(counts, penalty, points):
    """The attempts are put in order by their numbers; each question's points follow the policy."""
    book = grade(QUIZ, answers_from(ATTEMPTS), attempts=counts, penalty=penalty)
    assert [mark.points for mark in book.results[0].marks if mark.question.id != "size"] == points


def test_the_order_of_submissions_changes_nothing():
    """With a column that says which attempt is which, any order of the rows gives the same bytes."""
    header, *rows = (ATTEMPTS + "Bo,1,20,5120\n").splitlines()
    texts = ["\n".join([header, *order]) for order in permutations(rows)]
    books = [grade(QUIZ, answers_from(text), attempts="last") for text in texts]
    assert len({json.dumps(book.as_dict()) + book.as_csv() + str(book) for book in books}) == 1


@pytest.mark.parametrize(
    "times",
    [
        ["2026/03/01 11:59:00 AM GMT+1", "2026/03/01 1:00:00 PM GMT+1"],
        ["2026-03-01 09:00:00 UTC", "2026-03-01 10:00:00 UTC"],
        ["2026-03-01T09:00", "2026-03-02T08:00"],
    ],
)
def test_attempts_in_the_order_of_their_times(times):
    """Forms write a time with the year first, and perhaps half of the day."""
    rows = [["Ada", times[1], "20"], ["Ada", times[0], "16"]]
    book = grade(QUIZ, answers_from(csv_text(["student", "Submitted", "depth"], *rows)), attempts="last")
    assert book.results[0].marks[0].answer == "20"


def test_what_was_not_understood_may_be_the_best():
    """An attempt that nobody could read may be worth more than a wrong one: a person looks."""
    book = grade(QUIZ, answers_from("student,depth\nAda,twenty\nAda,16\n"), attempts="best")
    assert str(book.results[0].marks[0].verdict) == "not understood"


def test_attempts_beyond_the_bound_are_listed(monkeypatch):
    """Nobody can make the class wait by handing in without end."""
    monkeypatch.setattr(sittings, "MAX_SITTINGS", 2)
    book = grade(QUIZ, answers_from("student,depth\n" + "Ada,16\n" * 2 + "Ada,20\n"))
    assert book.results[0].marks[0].points == 0
    assert [tuple(entry) for entry in book.unreadable] == [("Ada", "this is attempt 3; at most 2 are read")]


def test_names_that_look_alike_are_one_student():
    """An accent may be written as a character of its own."""
    book = grade(QUIZ, answers_from("student,depth\nJose\u0301,20\nJos\u00e9,16\n"))
    assert [result.student for result in book.results] == ["Jos\u00e9"]


# What is hostile


def test_a_link_and_what_is_no_answer_are_listed(tmp_path):
    """A link is not followed, a pickle is not opened, and the others are graded."""
    secret = tmp_path / "secret.txt"
    secret.write_text("depth: 20")
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "Ada.txt").write_text("depth = 20")
    (folder / "Eve.txt").symlink_to(secret)
    (folder / "Mal").symlink_to(tmp_path)
    (folder / "Pia.pkl").write_bytes(pickle.dumps(ADA))
    book = grade(QUIZ, read_answers(folder))
    assert (by_student(book), [Path(entry.place).name for entry in book.unreadable]) == (
        {"Ada": "20||"}, [f"{folder.name}: Eve.txt", "class: Mal", "class: Pia.pkl"],
    )  # fmt: skip


def test_an_archive_that_leads_out(tmp_path):
    """No path leaves the archive, no link in it is followed, and nothing is written anywhere."""
    link = zipfile.ZipInfo("Eve/depth.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../Mal/depth.txt", "20")
        archive.writestr("/etc/depth.txt", "20")
        archive.writestr("..\\Win\\depth.txt", "20")
        archive.writestr(link, "/etc/passwd")
        archive.writestr("Ada/depth.txt", "20")
    book = grade(QUIZ, read_answers(tmp_path / "a.zip"))
    assert (by_student(book), len(book.unreadable)) == ({"Ada": "20||"}, 4)
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_an_archive_that_unfolds_without_end(tmp_path, monkeypatch):
    """It is refused by what it says of itself, before anything is unpacked."""
    monkeypatch.setattr(folders, "MAX_FOLDER_BYTES", 2_000_000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"s{number}/depth.txt", b"0" * 900_000)
    with pytest.raises(SpecError, match="unfolds to 2,700,000 bytes in 3 files; that is too much"):
        read_answers(tmp_path / "a.zip")


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def hostile_workbook(path, *, sheet="", strings="", honest=True):
    """A workbook with another first sheet, or other shared strings."""
    content = BytesIO()
    write_xlsx(content, [["student", "depth"], ["Ada", "20"]])
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            if sheet and part.filename == "xl/worksheets/sheet1.xml":
                text = SHEET.format(sheet).encode()
            new.writestr(part.filename, text)
        if strings:
            new.writestr("xl/SharedStrings.xml", strings)
    if not honest:  # the archive says of every part that it is small
        raw = path.read_bytes()
        path.write_bytes(raw.replace((3_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little")))


TEXTS = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{}</t></si></sst>'
HOSTILE = {
    "cells far apart": {"sheet": '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'},
    "a text in many cells": {
        "strings": TEXTS.format("x" * 100_000),
        "sheet": "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 1_000)),
    },
    "entities": {"strings": '<!DOCTYPE x [<!ENTITY a "aaaa">]>' + TEXTS.format("&a;")},
    "no XML": {"strings": "<sst"},
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused(tmp_path, name):
    """By what it would become, before a cell of it is made."""
    hostile_workbook(tmp_path / "a.xlsx", **HOSTILE[name])
    with pytest.raises(SpecError, match=r"a\.xlsx"):
        read_answers(tmp_path / "a.xlsx")


def test_a_workbook_that_unfolds_without_end(tmp_path, monkeypatch):
    """Whether its archive says so or not."""
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 2_000_000)
    for honest in (True, False):
        hostile_workbook(tmp_path / "a.xlsx", sheet=" " * (3_000_000 - len(SHEET) + 2), honest=honest)
        with pytest.raises(SpecError, match=r"unfolds to|is not a workbook"):
            read_answers(tmp_path / "a.xlsx")


def test_a_formula_is_its_last_value(tmp_path):
    """No formula is computed: what the spreadsheet showed last is the answer, or nothing."""
    write_xlsx(tmp_path / "a.xlsx", [["student", "depth"], ["Ada", "=4*5"], ["Bo", "20"]])
    assert handed_in(tmp_path / "a.xlsx") == {"Ada": "||", "Bo": "20||"}


@pytest.mark.parametrize("name", ["a.pkl", "a.pt", "a.npy", "a.xls", "a.ipynb"])
def test_other_files_are_refused_by_their_names(tmp_path, name):
    """With what to do instead."""
    (tmp_path / name).write_bytes(pickle.dumps(ADA))
    with pytest.raises(SpecError, match=r"may hold code|is read"):
        read_answers(tmp_path / name)


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"cells": 3, "nbformat": 4}', '{"nbformat": "x", "cells": []}', "[" * 9_999]
)
def test_what_is_no_notebook(text):
    """Whatever nbformat makes of it, it is one sentence, or no answers."""
    try:
        assert notebook_answers(text) == {}
    except ValueError as refused:
        assert str(refused) == "this is not a notebook"  # noqa: PT017  either is right


def test_a_program_is_not_run(tmp_path):
    """Its assignments are read; what they would do is not done."""
    mark = tmp_path / "run"
    source = f"depth = open({str(mark)!r}, 'w') and 20\nsize = [20, 16, 16]\nflat = '5120'\nx.y = 3\n"
    answers = program_answers(source)
    assert (answers, mark.exists()) == (
        {"depth": f"open({str(mark)!r}, 'w') and 20", "size": "[20, 16, 16]", "flat": "5120"}, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "reasons"),
    [
        (['{"student": "Ada", "depth": 20}', "{", '{"student": "Bo", "depth": {"a": 1}}', "[]"], 3),
        (["[" * 100_000, '{"student": "Ada", "depth": 20}', '{"student": "Bo", "depth": ' + "9" * 5_000 + "}"], 2),
        (['{"student": "Ada", "depth": 20}', "9" * 2_500_000, "\x00"], 2),
    ],
)
def test_lines_that_are_no_submissions(tmp_path, lines, reasons):
    """Each is listed once, however long; the others are graded."""
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    book = grade(QUIZ, read_answers(tmp_path / "a.jsonl"))
    assert (by_student(book), len(book.unreadable)) == ({"Ada": "20||"}, reasons)


def test_a_line_without_end_is_no_table(tmp_path, monkeypatch):
    """A file of one line is refused before it is held."""
    monkeypatch.setattr(delimited, "MAX_LINE", 1_000)
    (tmp_path / "a.csv").write_text("student,depth\n" + "a" * 2_000)
    with pytest.raises(SpecError, match=r"line 2 has more than 1,000 characters"):
        handed_in(tmp_path / "a.csv")


def test_a_missing_extra_is_said(tmp_path, monkeypatch):
    """In one line, with how to get it."""
    monkeypatch.setitem(__import__("sys").modules, "python_calamine", None)
    write_xlsx(tmp_path / "a.xlsx", [["student", "depth"], ["Ada", "20"]])
    with pytest.raises(ShapecalcError, match=r"^XLSX files need python-calamine, .*pip install 'shapecalc\[grade\]'"):
        workbook.read_workbook(tmp_path / "a.xlsx")


def test_a_control_character_is_not_obeyed(tmp_path):
    """Neither in a name, nor in the name of a file."""
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "E\x1b[2Jve.txt").write_text("depth: 20")
    assert handed_in(folder) == {"E\\x1b[2Jve": "20||"}


def test_a_variable_answers_a_question_whose_name_is_none():
    """A program names a question as Python can: q-1 is q_1, and 2nd is q_2nd."""
    names = [variable_name(name) for name in ("flat", "filter-depth", "2nd", "class", "a.b")]
    assert names == ["flat", "filter_depth", "q_2nd", "q_class", "a_b"]
    quiz = Quiz("T", (replace(QUIZ.questions[0], id="filter-depth"),))
    assert match_columns(answers_from("student,filter_depth\nAda,16\n").tables[0], quiz).questions == (1,)


def test_an_assignment_in_a_solution_cell_is_its_answer():
    """Where nbgrader's cell of a question assigns its variable, the value is the answer and not the whole cell."""
    metadata = {"nbgrader": {"grade_id": "q-1", "solution": True}}
    source = 'q_1 = ""  # the answer\n# YOUR CODE HERE\nq_1 = "5120"'
    cells = [nbformat.v4.new_code_cell(source, metadata=metadata)]
    assert notebook_answers(nbformat.writes(nbformat.v4.new_notebook(cells=cells))) == {"q-1": "5120"}


def test_a_program_with_a_class_answers_the_question_that_it_is_named_by(tmp_path):
    """A network as a file of a student's folder is an answer as a whole, beside its assignments."""
    (tmp_path / "net.py").write_text("size = 3\nclass Net:\n    pass\n")
    (tmp_path / "plain.py").write_text("depth = 20\n")
    answers = [*read_submission(tmp_path)]
    assert answers == [{"size": "3", "net": "size = 3\nclass Net:\n    pass"}, {"depth": "20"}]


def test_the_files_of_a_submission_are_read_and_links_are_not(tmp_path):
    """What cannot be read of one student's folder is listed by its path in it."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "hw.txt").write_text("depth: 20")
    (tmp_path / "a" / "b.txt").symlink_to(tmp_path / "a" / "hw.txt")
    (tmp_path / ".hidden.txt").write_text("depth: 21")
    assert [*read_submission(tmp_path)] == [Unreadable("a/b.txt", "it is a link"), {"depth": "20"}]
    assert [*submitted_texts(tmp_path, (".txt",))] == [("a/hw.txt", "depth: 20")]
