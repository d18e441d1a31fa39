"""Imports: what is exported comes back with the same marks; what is hostile is refused in one line."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from io import BytesIO

import pytest

from shapecalc.errors import SpecError
from shapecalc.formats.document.files import read_data
from shapecalc.grading import QuizTemplate, load_template
from shapecalc.grading.answers.choice import letters_of
from shapecalc.grading.exchange.bank import QuizBank
from shapecalc.grading.exchange.export import FORMATS
from shapecalc.grading.exchange.importing import import_quiz
from shapecalc.grading.exchange.items import ChoiceItem, EssayItem
from shapecalc.grading.exchange.outside import MAX_FILE
from shapecalc.grading.judge import judge
from shapecalc.grading.quizzes import PREFIX, QUIZ_NAMES
from shapecalc.grading.variants.seeds import plain_seeds
from tests.cli.test_main import Run, run
from tests.grading.exchange.test_places import as_told, choices

__all__ = ["run"]  # a fixture


@pytest.mark.parametrize("name", QUIZ_NAMES)
def test_what_is_exported_comes_back(name, tmp_path):
    """With the same points for the same answers; essays are left out with a remark."""
    bank = QuizBank(load_template(PREFIX + name), 1)
    for to in ("moodle", "gift", "canvas", "qti21"):
        (tmp_path / to).write_bytes(FORMATS[to].write(bank).content)
        draft = import_quiz(tmp_path / to)
        assert draft.title == bank.title
        draft.save(tmp_path / "quiz.yaml")
        quiz = QuizTemplate(read_data(tmp_path / "quiz.yaml")).variant(plain_seeds("1"))
        back = {question.id: question for question in quiz.questions}
        for entry in (entry for pool in bank.pools for entry in pool.entries):
            if isinstance(entry.item, EssayItem):
                assert [words for place, words in draft.remarks if place == entry.name], entry.name
                continue
            question = back.pop(entry.name)
            factor = question.points / entry.question.points  # GIFT has no points
            item = entry.item
            answers = map(letters_of, choices(item)) if isinstance(item, ChoiceItem) else as_told(entry)
            for answer in answers:
                expected = judge(entry.question, answer).points * factor
                assert judge(question, answer).points == expected, (to, entry.name, answer)
        assert back == {}


def draft_from(tmp_path, text):
    """The draft of a file of this text."""
    (tmp_path / "bank").write_text(text, encoding="utf-8")
    return import_quiz(tmp_path / "bank")


def moodle(kind, inside):
    return f'<quiz><question type="{kind}"><name><text>q</text></name>{inside}</question></quiz>'


ASKED = '<questiontext format="html"><text><![CDATA[<p>Why?</p>]]></text></questiontext>'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (moodle("matching", ASKED), "left out: it is of kind matching"),
        (moodle("essay", ASKED), "left out: it is of kind essay"),
        (moodle("numerical", f'{ASKED}<answer fraction="100"><text>*</text></answer>'), "any number is right"),
        (moodle("shortanswer", f'{ASKED}<answer fraction="100"><text>a*</text></answer>'), "no text is right"),
        (
            moodle("numerical", f'{ASKED}<answer fraction="100"><text>3</text></answer><units><unit/></units>'),
            "units are left out",
        ),
        ("::q::Pairs {=a -> b =c -> d}", "of kind matching"),
        ("::q::Number {#1/3}", "any number is right"),
        ("::q::Half {#=3 =%50%4}", "a part of the points"),
        ("::q::Only a text", "left out: it is of kind description"),
    ],
)
def test_what_is_not_read_is_said(text, words, tmp_path):
    """In front of the draft, and never in silence."""
    text = text if "{" in text or text.startswith("<") else f"{text}\n\n::r::R {{=a}}"
    draft = draft_from(tmp_path, text)
    assert words in " ".join(remark for _, remark in draft.remarks)
    assert all(f"# not read  {remark}: {name}" in draft.text() for name, remark in draft.remarks)


def test_markup_and_scripts_become_text(tmp_path):
    """Nothing of them is markup in the draft, or in an export of it."""
    html = "<p>How <b>wide</b>?</p><script>alert(1)</script><img src=x onerror=alert(2)> &lt;script&gt;"
    inside = (
        f"<questiontext><text><![CDATA[{html}]]></text></questiontext><answer fraction='100'><text>3</text></answer>"
    )
    draft = draft_from(tmp_path, moodle("numerical", inside))
    assert draft.entries[0]["text"] == "How wide? [img] <script>"
    bank = QuizBank(QuizTemplate({"title": "T", "questions": [*draft.entries]}), 1)
    for form in ("moodle", "gift", "html"):
        assert b"<script" not in FORMATS[form].write(bank).content


BOMB = '<!DOCTYPE q [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><quiz>&b;</quiz>'
OUTSIDE = '<!DOCTYPE q [<!ENTITY a SYSTEM "file:///etc/passwd">]><quiz>&a;</quiz>'
HOSTILE = {
    "entities": (BOMB.encode(), "declares entities"),
    "outside entities": (OUTSIDE.encode(), "declares entities"),
    "a parameter entity": (b'<!DOCTYPE q [<!ENTITY % a "b">%a;]><quiz/>', "declares entities"),
    "a bomb in UTF-16": (BOMB.encode("utf-16"), "declares entities"),
    "depth": (b"<quiz>" + b"<a>" * 100_000, "too deep"),
    "no end": (b"<quiz><question>", "no XML"),
    "an unknown encoding": (b'<?xml version="1.0" encoding="x-none"?><quiz/>', "no XML"),
    "a wrong encoding": (b'<?xml version="1.0" encoding="utf-8"?><quiz>\xff</quiz>', "no XML"),
    "nothing": (b"", "no question in braces"),
    "zeros": (b"\0" * 1000, "no question in braces"),
    "bytes": (bytes(range(256)), "not a text in UTF-8"),
    "another root": (b"<html/>", "'html' at its root"),
    "a broken archive": (b"PK\x03\x04" + b"x" * 100, "no archive"),
    "too much": (b"a" * (MAX_FILE + 1), "the most that are read"),
}


def packed(*files: tuple[str, bytes]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return content.getvalue()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused(name, tmp_path, run: Run):
    """In one line, with status 2."""
    content, words = HOSTILE[name]
    (tmp_path / "f").write_bytes(content)
    status, out, err = run("quiz", "import", str(tmp_path / "f"), "-o", str(tmp_path / "q.yaml"))
    assert (status, out, err.count("\n"), words in err) == (2, "", 1, True), err
    assert not (tmp_path / "q.yaml").exists()


def test_hostile_archives(tmp_path):
    """A document that is refused is in the remarks; what unfolds to too much is refused as a whole."""
    (tmp_path / "f").write_bytes(packed(("a.xml", BOMB.encode()), ("../b.xml", b"<assessmentItem/>")))
    assert "declares entities" in import_quiz(tmp_path / "f").remarks[0][1]
    (tmp_path / "g").write_bytes(packed(("a.xml", b" " * 60_000_000)))
    with pytest.raises(SpecError, match="unfolds to 60,000,000 bytes"):
        import_quiz(tmp_path / "g")
    (tmp_path / "h").write_bytes(packed(("a.txt", b"x")))
    with pytest.raises(SpecError, match="no questions of QTI"):
        import_quiz(tmp_path / "h")


@pytest.mark.parametrize("cut", range(0, 4_000, 397))
def test_torn_files_are_refused_or_read(cut, tmp_path):
    """Wherever a file is cut or changed, there is a draft or a refusal."""
    bank = QuizBank(load_template("quiz:one-layer"), 1)
    for to in ("moodle", "gift"):
        content = FORMATS[to].write(bank).content
        for torn in (content[:cut], content[:cut] + b"\\{}=~#:%&<\xc3" + content[cut + 5 :]):
            (tmp_path / "f").write_bytes(torn)
            with suppress(SpecError):
                assert import_quiz(tmp_path / "f").text()


def test_strict_writes_no_draft(run: Run, tmp_path):
    """Where something could not be read."""
    (tmp_path / "f").write_text("::q::Essay {}")
    status, _, err = run("quiz", "import", str(tmp_path / "f"), "-o", str(tmp_path / "q.yaml"), "--strict")
    assert (status, "Nothing is written" in err, (tmp_path / "q.yaml").exists()) == (1, True, False)
