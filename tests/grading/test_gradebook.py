"""Verdicts and the gradebook."""
# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import csv
import json
import math
import string
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar, final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shapecalc import measure, parse
from shapecalc.errors import SpecError
from shapecalc.formats.spreadsheet import cell
from shapecalc.grading import Option, Question, Verdict, grade, load_quiz, read_answers
from shapecalc.grading.answers import AnswerKind, CounterExample, Judgement
from shapecalc.grading.answers.choice import SelectAll
from shapecalc.grading.answers.expression import ExpressionAnswer
from shapecalc.grading.answers.shape import ShapeAnswer
from shapecalc.grading.book import gradebook
from shapecalc.grading.book.answers import answers_from
from shapecalc.grading.judge import judge
from shapecalc.grading.quiz import nets as nets_of_a_quiz
from shapecalc.grading.quiz.document.quiz import QuizDocument
from shapecalc.grading.quiz.quiz import Quiz, from_document
from shapecalc.grading.quiz.steps import steps_text
from shapecalc.grading.submissions.table import AnswerRow
from shapecalc.page import visible

ROOT = Path(__file__).parents[2]
QUIZ = load_quiz(ROOT / "docs/examples/flatten-quiz.yaml")
ANSWERS = read_answers(ROOT / "docs/examples/flatten-answers.csv")
BOOK = grade(QUIZ, ANSWERS)
BY_ID = {question.id: question for question in QUIZ.questions}
OPTIONS = tuple(Option(text, right) for text, right in zip("wxyz", (True, False, True, False), strict=True))
SELECT = Question("q", "t", Fraction(2), SelectAll((0, 2), tuple("wxyz")), options=OPTIONS)
LAST = Question("q", "t", Fraction(1), ShapeAnswer((16, 16, 20), channels_last=True))
FLAT = Question("q", "t", Fraction(1), ShapeAnswer((5120,)))


@pytest.mark.parametrize(
    ("question", "answer", "verdict", "points", "note"),
    [
        ("depth", "20", "right", 1, ""),
        ("depth", "20.0", "right", 1, ""),
        ("depth", "16", "wrong", 0, ""),
        ("depth", "20.5", "wrong", 0, "not a whole number"),
        ("depth", " ", "blank", 0, ""),
        ("depth", "20 maps", "not understood", 0, "column 4: cannot read 'maps' here"),
        ("depth", "4*5", "not understood", 0, "this is a calculation (of 20); the question asks for the number itself"),
        ("flat", "16*16*20", "right", 2, ""),
        ("flat", "5,120", "right", 2, ""),
        ("flat", "16*16*2", "wrong", 0, ""),
        ("flat", "16*16*K", "not understood", 0, "column 7: cannot read 'K' in a number"),
        ("size", "20 × 16 × 16", "right", 2, ""),
        ("size", "16x16x20", "wrong", 0, "the right numbers in channels-last order; channels-first is asked for"),
        ("size", "16x20x16", "wrong", 0, "the right numbers in another order"),
        ("size", "1x20x16x16", "wrong", 0, "a batch stands in front; shapes are written without it"),
        ("size", "5120", "wrong", 0, "1 size instead of 3"),
        ("size", "20x16xW", "not understood", 0, "column 7: cannot read 'W' in a shape"),
        ("sees", "c", "right", 1, ""),
        ("sees", "26", "right", 1, ""),
        ("sees", "a", "wrong", 0, ""),
        ("sees", "ac", "not understood", 0, "this names 2 options; the question asks for one"),
        ("sees", "none", "not understood", 0, "this names no options; the question asks for one"),
        ("sees", "25", "not understood", 0, "'25' cannot be read as options a to d"),
        ("claims", "ac", "right", 2, ""),
        ("claims", "a", "partly right", 1, "missed c"),
        ("claims", "acd", "partly right", 1, "chosen but wrong d"),
        ("claims", "all", "wrong", 0, "chosen but wrong b, d"),
        ("claims", "ab", "wrong", 0, "missed c; chosen but wrong b"),
        ("claims", "b", "wrong", 0, "missed a, c; chosen but wrong b"),
        ("claims", "ae", "not understood", 0, "'ae' cannot be read as options a to d"),
    ],
)
def test_verdicts(question, answer, verdict, points, note):
    """Each kind of question gives each verdict, with its points and what is worth saying."""
    mark = judge(BY_ID[question], answer)
    assert (mark.verdict, mark.points, mark.note) == (verdict, points, note)


@pytest.mark.parametrize(
    ("answer", "verdict", "note"),
    [
        ("16x16x20", "right", ""),
        ("20x16x16", "wrong", "the right numbers in channels-first order; channels-last is asked for"),
    ],
)
def test_channels_last_is_right_where_it_is_asked_for(answer, verdict, note):
    """The order that a question asks for is the right one, and only that."""
    mark = judge(LAST, answer)
    assert (mark.verdict, mark.note) == (verdict, note)


@pytest.mark.parametrize("answer", ["?", "??", "-", "—", "idk", " IDK ", "n/a", "I don't know", "\u00a0?"])
@pytest.mark.parametrize("question", ["depth", "flat", "size", "sees", "claims"])
def test_who_has_no_answer_leaves_it_blank(question, answer):
    """A sign or a word that says so is no answer, to any kind of question."""
    assert judge(BY_ID[question], answer).verdict is Verdict.BLANK


def test_a_word_that_is_an_option_is_an_answer():
    """What an option says is an answer, even where it would be none elsewhere."""
    question = replace(SELECT, answer=SelectAll((1,), ("yes", "N/A", "?")))
    assert [judge(question, answer).verdict for answer in ("n/a", "?", "-")] == ["right", "wrong", "blank"]


@final
@dataclass(frozen=True, slots=True)
class Undecided(AnswerKind[str]):
    """A kind whose answers a person has to look at."""

    name: ClassVar[str] = "undecided"
    key: str = "k"

    def read(self, answer: str) -> str:
        return answer

    def judge(self, reading: str) -> Judgement:
        return Judgement(None, "neither proved nor refuted", CounterExample((("W", 27),), "gives 13", "14"))


def test_what_cannot_be_decided_is_for_a_person():
    """It has no points yet, counts as undecided, is an empty cell of the CSV, and says why."""
    book = grade(Quiz("T", (Question("q", "t", Fraction(2), Undecided()),)), answers_from("student,q\nEve,x\n"))
    (mark,) = book.results[0].marks
    note = "neither proved nor refuted; yours gives 13 at W = 27; asked for 14"
    assert (mark.verdict, mark.note) == (Verdict.LOOK_BY_HAND, note)
    assert (float(mark.points), float(book.results[0].undecided)) == (0, 2)
    header = "student,points,out of,right,partly right,wrong,blank,not understood,look by hand,q"
    assert book.as_csv().splitlines() == [header, "Eve,0,2,0,0,0,0,0,1,"]
    assert f"look by hand: x; the key is k ({note})" in " ".join(str(book).split())


def test_nothing_chosen_is_right_where_nothing_is():
    """Where no option is right, none is the answer, and anything else is wrong."""
    question = Question("q", "t", Fraction(1), SelectAll((), tuple("wxyz")), options=OPTIONS)
    assert [judge(question, answer).verdict for answer in ("none", "a", "")] == ["right", "wrong", "blank"]


@given(chosen=st.sets(st.sampled_from("abcd"), min_size=1))
def test_select_all_by_its_rule(chosen):
    """A right choice is worth what a wrong one costs, and nobody falls below nothing."""
    hits = len(chosen & set("ac")) - len(chosen & set("bd"))
    assert judge(SELECT, " ".join(chosen)).points == max(hits, 0)


@given(st.text(alphabet=st.characters(), max_size=40))
@example("²")
@example("٥١٢٠")
@example("20\x00")
def test_no_answer_raises(answer):
    """Whatever is written gets a verdict, and what is not understood has a reason."""
    marks = [judge(question, answer) for question in (*QUIZ.questions, SELECT, LAST, FLAT)]
    assert [bool(mark.note) for mark in marks if mark.verdict is Verdict.NOT_UNDERSTOOD].count(False) == 0


SYMBOLS = st.text(alphabet=string.digits[:6] + "x*^²+-/=(),. _abcd", max_size=14)


@given(SYMBOLS)
@example("0x14")
@example("20#")
def test_only_the_key_is_right(answer):
    """An integer answer that is right has the key's digits and nothing else but signs that set thousands apart."""
    mark = judge(BY_ID["depth"], answer)
    digits = "".join(char for char in answer.partition(".")[0] if char.isdigit()).lstrip("0")
    assert mark.verdict is not Verdict.RIGHT or (mark.value, digits) == (20, "20")


@given(
    factors=st.lists(st.integers(1, 40), min_size=1, max_size=4),
    times=st.sampled_from(["*", " * ", "×", " · ", "x", " X "]),
    more=st.integers(1, 9),
)
@example(factors=[16, 16, 20], times="x", more=1)
def test_a_calculation_is_right_only_for_its_value(factors, times, more):
    """A calculation is right where the key is its value, and nowhere else."""
    written = f"{times.join(map(str, factors))} + {more}"
    value = math.prod(factors) + more
    keys = (value, value + 1, value - more)
    marks = [judge(replace(BY_ID["flat"], answer=ExpressionAnswer(key)), written) for key in keys]
    assert [(mark.verdict, mark.value) for mark in marks] == [("right", value), ("wrong", value), ("wrong", value)]


@given(st.lists(st.integers(1, 30), min_size=1, max_size=4), st.sampled_from(["x", " x ", ", ", " × ", "*"]))
@example([20, 16, 16], "x")
@example([16, 16, 20], "x")
def test_a_shape_is_right_only_if_it_is_the_key(sizes, between):
    """A shape is right where it equals the key, size for size, in the key's order."""
    mark = judge(BY_ID["size"], between.join(map(str, sizes)))
    assert (mark.verdict is Verdict.RIGHT) == (sizes == [20, 16, 16])


def test_the_example_gradebook():
    """The shipped answers get exactly these verdicts."""
    short = {"right": "+", "partly right": "/", "wrong": "-", "blank": "0", "not understood": "?"}
    found = {result.student: "".join(short[mark.verdict] for mark in result.marks) for result in BOOK.results}
    assert found == {"Ada": "++++++++", "Bo": "++-++-++", "Chen": "?+++-++/", "Dima": "+--++0-/", "Eva": "+++??+?-"}


def test_the_example_totals():
    """Points are what was understood; what was not is kept apart for a person."""
    totals: dict[str, Any] = {result.student: (result.points, result.undecided) for result in BOOK.results}
    assert totals == {
        "Ada": (11, 0), "Bo": (8, 0), "Chen": (8, 1), "Dima": (5, 0), "Eva": (5, 4),
    }  # fmt: skip


def test_a_mark_holds_everything():
    """A mark as JSON has the verdict, what was read, the key and its derivation."""
    assert BOOK.as_dict()["students"][1]["marks"][2] == {
        "question": "size", "verdict": "wrong", "points": 0, "out_of": 2, "answer": "16x16x20", "read": [16, 16, 20],
        "key": [20, 16, 16], "note": "the right numbers in channels-last order; channels-first is asked for",
        "carried": False,
        "derivation": "channels of conv2 = K = 20; height and width of pool2 = ⌊(W − F + 2P)/S⌋ + 1 = "
        "⌊(32 − 2 + 2·0)/2⌋ + 1 = 16",
        "mistakes": [
            {
                "edits": [{"name": "channels-last", "node": "pool2"}],
                "says": "You wrote the channels last: 16x16x20",
                "value": [16, 16, 20],
            }
        ],
    }  # fmt: skip


def test_as_dict_is_json():
    """The gradebook survives JSON unchanged."""
    assert json.loads(json.dumps(BOOK.as_dict())) == BOOK.as_dict()


def test_every_derivation_names_its_key():
    """The reason that is shown for a number ends in the number."""
    ends = {
        question.id: steps_text(question.steps).replace(",", "").endswith(str(question.key))
        for question in QUIZ.questions
    }
    assert [name for name, right in ends.items() if not right] == ["size", "sees", "claims"]


def test_the_page_fits_a_terminal():
    """No line of the page is wider than 80 characters."""
    assert max(map(len, str(BOOK).splitlines())) <= 80


def test_the_page_says_what_was_not_right():
    """The page names the answer, the key and the mistake."""
    page = " ".join(str(BOOK).split())
    assert "size wrong: 16x16x20; the key is 20x16x16. You wrote the channels last: 16x16x20." in page


def test_a_mark_is_a_page():
    """A mark alone says what was written, the key and the mistake; one that is right says so."""
    marks = BOOK.results[1].marks
    assert [" ".join(str(marks[place]).split()) for place in (0, 2)] == [
        "entries right: 784",
        "size wrong: 16x16x20; the key is 20x16x16. You wrote the channels last: 16x16x20.",
    ]


def test_a_result_is_a_page():
    """A student's result has the answers that are not right, and those that are missing."""
    lines = str(BOOK.results[3]).splitlines()
    assert (lines[0], lines[1], lines[-1]) == (
        "Dima: 5 of 11",
        "  depth    wrong: 10; the key is 20. Either you let the pooling change the",
        "  blank    conv2",
    )


def test_a_quiz_is_a_page():
    """A quiz prints its questions with their keys and the steps to them."""
    page = " ".join(str(QUIZ).split())
    assert "conv1 How many parameters does the first convolution have, biases included? (1 point) key: 280" in page
    assert "parameters of conv1 = K·F·F·D + K = 10·3·3·3 + 10 = 280" in page


def test_a_gradebook_in_a_notebook():
    """What students wrote becomes no element."""
    html = small("student,depth\n<b>Eve</b>,<i>20</i>\n")._repr_html_()
    assert ("&lt;b&gt;Eve" in html, "&lt;i&gt;20" in html, "<i>20" in html) == (True, True, False)


def test_the_csv_leaves_room_for_a_person():
    """What was not understood is an empty cell in the CSV."""
    rows = list(csv.reader(BOOK.as_csv().splitlines()))
    assert (rows[0][:4], rows[3][8:]) == (
        ["student", "points", "out of", "right"], ["", "1", "2", "2", "0", "1", "1", "1"],
    )  # fmt: skip


DEPTH = Quiz("T", (BY_ID["depth"],))


def small(text):
    return grade(DEPTH, answers_from(text))


def test_nobody_answered():
    """A file with a header alone is an empty gradebook, not a mistake."""
    assert str(small("student,depth\n")).startswith("T: 0 students, 1 question, 1 point\n")


def test_a_formula_is_no_formula_in_a_spreadsheet():
    """A name that a spreadsheet would run gets an apostrophe in front."""
    assert small('student,depth\n"=HYPERLINK(""x"")",20\n').as_csv().splitlines()[1].startswith("\"'=HYPERLINK(")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", " =1", "＝1"])
def test_each_sign_of_a_formula_is_disarmed(text):
    """Each sign that starts a formula is disarmed, behind spaces too."""
    assert cell(text) == f"'{text}"


def test_no_escape_sequence_reaches_the_terminal():
    """Control characters that a student wrote are shown, not obeyed, on the page, in JSON and in CSV."""
    book = small("student,depth\n\x1b[2JEve\u202e\x9b1m,\x1b]0;x\x07\x9b\n")
    printed = str(book) + book.as_csv() + json.dumps(book.as_dict(), ensure_ascii=False)
    assert [char for char in printed if char in "\x1b\x07\x9b\u202e"] == []


@given(st.text())
def test_visible_text_is_printable(text):
    """What is shown has no control or format characters but the joiners that names need."""
    shown = visible(text)
    assert all(char.isprintable() or char in " \u200c\u200d" or char.isspace() for char in shown)
    assert not set(shown) & set("\n\r\t\x1b\x85\u2028\u2029")


def test_plain_text_stays_plain():
    """Names in any script are not touched."""
    assert visible("Zoë Łukasz 陈 می\u200cخواهم 👩\u200d🔬") == "Zoë Łukasz 陈 می\u200cخواهم 👩\u200d🔬"


@pytest.mark.parametrize(
    "text",
    [
        "student,depth\nAda,20\n", "\ufeffstudent,depth\nAda,20\n", "student;depth\nAda;20\n", "student\tdepth\nAda\t20\n",
        "student,depth\r\nAda,20\r\n", "\nstudent,depth\n,\nAda,20\n\n", "id, depth \n Ada ,20",
    ],
)  # fmt: skip
def test_files_as_programs_write_them(tmp_path, text):
    """A byte-order mark, other delimiters, other line ends and empty rows make no difference."""
    (tmp_path / "a.csv").write_bytes(text.encode())
    (result,) = grade(DEPTH, read_answers(tmp_path / "a.csv")).results
    assert (result.student, result.marks[0].answer) == ("Ada", "20")


def test_a_row_that_ends_early_is_blank():
    """Cells that a row leaves out are blank answers."""
    assert small("student,depth\nAda\n").results[0].marks[0].verdict is Verdict.BLANK


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "answers is empty; its first row names the columns, its first column the students."),
        ("student,deep\nAda,20", "answers: the quiz has no question deep (did you mean depth?)."),
        ("student,zzz\nAda,20", "answers: the quiz has no question zzz; the questions are depth."),
        ("student\nAda", "answers: there is no column for depth. A question's column is called by its id or its text."),
        ("student,depth,depth\nAda,5,6", "answers: two columns are called depth."),
        (
            "student,\nAda,5",
            "answers: there is no column for depth. A question's column is called by its id or its text.",
        ),
        (
            "student,a,b\nAda,5",
            "answers: there is no column for depth; its columns are a, b. A question's column is called by its id or its text.",
        ),
        ('student,depth\nAda,"5', "answers: line 2: unexpected end of data."),
        ("s," + ",".join(f"q{n}" for n in range(400)), "answers: there are 401 columns; at most 300 are read."),
    ],
)
def test_a_mistake_in_the_answers_is_one_line(text, message):
    """A mistake in the answers file is answered in one line with its place."""
    with pytest.raises(SpecError) as refused:
        small(text)
    assert str(refused.value) == message


def answers_or_refusal(text):
    try:
        table = answers_from(text).tables[0]
        return {len(row.cells) for row in table.rows() if isinstance(row, AnswerRow)} - {len(table.header)}
    except SpecError as refused:
        return set() if len(str(refused).splitlines()) == 1 else {str(refused)}


@given(st.text(max_size=80))
@example("a,b\n1")
@example('"')
def test_any_text_is_answers_or_a_refusal(text):
    """A file of any text is read, each row with as many cells as columns, or refused in one line."""
    assert answers_or_refusal(text) == set()


@pytest.mark.parametrize("printed", [str(BOOK), BOOK.as_csv()])
def test_the_guide_shows_what_is_printed(printed):
    """The how-to's page and CSV are what the command prints today."""
    assert f"\n{printed.rstrip()}\n```" in (ROOT / "docs/how-to/grade-a-quiz.md").read_text(encoding="utf-8")


def test_a_quiz_of_too_much_work_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The question with which it becomes too much is named; a net that is asked about twice counts once."""
    question = {"text": "t", "kind": "integer", "ask": "channels"}
    nets = [{"spec": "Conv2d(3, 8, 3)", "input": f"3x{size}xW"} for size in (9, 9, 10)]
    document = QuizDocument.model_validate(
        {"title": "T", "questions": [{**question, "id": f"q{place}", "net": net} for place, net in enumerate(nets)]}
    )
    steps = measure(parse("Conv2d(3, 8, 3)", input_shape="3x9xW")).steps
    monkeypatch.setattr(nets_of_a_quiz, "MAX_STEPS", steps)
    with pytest.raises(SpecError, match=r"^quiz: question q2: its net and those before it take more than"):
        from_document(document)


def test_the_derivations_of_a_quiz_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fields of all nodes take the work of every layer each; an answer that is asked for twice counts once."""
    asks = [*["parameters"] * 9, *({"measure": "receptive_field", "node": f"conv{place + 1}"} for place in range(20))]
    document = QuizDocument.model_validate(
        {
            "title": "T",
            "net": {"spec": "Conv2d(3, 3, 3) " * 20, "input": "3x99x99"},
            "questions": [
                {"text": "t", "kind": "integer", "id": f"q{place}", "ask": ask} for place, ask in enumerate(asks)
            ],
        }
    )
    monkeypatch.setattr(nets_of_a_quiz, "MAX_STEPS", 20 * 8 + 20 + 5 * 20)
    with pytest.raises(SpecError, match=r"^quiz: question q14: its key and those before it take more than 280 steps"):
        from_document(document)


def test_the_answers_of_a_class_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Students times questions."""
    monkeypatch.setattr(gradebook, "MAX_ANSWERS", 39)
    with pytest.raises(SpecError, match="at most 39 answers are graded at a time: of 4 students, with 8 questions"):
        grade(QUIZ, ANSWERS)


def test_the_characters_of_different_answers_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal answers to a question are judged once, and count once."""
    text = "student,depth\n" + "".join(f"s{number},1 + 2\n" for number in range(30))
    monkeypatch.setattr(gradebook, "MAX_CHARACTERS", 5)
    assert len({id(result.marks[0]) for result in small(text).results}) == 1
    monkeypatch.setattr(gradebook, "MAX_CHARACTERS", 4)
    with pytest.raises(SpecError, match="the answers that differ have more than 4 characters"):
        small(text)
