"""Exports: every quiz in every format, the same bytes each time, and a list of what a format cannot say."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from io import BytesIO

import pytest

from shapecalc.errors import SpecError
from shapecalc.grading import QuizTemplate, load_template
from shapecalc.grading.exchange.abilities import Ability
from shapecalc.grading.exchange.bank import QuizBank
from shapecalc.grading.exchange.export import FORMATS, export_quiz
from shapecalc.grading.quizzes import PREFIX, QUIZ_NAMES
from tests.cli.test_main import Run, run

__all__ = ["run"]  # a fixture


def template(*questions: Mapping[str, object], **keys: object) -> QuizTemplate:
    """A quiz of these entries."""
    entries = [{"id": f"q{place}", "text": "t", **entry} for place, entry in enumerate(questions, 1)]
    return QuizTemplate({"title": "T", **keys, "questions": entries})


#: The formats that no other program writes; test_paper_pdf.py has the one of Chromium.
UNPRINTED = [name for name in FORMATS if name != "pdf"]
#: A choice of one option, which every format can say all of.
CHOICE = {"kind": "single-choice", "options": [{"text": "yes", "right": True}, {"text": "never", "right": False}]}
WIDTH = {"kind": "integer", "net": {"spec": "Conv2d(1, 1, 3)", "input": "1x8x8"}, "ask": "width"}


@pytest.mark.parametrize("name", QUIZ_NAMES)
def test_every_quiz_in_every_format(name):
    """No question is left out."""
    bank = QuizBank(load_template(PREFIX + name), 2)
    for to in UNPRINTED:
        assert [code for code in FORMATS[to].write(bank).shortcomings if "left out" in code.consequence] == []


@pytest.mark.parametrize("to", UNPRINTED)
def test_the_same_bytes(to):
    """Two exports of one quiz are equal."""
    files = [export_quiz(load_template("quiz:pooling"), to, variants=1).files for _ in range(2)]
    assert files[0] == files[1]


@pytest.mark.parametrize("to", ["canvas", "qti21", "qti3"])
def test_an_archive_has_one_date(to):
    """The first that a ZIP archive can name, whenever it is written."""
    content = export_quiz(template(CHOICE), to).files.content
    assert {info.date_time for info in zipfile.ZipFile(BytesIO(content)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("to", UNPRINTED)
def test_what_a_format_can_say_all_of(to):
    """A plain choice; of Aiken and Otter it is said that nobody sees how the key comes about."""
    missing = {shortcoming.ability for shortcoming in export_quiz(template(CHOICE), to).shortcomings}
    assert missing == ({Ability.DERIVATION} if to in ("aiken", "otter") else set())


#: A quiz that needs something, and the ability that Moodle lacks for it.
LACKING = [
    ({"kind": "formula", "key": "F*F", "letters": ["F"]}, {}, Ability.EFFECTS),
    ({"kind": "text", "accepted": ["batch"]}, {}, Ability.UNLISTED_WORDS),
    ({"kind": "argument", "layer": "Conv2d(1, 1, 3, padding=?)", "keeps": "size"}, {}, Ability.ALL_VALUES),
    (WIDTH, {"feedback": "after-deadline"}, Ability.LATER_FEEDBACK),
    (WIDTH, {"attempts": {"most": 2}}, Ability.ATTEMPTS),
    (WIDTH, {"attempts": {"penalty": 0.5}}, Ability.PENALTY),
    ({**CHOICE, "kind": "select-all", "parts": "each-option"}, {}, Ability.EACH_OPTION),
    ({**CHOICE, "kind": "select-all", "parts": "all-or-nothing"}, {}, Ability.ALL_OR_NOTHING),
]


@pytest.mark.parametrize(("entry", "keys", "ability"), LACKING)
def test_what_is_missing_is_listed(entry, keys, ability):
    """With the question that needs it."""
    shortcomings = export_quiz(template(entry, **keys), "moodle").shortcomings
    assert (ability, ("q1",)) in [(shortcoming.ability, shortcoming.questions) for shortcoming in shortcomings]


def test_carried_errors_are_listed():
    """Where two questions are about one net."""
    net = {"spec": "Conv2d(1, 1, 3) Flatten", "input": "1x8x8"}
    entries = [{"kind": "integer", "ask": measure} for measure in ("values", "positions")]
    shortcomings = export_quiz(template(*entries, net=net), "gift").shortcomings
    assert Ability.CARRIED in {shortcoming.ability for shortcoming in shortcomings}


def test_strict(run: Run, tmp_path):
    """Nothing is written, and the status is 1; what the format can say all of is written."""
    quiz = tmp_path / "quiz.json"
    quiz.write_text(json.dumps(template({"kind": "formula", "key": "F*F", "letters": ["F"]}).content))
    out = tmp_path / "quiz.xml"
    status, _, err = run("quiz", "export", str(quiz), "--to", "moodle", "--strict", "-o", str(out))
    assert (status, "Nothing is written" in err, out.exists()) == (1, True, False)
    quiz.write_text(json.dumps(template(CHOICE, WIDTH).content))
    assert run("quiz", "export", str(quiz), "--to", "moodle", "--strict", "-o", str(out))[0] == 0
    assert out.exists()


def test_json(run: Run, tmp_path):
    """On the stream that a program reads, and nothing else there."""
    status, out, _ = run("quiz", "export", "quiz:one-layer", "--to", "html", "-o", str(tmp_path / "p.html"), "--json")
    assert (status, json.loads(out)["complete"]) == (0, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p-key.html", "p-mistakes.html", "p.html"]


@pytest.mark.parametrize(
    ("to", "variants", "words"),
    [("moodel", 1, "did you mean moodle?"), ("gift", 0, "from 1 to 1,000"), ("gift", 1_001, "from 1 to 1,000")],
)
def test_refusals(to, variants, words):
    """A format that there is not, and a number of variants that is out of range."""
    with pytest.raises(SpecError, match=words.replace("?", r"\?")):
        export_quiz(template(CHOICE), to, variants=variants)
