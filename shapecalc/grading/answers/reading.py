"""What a student wrote, read as a number, a calculation, a shape or a choice of options.

An answer is data: it is matched against small patterns or goes through the reader of expressions, and is never run.
Whatever does not fit is :class:`NotUnderstoodError`, which says what and where; nobody loses a point to a reader.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

from shapecalc.errors import SpecError
from shapecalc.formats.text.expression import read_expression
from shapecalc.formats.text.shapes import MAX_DIMS, ShapeLimitError, read_shape
from shapecalc.formats.text.tokens import MAX_DIGITS
from shapecalc.page import visible

#: Bounds on one answer: its characters, and the sides of an equation in it.
MAX_ANSWER = 500
MAX_SIDES = 4
LETTERS = "abcdefghijklmnopqrstuvwxyz"

#: Spaces of every width, none at all included: they come with what is pasted.
_SPACES = {ord(space): " " for space in "\u00a0\u2007\u2009\u200a\u202f\u3000\t\n\r\u200b\u2060\ufeff"}
_NUMBER = re.compile(
    r"""(?P<sign>[+\-−]?)\ ?(?:
        (?P<whole>\d+ | [1-9]\d{0,2}(?P<gap>[,_'’ ])\d{3}(?:(?P=gap)\d{3})*)(?:\.(?P<rest>\d+))?
      | (?P<dotted>[1-9]\d{0,2}(?:\.\d{3}){2,}))""",
    re.VERBOSE,
)
_TIMES = re.compile(r"(?<=\d)( *)[xX✕✖]( *)(?=\d)")
_WORD = re.compile(r"[^\W\d_²³]+")
_ROUNDED = re.compile(r"\d[eE][+-]?\d")
_HEX = re.compile(r"\b0[xX]")
_CROSSES = dict.fromkeys(map(ord, "X×*·✕✖"), "x")
_TORCH_SIZE = re.compile(r"torch\.Size\((.*)\)")
_MARKED = re.compile(r"\(?([a-z])[).:] ?(.+)")
_BETWEEN = re.compile(r"[\s,;/&+]+(?:and\s+)?")


class NotUnderstoodError(SpecError):
    """An answer could not be read; the message says what and where."""


def is_blank(answer: str) -> bool:
    """Whether nothing was answered."""
    return not answer.translate(_SPACES).strip()


def read_integer(answer: str) -> int | Decimal:
    """A number: 5120, 5,120, 5 120, 5_120, 5'120 or 5120.0; one with a fraction is returned as it is.

    Raises:
        NotUnderstoodError: it is not a number, or could be two (5.120).
    """
    text = _bounded(answer)
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise NotUnderstoodError(_why_no_number(text))
    digits = re.sub(r"\D", "", match["whole"] or match["dotted"])
    rest = match["rest"] or ""
    if len(digits) + len(rest) > MAX_DIGITS:
        raise NotUnderstoodError(f"the number has {len(digits) + len(rest)} digits; at most {MAX_DIGITS} are read")
    if len(rest) == 3 and match["whole"] == digits and len(digits) <= 3 and digits[0] != "0":
        raise NotUnderstoodError(f"{match[0]} may be {digits}{rest}, or {digits} and three decimals")
    sign = -1 if match["sign"] in ("-", "−") else 1
    if rest.strip("0"):
        return sign * Decimal(f"{int(digits)}.{rest}")
    return sign * int(digits)


def read_calculation(answer: str) -> int | Decimal:
    """A number, a calculation (16*16*20, 16^2·20, 16 x 16 x 20), or an equation whose sides agree.

    Raises:
        NotUnderstoodError: it is none of these, has letters in it, or says two different things.
    """
    text = _bounded(answer)
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] == "=":  # as a spreadsheet has it
        text = text[:start] + " " + text[start + 1 :]
    sides = text.split("=")
    if len(sides) > MAX_SIDES:
        raise NotUnderstoodError(f"at most {MAX_SIDES} sides of an equation are read")
    values: list[int | Decimal] = []
    at = 0
    for side in sides:
        values.append(_side(" " * at + side))  # the spaces keep the columns that an error names
        at += len(side) + 1
    if len(set(values)) > 1:
        raise NotUnderstoodError(f"its sides differ: {' and '.join(map(str, values))}")
    return values[0]


def _side(text: str) -> int | Decimal:
    if _NUMBER.fullmatch(text.strip()):
        return read_integer(text)
    return _calculated(text)


def _calculated(text: str) -> int:
    if "#" in text:
        raise NotUnderstoodError(f"column {text.index('#') + 1}: cannot read '#'")
    if _ROUNDED.search(text):
        raise NotUnderstoodError("a number with an exponent may have been rounded; all digits are needed")
    text = text if _HEX.search(text) else _TIMES.sub(r"\1×\2", text)
    try:
        value = read_expression(text)
    except SpecError as refused:
        raise NotUnderstoodError(str(refused).rstrip(".")) from None
    letters = next((word for word in _WORD.finditer(text) if word[0] not in ("min", "max")), None)
    if letters:  # even where they cancel out, as in W - W
        raise NotUnderstoodError(f"column {letters.start() + 1}: cannot read {letters[0][:20]!r} in a number")
    if not isinstance(value, int):
        raise NotUnderstoodError(f"{visible(text.strip(), 40)!r} is not a number")
    return value


def _why_no_number(text: str) -> str:
    try:
        return f"this is a calculation (of {_calculated(text)}); the question asks for the number itself"
    except NotUnderstoodError as refused:
        return str(refused)


def read_shape_answer(answer: str, *, dims: int = 0) -> tuple[int, ...]:
    """A shape: 20x16x16, with any cross, (20, 16, 16), [20, 16, 16], 20@16x16 or torch.Size([20, 16, 16]).

    Args:
        answer: what was written.
        dims: how many sizes the question is about; where it is 1, 5,120 is one number.

    Raises:
        NotUnderstoodError: it is not a shape.
    """
    text = _bounded(answer).strip()
    if dims == 1 and _NUMBER.fullmatch(text):
        value = read_integer(text)
        if isinstance(value, int) and value >= 0:
            return (value,)
    body = _unwrapped(text)
    body = re.sub(r"^( *\d+ *)@", r"\1x", body).translate(_CROSSES)
    shape = _plain_shape(body, answer)
    if dims == 1 and "x" in body and body == text.translate(_CROSSES):
        raise NotUnderstoodError("this may be a shape of several sizes, or a product")
    return shape


def _plain_shape(body: str, answer: str) -> tuple[int, ...]:
    """Numbers with the same sign between all of them: crosses, commas or spaces."""
    if "x" not in body:
        body = body.rstrip(" ").removesuffix(",")
    try:
        shape = read_shape(body, style="numbers", minimum=0)
    except ShapeLimitError:
        limits = f"a shape has at most {MAX_DIMS} sizes of at most {MAX_DIGITS} digits"
        raise NotUnderstoodError(_foreign_sign(answer) or limits) from None
    except SpecError:
        raise NotUnderstoodError(_foreign_sign(answer) or "this is not a shape such as 20x16x16") from None
    return tuple(size for size in shape if isinstance(size, int))


def _unwrapped(text: str) -> str:
    wrapped = _TORCH_SIZE.fullmatch(text)
    body = wrapped[1].strip() if wrapped else text
    return body[1:-1] if body[:1] + body[-1:] in ("()", "[]") else body


def _foreign_sign(answer: str) -> str:
    """The first sign that stands in no shape, or ""."""
    for column, char in enumerate(answer, 1):
        if not (char.isdecimal() or char.isspace() or char in "xX×*·✕✖,@()[]"):
            return f"column {column}: cannot read {char!r} in a shape"
    return ""


def read_choices(answer: str, options: Sequence[str]) -> tuple[int, ...]:
    """The options that are named, by letter or by their text, counted from 0: a,c or a c or ac; also none and all.

    Raises:
        NotUnderstoodError: something in it is no option.
    """
    text = folded(_bounded(answer))
    texts = [folded(option) for option in options]
    if text in texts:
        return (texts.index(text),)
    if text in ("none", "all"):
        return tuple(range(len(options))) if text == "all" else ()
    found = by_letter(text, len(options))
    if found is None:
        found = _marked(text, texts)
    if found is None:
        found = _listed(text, texts)
    if found is None:
        last = LETTERS[len(options) - 1]
        raise NotUnderstoodError(f"{visible(answer.strip(), 40)!r} cannot be read as options a to {last}")
    return tuple(sorted(set(found)))


def by_letter(text: str, count: int) -> list[int] | None:
    """The options that ``text`` names by letters alone; None where it is anything else."""
    words = [word.strip("().:") for word in _BETWEEN.split(folded(text)) if word]
    letters = "".join(words)
    known = LETTERS[:count]
    if not letters or any(letter not in known for letter in letters) or any(not word for word in words):
        return None
    if any(len(word) != len(set(word)) for word in words):
        return None
    return [known.index(letter) for letter in letters]


def _marked(text: str, texts: list[str]) -> list[int] | None:
    """One option by its letter and its text together: b) 5020."""
    match = _MARKED.fullmatch(text)
    if match is None or match[2] not in texts:
        return None
    found = texts.index(match[2])
    if LETTERS[found] != match[1]:
        raise NotUnderstoodError(f"the letter {match[1]} and the text after it name different options")
    return [found]


def _listed(text: str, texts: list[str]) -> list[int] | None:
    """Several options by their texts, with a comma or semicolon between them, as forms export them."""
    found: list[int] = []
    longest_first = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
    while text:
        for place in longest_first:
            rest = text.removeprefix(texts[place])
            if len(rest) < len(text) and (not rest or rest[0] in ",;"):
                found.append(place)
                text = rest[1:].strip()
                break
        else:
            return None
    return found


def folded(text: str) -> str:
    """A text as it is compared: without regard to case, to how spaces are typed, or to how accents are coded."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _bounded(answer: str) -> str:
    if len(answer) > MAX_ANSWER:
        raise NotUnderstoodError(f"the answer has {len(answer)} characters; at most {MAX_ANSWER} are read")
    return answer.translate(_SPACES)
