"""A layer in torch's own spelling is read without trying others: that changes nothing of what a text means."""

from __future__ import annotations

import random

import pytest

from shapecalc import ShapecalcError, parse
from shapecalc.algebra import memo
from shapecalc.formats.text.grammar import Grammar
from tests.campaigns import cases
from tests.formats.mutate import SPECS
from tests.formats.test_mutated_spellings import SPELLINGS, damaged


def meaning(text: str) -> object:
    """The net of a text, or the words with which it is refused."""
    try:
        net = parse(text, input_shape=(3, 32, 32))
    except ShapecalcError as refused:
        return str(refused)
    return net.nodes, net.inputs, net.remarks


@pytest.mark.parametrize("spelling", [*SPELLINGS, "torch"])
def test_the_short_way_reads_as_the_long_one(spelling: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """For texts of each spelling as they stand, and with random damage, those that are refused included."""
    rng, whole = random.Random(spelling), SPELLINGS.get(spelling, SPECS)  # noqa: S311  nothing secret
    texts = [*whole, *[damaged(rng, rng.choice(whole), whole) for _ in range(cases(150, deep=5_000))]]
    short = [meaning(text) for text in texts]
    monkeypatch.setattr(Grammar, "ordinary", lambda *_: None)
    memo.clear()
    assert [text for text, before in zip(texts, short, strict=True) if meaning(text) != before] == []


def test_the_short_way_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """By layers with and without brackets, with names and with a module before them; not by a textbook's words."""
    taken: list[str] = []
    ordinary = Grammar.ordinary

    def noted(grammar: Grammar, prefix: str, number: str) -> object:
        call = ordinary(grammar, prefix, number)
        taken.append(call.name if call else "")
        return call

    monkeypatch.setattr(Grammar, "ordinary", noted)
    parse("c = nn.Conv2d(3, 8, 3) BatchNorm2d(8) ReLU max pool 2 conv2d(8, 8, 3)", input_shape=(3, 32, 32))
    assert taken == ["Conv2d", "BatchNorm2d", "ReLU", "", ""]
