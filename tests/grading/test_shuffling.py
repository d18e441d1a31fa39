"""Options in an order of each student's own, and a paper for each student."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest

from shapecalc.errors import SpecError
from shapecalc.grading import QuizTemplate, lint, load_template, plain_seeds, read_answers, student_seeds
from shapecalc.grading.book.class_report import class_report
from shapecalc.grading.book.course import Course
from shapecalc.grading.book.database import open_book
from shapecalc.grading.book.handouts import write_papers
from shapecalc.grading.book.marking import AS_WRITTEN, Marking
from shapecalc.grading.book.outputs import GradedClass, Outputs
from shapecalc.grading.book.papers import Papers
from shapecalc.grading.book.receipts import replay
from shapecalc.grading.practice import quiz as practice
from shapecalc.grading.submissions.roster import read_roster
from shapecalc.grading.submissions.sittings import Sitting
from tests.cli.test_main import Run, run

__all__ = ["run"]  # a fixture

PICK = {
    "id": "pick",
    "text": "How many parameters?",
    "kind": "single-choice",
    "ask": "parameters",
    "options": [224, 216, 72, {"text": "none of these", "right": "false", "fixed": "true"}],
}
ALL = {
    "id": "all",
    "text": "Which are true?",
    "kind": "select-all",
    "options": [
        {"text": "the width is 30", "ask": "width", "equals": 30},
        {"text": "the width is 32", "ask": "width", "equals": 32},
        {"text": "it has 8 channels", "ask": "channels", "equals": 8},
    ],
}
DATA = {
    "title": "Shuffled",
    "shuffle": "true",
    "net": {"spec": "Conv2d(3, 8, 3)", "input": "3x32x32"},
    "questions": [PICK, ALL, {"id": "w", "text": "How wide?", "kind": "integer", "ask": "width"}],
}
STUDENTS = [f"student {number}" for number in range(40)]
SECRET = b"a secret"
ORDERS = [[(1, 2, 0, 3), (0, 2, 1), ()], [(1, 2, 0, 3), (1, 0, 2), ()], [(2, 0, 1, 3), (2, 0, 1), ()]]


def options_of(question):
    """The texts of its options as they are shown."""
    return [option.text for option in question.options]


def letter_of(question, text):
    """The letter under which a student has an option."""
    return "abcd"[options_of(question).index(text)]


@pytest.fixture
def file(tmp_path):
    """The quiz as a file."""
    path = tmp_path / "quiz.json"
    path.write_text(json.dumps(DATA))
    return path


def test_the_algorithm_never_changes():
    """These orders are those of today."""
    quizzes = [QuizTemplate(DATA).variant(plain_seeds(seed)) for seed in "123"]
    assert [[question.order for question in quiz.questions] for quiz in quizzes] == ORDERS
    graded = QuizTemplate(DATA).variant(student_seeds(SECRET, "Ada"))
    assert [question.order for question in graded.questions] == [(2, 0, 1, 3), (1, 2, 0), ()]


def test_every_order_comes_up():
    """Each about as often as the others; what is fixed stays."""
    template = QuizTemplate(DATA)
    orders = [template.variant(plain_seeds(str(seed))).questions[0].order for seed in range(600)]
    assert {*orders} == {(*order, 3) for order in permutations(range(3))}
    assert min(map(orders.count, {*orders})) > 60


@pytest.mark.parametrize("student", STUDENTS[:8])
def test_letters_are_those_of_the_student(student):
    """By letter, by text and by both, an answer is read against the student's own order."""
    papers = Papers(QuizTemplate(DATA), SECRET)
    pick, every, _ = papers.of(student).questions
    letters = [letter_of(every, "the width is 30"), letter_of(every, "it has 8 channels")]
    for first, second in [
        (letter_of(pick, "224"), ",".join(letters)),
        ("224", "the width is 30, it has 8 channels"),
        (f"{letter_of(pick, '224')}) 224", "".join(sorted(letters))),
    ]:
        marks = Marking(papers).result(Sitting(student, ((first, second, "30"),))).marks
        assert [str(mark.verdict) for mark in marks] == ["right"] * 3
    wrong = Marking(papers).result(Sitting(student, ((letter_of(pick, "216"), "", ""),))).marks[0]
    assert [edit["name"] for edit in wrong.as_dict()["mistakes"][0]["edits"]] == ["bias-forgotten"]


def test_equal_letters_of_two_students_are_two_answers():
    """Marks that are remembered are those of an order."""
    papers = Papers(QuizTemplate(DATA), SECRET)
    marking = Marking(papers)
    verdicts = {
        (
            letter_of(papers.of(student).questions[0], "224"),
            str(marking.result(Sitting(student, (("a", "", ""),))).marks[0].verdict),
        )
        for student in STUDENTS
    }
    assert verdicts == {("a", "right"), ("b", "wrong"), ("c", "wrong")}


def test_receipts_preview_and_report_agree(file, tmp_path):
    """The student's letters in the receipt, those of the file in the report; every receipt comes out again."""
    answers = tmp_path / "answers.csv"
    with open_book(str(tmp_path / "course.db")) as book:
        course = Course(book, load_template(file))
        papers = [course.papers.of(student) for student in STUDENTS]
        rows = [
            f"{student},{letter_of(paper.questions[0], '216')},a,30"
            for student, paper in zip(STUDENTS, papers, strict=True)
        ]
        answers.write_text("student,pick,all,w\n" + "\n".join(rows) + "\n")
        course.grade(read_answers(answers), AS_WRITTEN)
        students = GradedClass(course.papers, file.as_posix(), course.graded)
        students.write(Outputs(sheets=tmp_path / "sheets", receipts=tmp_path / "receipts"))
        report = class_report(course.quiz, (graded.result for graded in course.graded()))
    assert [(wrong.answer, wrong.students) for wrong in report.questions[0].wrong] == [("b: 216", 40)]
    assert {wrong.answer for wrong in report.questions[1].wrong} == {
        "b"
    }  # who left out one right option is partly right
    paths = [*(tmp_path / "sheets").glob("*.json"), *(tmp_path / "receipts").glob("*.json")]
    assert len(paths) == 2 * len(STUDENTS)
    assert all(replay(path, load_template, version=course.version).is_same for path in paths)
    receipt = json.loads(min((tmp_path / "sheets").glob("*.json")).read_text())
    shown = next(paper for student, paper in zip(STUDENTS, papers, strict=True) if student == receipt["student"])
    assert receipt["marks"][0]["options"] == options_of(shown.questions[0])


def test_a_receipt_with_other_options(file, tmp_path):
    """It is refused, with the reason."""
    answers = tmp_path / "answers.csv"
    answers.write_text("student,pick\nAda,a\n")
    with open_book(str(tmp_path / "course.db")) as book:
        course = Course(book, load_template(file))
        course.grade(read_answers(answers), AS_WRITTEN)
        GradedClass(course.papers, file.as_posix(), course.graded).write(Outputs(sheets=tmp_path / "sheets"))
    path = tmp_path / "sheets" / "Ada.json"
    path.write_text(path.read_text().replace('"216"', '"217"'))
    with pytest.raises(SpecError, match="The options of the receipt are not those of the quiz"):
        replay(path, load_template, version=course.version)


def test_a_practice_has_the_order_of_its_seed(file):
    """As the preview shows it."""
    shown = QuizTemplate(DATA).variant(plain_seeds("2")).questions[0]
    reply = practice(file, seed="2").check("pick", letter_of(shown, "224"))
    assert str(reply.mark.verdict) == "right"


def test_lint_reads_test_answers_as_the_file_has_them():
    """And remarks on an option that speaks of others by their place."""
    data = DATA | {"questions": [PICK | {"tests": {"right": ["a"], "wrong": ["b", "d"]}}]}
    assert [remark.code for remark in lint(QuizTemplate(data)).remarks if remark.code != "typed-key"] == []
    options = [*PICK["options"][:3], {"text": "none of the above", "right": "false"}]
    loose = DATA | {"questions": [PICK | {"options": options}]}
    assert "option-by-place" in [remark.code for remark in lint(QuizTemplate(loose)).remarks]


def test_a_question_may_stay_as_it_is():
    """Its own word counts before that of the quiz."""
    data = DATA | {"questions": [PICK | {"shuffle": "false"}, ALL]}
    orders = {QuizTemplate(data).variant(plain_seeds(str(seed))).questions[0].order for seed in range(20)}
    assert orders == {()}
    assert not QuizTemplate(DATA | {"shuffle": "false"}).is_varied


@pytest.mark.parametrize(
    ("name", "text", "students"),
    [
        ("class.txt", "Ada\n\n  Bo \nAda\n", ("Ada", "Bo")),
        ("class.csv", "name,group\nAda,1\nBo,2\n", ("Ada", "Bo")),
        ("class.csv", "name\nE\u0301va\n", ("Éva",)),
        ("class.yaml", "- {student: Ada}\n- {student: Bo}\n", ("Ada", "Bo")),
    ],
)
def test_a_list_of_students(tmp_path, name, text, students):
    """Each name once, as it stands in marks and seeds."""
    path = tmp_path / name
    path.write_text(text)
    assert read_roster(path) == students


def test_a_list_without_students(tmp_path):
    """It is refused."""
    path = tmp_path / "class.txt"
    path.write_text("\n\n")
    with pytest.raises(SpecError, match="has 0 students"):
        read_roster(path)


def test_papers_are_what_is_graded_and_hold_no_key(file, tmp_path):
    """Each student's options, in files of their own."""
    papers = Papers(load_template(file), SECRET)
    names = ["Ada", "../../etc/passwd", "<script>alert(1)</script>"]
    assert write_papers(papers, names, tmp_path / "papers") == []
    files = sorted((tmp_path / "papers").iterdir())
    assert len(files) == 6
    assert not any(path.is_dir() for path in files)
    text = (tmp_path / "papers" / "Ada.md").read_text()
    assert [line.strip() for line in text.splitlines() if ") " in line and line.startswith("  - ")][:4] == [
        f"- {letter}) {option}"
        for letter, option in zip("abcd", options_of(papers.of("Ada").questions[0]), strict=True)
    ]
    for path in files:
        content = path.read_text()
        assert "key" not in content
        assert "<script>" not in content
        assert SECRET.hex() not in content


def test_papers_by_the_command(run: Run, tmp_path, file):
    """With a gradebook, which is made; without one, a quiz with orders is refused."""
    roster = tmp_path / "class.txt"
    roster.write_text("Ada\nBo\n")
    folder = tmp_path / "papers"
    command = ("quiz", "variants", str(file), "--for", str(roster), "-o", str(folder))
    status, _, message = run(*command)
    assert (status, "add --book course.db" in message) == (2, True)
    status, printed, _ = run(*command, "--book", str(tmp_path / "c.db"))
    assert (status, printed.startswith("Shuffled: 2 papers in")) == (0, True)
    assert sorted(Path(path).name for path in folder.iterdir()) == ["Ada.html", "Ada.md", "Bo.html", "Bo.md"]
    preview_of = ("quiz", "preview", str(file), "--book", str(tmp_path / "c.db"), "--student")
    status, preview, warning = run(*preview_of, " Ada ")
    assert status == 0
    assert "has no student Ada of this quiz yet" in warning
    shown = [line.strip() for line in preview.splitlines() if ") " in line][2:5]
    assert all(line in (folder / "Ada.md").read_text() for line in shown)
