"""Damaged texts of each spelling are refused in one line, or read one way; nothing is executed."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator

import pytest

from shapecalc import Net, ShapecalcError, parse
from tests.formats.test_keras import KERAS
from tests.formats.test_pasted import KERAS as MODELS
from tests.formats.test_spellings import NAMED
from tests.formats.test_textbook import READ

PRINTS = ("Sequential(\n  (0): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))\n  (a): ReLU(inplace=True)\n)",)
PASTED = (
    "- Conv2d(3, 8, 3)\n- ReLU // the end\n1. Tanh",
    "import torch\n[Conv2d(3, 3, 3), ReLU()] * 2 ⇒ Softmax(dim=“1”)",
    "INPUT: [32x32x3]\nlayer1: conv 3x3, 64\nstem: Conv2d(64, 3, 3)",
)
SPELLINGS = {
    "textbook": tuple(READ),
    "keras": (*KERAS, *MODELS),
    "names": tuple(NAMED),
    "prints": PRINTS,
    "pasted": PASTED,
}
#: Enough for each spelling in the default tier; the deep one has twenty times as many.
COUNT = 200
SIGNS = "()[]{},;:=-+*/x×2 3\n\"'#.@>→?“"

#: What an audit hook is told of while it is switched on: code that runs, files that are opened, modules and processes.
EVENTS: list[str] = []
AUDITED = ("exec", "compile", "import", "open", "os.system", "subprocess.Popen", "pickle.find_class")
is_audited = False


def audit(event: str, _: tuple[object, ...]) -> None:
    if is_audited and event in AUDITED:
        EVENTS.append(event)


sys.addaudithook(audit)


def damaged(rng: random.Random, text: str, others: tuple[str, ...]) -> str:
    """The text with one to three characters left out, doubled, exchanged, put in, or pieces of others put in."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        at = rng.randrange(max(len(text) - 1, 1))
        match rng.randrange(5):
            case 0:
                text = text[:at] + text[at + 1 :]
            case 1:
                text = text[:at] + text[at : at + 1] + text[at:]
            case 2:
                text = text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
            case 3:
                text = text[:at] + rng.choice(SIGNS) + text[at:]
            case _:
                other = rng.choice(others)
                start = rng.randrange(len(other))
                text = text[:at] + other[start : start + rng.choice((1, 3, 8, 20))] + text[at:]
    return text


def texts(spelling: str, count: int) -> Iterator[str]:
    """So many damaged texts of a spelling, the same each time."""
    rng = random.Random(spelling)  # noqa: S311  nothing secret
    for _ in range(count):
        yield damaged(rng, rng.choice(SPELLINGS[spelling]), SPELLINGS[rng.choice(list(SPELLINGS))])


def reading(text: str) -> Net | str:
    """The net in a text, or its refusal."""
    try:
        return parse(text, input_shape="3x32x32")
    except ShapecalcError as refused:
        return str(refused)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_damaged_text_is_read_one_way_or_refused(spelling, pytestconfig):
    """One line, and however the text is spaced, one net; what is echoed is read as the same net."""
    count = COUNT * 20 if pytestconfig.getoption("--deep") else COUNT
    number = 0
    for text in texts(spelling, count):
        net = reading(text)
        if isinstance(net, str):
            assert "\n" not in net, text
            assert len(net) <= 1_200, text
            continue
        number += 1
        others = [other for other in map(reading, (f"{text}\n", f" {text}")) if not isinstance(other, str)]
        assert all(other == net for other in others), text
        assert not net.has_spec or reading(str(net)) == net, text
    assert number > count // 20


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_nothing_is_executed(spelling):
    """No code is compiled or run, and no file, module or process is opened, once all doors are imported."""
    global is_audited  # noqa: PLW0603  a hook cannot be removed
    for text in SPELLINGS[spelling]:
        reading(text)
    EVENTS.clear()
    is_audited = True
    try:
        for text in texts(spelling, 40):
            reading(text)
    finally:
        is_audited = False
    assert EVENTS == []


def test_the_hook_can_tell():
    """It is told of code that runs."""
    global is_audited  # noqa: PLW0603  likewise
    EVENTS.clear()
    is_audited = True
    try:
        eval("1")  # noqa: S307  what must not happen
    finally:
        is_audited = False
    assert EVENTS == ["compile", "exec"]
