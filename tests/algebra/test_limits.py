"""How large an expression may grow, and how it looks."""

from __future__ import annotations

import pytest

from shapecalc.algebra import Int, Name, ceildiv, evaluate, product, text
from shapecalc.algebra.bounds import bounds
from shapecalc.algebra.expr import MAX_BITS, MAX_DEPTH, MAX_NODES
from shapecalc.errors import ShapecalcError
from shapecalc.formats import read_expression

W, F, S, P, D, K = map(Name, "WFSPDK")


def deep(depth: int) -> Int:
    """A tree of exactly this depth: floors inside floors."""
    made: Int = W
    for _ in range(depth):
        made = made // F
    return made


def wide(doublings: int) -> Int:
    """A tree of depth ``doublings`` that is as wide as can be."""
    made: Int = W + F
    for _ in range(doublings):
        made = (made // F) + (made // S)
    return made


def test_the_deepest_tree_has_every_reading():
    """At the depth limit every reading still works; no RecursionError."""
    tree = deep(MAX_DEPTH)
    readings = (
        evaluate(tree, {W: 5, F: 1}),
        bounds(tree, {W: (5, 5), F: (1, 1)}),
        text(tree, lambda _: deep(MAX_DEPTH)),
    )
    assert (*readings[:2], len(readings[2]) > MAX_DEPTH**2 and hash(tree) == hash(deep(MAX_DEPTH))) == (5, (5, 5), True)


@pytest.mark.parametrize("grow", [lambda: deep(MAX_DEPTH + 1), lambda: wide(MAX_NODES.bit_length())])
def test_larger_trees_are_refused_where_they_are_made(grow):
    """One level too deep, or too many nodes, is our refusal and not Python's."""
    with pytest.raises(ShapecalcError, match="grows too large to print"):
        grow()


def test_constants_in_a_tree_are_bounded():
    """A letter times a number of thousands of digits could not be printed."""
    with pytest.raises(ShapecalcError, match="beyond 1000 digits"):
        W * 2 ** (MAX_BITS + 1)


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ((W - F + 2 * P) // S + 1, "⌊(W − F + 2P)/S⌋ + 1"),
        (product((K, F, F, D)) + K, "K·F²·D + K"),
        (ceildiv(W + P, S), "⌈(W + P)/S⌉"),
        (W + F - F, "W + F − F"),
        (W - 2 - 4, "W − 6"),
        (W + W, "2W"),
        (W - W, "0"),
        (-(W - F), "F − W"),
        (2 * (W + 1), "2·(W + 1)"),
        (W * 1 + 0, "W"),
        (W * 0, "0"),
        (0 - W, "−W"),
    ],
)
def test_a_tree_looks_like_its_formula(tree, expected):
    """Trees are folded so little that they read like the formulas that they came from."""
    assert expected == text(tree)


def test_numbers_put_in_place_are_bracketed():
    """A negative number or a sum in a letter's place keeps the meaning."""
    shown = {"W": -3, "F": W + 1, "S": 2}
    assert text((W - F) // S * W, lambda name: shown[name.name]) == "⌊(−3 − (W + 1))/2⌋·(−3)"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("16*5*5", 400),
        ("16·5×5", 400),
        ("2**7", 128),
        ("2^3^2", 512),
        ("16²", 256),
        ("-2²", -4),
        ("7 // 2 + 7/7", 4),
        ("⌊7/2⌋ + ⌈7/2⌉", 7),
        ("min(3, 5) - max(2, 4)", -1),
        ("10**30", 10**30),
        ("(1 + 2)*3", 9),
        ("[1 + 2]*3", 9),
        ("- -3", 3),
        ("1_000", 1000),
    ],
)
def test_expressions_are_read(written, value):
    """Integer arithmetic as people write it."""
    assert value == read_expression(written)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("9**9**9", "this power is too large"),
        ("2**-1", "this power is too large"),
        ("10**101", "a number grows beyond 100 digits"),
        ("7/2", "7/2 is not a whole number"),
        ("W/2", "write a division of letters with its rounding"),
        ("1/0", "division by 0"),
        ("⌊1/0⌋", "division by 0"),
        ("1.5", "'1.5' is not an integer"),
        ("True + 1", "an integer is needed here"),
        ("'a'", "is not an integer"),
        ("(1, 2)", "is not an integer"),
        ("1 2", "cannot read '2' here"),
        ("", "something is missing at the end"),
        ("(" * 30 + "1" + ")" * 30, "nested deeper than 20"),
        ("1" * 200, "a number has 200 digits; at most 100 are read"),
        ("9" * 60 + "*" + "9" * 60, "a number grows beyond 100 digits"),
        ("os.system", "os.system is not a number"),
        ("__import__('os')", r"cannot read '\(' here"),
        ("⌊W − 2/4⌋", r"write the fraction as \(a \+ b\)/c"),
        ("1 $ 2", r"column 3: cannot read '\$'"),
    ],
)
def test_other_expressions_are_refused(written, reason):
    """What is no bounded integer expression is refused, and why."""
    with pytest.raises(ShapecalcError, match=reason):
        read_expression(written)
