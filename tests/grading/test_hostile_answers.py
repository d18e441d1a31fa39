"""Hostile answers to every kind of question: none is run, raises or hangs, and the verdict is the same twice.

``python -m tests.grading.test_hostile_answers 1000 layer`` tries so many of a kind, with fresh randomness.
"""
# ruff: noqa: E501 - a question stands in one line

from __future__ import annotations

import random
import sys
from typing import Any

import pytest

from shapecalc.grading.quiz.document.quiz import KINDS
from tests.campaigns import cases
from tests.formats.mutate import damaged
from tests.grading.quizzes import mark, question

#: How many answers are tried with --deep, over all kinds.
MANY = 1_000_000
#: The most calls of functions that one mark may take; a formula that is compared at many points takes some 400,000.
MOST_CALLS = 4_000_000
#: What an answer must never reach: another program, the network, a file.
FORBIDDEN = (
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "subprocess.Popen",
    "socket.connect",
    "open",
    "import",
)

PROGRAM = """import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 8, 3)
        self.f = nn.Linear(8 * 30 * 30, 10)
    def forward(self, x):
        return self.f(self.c(x).flatten(1))
"""
NET = ("Conv2d(3, 8, 3, padding=1) MaxPool2d(2)", "3x16x16")
#: A question of each kind, with answers to damage.
QUESTIONS: dict[str, tuple[Any, list[str]]] = {
    "integer": (question("integer", *NET, ask="values"), ["512", "5,120", "16*16*20", "5.12E+03"]),
    "expression": (
        question("expression", *NET, ask="parameters"),
        ["8*3*3*3 + 8", "2^10", "⌊9/2⌋ = 4", "115.2k", "75%"],
    ),
    "number": (question("number", *NET, ask="bytes", unit="KiB"), ["0.9 KiB", "896 bytes", "2 GFLOP", "25.6M"]),
    "shape": (
        question("shape", *NET, ask="output_shape", batch="optional"),
        ["8x8x8", "(N, 8, 8, 8)", "torch.Size([8, 8])"],
    ),
    "interval": (
        question("interval", *NET, ask={"measure": "field_interval", "output": 1}),
        ["1..4", "[1, 5)", "1 ≤ x ≤ 4", "from -1 to 6"],
    ),
    "formula": (
        question("formula", "Conv2d(D, K, F, stride=S, padding=P)", "DxHxW", ask="width"),
        ["⌊(W − F + 2P)/S⌋ + 1", "max(W, F)(S+1)^3", "o = (W-F+2P)//S mod 3", "ceil((W F)/(S P))"],
    ),
    "text": (question("text", accepted=["softmax"], rejected=["sigmoid"]), ["softmax", "Soft-max", "'relu'"]),
    "single-choice": (question("single-choice", *NET, ask="channels", options=[7, 8]), ["a", "b) 8", "7, 8"]),
    "select-all": (question("select-all", *NET, ask="channels", options=[7, 8]), ["a, b", "none", "7;8"]),
    "kernel": (
        question("kernel", does="detects-vertical-edges", size="3x3"),
        ["[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]", "-1 0 1; -2 0 2; -1 0 1", "1/3 0.5 -2"],
    ),
    "argument": (
        question("argument", layer="Conv2d(3, 8, 7, padding=?)", keeps="size"),
        ["3", "padding=(3, 3)", "'same'", "3x3", "-999999"],
    ),
    "layer": (
        question("layer", divides=2, rounded="up"),
        [
            "MaxPool2d(2, ceil_mode=True)",
            "nn.Conv2d(3, 8, 3, stride=2, padding=1)",
            "3x3 conv, 64, stride 2",
            "LSTM(3, 8)",
        ],
    ),
    "network": (
        question("network", *NET, inputs=["3x32x32"], output="10", example="Flatten Linear(3072, 10)"),
        [PROGRAM, "Conv2d(3, 8, 3) Flatten Linear(7200, 10)", "layers: [Flatten, 'Linear(3072, 10)']"],
    ),
}
HOSTILE = (
    "__import__('os').system('touch x')", "9**9**9**9", "1e99999999", "(" * 400, "W^9" * 50, "{}" * 200, '=HYPERLINK("x")',
    "Conv2d(3, 8, 3) * 99999", "zoo:resnet152", "../../etc/passwd", "\x00\x1b[2J", "٣٤", "½", "1_0_0", "²", "−−−3", "nan", "inf",
    "import os; os.remove('x')\nclass A:\n pass", "lambda: 0", "!!python/object/apply:os.system ['ls']", "&a [*a, *a]", "x" * 30_000,
)  # fmt: skip

canary: list[str] = []
watching = [False]


def _watch(event: str, arguments: Any) -> None:
    if watching[0] and event in FORBIDDEN and not _is_ours(event, str(arguments[0])):
        canary.append(f"{event} {arguments}"[:200])


def _is_ours(event: str, name: str) -> bool:
    """What Python and the package do by themselves: they import modules late, and look for the line of an error."""
    if event == "import":
        return name.partition(".")[0] not in ("torch", "numpy")
    return event == "open" and (name == "<unknown>" or name.endswith((".py", ".pyc", "/__pycache__")))


sys.addaudithook(_watch)  # there is no way to remove it; it looks at events in this module's tests alone


def test_every_kind_is_attacked():
    """A new kind needs its line above."""
    assert set(KINDS) == set(QUESTIONS)


@pytest.mark.parametrize("kind", QUESTIONS)
def test_hostile_answers(kind):
    """Each gets a verdict, the same twice; nothing is run, opened or imported on the way."""
    attack(kind, cases(60, deep=MANY // len(QUESTIONS)), random.Random(kind))  # noqa: S311  the same texts every time
    assert canary == []


def test_a_misspelled_base_class_is_looked_at_by_hand():
    """A program that nothing can follow is not wrong, and costs nobody the rest of the paper."""
    of, (program, *_) = QUESTIONS["network"]
    result = mark(of, program.replace("nn.Module", "nn.Moule")).as_dict()
    assert (result["verdict"], result["note"]) == ("look by hand", "line 3: cannot follow torch.nn.Moule")


def attack(kind: str, count: int, rng: random.Random) -> int:
    """Mark damaged answers, and return the most calls of functions that one of them took."""
    of, answers = QUESTIONS[kind]
    for answer in (*answers, *HOSTILE):  # what is imported late is imported before anybody watches
        mark(of, answer)
    most = 0
    watching[0] = True
    try:
        for _ in range(count):
            answer = damaged(rng, rng.choice((*answers, *answers, *HOSTILE)))
            first, calls = counted(of, answer)
            assert first.as_dict() == mark(of, answer).as_dict(), answer
            most = max(most, calls)
    finally:
        watching[0] = False
    return most


def counted(of: Any, answer: str) -> tuple[Any, int]:
    """The mark of an answer, and how many calls of functions it took; what takes too many hangs, and is stopped."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls > MOST_CALLS:
            raise AssertionError(f"more than {MOST_CALLS:,} calls for {answer!r}")

    sys.setprofile(count)
    try:
        result = mark(of, answer)
    finally:
        sys.setprofile(None)
    return result, calls


def test_what_hangs_is_stopped(monkeypatch):
    """The count of calls ends a mark that takes too many."""
    monkeypatch.setattr(sys.modules[__name__], "MOST_CALLS", 5)
    with pytest.raises(AssertionError, match="more than 5 calls for '512'"):
        counted(QUESTIONS["integer"][0], "512")


if __name__ == "__main__":
    for attacked in sys.argv[2:] or QUESTIONS:
        most_calls = attack(attacked, int(sys.argv[1]), random.Random())  # noqa: S311  it draws texts
        print(f"{attacked}: {sys.argv[1]} answers, at most {most_calls:,} calls, caught: {canary}")  # noqa: T201
