"""Matrices of numbers as a person writes them: [[1, 0], [0, -1]], 1 0; 0 -1, one row a line, 1/9 * [[...]]."""

from __future__ import annotations

import re
from fractions import Fraction

from shapecalc.errors import SpecError, quoted
from shapecalc.formats.text.tokens import MAX_DIGITS
from shapecalc.kernels import Kernel

#: The most characters of a matrix.
MAX_CHARACTERS = 10_000

_DECIMAL = rf"[+-]?(?:\d{{1,{MAX_DIGITS}}}(?:\.\d{{0,{MAX_DIGITS}}})?|\.\d{{1,{MAX_DIGITS}}})"
_NUMBER = rf"{_DECIMAL}(?: ?/ ?[+-]?[1-9]\d{{0,{MAX_DIGITS}}})?"
_FACTOR = re.compile(rf"\(?(?P<number>{_NUMBER})\)? ?\*? ?(?=[\[(])")
_DIVISOR = re.compile(rf"(?<=[\])]) ?(?P<sign>[*/]) ?\(?(?P<number>{_NUMBER})\)?")
_CALLS = re.compile(r"(?:(?:torch|np|numpy)\.)?(?:tensor|array|matrix)\((?P<body>.*)\)", re.DOTALL)
_SIGNS = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "\t": " ", "\xa0": " ", "{": "[", "}": "]"})


def read_matrix(text: str) -> Kernel:
    """The matrix that a text writes: lists of rows, or rows on lines or between semicolons; fractions and decimals.

    A factor may stand before it, or a factor or divisor behind it, next to a bracket.

    Raises:
        SpecError: it writes none, at the character where it stops being one.
    """
    if len(text) > MAX_CHARACTERS:
        raise SpecError(f"The matrix has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read.")
    body = text.translate(_SIGNS).strip()
    call = _CALLS.fullmatch(body)
    body = call["body"].strip() if call else body
    factor = Fraction(1)
    if match := _FACTOR.match(body):
        factor, body = _fraction(match["number"]), body[match.end() :]
    elif match := _DIVISOR.search(body):
        number = _fraction(match["number"])
        if match.end() == len(body) and number:
            factor, body = number if match["sign"] == "*" else 1 / number, body[: match.start()]
    rows = [_row(row, text) for row in _rows(body, text)]
    return Kernel.of([[factor * number for number in row] for row in rows])


def _rows(body: str, text: str) -> list[str]:
    """The texts of the rows: what stands in the inner brackets, or on lines and between semicolons."""
    if body[:1] + body[-1:] in ("[]", "()"):
        body = body[1:-1].strip()
        if body.startswith(("[", "(")):
            rows = re.findall(r"[\[(]([^\[\]()]*)[\])]", body)
            outside = re.sub(r"[\[(][^\[\]()]*[\])]", "", body).strip(" ,;\n\r")
            if outside:
                raise SpecError(f"{quoted(text)} is no matrix: {quoted(outside)} stands outside its rows.")
            return rows
    return [row for row in re.split(r"[;\n\r]+", body) if row.strip(" ,")]


def _row(row: str, text: str) -> list[Fraction]:
    """The numbers of a row, with commas, bars or spaces between them."""
    numbers: list[Fraction] = []
    words = re.compile(rf" *({_NUMBER}) *(?:[,|] *|(?= |$))")
    position = 0
    row = row.strip(" ,|")
    while position < len(row):
        match = words.match(row, position)
        if match is None or match.end() == position:
            raise SpecError(
                f"{quoted(text)} is no matrix: cannot read {quoted(row[position:].strip())} as numbers; "
                "write it as [[1, 0], [0, -1]]."
            )
        numbers.append(_fraction(match[1]))
        position = match.end()
    return numbers


def _fraction(number: str) -> Fraction:
    top, _, bottom = number.replace(" ", "").partition("/")
    return Fraction(top.rstrip(".")) / Fraction(bottom or 1)
