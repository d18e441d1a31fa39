"""What lint says of quizzes with a fault each, and that it says nothing of one without."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from shapecalc.errors import SpecError
from shapecalc.grading import QuizTemplate, lint, load_template
from shapecalc.grading.inspection.trials import trial_remarks
from shapecalc.grading.mistakes.registry import MISTAKES
from tests.cli.test_main import QUIZ, Run, run
from tests.needs import ROOT

__all__ = ["run"]  # a fixture

CONV: dict[str, Any] = {
    "id": "conv",
    "text": "How wide?",
    "kind": "integer",
    "net": {"spec": "Conv2d(3, 8, {F}, padding={P})", "input": "3x{W}x{W}"},
    "ask": "width",
    "vary": {"W": "20..40 step 5", "F": [3, 5], "P": [0, 1]},
}


def report(*questions, sample=50, **keys):
    """What lint says of a quiz of these questions."""
    return lint(QuizTemplate({"title": "Quiz", "questions": list(questions), **keys}), sample=sample)


def remarks(*questions, **keys):
    """Its remarks, by their codes."""
    return {remark.code: remark.message for remark in report(*questions, **keys).remarks}


def test_all_variants_or_a_stated_sample():
    """All where they are few enough."""
    wide = {**CONV, "vary": {**CONV["vary"], "W": "20..1000"}}
    (every,), (drawn,) = report(CONV).questions, report(wide, sample=10).questions
    assert (every.variants, every.is_all) == (20, True)
    assert (drawn.variants, drawn.is_all) == (10, False)


def test_a_variant_that_is_not_legal_is_an_error():
    """With how many there are, and the numbers of the first."""
    result = report({**CONV, "vary": {"W": [2, 9], "F": [3], "P": [0]}})
    (remark,) = [each for each in result.remarks if each.code == "illegal-variant"]
    assert not result.is_fine
    assert remark.message.startswith(
        "cannot be asked in 1 of 2 variants: quiz: where W = 2, F = 3, P = 0: question conv:"
    )


def test_a_mistake_that_hides_in_some_variants():
    """Where P is 0, nobody can leave it out; it is fair that all can, or none."""
    messages = [remark.message for remark in report(CONV).remarks]
    assert "padding-ignored gives a wrong number in 10 of 20 variants only" in messages
    assert "hidden-mistake" not in remarks({**CONV, "vary": {"W": [20], "F": [3, 5], "P": [1]}})


def test_mistakes_that_share_a_number():
    """Two common ones, with an example; where all variants do it, no other numbers avoid it."""
    messages = [each.message for each in report({**CONV, "vary": {"W": [20], "F": [5], "P": [1, 2]}}).remarks]
    assert any("padding-once and plus-one-forgotten give the same number in 1 of 2" in message for message in messages)


def test_the_same_key_in_every_variant():
    """What varies does not matter."""
    count = {**CONV, "net": {"spec": "Conv2d(3, 8, 3)", "input": "3x{W}x{W}"}, "ask": "channels"}
    assert remarks(count)["same-key"] == "every variant has the same key, 8"


@pytest.mark.parametrize(
    ("spec", "ask", "parts", "words"),
    [
        (
            "Conv2d(1, 8, 3) Flatten() Linear(5408, 10)",
            {"measure": "values", "node": "flatten1"},
            {},
            "5408 of the key in linear1",
        ),
        ("Conv2d(1, 8, 3) Flatten() LazyLinear(10)", {"measure": "values", "node": "flatten1"}, {}, ""),
        (
            "Conv2d(1, 8, 3) Flatten() Linear(5408, 10)",
            {"measure": "values", "node": "flatten1"},
            {"show_net": False},
            "",
        ),
        (
            "Conv2d(1, 8, 3) Conv2d(8, 4, 3)",
            {"measure": "channels", "node": "conv1"},
            {},
            "",
        ),  # it stands in its own layer
        ("PixelShuffle(2) Conv2d(3, 4, 3)", {"measure": "channels", "node": "shuffle1"}, {}, "3 of the key in conv1"),
        (
            "Conv2d(1, 8, 3) Flatten() Linear(5408, 10)",
            {"measure": "parameters"},
            {},
            "",
        ),  # a total is worked out from all
    ],
)
def test_a_key_that_students_see(spec, ask, parts, words):
    """A number in a layer behind the one that is asked about; what is worked with may be seen."""
    net = {"spec": spec, "input": "12x8x8" if "Shuffle" in spec else "1x28x28"}
    question = {"id": "a", "text": "?", "kind": "integer", "ask": ask, "net": net}
    assert words in remarks(question, **parts).get("key-in-network", "")
    assert bool(words) == ("key-in-network" in remarks(question, **parts))


def test_a_key_typed_by_hand_is_said():
    """As a note."""
    assert "typed by hand" in remarks({"id": "a", "text": "?", "kind": "integer", "key": 3})["typed-key"]


def test_right_options_at_the_same_place():
    """Among five choices or more."""
    choice: dict[str, Any] = {
        "text": "?",
        "kind": "single-choice",
        "net": {"spec": "ReLU()", "input": 8},
        "ask": "values",
    }
    same: list[dict[str, Any]] = [{**choice, "id": f"q{place}", "options": [8, place + 20]} for place in range(5)]
    assert remarks(*same)["key-position"] == "option a is right in 5 of 5 choices; move some keys"
    mixed = [{**entry, "options": entry["options"][:: (-1) ** place]} for place, entry in enumerate(same)]
    assert "key-position" not in remarks(*mixed)


TESTED = {**CONV, "vary": {}, "net": {"spec": "Conv2d(3, 8, 3)", "input": "3x9x9"}}


@pytest.mark.parametrize(
    ("tests", "codes"),
    [
        ({"right": [7], "wrong": [6, 8]}, set()),
        ({"right": [6]}, {"test-answer"}),
        ({"wrong": 7}, {"test-answer"}),
        ({"right": ["x"]}, {"test-answer"}),
        ({"wrong": [5]}, {"weak-tests"}),
    ],
)
def test_test_answers(tests, codes):
    """They are judged as expected, and notice a changed key."""
    messages = remarks({**TESTED, "tests": tests})
    assert set(messages) & {"test-answer", "weak-tests"} == codes
    if "test-answer" in codes:
        assert "the test answer" in messages["test-answer"]


def test_the_order_of_remarks_is_the_same_in_every_run():
    """That of the mistakes, not that of a set."""
    hidden = [each.message.split()[0] for each in report(CONV).remarks if each.code == "hidden-mistake"]
    assert len(hidden) > 1
    assert hidden == [name for name in MISTAKES if name in hidden]


def test_test_answers_of_options():
    """They notice an option that is decided otherwise; the order of the right options is none of their business."""
    options = [{"text": word, "right": word in ("one", "three")} for word in ("one", "two", "three")]
    count = {"id": "n", "text": "Which are odd?", "kind": "select-all", "options": options}
    assert "weak-tests" not in remarks({**count, "tests": {"right": "a, c"}})
    assert "were c" in remarks({**count, "tests": {"wrong": "b"}})["weak-tests"]


def test_a_key_of_zero():
    """It is changed too, where it is the answer that is tested."""
    pool = {**CONV, "net": {"spec": "ReLU", "input": "3x9x9"}, "ask": "parameters", "vary": {}}
    assert "weak-tests" not in remarks({**pool, "tests": {"right": 0}})
    assert "weak-tests" not in remarks({**pool, "kind": "expression", "tests": {"right": 0, "wrong": 1}})
    assert "weak-tests" in remarks({**pool, "tests": {"wrong": 5}})


def test_a_formula_has_no_numbers_of_mistakes():
    """Its network has letters, so that nothing is worked out."""
    net = {"spec": "Conv2d(1, 1, F)", "input": "1xWxW"}
    width = {**CONV, "kind": "formula", "net": net, "vary": {}, "tests": {"right": "W - F + 1", "wrong": "W - F"}}
    result = report(width)
    assert (result.is_fine, result.remarks, result.questions[0].matrix) == (True, (), ())


def test_a_question_without_letters_of_its_own_has_one_key():
    """No remark says so: it draws nothing, though the quiz does."""
    depth = {**CONV, "id": "depth", "net": {"spec": "Conv2d(3, 8, 3)", "input": "3x9x9"}, "vary": {}}
    assert "same-key" not in remarks(depth, vary={"N": [1, 2, 3]})


def test_test_answers_follow_the_numbers():
    """Braces hold calculations."""
    assert "test-answer" not in remarks({**CONV, "tests": {"right": "{W - F + 2*P + 1}"}})
    assert "where W = 20, F = 3, P = 1" in remarks({**CONV, "tests": {"right": "{W - F + 1}"}})["test-answer"]


def test_every_changed_key_is_noticed_by_a_right_answer():
    """A right answer is wrong under any other key."""
    (question,) = QuizTemplate({"title": "Quiz", "questions": [TESTED]}).variant(str).questions
    assert list(trial_remarks([replace(question, tests=(("7", "right"),))])) == []


def test_the_example_is_fine(run: Run):
    """No error, no warning; the command's status says so, and JSON has the same."""
    result = lint(load_template(ROOT / QUIZ))
    assert {remark.severity.value for remark in result.remarks} <= {"note"}
    status, out, _ = run("quiz", "lint", QUIZ, "--json")
    assert (status, json.loads(out)) == (0, result.as_dict())
    assert "bias-forgotten" in run("quiz", "lint", QUIZ, "--matrix")[1]


def test_a_tolerance_that_takes_a_mistake_for_right():
    """Within 1 % of 102,400 weights, 10 biases do not matter; without a tolerance they do."""
    dense = {
        **CONV,
        "vary": {},
        "kind": "number",
        "ask": "parameters",
        "net": {"spec": "Linear(10240, 10)", "input": 10240},
    }
    assert remarks(dense)["tolerated-mistake"].startswith("its tolerance takes mistakes for right: bias-forgotten")
    assert "tolerated-mistake" not in remarks({**dense, "tolerance": 0})


RULES: list[tuple[dict[str, Any], list[Any], str]] = [
    ({"kind": "shape", "ask": "output_shape"}, ["8x7x8", "8x8x7"], "a batch were accepted"),
    ({"kind": "number", "ask": "parameters", "tolerance": "1%"}, [1000], "a tolerance ten times as large"),
    ({"kind": "text", "accepted": ["a"], "rejected": ["b"]}, [], "nothing were rejected"),
    (
        {"kind": "kernel", "does": "averages", "size": "2x2", "example": "1/4 1/4; 1/4 1/4"},
        ["1 1; 1 1"],
        "not asked for: it is 2x2",
    ),
]


@pytest.mark.parametrize(
    ("keys", "wrong", "words"), RULES, ids=lambda part: part.get("kind") if isinstance(part, dict) else ""
)
def test_rules_that_no_test_answer_tries(keys, wrong, words):
    """Each is noted, until an answer tries it."""
    right = {"shape": "8x7x7", "number": 224, "text": "a", "kernel": "1/4 1/4; 1/4 1/4"}
    tries = {"shape": "1x8x7x7", "number": 235, "text": "b", "kernel": "1/2 1/2"}
    net = {"net": TESTED["net"]} if "ask" in keys else {}
    entry = {"id": "q", "text": "t", **net, **keys}
    kind = keys["kind"]
    assert words in remarks({**entry, "tests": {"right": [right[kind]], "wrong": wrong}})["weak-tests"]
    assert "weak-tests" not in remarks({**entry, "tests": {"right": [right[kind]], "wrong": [*wrong, tries[kind]]}})


def test_requirements_that_no_test_answer_tries():
    """Of a network; an answer may be expected to be partly right."""
    net = {"id": "n", "text": "t", "kind": "network", "inputs": "3x9x9", "output": "4", "parameters": {"at_most": 50}}
    example = {"example": "AdaptiveAvgPool2d(1) Flatten Linear(3, 4)", "rubric": {"output": 1, "parameters": 1}}
    tests = {"right": "AdaptiveAvgPool2d(1) Flatten Linear(3, 4)", "wrong": "Linear(9, 30)"}
    messages = [each.message for each in report({**net, **example, "tests": tests}).remarks]
    assert any("not asked for: gives 4" in message for message in messages)
    assert any("not asked for: parameters ≤ 50" in message for message in messages)
    partly = ["Flatten Linear(243, 4)", "AdaptiveAvgPool2d(1) Flatten Linear(3, 5)"]
    assert "weak-tests" not in remarks({**net, **example, "tests": {**tests, "partly": partly}})


def test_two_options_of_one_value_are_refused():
    """Whatever their texts."""
    options = [7, {"text": "seven", "value": 7}, 9]
    choice = {**TESTED, "kind": "single-choice", "options": options}
    assert "Two options have the same value, 7" in remarks(choice)["illegal-variant"]


def test_a_difficulty_is_stated_where_a_key_is_worked_out():
    """Not where many answers are right."""
    blank = {"id": "b", "text": "t", "kind": "argument", "layer": "Conv2d(3, 8, 7, padding=?)", "keeps": "size"}
    worked, judged = report(TESTED, blank).questions
    assert (worked.difficulty, judged.operations, judged.difficulty) == ("medium", None, "")


def test_a_pair_is_counted_once_in_a_variant():
    """Though it shares several numbers."""
    counts = [remark.message for remark in lint(load_template("quiz:architectures"), sample=5).remarks]
    assert not any("in 6 of 3" in message for message in counts)


def test_an_error_is_a_status(run: Run, tmp_path):
    """1, where a test answer fails."""
    path = tmp_path / "quiz.json"
    path.write_text(json.dumps({"title": "Quiz", "questions": [{**TESTED, "tests": {"right": 6}}]}), encoding="utf-8")
    status, out, _ = run("quiz", "lint", str(path))
    assert status == 1
    assert "the test answer 6 is wrong, not right" in " ".join(out.split())


def test_a_sample_is_bounded():
    """And is at least 1."""
    with pytest.raises(SpecError, match="from 1 to 2,000, not 0"):
        report(CONV, sample=0)


def test_two_questions_of_one_name_are_refused():
    """As in every variant."""
    with pytest.raises(SpecError, match="two questions are called conv"):
        report(CONV, CONV)


def test_seeds_that_tell_mistakes_apart():
    """None where nothing is drawn."""
    assert len(report(CONV).seeds) == 5
    assert report(TESTED).seeds == ()
