"""What students write, read as data."""
# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

from fractions import Fraction

import pytest

from shapecalc.errors import SpecError
from shapecalc.formats import read_expression
from shapecalc.grading.answers.choice import by_letter, read_choices
from shapecalc.grading.answers.expression import read_calculation
from shapecalc.grading.answers.integer import read_integer
from shapecalc.grading.answers.kind import NotUnderstoodError, is_blank
from shapecalc.grading.answers.shape import read_shape_answer

OPTIONS = ("280", "5020 or so", "Height, kept", "Grüße")


@pytest.mark.parametrize(
    "answer",
    [
        "5120",
        " 5120 ",
        "5,120",
        "5 120",
        "5\u202f120",
        "5\u00a0120",
        "5_120",
        "\u200b5120\ufeff",
        "5'120",
        "5120.0",
        "5,120.00",
        "+5120",
    ],
)
def test_a_thousand_may_be_set_apart(answer):
    """A number is read with each sign that sets thousands apart."""
    assert read_integer(answer) == 5120


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("-5", -5),
        ("−5", -5),
        ("0", 0),
        ("12.345.678", 12345678),
        ("32.5", Fraction("32.5")),
        ("0.125", Fraction("0.125")),
    ],
)
def test_other_numbers(answer, expected):
    """Signs, points between several groups and fractions are read."""
    assert read_integer(answer) == expected


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("5.120", "5.120 may be 5120, or 5 and three decimals"),
        ("51,20", "51,20 may be 51.20, or the two numbers 51 and 20"),
        ("5120 miles", "column 6: cannot read 'miles' here"),
        ("16*16*20", "this is a calculation (of 5120); the question asks for the number itself"),
        ("5.12E+03", "a number with an exponent may have been rounded; all digits are needed"),
        ("many", "column 1: cannot read 'many' in a number"),
        ("9" * 101, "the number has 101 digits; at most 100 are read"),
        ("9" * 501, "the answer has 501 characters; at most 500 are read"),
        ("5 12", "column 3: cannot read '12' here"),
    ],
)
def test_what_is_not_a_number(answer, why):
    """What is not clearly one number is not understood, with the reason."""
    with pytest.raises(NotUnderstoodError) as refused:
        read_integer(answer)
    assert str(refused.value) == why


@pytest.mark.parametrize(
    "answer",
    [
        "16*16*20", "16 × 16 × 20", "16·16·20", "16x16x20", "16 X 16 X 20", "16^2*20", "16**2*20", "16²·20", "20*(32/2)^2",
        "=16*16*20", "20*16*16 = 5120", "5,120", "5120", "⌊10241/2⌋", "max(5120, 3)",
    ],
)  # fmt: skip
def test_calculations(answer):
    """A calculation is read in every usual spelling."""
    assert read_calculation(answer) == 5120


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("115.2k", 115_200), ("1.5M", 1_500_000), ("2^10", 1024), ("5,120*2", 10_240), ("3/4", Fraction(3, 4)),
        ("0.1 + 0.2", Fraction(3, 10)), ("1/3*3", 1), ("75%", Fraction(3, 4)), ("127/4 + 1", Fraction(131, 4)),
        ("⌊127/4 + 1⌋", 32), ("7 mod 3", 1), ("2*-3", -6), ("-2^2", -4), ("8//3", 2), ("3*(2+1)", 9), ("3 x (2+1)", 9),
    ],
)  # fmt: skip
def test_a_calculation_is_exact(answer, value):
    """Fractions are not rounded, a thousand may be written as k, and only what says so rounds."""
    assert read_calculation(answer) == value


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("20*16*16 = 5210", "its sides differ: 5120 and 5210"),
        ("W*20", "column 1: cannot read 'W' in a number"),
        ("W-W", "column 1: cannot read 'W' in a number"),
        ("0x14", "column 2: cannot read 'x' in a number"),
        ("5120 # sure", "column 6: cannot read '#'"),
        ("127/0 + 1", "column 4: division by 0"),
        ("9**9**9", "column 2: this power is too large; at most 100 digits are read"),
        ("True", "column 1: cannot read 'True' in a number"),
        ("__import__('os')", "column 11: cannot read '(' here"),
        ("1=1=1=1=1", "at most 4 sides of an equation are read"),
        ("5120 = many", "column 8: cannot read 'many' in a number"),
    ],
)
def test_what_is_not_a_calculation(answer, why):
    """What is not a calculation of one number is not understood, with the reason and the column."""
    with pytest.raises(NotUnderstoodError) as refused:
        read_calculation(answer)
    assert str(refused.value) == why


@pytest.mark.parametrize(
    "answer",
    [
        "20x16x16", "20 x 16 x 16", "20 × 16 × 16", "20X16X16", "20*16*16", "20,16,16", "20 16 16", "(20, 16, 16)",
        "[20, 16, 16]", "(20, 16, 16,)", "20@16x16", "torch.Size([20, 16, 16])",
    ],
)  # fmt: skip
def test_shapes(answer):
    """A shape is read in every usual spelling."""
    assert read_shape_answer(answer) == (20, 16, 16)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("Nx16x16", "column 1: cannot read 'N' in a shape"),
        ("20x16.5", "column 6: cannot read '.' in a shape"),
        ("(20, 16", "this is not a shape such as 20x16x16"),
        ("20xx16", "this is not a shape such as 20x16x16"),
        ("20x16,16", "this is not a shape such as 20x16x16"),
        ("x".join("1" * 17), "a shape has at most 16 sizes of at most 100 digits"),
    ],
)
def test_what_is_not_a_shape(answer, why):
    """What is not a shape is not understood, with the reason and the column."""
    with pytest.raises(NotUnderstoodError) as refused:
        read_shape_answer(answer)
    assert str(refused.value) == why


@pytest.mark.parametrize("answer", ["5120", "5,120", "(5120,)", "[5120]"])
def test_a_shape_of_one_size(answer):
    """Where one size is asked for, a comma sets thousands apart."""
    assert read_shape_answer(answer, dims=1) == (5120,)


def test_a_product_is_not_taken_for_a_shape():
    """Where one size is asked for, 20*16*16 may be meant either way and is left to a person."""
    with pytest.raises(NotUnderstoodError, match="a shape of several sizes, or a product"):
        read_shape_answer("20*16*16", dims=1)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("a", (0,)), ("B", (1,)), ("c)", (2,)), ("(d)", (3,)), ("a.", (0,)), ("280", (0,)), ("5020 OR  so", (1,)),
        ("b) 5020 or so", (1,)), ("GRU\u0308SSE", (3,)), ("a,c", (0, 2)), ("c a", (0, 2)), ("ac", (0, 2)), ("a; c.", (0, 2)),
        ("a and c", (0, 2)), ("a & c", (0, 2)), ("280, Height, kept", (0, 2)), ("280;5020 or so", (0, 1)), ("none", ()),
        ("All", (0, 1, 2, 3)),
    ],
)  # fmt: skip
def test_choices(answer, expected):
    """Options are named by letter or by their text."""
    assert read_choices(answer, OPTIONS) == expected


@pytest.mark.parametrize("answer", ["e", "ae", "aa", ",", "the first", "281", "a c e", "a-c", "b) 280"])
def test_what_names_no_option(answer):
    """What is no option, or two different ones at once, is not understood."""
    with pytest.raises(NotUnderstoodError):
        read_choices(answer, OPTIONS)


@pytest.mark.parametrize("answer", ["", "  ", "\t\n", "\u00a0", "\u200b"])
def test_blank(answer):
    """Spaces of any kind are no answer."""
    assert is_blank(answer) is True


def test_a_word_is_not_letters():
    """A word with a letter beyond the last option is not read as letters."""
    assert by_letter("bade", 4) is None


@pytest.mark.parametrize("answer", ["idk", "IDK", "no", "n/a", "N/A", "na", "nil", "i do not", "lol", "bad"])
def test_a_word_is_not_letters_of_a_long_list(answer):
    """Words that answer nothing are not understood, however many letters name an option; letters in order are."""
    options = [f"option {place}" for place in range(26)]
    with pytest.raises(NotUnderstoodError):
        read_choices(answer, options)
    assert read_choices("acz", options) == read_choices("z a c", options) == (0, 2, 25)


@pytest.mark.parametrize("number", [1520, -1520])
def test_a_fraction_is_not_rounded(number):
    """A number that differs from the key in its fortieth decimal is another number."""
    text = f"{number - 1 if number > 0 else number + 1}.{'9' * 40}"
    assert read_integer(text) != number
    assert read_calculation(text) != number


@pytest.mark.parametrize(("text", "value"), [("2^3^2", 512), ("16²", 256), ("2³ + 1", 9), ("(4/2)^3", 8)])
def test_powers(text, value):
    """A power may be written with ^ or with a raised digit; powers of powers are read from the right."""
    assert read_expression(text) == value


@pytest.mark.parametrize("text", ["16²³", "1" + "**1" * 4000, "True", "²"])
def test_what_is_no_power(text):
    """Two raised digits, towers without end and words that Python takes for numbers are refused."""
    with pytest.raises(SpecError):
        read_expression(text)
