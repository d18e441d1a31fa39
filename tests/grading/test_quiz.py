"""Quiz files: what is let in, and the keys that the engine finds."""
# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import shapecalc
from shapecalc.errors import SpecError
from shapecalc.grading import load_quiz
from shapecalc.grading.quiz.derivation import derivation
from shapecalc.grading.quiz.document.quiz import KINDS, MAX_BYTES, QuizDocument, schema
from shapecalc.grading.quiz.quiz import from_document
from shapecalc.grading.quiz.steps import steps_text
from shapecalc.grading.quiz.target import MEASURES, Target
from shapecalc.grading.quiz.target_values import find_key

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs/examples/flatten-quiz.yaml"

QUIZ = """
title: T
net: {spec: "Conv2d(3, 10, 3) MaxPool2d(4)", input: 3x130x130}
questions:
  - id: depth
    text: How deep?
    kind: integer
    ask: channels
  - id: claim
    text: Which?
    kind: select-all
    options:
      - {text: kept, ask: {measure: height, node: conv1}, equals: {measure: height, node: input}}
      - {text: less, ask: {measure: height, node: conv1}, less_than: {measure: height, node: input}}
"""


def load(tmp_path, text, name="quiz.yaml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return load_quiz(path)


def refusal(tmp_path, text, name="quiz.yaml"):
    with pytest.raises(SpecError) as refused:
        load(tmp_path, text, name)
    return str(refused.value).replace(f"{tmp_path}/", "")


def keys(quiz):
    return {question.id: question.key for question in quiz.questions}


def asked(tmp_path, kind, ask, net="{spec: 'Conv2d(3, 8, 3) Flatten', input: 3x9x11}"):
    text = f"title: T\nquestions:\n- {{id: q, text: t, kind: {kind}, net: {net}, ask: {ask}}}\n"
    return load(tmp_path, text).questions[0].key


def test_the_example_has_the_published_numbers():
    """The flatten quiz has the keys that are known from elsewhere."""
    assert keys(load_quiz(EXAMPLE)) == {
        "entries": 784, "depth": 20, "size": (20, 16, 16), "flat": 5120, "conv1": 280, "conv2": 5020, "sees": (2,),
        "claims": (0, 2),
    }  # fmt: skip


def test_no_number_of_the_example_is_typed_as_a_key():
    """The example's answers stand nowhere in its file, but among the options of its single choice."""
    text = EXAMPLE.read_text(encoding="utf-8")
    assert [number for number in ("784", "5120", "280", "5020", "20x16x16") if number in text] == []


def test_claims_are_decided_by_the_engine(tmp_path):
    """A claim is right or wrong as the engine finds it."""
    assert [option.is_right for option in load(tmp_path, QUIZ).questions[1].options] == [False, True]


def test_json_is_a_quiz_too(tmp_path):
    """The same quiz as JSON has the same keys."""
    text = json.dumps(yaml.safe_load(EXAMPLE.read_text(encoding="utf-8")))
    assert load(tmp_path, text, "quiz.json") == load_quiz(EXAMPLE)


@pytest.mark.parametrize(
    ("kind", "ask", "key"),
    [
        ("integer", "channels", 504), ("integer", "{measure: channels, node: conv1}", 8),
        ("integer", "{measure: height, node: conv1}", 7), ("integer", "{measure: width, node: conv1}", 9),
        ("integer", "{measure: output_shape, node: conv1, dim: 2}", 9), ("shape", "output_shape", (504,)),
        ("shape", "{measure: output_shape, node: input}", (3, 9, 11)), ("integer", "{measure: values, node: input}", 297),
        ("expression", "parameters", 224), ("expression", "{measure: parameters, node: conv1, tensor: weight}", 216),
        ("integer", "{measure: macs, node: conv1}", 13608), ("integer", "macs", 13608),
        ("integer", "{measure: receptive_field, node: conv1, axis: width}", 3), ("integer", "{measure: jump, node: conv1}", 1),
    ],
)  # fmt: skip
def test_what_may_be_asked(tmp_path, kind, ask, key):
    """Every measure is answered, of the output, of a node or of the input."""
    assert asked(tmp_path, kind, ask) == key


def test_length_of_a_one_dimensional_layer(tmp_path):
    """The length is the one axis of a one-dimensional layer."""
    assert asked(tmp_path, "integer", "length", "{spec: 'Conv1d(2, 4, 3)', input: 2x10}") == 8


def test_channels_last_is_asked_for(tmp_path):
    """A shape may be asked for with its channels last."""
    text = QUIZ.replace(
        "kind: integer\n    ask: channels", "kind: shape\n    order: channels-last\n    ask: output_shape"
    )
    assert load(tmp_path, text).questions[0].key == (32, 32, 10)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    ask: channels", "    aks: channels", "questions, entry 1, aks: there is no key aks (did you mean ask?)."),
        ("spec:", "specs:", "net, specs: there is no key specs (did you mean spec?)."),
        ("ask: channels", "ask: chanels", "questions, entry 1, ask, measure: chanels is not known (did you mean channels?)"),
        ("integer", "intger", "questions, entry 1, kind: intger is not known (did you mean integer?)"),
        ("    kind: integer\n", "", "questions, entry 1, kind: it is missing."),
        ("ask: channels", "ask: channels\n    order: channels-last", "a question of kind integer has no order; only shape has."),
        ("ask: channels", "key: 3.5", "question depth: The value '3.5' is not a whole number."),
        ("ask: channels", "key: 3\n    ask: channels", "entry 1: the engine finds the key from ask; leave out ask or key."),
        ("ask: channels", "ask: channels\n    feedback: later", "later is not known; it may be now, after-deadline, never"),
        ("ask: channels", "ask: channels\n    attempts: {mots: 2}", "attempts, mots: there is no key mots (did you mean most?)."),
        ('net: {spec: "Conv2d(3, 10, 3) MaxPool2d(4)", input: 3x130x130}\n', "", "question depth: It has no net, and neither has the quiz."),
        ("node: conv1}, less", "nod: conv1}, less", "options, entry 2, ask, nod: there is no key nod (did you mean node?)."),
        ("ask: channels", "ask: {measure: channels, dim: 0}", "channels takes no dim; it goes with output_shape and parameters."),
        ("ask: channels", "ask: {measure: channels, node: con1}", "depth: The network has no node con1 (did you mean conv1?)."),
        ("ask: channels", "ask: {measure: height, node: conv1, axis: top}", "axis: top is not known; it may be depth, height, width"),
        ("ask: channels", "ask: {measure: output_shape, dim: 3}", "depth: The shape 10x32x32 has no dim 3; it has 0 to 2."),
        ("ask: channels", "ask: length", "has no length; it has channels and height, width."),
        ("ask: channels", "ask: output_shape", "question depth: The kind is integer, but its ask gives a shape."),
        ("kind: integer", "kind: shape", "question depth: The kind is shape, but its ask gives a number."),
        ("    ask: channels\n", "", "questions, entry 1: ask is missing: what the key is found from."),
        ("id: claim", "id: depth", "two questions are called depth."),
        ("id: claim", "id: a claim", "questions, entry 2, id: 'a claim' does not match"),
        ("kind: integer", "kind: integer\n    points: -1", "points: it must be at least 0, but is -1."),
        ("kind: integer", "kind: integer\n    options: [1, 2]", "a question of kind integer has no options"),
        ("text: less", "text: Kept", "The option 'Kept' cannot be told apart from another."),
        ("text: less", "text: a", "The option 'a' could be read as the letters of other options."),
        ("equals:", "value: 3, equals:", "an option has either a value or a claim."),
        ("Conv2d", "Conv2", "question depth: column 1: there is no layer Conv2"),
        ("3x130x130", "3x2x2", "question depth: conv1: Conv2d(3, 10, 3): the kernel must fit"),
        ("3x130x130", "3xHxW", "question claim: The answer to height is H − 2"),
        ("title: T", "title: [", "quiz.yaml: line 4: expected"),
        ("title: T", "title: &a [*a]", "line 2: aliases (*name) are not read; write it out."),
        ("title: T", "title: " + "[" * 30 + "]" * 30, "nested deeper than 20."),
    ],
)  # fmt: skip
def test_a_mistake_in_a_quiz_is_one_line(tmp_path, old, new, message):
    """A mistake is answered in one line with the file, the place and what was probably meant."""
    assert old in QUIZ
    said = refusal(tmp_path, QUIZ.replace(old, new, 1))
    assert (message in said, said.startswith("quiz.yaml"), "\n" in said) == (True, True, False), said


def test_a_key_may_be_typed(tmp_path):
    """Where no engine knows it; the question says so."""
    text = QUIZ.replace("net: {", "unused: {").replace("ask: channels", "key: 5,120").replace("unused", "net")
    question = load(tmp_path, text).questions[0]
    assert (question.key, question.is_key_typed, question.model) == (5120, True, None)


def test_a_policy_of_the_quiz_is_that_of_its_questions(tmp_path):
    """Unless a question has its own."""
    quiz = "feedback: never\nattempts: {most: 3, penalty: 0.25, counts: last}\n"
    own = "ask: channels\n    feedback: after-deadline"
    first, second = load(tmp_path, quiz + QUIZ.replace("ask: channels", own, 1)).questions
    assert [first.policy.feedback, second.policy.feedback] == ["after-deadline", "never"]
    assert first.policy.counts == second.policy.counts == "last"
    assert [second.policy.share(attempt) for attempt in (1, 2, 3, 4)] == [1, Fraction(3, 4), Fraction(1, 2), 0]


def test_the_schema_says_which_keys_a_kind_takes():
    """A key of another kind is refused by any tool that knows JSON Schema."""
    question = {"id": "q", "text": "t", "kind": "integer", "ask": "macs", "order": "channels-last"}
    problems = [*jsonschema.Draft202012Validator(schema()).iter_errors({"title": "T", "questions": [question]})]
    assert len(problems) == 1


def test_a_single_choice_among_claims(tmp_path):
    """The one claim that is true is the right option."""
    assert keys(load(tmp_path, QUIZ.replace("select-all", "single-choice")))["claim"] == (1,)


def test_letters_are_no_key(tmp_path):
    """A key must be a number: of an input with letters there is none."""
    said = refusal(tmp_path, QUIZ.replace("3x130x130", "3xHxW").replace("ask: channels", "ask: macs"))
    assert "which is not a whole number and cannot be a key." in said


def test_a_single_choice_has_one_right_option(tmp_path):
    """A single choice none of whose options is right is refused with the engine's answer."""
    text = QUIZ.replace("kind: integer", "kind: single-choice\n    options: [11, 12]")
    assert "question depth: One option must be right, but 0 are; the answer is 10." in refusal(tmp_path, text)


def test_a_bound_is_no_key(tmp_path):
    """A receptive field that is only a bound cannot be asked for."""
    net = "{spec: 'Conv1d(2, 4, 3) Flatten Unflatten(1, (4, 8))', input: 2x10}"
    with pytest.raises(SpecError, match="is only a bound"):
        asked(tmp_path, "integer", "receptive_field", net)


def test_axes_that_differ_need_an_axis(tmp_path):
    """A receptive field with two sizes is asked for along one axis."""
    with pytest.raises(SpecError, match="The axes differ in their receptive_field; say which axis is meant"):
        asked(tmp_path, "integer", "receptive_field", "{spec: 'Conv2d(3, 4, (3, 5))', input: 3x9x9}")


def test_a_bomb_is_refused(tmp_path):
    """Aliases that would unfold without end are refused before they unfold."""
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    assert refusal(tmp_path, bomb) == "quiz.yaml: line 2: aliases (*name) are not read; write it out."


def test_a_large_file_is_refused(tmp_path):
    """A file beyond the bound is not read at all."""
    assert "a quiz has at most 100,000." in refusal(tmp_path, "#" * (MAX_BYTES + 1))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("quiz.yaml", QUIZ + "title: again\n", "quiz.yaml: line 15: title is given twice."),
        ("quiz.json", '{"title": "a", "title": "b"}', "quiz.json: title is given twice."),
        ("quiz.yaml", "? [a]\n: 1\n? [a]\n: 2\n", "quiz.yaml: line 1: a key is a text, not a list or a mapping."),
    ],
)
def test_a_key_stands_once(tmp_path, name, text, message):
    """A key that stands twice is refused; YAML and JSON would take the last and say nothing."""
    assert refusal(tmp_path, text, name) == message


def test_a_missing_file_is_one_line(tmp_path):
    """A file that is not there is said so."""
    with pytest.raises(SpecError, match="No such file"):
        load_quiz(tmp_path / "none.yaml")


def test_the_example_fits_the_published_schema():
    """Any other tool that knows JSON Schema accepts the example."""
    jsonschema.Draft202012Validator.check_schema(schema())
    document = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    assert list(jsonschema.Draft202012Validator(schema()).iter_errors(document)) == []


def test_the_schema_refuses_an_unknown_key():
    """The schema is as strict as the reader."""
    document = {"title": "T", "questions": [{"id": "q", "text": "t", "kind": "integer", "aks": "macs"}]}
    with pytest.raises(jsonschema.ValidationError, match="aks"):
        jsonschema.validate(document, schema())


def test_the_reference_names_everything():
    """Every measure, kind and key of a quiz file stands in its reference."""
    text = (ROOT / "docs/reference/quiz.md").read_text(encoding="utf-8")
    parts = [schema(), *schema()["$defs"].values()]
    words = [*MEASURES, *(key for part in parts for key in part.get("properties", {}))]
    assert [word for word in [*words, *KINDS] if f"`{word}`" not in text] == []


sizes = st.integers(1, 6)


@given(
    out=sizes, kernel=sizes, stride=sizes, padding=st.integers(0, 3), pool=st.integers(1, 3), more=st.integers(0, 20)
)
def test_a_key_is_the_engines_number(out, kernel, stride, padding, pool, more):
    """Each measure's key is what the report says, and its derivation ends in it."""
    size = kernel + (pool - 1) * stride + more
    spec = f"Conv2d(3, {out}, {kernel}, {stride}, {padding}) MaxPool2d({pool})"
    report = shapecalc.measure(shapecalc.parse(spec, input_shape=(3, size, size)))
    row = report["pool1"]
    channels, height, width = row.output_shape
    expected: dict[Any, Any] = {
        "output_shape": row.output_shape, "channels": channels, "height": height, "width": width,
        "values": channels * height * width, "parameters": report.parameters, "macs": report.macs,
        "receptive_field": row.fields[0].size, "jump": row.fields[0].jump,
    }  # fmt: skip
    keys = {measure: find_key(Target(measure), report) for measure in expected}
    ends = {
        steps_text(derivation(Target(measure), report)).endswith(f" {key:,}")
        for measure, key in keys.items()
        if key != (*row.output_shape,)
    }
    assert (expected, ends) == (keys, {True})


def test_every_measure_is_tested_above():
    """The vocabulary is closed; a new word needs its line in test_what_may_be_asked."""
    assert list(MEASURES) == [
        "output_shape", "channels", "height", "width", "length", "values", "positions", "padding",
        "parameters", "macs", "macs_with_bias", "flops", "flops_with_bias", "activations", "bytes",
        "saved_bytes", "receptive_field", "jump", "field_interval", "inference_bytes", "training_bytes",
    ]  # fmt: skip


def test_a_quiz_document_is_strict():
    """No part of the model lets an unknown key through."""
    assert all(part["additionalProperties"] is False for part in [schema(), *schema()["$defs"].values()])
    assert QuizDocument.model_config["extra"] == "forbid"


FILE_QUIZ = "title: T\nnet: {{spec: {spec}{input}}}\nquestions: [{{id: q, text: t, kind: shape, ask: output_shape}}]\n"
FILE_NET = "input: 3x8x8\ntakes: {n: 1}\nvariants: {two: {with: {n: 2}}}\nlayers: [{layer: MaxPool2d(2), repeat: n}]\n"


@pytest.fixture
def folder(tmp_path):
    """A quiz's folder, with network files in it, below it and outside."""
    inside = tmp_path / "quiz"
    (inside / "nets").mkdir(parents=True)
    for path in (inside / "net.yaml", inside / "nets" / "net.yaml", tmp_path / "outside.yaml"):
        path.write_text(FILE_NET, encoding="utf-8")
    (inside / "link.yaml").symlink_to("../outside.yaml")
    return inside


@pytest.mark.parametrize(
    ("spec", "shape", "key"),
    [
        ("net.yaml", "", (3, 4, 4)), ("nets/net.yaml", "", (3, 4, 4)), ("net.yaml:two", "", (3, 2, 2)),
        ("net.yaml", "5x12x12", (5, 6, 6)), ("zoo:lenet5", "", (10,)), ("zoo:fcn32s", "3x64x64", (21, 64, 64)),
        ("MaxPool2d(4)", "3x8x8", (3, 2, 2)), ('"input: 3x8x8\\nlayers: [MaxPool2d(2)]"', "", (3, 4, 4)),
    ],
)  # fmt: skip
def test_a_net_may_be_a_file_or_in_the_zoo(folder, spec, shape, key):
    """A file is found from the quiz's folder; it and the zoo know their input."""
    quiz = load(folder, FILE_QUIZ.format(spec=spec, input=f", input: {shape}" if shape else ""))
    assert quiz.questions[0].key == key


@pytest.mark.parametrize("spec", ["../outside.yaml", "nets/../../outside.yaml", "link.yaml", "ABSOLUTE"])
def test_a_net_may_not_lie_outside_of_the_folder(folder, spec):
    """Neither by its dots, nor by a link, nor by an absolute path."""
    path = spec.replace("ABSOLUTE", str(folder / "net.yaml"))
    message = refusal(folder, FILE_QUIZ.format(spec=path, input=""))
    expected = f"quiz.yaml: question q: {path!r} leads out of the folder of the file that names it; put the network's file there."
    assert message == expected.replace(f"{folder}/", "")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("none.yaml", "Cannot read none.yaml: No such file or directory."),
        ("nets.yaml:two", "Cannot read nets.yaml: No such file or directory."),
        ("net.yaml:three", "net.yaml: there is no variant three; it has two."),
        ("zoo:lenet", "There is no lenet in the zoo (did you mean lenet5?)."),
        ("MaxPool2d(2)", "The shape of the input is not known; give it without the batch, as in input: 3x130x130."),
    ],
)
def test_a_net_that_cannot_be_opened_is_refused(folder, spec, message):
    """In one line that names the question."""
    assert refusal(folder, FILE_QUIZ.format(spec=spec, input="")) == f"quiz.yaml: question q: {message}"


def test_a_quiz_without_a_folder_opens_no_file(folder, monkeypatch):
    """A quiz that is no file may name nets of the zoo, and nothing that lies on the disk."""
    monkeypatch.chdir(folder)
    questions = [{"id": "q", "text": "t", "kind": "shape", "ask": "output_shape"}]
    documents = [
        QuizDocument.model_validate({"title": "T", "net": {"spec": spec}, "questions": questions})
        for spec in ("zoo:lenet5", "net.yaml")
    ]
    assert from_document(documents[0]).questions[0].key == (10,)
    with pytest.raises(SpecError, match=r"there is no layer net\.yaml"):
        from_document(documents[1])
