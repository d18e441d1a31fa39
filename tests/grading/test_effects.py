"""Arguments, layers and networks, judged by what they do."""
# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from shapecalc.grading import Verdict, load_quiz
from shapecalc.grading.judge import judge
from shapecalc.grading.quiz import nets
from tests.grading.quizzes import mark, marks, question, refused
from tests.needs import ROOT

SAME = question("argument", layer="Conv2d(3, 8, 7, padding=?)", keeps="size")
STRIDE = question("argument", layer="Conv2d(3, 96, 11, stride=?)", inputs="3x227x227", output="55")
FIELD = question("argument", layer="Conv2d(3, 8, 3, dilation=?)", field={"at_least": 32})
POOL = question("layer", types="pool", divides=4)
HALF = question("layer", divides=2, rounded="up")
SMALL = question("layer", keeps="size", parameters={"at_most": 100}, inputs="3xHxW")
TWICE = question("layer", multiplies=2)
EXAMPLE = "Conv2d(3, 8, 3) AdaptiveAvgPool2d(1) Flatten Linear(8, 10)"
NET = question(
    "network", inputs=["3x32x32", "3x64x64"], output="10", parameters={"at_most": 20_000}, uses=["conv"],
    lacks=["BatchNorm2d"], rubric={"output": 2, "parameters": 1}, points=5, example=EXAMPLE,
)  # fmt: skip
PROGRAM = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 8, 3)
        self.p = nn.AdaptiveAvgPool2d(1)
        self.f = nn.Linear({}, 10)
    def forward(self, x):
        return self.f(self.p(self.c(x)).flatten(1))
"""


@pytest.mark.parametrize(
    ("of", "answers"),
    [
        (SAME, ["3", "padding=3", "'same'", "same", "(3,3)", "3x3", "[3, 3]"]),
        (STRIDE, ["4", "(4, 4)", "stride = 4"]),
        (FIELD, ["16", "100"]),
        (POOL, ["MaxPool2d(4)", "nn.AvgPool2d(4, 4)", "MaxPool2d(4, ceil_mode=True)", "maxpool2d(5, 4, padding=2)", "AvgPool1d(4)"]),
        (HALF, ["MaxPool2d(2, ceil_mode=True)", "MaxPool2d(3, 2, 1)", "Conv2d(3, 8, 3, stride=2, padding=1)"]),
        (SMALL, ["Conv2d(3, 3, 3, padding=1)", "ReLU", "Conv2d(3, 3, 1)"]),
        (TWICE, ["ConvTranspose2d(3, 8, 2, stride=2)", "Upsample(scale_factor=2)", "PixelShuffle(2)", "ConvTranspose2d(3, 8, 4, 2, 1)"]),
        (NET, [EXAMPLE, PROGRAM.format(8)]),
    ],
)  # fmt: skip
def test_everything_that_does_it_is_right(of, answers):
    """Every value, every layer and every network that has the effect."""
    assert marks(of, *answers) == ["right"] * len(answers)


@pytest.mark.parametrize(
    ("of", "answer", "note"),
    [
        (SAME, "2", "yours gives 1 at H = 3; asked for 3"),
        (SAME, "(3, 2)", "yours gives 1 at W = 3; asked for 3"),
        (
            SAME,
            "-1",
            "conv1: Conv2d(3, 8, 7, padding=-1): padding must not be negative along the height, but P = −1 < 0.",
        ),
        (STRIDE, "5", "yours gives 44; asked for 55"),
        (FIELD, "15", "yours has 31 as its field; asked for at least 32"),
        (POOL, "MaxPool2d(2)", "yours gives 2 at H = 4; asked for 1"),
        (POOL, "AdaptiveAvgPool2d(8)", "right only where H = 32; yours gives 8 at H = 4; asked for 1"),
        (POOL, "Conv2d(3, 8, 4, stride=4)", "Conv2d is none of pool"),
        (POOL, "MaxPool2d(5, 4)", "yours gives 1 at H = 8; asked for 2"),
        (POOL, "Flatten", "yours gives (C·H·W); asked for 3 sizes"),
        (HALF, "MaxPool2d(2)", "right only where H ≡ 0 (mod 2); yours gives 1 at H = 3; asked for 2"),
        (SMALL, "Conv2d(3, 8, 3, padding=1)", "yours has 224 parameters; asked for at most 100"),
        (SMALL, "Conv2d(3, 3, 3)", "yours gives 1 at H = 3; asked for 3"),
        (TWICE, "Upsample(64)", "right only where H = 32; yours gives 64 at H = 1; asked for 2"),
        (
            NET,
            "inputs: {a: 3x32x32, b: 3x32x32}\nlayers:\n  - {layer: Add(), inputs: [a, b]}\n",
            "it refuses 3x32x32: the network has 2 inputs, not one",
        ),
        (
            NET,
            PROGRAM.format(8).replace(
                "return self.f(self.p(self.c(x)).flatten(1))", "return self.f(self.p(self.c(x)).flatten(1)), x"
            ),
            "it refuses 3x32x32: the network has 2 outputs, not one",
        ),
        (
            NET,
            "Conv2d(3, 8, 3) Flatten Linear(7200, 10)",
            "it refuses 3x64x64: linear1: Linear(7200, 10): the last dimension must be in_features, but its size = 30752 ≠ in_features = 7200.",
        ),
        (
            NET,
            PROGRAM.format(9),
            "on 3x32x32: line 9: f takes 9 features (in_features) but gets 8: p gives 8x1x1, flattened.",
        ),
    ],
)
def test_what_does_not_do_it_is_refuted_by_an_input(of, answer, note):
    """The smallest size at which it does something else, and where it happens to be right."""
    judged = mark(of, answer)
    assert (str(judged.verdict), judged.note) == ("wrong", note)


@pytest.mark.parametrize(
    ("of", "answer"),
    [
        (SAME, "three"), (SAME, "3) Conv2d(8, 8, 1"), (SAME, "1+2"), (SAME, "1234567"), (SAME, "(3, 3"),
        (POOL, "zoo:resnet18"), (POOL, "MaxPool2d(2) MaxPool2d(2)"), (POOL, "MaxPool("), (POOL, "4x4 max pooling"), (POOL, "x" * 501),
        (NET, "class A("), (NET, "import os\nos.system('x')"), (NET, "x" * 20_001), (NET, "import torch\n" + "#" * 20_001), (NET, "zoo:lenet5"),
        (NET, PROGRAM.format(8) + PROGRAM.format(8).replace("Net", "Two")),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_not_understood(of, answer):
    """A value is a number, a word or a tuple; a program has one network; nothing is opened."""
    judged = mark(of, answer)
    assert (str(judged.verdict), bool(judged.note)) == ("not understood", True)


def test_what_cannot_be_followed_is_for_a_person():
    """A program that depends on what is not known is neither right nor wrong."""
    judged = mark(NET, PROGRAM.format("__import__('os').getpid()"))
    assert (str(judged.verdict), judged.note) == ("look by hand", "line 9: cannot follow __import__.getpid")


def test_a_rubric_gives_part_of_the_points():
    """Each requirement is worth what the rubric says, those that it does not name a point."""
    judged = mark(NET, EXAMPLE.replace("10)", "11)"))
    assert (str(judged.verdict), float(judged.points), judged.note) == (
        "partly right",
        3.0,
        "gives 10: yours gives 11; asked for 10",
    )
    judged = mark(NET, "Conv2d(3, 8, 3) BatchNorm2d(8) AdaptiveAvgPool2d(1) Flatten Linear(8, 10)")
    assert (float(judged.points), judged.note) == (4.0, "without BatchNorm2d: BatchNorm2d must not occur")


def test_an_example_is_found_by_the_engine():
    """It is shown as the key."""
    keys = [of.answer.key_text for of in (SAME, STRIDE, FIELD, POOL, HALF, TWICE)]
    assert keys == [
        "3",
        "4",
        "16",
        "MaxPool2d(4)",
        "MaxPool2d(3, stride=2, padding=1)",
        "ConvTranspose2d(8, 8, 2, stride=2)",
    ]


def test_a_network_may_be_the_questions_own():
    """Its net is the example then."""
    of = question("network", EXAMPLE, inputs="3x32x32", output="10")
    assert marks(of, EXAMPLE, "Conv2d(3, 8, 3)") == ["right", "wrong"]


def test_an_effect_may_be_asked_on_some_inputs():
    """Where only those matter, an answer is right that does it there."""
    of = question("layer", inputs=["3x32x32"], output="8")
    assert marks(of, "AdaptiveAvgPool2d(8)", "MaxPool2d(4)", "MaxPool2d(3)") == ["right", "right", "wrong"]


@pytest.mark.parametrize(
    ("kind", "keys", "message"),
    [
        ("argument", {"layer": "Conv2d(3, 8, 7)", "keeps": "size"}, "has 0 blanks; write ? once."),
        (
            "argument",
            {"layer": "Conv2d(3, 8, 4, padding=?)", "keeps": "size", "example": 2},
            "The example is not right: '2': yours gives 2 at H = 1; asked for 1.",
        ),
        ("argument", {"layer": "Conv2d(3, 8, 7, padding=?)"}, "what must hold is missing: keeps, output, divides"),
        ("layer", {"keeps": "sizes"}, "sizes is not known (did you mean size?)"),
        ("layer", {"divides": 4, "types": "pooling"}, "there is no layer and no family pooling"),
        ("layer", {"divides": 4, "inputs": "3x30x32"}, "30 cannot be divided by 4; say how it is rounded"),
        ("layer", {"rounded": "up", "keeps": "size"}, "rounded goes with divides."),
        ("layer", {"output": "W*W", "inputs": "3xWxW"}, "There is no example"),
        ("layer", {"field": {}}, "at_least, at_most or exactly is missing"),
        ("network", {"output": "10"}, "inputs are missing"),
        ("network", {"output": "10", "inputs": "3xHxW"}, "The inputs of a network are numbers"),
        (
            "network",
            {"output": "10", "inputs": "3x8x8", "rubric": {"ouput": 1}},
            "The rubric has ouput (did you mean output?)",
        ),
        ("network", {"output": "10", "inputs": "3x8x8"}, "There is no example"),
    ],
)
def test_what_does_not_fit_is_refused(kind, keys, message):
    """In one line that says what to write."""
    assert message in refused(kind, **keys)


def test_options_may_be_layers():
    """Those are right that do what the question's effect says."""
    options = [{"layer": text} for text in ("MaxPool2d(4)", "Conv2d(3, 8, 5, stride=4)", "MaxPool2d(2) AvgPool2d(2)")]
    of = question("select-all", effect={"divides": 4}, options=options)
    assert (of.key, of.is_key_typed, of.options[0].text) == ((0, 2), False, "MaxPool2d(4)")
    assert marks(of, "a, c", "MaxPool2d(4)", "b") == ["right", "partly right", "wrong"]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({}, "effect is missing: what the layers must do."),
        ({"effect": {"divide": 4}}, "effect, divide: there is no key divide (did you mean divides?)."),
    ],
)
def test_layers_as_options_need_an_effect(keys, message):
    """Else nothing says which of them are right."""
    assert message in refused("select-all", options=[{"layer": "ReLU"}, {"layer": "MaxPool2d(2)"}], **keys)


def test_the_search_for_examples_is_work_of_the_quiz(monkeypatch):
    """Each value that is tried counts with the layers that it takes."""
    keys: dict[str, Any] = {"layer": "Conv2d(8, 8, 7) Conv2d(8, 8, 3, dilation=?)", "field": {"at_least": 40}}
    monkeypatch.setattr(nets, "MAX_STEPS", 20 * 18)  # 0 to 17 of which 17 is right
    assert question("argument", **keys).answer.key_text == "17"
    monkeypatch.setattr(nets, "MAX_STEPS", 20 * 18 - 1)
    assert "its example and what is before it take more than 359 steps" in refused("argument", **keys)


LINEAR = """import torch
import torch.nn as nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(3, 10)
        {init}
    def forward(self, x):
        {forward}
        return self.l(x.mean((2, 3)))
"""


@pytest.mark.parametrize(
    ("init", "forward", "verdict", "note"),
    [
        ("", "", Verdict.RIGHT, ""),
        ("self.u = nn.Linear(1000, 1000)", "", Verdict.LOOK_BY_HAND, "only 40 of its 1001040 parameters"),
        ("self.w = nn.Parameter(torch.zeros(100000))", "", Verdict.LOOK_BY_HAND, "only 40 of its 100040 parameters"),
        ("", "x = x.mean(3, keepdim=True) if x.shape[-1] == 64 else x", Verdict.LOOK_BY_HAND, "than on 3x32x32"),
    ],
)
def test_a_program_is_more_than_its_net(init, forward, verdict, note):
    """Weights that no output needs, and what it does on other sizes, are left to a person."""
    questions = load_quiz(ROOT / "docs/examples/kinds-quiz.yaml").questions
    (classify,) = [each for each in questions if each.id == "classify"]
    result = judge(classify, LINEAR.format(init=init or "pass", forward=forward or "pass"))
    assert (result.verdict, note in result.note) == (verdict, True)


def test_how_often_layers_must_occur():
    """Exactly as often as a number says, or as a bound does."""
    net = question(
        "network",
        inputs="3x32x32",
        output="8",
        uses={"conv": 2, "pool": {"at_least": 1}},
        example="Conv2d(3, 4, 3) MaxPool2d(2) Conv2d(4, 8, 3) AdaptiveAvgPool2d(1) Flatten",
    )
    once = mark(net, "Conv2d(3, 8, 3) AdaptiveAvgPool2d(1) Flatten")
    assert (str(once.verdict), once.note) == ("wrong", "it has conv 1 times; asked for conv = 2")
    thrice = mark(net, "Conv2d(3, 4, 3) Conv2d(4, 4, 3) Conv2d(4, 8, 3) AdaptiveAvgPool2d(1) Flatten")
    assert thrice.note == "it has conv 3 times; asked for conv = 2"
    without = mark(net, "Conv2d(3, 4, 3) Conv2d(4, 8, 30) Flatten")
    assert without.note == "it has pool 0 times; asked for pool ≥ 1"
    assert "there is no layer and no family cnv" in refused("network", inputs="3x32x32", output="8", uses={"cnv": 2})


@pytest.mark.parametrize("word", ["BatchNorm2d", "norm", "Dropout", "LSTM", "activation"])
def test_every_layer_and_family_may_be_lacked(word):
    """Those too of which nothing else has been read in the process."""
    script = f"from shapecalc.grading.quiz.document.requirements import layer_type; print(layer_type({word!r}))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert ran.stdout.strip() == word
