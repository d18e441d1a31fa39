"""One expression, many readings: value, symbols, text and bounds say the same of random expressions."""

from __future__ import annotations

import itertools
import typing
from functools import partial

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from shapecalc.algebra import LATEX, Expr, Int, Name, evaluate, expr, normal, short, text
from shapecalc.algebra.bounds import bounds
from shapecalc.errors import ShapecalcError
from shapecalc.formats import read_expression
from tests.algebra.trees import LETTERS, OPERATORS, Plan, or_zero_division, plans, read, single_use_plans, tree, values
from tests.narrow import integer

NAMES = {letter: Name(letter) for letter in LETTERS}


def folded(plan: Plan) -> Int:
    """The tree, where the plan has one: constants that divide by 0 have none."""
    try:
        return tree(plan)
    except ZeroDivisionError:
        assume(False)
        raise


@given(plans, values)
def test_the_tree_computes_what_the_function_computes(plan, known):
    """Symbols, then evaluation, give the value that plain integers give."""
    numbers = {NAMES[letter]: value for letter, value in known.items()}
    value = or_zero_division(lambda: read(plan, known))
    assume(value != "division by 0")  # folding may keep 0·(x // 0) from ever dividing
    assert value == evaluate(folded(plan), numbers)


@given(plans)
@example(("*", -1, ("-", "W", "F")))
@example(("-", 0, ("-", "W", "F")))
@example(("*", "W", ("*", -2, "F")))
def test_printing_then_parsing_gives_the_same_tree(plan):
    """What is printed is read back as the very same tree; a division by 0 is refused."""
    printed = text(folded(plan))
    assume("/0" not in printed)
    assert folded(plan) == read_expression(printed)


@given(plans, values)
def test_the_text_with_numbers_has_the_value(plan, known):
    """The derivation's text, read as a person would read it, gives the value."""
    assume(or_zero_division(lambda: read(plan, known)) != "division by 0")
    printed = text(folded(plan), lambda name: known[name.name])
    assert read(plan, known) == read_expression(printed)


@given(plans, st.data())
def test_substituting_trees_prints_what_it_computes(plan, data):
    """An expression put in the place of a letter is bracketed where it must be."""
    inner = {letter: data.draw(plans.map(or_none)) for letter in LETTERS}
    known = {letter: NAMES[letter] if value is None else value for letter, value in inner.items()}
    printed = text(folded(plan), lambda name: known[name.name])
    result = or_zero_division(lambda: evaluate(folded(plan), {NAMES[letter]: value for letter, value in known.items()}))
    assume(result != "division by 0")
    numbers = {name: 7 + place for place, name in enumerate(NAMES.values())}
    expected = or_zero_division(lambda: evaluate(result, numbers))
    assume(expected != "division by 0")
    assert expected == evaluate(reread(printed), numbers)


def or_none(plan: Plan) -> Int | None:
    try:
        return tree(plan)
    except ZeroDivisionError:
        return None


def reread(printed: str) -> Int:
    try:
        return read_expression(printed)
    except ShapecalcError as refused:
        assume("division by 0" not in str(refused))
        raise


RANGES = st.fixed_dictionaries(
    {letter: st.tuples(st.integers(-3, 9), st.integers(0, 5)).map(lambda p: (p[0], p[0] + p[1])) for letter in LETTERS}
)


@given(plans, RANGES, st.data())
def test_bounds_contain_every_value(plan, ranges, data):
    """Whatever values the letters take, the value lies between the bounds."""
    known = {letter: data.draw(st.integers(*ends)) for letter, ends in ranges.items()}
    try:
        low, high = bounds(folded(plan), {NAMES[letter]: ends for letter, ends in ranges.items()})
    except ShapecalcError:
        assume(False)
    value = integer(evaluate(folded(plan), {NAMES[letter]: value for letter, value in known.items()}))
    assert low <= value <= high


@given(single_use_plans(), RANGES)
def test_bounds_are_tight_where_letters_stand_once(plan, ranges):
    """Both ends of the bounds are values, where each letter stands once."""
    names = {NAMES[letter]: (low, min(high, low + 2)) for letter, (low, high) in ranges.items()}
    try:
        ends = bounds(folded(plan), names)
    except ShapecalcError:
        assume(False)
    every = [range(low, high + 1) for low, high in names.values()]
    points = [dict(zip(names, point, strict=True)) for point in itertools.product(*every)]
    values = [integer(evaluate(folded(plan), point)) for point in points]
    assert ends == (min(values), max(values))


@given(plans, values)
def test_latex_is_well_formed(plan, known):
    """Braces, and left with right, come in pairs; nothing of the plain text's signs is left."""
    written = text(folded(plan), lambda name: known[name.name], LATEX)
    counts = [written.count(sign) for sign in ("{", r"\left")]
    assert counts == [written.count(sign) for sign in ("}", r"\right")]
    assert not set(written) & set("⌊⌋⌈⌉·−")


@pytest.mark.parametrize("sign", OPERATORS)
def test_every_reading_knows_every_operator(sign):
    """Value, text, LaTeX, bounds and parsing each take each operator of the closed set."""
    made = OPERATORS[sign](NAMES["W"], NAMES["F"])
    ranges = {NAMES["W"]: (7, 7), NAMES["F"]: (2, 2)}
    value = OPERATORS[sign](7, 2)
    assert [value, (value, value), made, True] == [
        evaluate(made, {NAMES["W"]: 7, NAMES["F"]: 2}),
        bounds(made, ranges),
        read_expression(text(made)),
        text(made, style=LATEX).count("{") == text(made, style=LATEX).count("}"),
    ]


def test_the_closed_set_is_complete():
    """Every final subclass of Expr is in the union that the readings match, and every operator makes one of them."""
    classes = {cls for cls in vars(expr).values() if isinstance(cls, type) and issubclass(cls, Expr)}
    made = {type(operator(NAMES["W"], NAMES["F"])) for operator in OPERATORS.values()}
    assert classes - {Expr, expr.Binary} == set(typing.get_args(expr.Node)) == made | {Name}


def test_a_name_without_an_interval_is_refused():
    """Bounds say which letter they know nothing of."""
    with pytest.raises(ShapecalcError, match=r"^No interval is given for F\.$"):
        bounds(NAMES["W"] - NAMES["F"], {NAMES["W"]: (1, 2)})


def test_a_divisor_that_may_be_zero_has_no_bounds():
    """An interval of divisors around 0 is refused, with its ends."""
    with pytest.raises(ShapecalcError, match=r"interval is -1\.\.2"):
        bounds(NAMES["W"] // NAMES["S"], {NAMES["W"]: (1, 2), NAMES["S"]: (-1, 2)})


POSITIVE = st.fixed_dictionaries({letter: st.integers(1, 40) for letter in LETTERS})


def divides_by(plan: Plan) -> list[Plan]:
    """Every divisor in a plan."""
    if not isinstance(plan, tuple):
        return []
    sign, left, right = plan
    own = [right] if sign in ("//", "ceildiv") else []
    return own + divides_by(left) + divides_by(right)


@given(plans, POSITIVE)
def test_the_normal_form_has_the_value(plan, known):
    """Where all divisors are positive, the normal form is the same number, and is its own normal form."""
    divisors = divides_by(plan)
    assume(all(or_zero_division(partial(read, one, known)) != "division by 0" for one in divisors))
    assume(all(integer(read(one, known)) > 0 for one in divisors))
    numbers = {NAMES[letter]: value for letter, value in known.items()}
    made = normal(folded(plan))
    assert (evaluate(made, numbers), normal(made)) == (read(plan, known), made)


def test_a_product_of_sums_stays_one_where_it_is_shorter():
    """What is printed is not multiplied out, unless that is shorter."""
    W, F, K = NAMES["W"], NAMES["F"], NAMES["K"]
    made = (K * (W - F + 1) * (W - F + 1), (W + F) - F)
    assert [text(short(one)) for one in made] == ["K·(W − F + 1)²", "W"]
