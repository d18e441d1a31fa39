"""Numbers with units, intervals, texts, forms of calculations, and options whose truth a person types."""
# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.grading.quizzes import mark, marks, question, refused

NET = "Conv2d(3, 8, 3, padding=1) MaxPool2d(2) Conv2d(8, 8, 3, padding=1)"
WEIGHTS = question("number", NET, "3x16x16", ask="bytes", unit="KiB")  # 3232 bytes
WORK = question("number", NET, "3x16x16", ask="macs", unit="MMAC", tolerance="0.01")  # 92160
SEES = question("interval", NET, "3x16x16", ask={"measure": "field_interval", "output": 1})
WORD = question("text", accepted=["soft-max", "n/a"], rejected=["sigmoid"])


@pytest.mark.parametrize(
    ("of", "answer", "verdict", "note"),
    [
        (WEIGHTS, "3.16", "right", ""),
        (WEIGHTS, "3.16 KiB", "right", ""),
        (WEIGHTS, "3232 bytes", "right", ""),
        (WEIGHTS, "808*4 B", "right", ""),
        (WEIGHTS, "25,856 bits", "right", ""),
        (WEIGHTS, "3.232 kB", "not understood", "3.232 may be 3232, or 3 and three decimals"),
        (WEIGHTS, "3.23 kB", "right", ""),
        (WEIGHTS, "3.16 KB", "wrong", "the number is right in KiB, not in kB"),
        (WEIGHTS, "3.16 MiB", "wrong", "the number is right in KiB, not in MiB"),
        (WEIGHTS, "3 Mb", "not understood", "Mb may be bits or bytes; write Mbit or MB"),
        (WEIGHTS, "3 px", "not understood", "column 3: cannot read 'px' here"),
        (WEIGHTS, "3.2 GMAC", "wrong", "GMAC counts MACs, not bytes"),
        (WORK, "0.09", "right", ""),
        (WORK, "0.2 MFLOP", "right", ""),
        (WORK, "0.18 MMAC", "wrong", "the number is right in MFLOP, not in MMAC"),
        (WORK, "92k MACs", "right", ""),
        (WORK, "92,160 MACs", "right", ""),
        (SEES, "-1..6", "right", ""),
        (SEES, "[-1, 6]", "right", ""),
        (SEES, "−1 to 6", "right", ""),
        (SEES, "from -1 to 6", "right", ""),
        (SEES, "[-1, 7)", "right", ""),
        (SEES, "-1 ≤ x <= 6", "right", ""),
        (SEES, "(-1, 6)", "right", ""),
        (SEES, "0..7", "wrong", "both ends are 1 too large; the first input is number 0"),
        (SEES, "-1..7", "wrong", "the last one does not belong to it"),
        (SEES, "1..8", "wrong", "it is as long as the right one, but 2 too far right"),
        (SEES, "6..1", "not understood", "the interval ends at 1, before it begins at 6"),
        (SEES, "[-1, 6", "not understood", "the brackets of the interval do not match"),
        (SEES, "-1..six", "not understood", "column 5: cannot read 's' in an interval"),
        (SEES, "8", "not understood", "this is not an interval such as 3..7"),
        (WORD, "SoftMax", "look by hand", "nearly 'soft-max'"),
        (WORD, "  Soft   max.", "right", ""),
        (WORD, "Sigmoid", "wrong", ""),
        (WORD, "n/a", "right", ""),
        (WORD, "?", "blank", ""),
        (WORD, "relu", "look by hand", "on no list of the question"),
    ],
)
def test_values(of, answer, verdict, note):
    """Each kind of value gives each verdict, and says what is confused."""
    judged = mark(of, answer)
    assert (str(judged.verdict), judged.note) == (verdict, note)


def test_a_key_is_shown_in_the_unit_that_is_asked_for():
    """To four digits where it has more."""
    assert [of.answer.key_text for of in (WEIGHTS, WORK, SEES)] == ["3.1562 KiB", "0.09216 MMAC", "-1..6"]


@pytest.mark.parametrize("of", [WEIGHTS, WORK])
def test_a_key_as_it_is_shown_is_right(of):
    """3.156 might be read as thousands."""
    assert str(mark(of, of.answer.key_text).verdict) == "right"


def test_a_reading_is_plain():
    """For JSON, a number keeps its unit and an interval its ends."""
    plain = [mark(of, text).as_dict()["read"] for of, text in ((WEIGHTS, "3.2 kib"), (SEES, "3..7"), (WORD, "A  b"))]
    assert plain == ["3.2 KiB", [3, 7], "A b"]


def test_a_text_on_no_list_may_be_wrong():
    """Where the question says so; a misspelled one is for a person even then."""
    strict = question("text", accepted=["softmax"], unlisted="wrong")
    assert marks(strict, "relu", "sofmax", "softmax") == ["wrong", "look by hand", "right"]


@pytest.mark.parametrize(("measure", "value"), [("bytes", 3232), ("inference_bytes", 11264), ("training_bytes", 23872)])
def test_bytes_are_those_of_the_report(measure, value):
    """In 32-bit numbers, for one input."""
    assert question("integer", NET, "3x16x16", ask=measure).key == value


@pytest.mark.parametrize(
    ("form", "right", "other", "words"),
    [
        ("product", "16*16*20", "5120", "this is a number; the question asks for a product"),
        ("sum", "5000 + 120", "16*16*20", "this is a product; the question asks for a sum"),
        ("power", "2^10", "1024", "this is a number; the question asks for a power"),
        ("quotient", "10240/2", "5100 + 20", "this is a sum; the question asks for a quotient"),
        ("number", "5,120", "16*16*20", "this is a product; the question asks for a number"),
    ],
)
def test_a_form_may_be_asked_for(form, right, other, words):
    """What has another form is not understood, and costs nothing."""
    of = question("expression", key="1024" if form == "power" else "5120", form=form)
    assert (marks(of, right), mark(of, other).note) == (["right"], words)


OPTIONS = [{"text": "Softmax", "right": True}, {"text": "Sigmoid", "right": False}, {"text": "N/A", "right": True}]


@pytest.mark.parametrize(
    ("parts", "points"),
    [
        ("right-minus-wrong", [1, Fraction(1, 2), Fraction(1, 2), 0]),
        ("each-option", [1, Fraction(2, 3), Fraction(2, 3), Fraction(1, 3)]),
        ("all-or-nothing", [1, 0, 0, 0]),
    ],
)
def test_what_a_choice_is_worth_in_part(parts, points):
    """By the policy that the question states."""
    of = question("select-all", options=OPTIONS, parts=parts)
    assert [mark(of, answer).points for answer in ("a, c", "a", "a b c", "a b")] == points
    assert (of.is_key_typed, marks(of, "n/a", "?")[1]) == (True, "blank")


def test_a_true_text_is_a_choice():
    """An option may be a text that a person says is right."""
    of = question("single-choice", options=OPTIONS[:2])
    assert (of.key, of.is_key_typed, marks(of, "softmax", "b")) == ((0,), True, ["right", "wrong"])


@pytest.mark.parametrize(
    ("kind", "keys", "message"),
    [
        ("number", {"key": 3, "unit": "MiBs"}, "The unit 'MiBs' is not known"),
        (
            "number",
            {"shape": "3x8x8", "ask": "bytes"},
            "The unit is missing, for bytes; write bytes, MiB or MB.",
        ),
        ("number", {"shape": "3x8x8", "ask": "macs", "unit": "MB"}, "The unit MB does not count MACs"),
        ("interval", {"key": 3}, "The value '3' cannot be read: this is not an interval"),
        ("interval", {"shape": "3x8x8", "ask": "channels"}, "The kind is interval, but its ask is channels"),
        ("integer", {"shape": "3x8x8", "ask": "field_interval"}, "Say which output sees the inputs"),
        (
            "integer",
            {"shape": "3x8x8", "ask": {"measure": "channels", "output": 2}},
            "channels takes no output",
        ),
        ("text", {"accepted": ["a b"], "rejected": ["A-B"]}, "'A-B' is accepted and rejected."),
        ("text", {"accepted": []}, "accepted: it is empty"),
        ("text", {"accepted": ["a"], "unlisted": "right"}, "right is not known; it may be by-hand, wrong"),
        ("expression", {"key": 3, "form": "prodct"}, "prodct is not known (did you mean product?)"),
        ("select-all", {"options": [{"text": "a b"}, {"text": "c d", "right": True}]}, "or right: true or false."),
        ("select-all", {"options": [{"text": "a b", "right": True, "value": 3}, 4]}, "leave out right."),
    ],
)
def test_what_does_not_fit_is_refused(kind, keys, message):
    """In one line that says what to write."""
    assert message in refused(kind, **keys)


@pytest.mark.parametrize(
    ("keys", "right", "wrong"),
    [
        ({}, ["3x8x8"], [("1x3x8x8", "a batch stands in front; shapes are written without it")]),
        ({"batch": "optional"}, ["3x8x8", "(N, 3, 8, 8)", "32x3x8x8", "[None, 3, 8, 8]", "torch.Size([-1, 3, 8, 8])"], [("8x8x3", "the right numbers in channels-last order; channels-first is asked for")]),
        ({"batch": 32}, ["32x3x8x8"], [("3x8x8", "the batch of 32 is missing in front"), ("32x8x8x3", "the right numbers in channels-last order; channels-first is asked for")]),
        ({"batch": 1, "order": "channels-last"}, ["(1, 8, 8, 3)"], [("1x3x8x8", "the right numbers in channels-first order; channels-last is asked for"), ("8x8x3", "the batch of 1 is missing in front")]),
    ],
)  # fmt: skip
def test_a_batch_is_the_questions(keys, right, wrong):
    """Left out, optional, or a number in front."""
    of = question("shape", shape="3x8x8", ask="output_shape", **keys)
    assert marks(of, *right) == ["right"] * len(right)
    assert [mark(of, answer).note for answer, _ in wrong] == [note for _, note in wrong]
