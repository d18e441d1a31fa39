"""Matrices of numbers as a person writes them: [[1, 0], [0, -1]], 1 0; 0 -1, one row a line, 1/9 * [[...]]."""

from __future__ import annotations

import re
from fractions import Fraction

from shapecalc.errors import SpecError, quoted
from shapecalc.formats.text.tokens import MAX_DIGITS
from shapecalc.kernels import Kernel

#: The most characters of a matrix.
MAX_CHARACTERS = 10_000
#: The most matrices of a kernel: the channels of an image.
MAX_MATRICES = 3

_DECIMAL = rf"[+-]?(?:\d{{1,{MAX_DIGITS}}}(?:\.\d{{0,{MAX_DIGITS}}})?|\.\d{{1,{MAX_DIGITS}}})"
_NUMBER = rf"{_DECIMAL}(?: ?/ ?[+-]?[1-9]\d{{0,{MAX_DIGITS}}})?"
_FACTOR = re.compile(rf"\(?(?P<number>{_NUMBER})\)? ?\*? ?(?=[\[(])")
_DIVISOR = re.compile(rf"(?<=[\])]) ?(?P<sign>[*/]) ?\(?(?P<number>{_NUMBER})\)?")
_CALLS = re.compile(r"(?:(?:torch|np|numpy)\.)?(?:tensor|array|matrix)\((?P<body>.*)\)", re.DOTALL)
_SIGNS = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "\t": " ", "\xa0": " ", "{": "[", "}": "]"})


def is_kernel_name(text: str) -> bool:
    """Whether a text can only be meant as a name: it begins with a letter, and has no brackets."""
    return text.strip()[:1].isalpha() and not any(sign in text for sign in "[(")


def read_channels(text: str) -> tuple[Kernel, ...]:
    """The matrices that a text writes, for each channel of an image one: [[[1, 0]], [[0, 1]], [[1, 1]]].

    Raises:
        SpecError: it writes none, they have different sizes, or there are more than 3.
    """
    body, factor = _scaled(text)
    texts = _bracketed(body)
    if not texts:
        return (read_matrix(text),)
    if len(texts) > MAX_MATRICES:
        raise SpecError(f"An image has at most {MAX_MATRICES} channels, but these are {len(texts)} matrices.")
    kernels = tuple(read_matrix(matrix).times(factor) for matrix in texts)
    sizes = sorted({kernel.size for kernel in kernels})
    if len(sizes) > 1:
        first, second = (f"{height}x{width}" for height, width in (sizes[0], sizes[-1]))
        raise SpecError(f"The matrices of all channels have one size, but these have {first} and {second}.")
    return kernels


def _bracketed(body: str) -> list[str]:
    """The parts of three-fold brackets inside the outermost ones; nothing where another text stands between them."""
    texts: list[str] = []
    depth = deepest = start = 0
    for place, sign in enumerate(body):
        if sign in "[(":
            depth += 1
            start = place if depth == 2 else start
        elif sign in "])":
            if depth == 2:
                texts.append(body[start : place + 1])
            depth -= 1
        elif depth < 2 and sign not in " ,;\n\r":
            return []
        deepest = max(deepest, depth)
    return texts if depth == 0 and deepest == 3 else []


def read_matrix(text: str) -> Kernel:
    """The matrix that a text writes: lists of rows, or rows on lines or between semicolons; fractions and decimals.

    A factor may stand before it, or a factor or divisor behind it, next to a bracket.

    Raises:
        SpecError: it writes none, at the character where it stops being one.
    """
    body, factor = _scaled(text)
    return Kernel.of([_row(row, text) for row in _rows(body, text)]).times(factor)


def _scaled(text: str) -> tuple[str, Fraction]:
    """The brackets of a text, without the call around them, and the factor that stands before or behind them."""
    if len(text) > MAX_CHARACTERS:
        raise SpecError(f"The matrix has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read.")
    body = text.translate(_SIGNS).strip()
    call = _CALLS.fullmatch(body)
    body = call["body"].strip() if call else body
    if match := _FACTOR.match(body):
        return body[match.end() :], _fraction(match["number"])
    if match := _DIVISOR.search(body):
        number = _fraction(match["number"])
        if match.end() == len(body) and number:
            return body[: match.start()], number if match["sign"] == "*" else 1 / number
    return body, Fraction(1)


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
