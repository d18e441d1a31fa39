"""What a carried error does not earn, and conventions that cost once: how a student who wants points would try."""

from __future__ import annotations

import pytest

from shapecalc.formats.document.files import validate_model
from shapecalc.grading.book.marking import Marking, make_rule
from shapecalc.grading.book.papers import Papers
from shapecalc.grading.quiz.document.quiz import QuizDocument
from shapecalc.grading.quiz.quiz import from_document
from shapecalc.grading.submissions.sittings import Sitting

CHAIN = (
    "Conv2d(1, 6, 5) ReLU() BatchNorm2d(6) Dropout(0.5) MaxPool2d(2) Conv2d(6, 8, 3, padding=1) "
    "ConvTranspose2d(8, 8, 2, stride=2) Flatten() Linear(4608, 10)"
)
SHAPES = ("conv1", "relu1", "norm1", "dropout1", "pool1", "conv2", "deconv1")
OBLONG = "Conv2d(3, 6, 3) ReLU() Conv2d(6, 8, (3, 5)) MaxPool2d(2)"


def ask(question, measure="output_shape", node="", kind="", **parts):
    """A question about a node."""
    kind = kind or ("shape" if measure == "output_shape" else "integer")
    target = {"measure": measure, "node": node or question} | parts.pop("target", {})
    return {"id": question, "text": "?", "kind": kind, "ask": target} | parts


def quiz_of(questions, spec=CHAIN, shape="1x28x28", **parts):
    """A quiz about a net."""
    content = {"title": "Carried", "net": {"spec": spec, "input": shape}, "questions": questions} | parts
    return from_document(validate_model(content, QuizDocument, "quiz"))


def marks(content, *attempts, rule="last"):
    """The marks of a student who answers so."""
    return Marking(Papers(content), make_rule(rule)).result(Sitting("Ada", attempts)).marks


def points(content, *attempts, rule="last"):
    """What each question earns."""
    return [mark.points for mark in marks(content, *attempts, rule=rule)]


def test_copying_a_value_earns_nothing():
    """Layers that keep a wrong value are right by copying it, so only what changes it earns points."""
    content = quiz_of([ask(name) for name in SHAPES])
    copied = ["6x26x26"] * 4 + ["6x13x13", "8x13x13", "8x26x26"]
    assert points(content, ["6x26x26"] * 7) == [0] * 7
    assert points(content, copied) == [0, 0, 0, 0, 1, 0, 1]
    assert marks(content, copied)[1].note == "this only repeats your 26 in conv1: that earns nothing"


@pytest.mark.parametrize("kind", ["integer", "expression", "number"])
def test_copying_a_number_earns_nothing(kind):
    """Nor does it where the numbers are asked for one by one."""
    names = [("conv1", "values"), ("dropout1", "values"), ("conv2", "channels"), ("deconv1", "channels")]
    content = quiz_of([ask(f"q{place}", measure, node, kind) for place, (node, measure) in enumerate(names)])
    assert points(content, ["600", "600", "7", "7"]) == [0, 0, 0, 0]


def test_a_copy_of_a_part_of_a_shape_earns_nothing():
    """The width behind a layer that keeps it stands in the shape before it."""
    content = quiz_of([ask("conv1"), ask("width", "width", "relu1"), ask("pooled", "width", "pool1")])
    assert points(content, ["6x26x26", "26", "13"]) == [0, 0, 1]


@pytest.mark.parametrize(
    "answers",
    [
        ["6x1x1", "6x1x1", "6", "70"],  # a size of 1
        ["6x2x2", "6x1x1", "6", "70"],  # one on the way
        ["1x26x26", "1x13x13", "169", "1700"],
        ["0x26x26", "0x13x13", "0", "10"],
    ],
)
def test_sizes_of_one_earn_nothing(answers):
    """Whoever states 1 has nothing to work out, whatever follows."""
    spec = "Conv2d(1, 6, 5) MaxPool2d(2) Flatten() LazyLinear(10)"
    names = [ask("conv1"), ask("pool1"), ask("flat", "values", "flatten1"), ask("dense", "parameters", "linear1")]
    assert points(quiz_of(names, spec), answers) == [0, 0, 0, 0]


def test_a_size_of_one_that_is_right_is_no_trick():
    """Where the right size is 1, too, something is left to work out."""
    spec = "Conv2d(1, 6, 5) AdaptiveAvgPool2d(1) Flatten() LazyLinear(10)"
    content = quiz_of([ask("conv1", "channels"), ask("pool1"), ask("dense", "parameters", "linear1")], spec)
    assert points(content, ["7", "7x1x1", "80"]) == [0, 0, 1]


def test_a_batch_that_may_stand_in_front():
    """It neither stops carrying nor the name of a mistake."""
    content = quiz_of([ask("conv1", batch="optional"), ask("pool1", batch="optional")])
    first, second = marks(content, ["32x6x26x26", "N x 6 x 13 x 13"])
    assert [mistake.edits for mistake in first.mistakes[:1]] == [(("padding-invented", "conv1"),)]
    assert (second.points, second.is_carried) == (1, True)


@pytest.mark.parametrize(
    ("parts", "answers", "words"),
    [
        ({}, ["24x24x6", "12x12x6", "12x12x8"], "with its channels last"),
        ({"order": "channels-last"}, ["6x24x24", "6x12x12", "8x12x12"], "with its channels first"),
        ({}, ["32x6x24x24", "32x6x12x12", "1x8x12x12"], "with a batch in front"),
        ({"batch": 32}, ["6x24x24", "6x12x12", "8x12x12"], "without the batch in front"),
    ],
)
def test_a_convention_costs_once(parts, answers, words):
    """Right numbers in another order than the question's cost one question; the others earn what is carried."""
    content = quiz_of([ask(name, **parts) for name in ("conv1", "pool1", "conv2")], carried="half")
    assert [float(each) for each in points(content, answers)] == [0, 0.5, 0.5]
    assert marks(content, answers)[2].note == f"written {words} as in conv1, where that cost points"


def test_a_convention_and_an_error():
    """Sizes that follow from an earlier wrong shape do so in the order in which that was written."""
    content = quiz_of([ask(name) for name in ("conv1", "pool1", "conv2")])
    assert points(content, ["26x26x6", "13x13x6", "13x13x8"]) == [0, 1, 0]
    assert points(content, ["32x26x26x6", "32x13x13x6", ""]) == [0, 1, 0]
    assert points(content, ["24x24x6", "13x13x6", "12x12x8"]) == [0, 0, 1]


def test_another_convention_costs_again():
    """Each of them is an error of its own."""
    content = quiz_of([ask(name) for name in ("conv1", "pool1", "conv2")])
    assert points(content, ["24x24x6", "32x6x12x12", "32x12x12x8"]) == [0, 0, 1]
    assert points(content, ["6x24x24", "12x12x6", "12x12x8"]) == [1, 0, 1]


def test_a_convention_needs_the_right_numbers():
    """Any sizes in that order are still wrong."""
    content = quiz_of([ask(name) for name in ("conv1", "pool1")])
    assert points(content, ["24x24x6", "11x11x6"]) == [0, 0]
    assert points(content, ["5x5x5", "12x12x6"]) == [0, 0]


def test_height_and_width_exchanged_once():
    """One slip costs one question, of shapes as of sizes that are asked for one by one."""
    shapes = quiz_of([ask(name) for name in ("conv1", "relu1", "conv2", "pool1")], OBLONG, "3x20x30")
    # the second convolution follows from what stands there, or from what is right
    assert points(shapes, ["6x28x18", "6x28x18", "8x26x14", "8x13x7"]) == [0, 1, 1, 1]
    assert points(shapes, ["6x28x18", "6x28x18", "8x24x16", "8x12x8"]) == [0, 1, 1, 1]
    sizes = quiz_of([ask("width", "width", "conv1"), ask("height", "height", "conv1")], OBLONG, "3x20x30")
    assert points(sizes, ["18", "28"]) == [0, 1]
    assert points(sizes, ["28", "28"]) == [1, 0]
    assert points(sizes, ["18", "18"]) == [0, 1]  # the height is right


@pytest.mark.parametrize(
    ("stated", "answer", "earned"),
    [
        ("24,000 bytes", "6000", 1),
        ("24 kB", "6000", 1),
        ("23.44 KiB", "6000", 1),  # 24,002.56 bytes
        ("24.1 kB", "6025", 1),
        ("24.1 kB", "6035", 1),  # 24,140 bytes are 24.1 kB, too
        ("24.1 kB", "6040", 0),  # those are 24.2
        ("24.1 kB", "6030.5", 0),
        ("24 MAC", "6", 0),  # no bytes at all
    ],
)
def test_a_number_with_a_unit_is_carried(stated, answer, earned):
    """Whatever its unit, and rounded as it is."""
    content = quiz_of([ask("memory", "bytes", "linear1", "number", unit="KiB"), ask("count", "parameters", "linear1")])
    assert points(content, [stated, answer]) == [0, earned]


def test_a_number_within_its_tolerance_is_carried():
    """The later number may be rounded, too; what is beyond the tolerance is wrong."""
    count = ask("count", "parameters", "linear1", "number")
    content = quiz_of([count, ask("memory", "bytes", "linear1", "number", unit="kB")])
    assert points(content, ["60.1k", "240 kB"]) == [0, 1]
    assert points(content, ["60.1k", "246 kB"]) == [0, 0]
    assert points(content, ["60,123", "240.49 kB"]) == [0, 1]


@pytest.mark.parametrize(
    ("later", "answer"), [("parameters", "56"), ("macs", "28800"), ("flops", "57600"), ("bytes", "224")]
)
def test_the_entries_of_a_tensor_are_carried(later, answer):
    """From the weights to what they are a part of, or are multiplied."""
    weights = ask("weights", "parameters", "conv1", target={"tensor": "weight"})
    content = quiz_of([weights, ask("later", later, "conv1")])
    assert points(content, ["50", answer]) == [0, 1]


def test_a_tensor_carries_to_the_total():
    """The sum of all layers has it, too; its bias has not."""
    weights = ask("weights", "parameters", "conv1", target={"tensor": "weight"})
    bias = ask("bias", "parameters", "conv1", target={"tensor": "bias"})
    content = quiz_of([weights, bias, {"id": "all", "text": "?", "kind": "integer", "ask": "parameters"}])
    total = content.questions[2].key
    assert points(content, ["50", "6", str(total - 100)]) == [0, 1, 1]
    assert points(content, ["50", "50", str(total)]) == [0, 0, 1]


def test_positions_carry_to_values():
    """The places of a map are multiplied by its channels."""
    content = quiz_of([ask("places", "positions", "conv1"), ask("values", "values", "dropout1")])
    assert points(content, ["600", "3600"]) == [0, 1]


def test_what_is_carried_counts_with_its_attempt():
    """A wrong value of one attempt earns nothing beside the right one of another; no further attempt costs points."""
    names = [ask("flat", "values", "flatten1"), ask("dense", "parameters", "linear1", points=4)]
    content = quiz_of(names)
    assert points(content, ["700", "7010"], ["4608", "7010"], rule="best") == [0, 4]
    assert points(content, ["700", "7010"], ["4608", "1"], rule="best") == [0, 4]
    assert points(content, ["700", "7010"], ["4608", "46090"], rule="best") == [1, 4]
    assert points(content, ["700", "1"], ["4608", "7010"], rule="best") == [1, 0]
    small = quiz_of([ask("flat", "values", "flatten1", points=4), ask("dense", "parameters", "linear1")])
    assert points(small, ["700", "7010"], ["4608", "7010"], rule="best") == [4, 0]
    assert points(small, ["700", "7010"], ["4608", "7010"], rule="average") == [2, 0.5]


def test_a_penalty_and_what_is_carried():
    """Each attempt's points are those after its penalty."""
    content = quiz_of([ask("flat", "values", "flatten1"), ask("dense", "parameters", "linear1", points=4)])
    rule = make_rule("best", 0.5)
    result = Marking(Papers(content), rule).result(Sitting("Ada", (("4000", ""), ("700", "7010"), ("4608", ""))))
    assert [float(mark.points) for mark in result.marks] == [0, 2]


@pytest.mark.parametrize(("policy", "earned"), [("75%", 0.75), ("12.5 %", 0.125), ("100%", 1), ("0.5", 0.5)])
def test_a_policy_in_percent(policy, earned):
    """A part of the points may be written so."""
    content = quiz_of([ask("conv1"), ask("pool1")], carried=policy)
    assert points(content, ["6x26x26", "6x13x13"]) == [0, earned]
