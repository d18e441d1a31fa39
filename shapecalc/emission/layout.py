"""Python text in lines: an expression in one line where it fits, else with an argument in each line.

The lines are those of ``ruff format`` with its defaults.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

#: The longest line.
WIDTH = 88
#: What a deeper line begins with.
INDENT = "    "
#: A whole number that is no part of another word or number.
_NUMBER = re.compile(r"(?<![\w.])(\d+)(?![\w.])")


class Argument(NamedTuple):
    """An argument of a call: its value, ``name=`` or nothing before it, and a comment behind it."""

    value: Expression
    lead: str = ""
    comment: str = ""


class Brackets(NamedTuple):
    """A call, a list or a dict: what stands before its arguments, these, and what stands behind them."""

    head: str
    arguments: Sequence[Argument]
    tail: str


class Comprehension(NamedTuple):
    """``head element clause tail``, as in ``*[Block(64) for _ in range(3)]``."""

    head: str
    element: Expression
    clause: str
    tail: str


class Operands(NamedTuple):
    """Operands with one operator between them."""

    operator: str
    operands: Sequence[str]


Expression = str | Brackets | Comprehension | Operands


def bracketed(name: str, *arguments: Argument | str) -> Brackets:
    """The call of a name."""
    return Brackets(f"{name}(", [part if isinstance(part, Argument) else Argument(part) for part in arguments], ")")


def in_line(expression: Expression) -> str:
    """The expression in one line, without comments."""
    if isinstance(expression, str):
        return expression
    if isinstance(expression, Comprehension):
        return f"{expression.head}{in_line(expression.element)} {expression.clause}{expression.tail}"
    if isinstance(expression, Operands):
        return f" {expression.operator} ".join(expression.operands)
    parts = [part.lead + in_line(part.value) for part in expression.arguments]
    return f"{expression.head}{', '.join(parts)}{expression.tail}"


def progression(terms: Sequence[Expression]) -> Expression | None:
    """Expressions that differ in numbers alone, which grow in even steps, as one expression in i, counted from 0."""
    first = terms[0]
    if isinstance(first, Brackets):
        others = [term for term in terms if isinstance(term, Brackets) and _frame(term) == _frame(first)]
        if len(others) < len(terms):
            return None
        values = [
            progression([term.arguments[place].value for term in others]) for place in range(len(first.arguments))
        ]
        arguments = [
            Argument(value, argument.lead)
            for value, argument in zip(values, first.arguments, strict=True)
            if value is not None
        ]
        return first._replace(arguments=arguments) if len(arguments) == len(values) else None
    if all(term == first for term in terms):
        return first
    texts = [term for term in terms if isinstance(term, str)]
    return (
        _counted([re.split(r"(?<![\w.])(\d+)(?![\w.])", text) for text in texts]) if len(texts) == len(terms) else None
    )


def _counted(terms: Sequence[Sequence[str]]) -> str | None:
    """Texts, taken apart at their whole numbers, as one text in i; None where more than one number differs."""
    first = terms[0]
    if any(len(term) != len(first) or term[::2] != first[::2] for term in terms):
        return None
    places = [place for place in range(1, len(first), 2) if any(term[place] != first[place] for term in terms)]
    if len(places) != 1:
        return None
    numbers = [int(term[places[0]]) for term in terms]
    growth = _linear(numbers) or _doubling(numbers)
    if len(first) > 3 and "+" in growth:  # in a product
        growth = f"({growth})"
    return "".join([*first[: places[0]], growth, *first[places[0] + 1 :]]) if growth else None


def _frame(brackets: Brackets) -> tuple[str, str, list[str]]:
    return brackets.head, brackets.tail, [argument.lead for argument in brackets.arguments]


def _linear(numbers: Sequence[int]) -> str:
    """Numbers that grow in even steps, by i; "" if they do not."""
    start, step = numbers[0], numbers[1] - numbers[0]
    if step <= 0 or any(number != start + step * place for place, number in enumerate(numbers)):
        return ""
    growth = "i" if step == 1 else f"{step} * i"
    return f"{start} + {growth}" if start else growth


def _doubling(numbers: Sequence[int]) -> str:
    """Numbers each of which is twice the one before it, by i; "" if they are not."""
    start = numbers[0]
    if start < 1 or any(number != start << place for place, number in enumerate(numbers)):
        return ""
    exponent = start.bit_length() - 1
    if start != 1 << exponent:
        return f"{start} * 2**i"
    return f"2 ** (i + {exponent})" if exponent else "2**i"


def has_comment(expression: Expression) -> bool:
    """Whether a comment stands between the brackets, which cannot be in one line then."""
    if isinstance(expression, Comprehension):
        return has_comment(expression.element)
    return isinstance(expression, Brackets) and any(
        part.comment or has_comment(part.value) for part in expression.arguments
    )


def lines(expression: Expression, *, lead: str = "", tail: str = "", margin: str = "", comment: str = "") -> list[str]:
    """The lines of a statement, or of one argument.

    Args:
        expression: the value.
        lead: what stands before it, such as ``x =``.
        tail: what stands behind it.
        margin: what each line begins with.
        comment: a remark for the end of the last line, which is left out where it does not fit.
    """
    if not has_comment(expression):
        line = f"{margin}{lead}{in_line(expression)}{tail}"
        if len(line) <= WIDTH or isinstance(expression, str):
            return [_remarked(line, comment)]
    closing = getattr(expression, "tail", "") or ")"  # the values of a return, and operands, have brackets now
    return [*_parts(expression, lead, margin), _remarked(f"{margin}{closing}{tail}", comment)]


def _parts(expression: Expression, lead: str, margin: str) -> Iterator[str]:
    """The lines above the closing bracket."""
    inner = margin + INDENT
    match expression:
        case Comprehension(head, element, clause, _):
            yield f"{margin}{lead}{head}"
            line = f"{inner}{in_line(element)} {clause}"
            if len(line) <= WIDTH:
                yield line
            else:
                yield from lines(element, margin=inner)
                yield f"{inner}{clause}"
        case Operands(operator, operands):
            yield f"{margin}{lead}("
            yield f"{inner}{operands[0]}"
            yield from (f"{inner}{operator} {operand}" for operand in operands[1:])
        case Brackets(head, arguments, tail):
            yield f"{margin}{lead}{head or '('}"
            line = in_line(Brackets("", arguments, ""))
            # where all but the last brackets fit in one line, the formatter would break those alone
            fits = "(" in tail and len(f"{margin}{lead}{in_line(expression)}".rpartition("(")[0]) < WIDTH
            if _is_call(head) and not fits and not has_comment(expression) and len(inner) + len(line) <= WIDTH:
                yield f"{inner}{line}"
                return
            is_generator = len(arguments) == 1 and isinstance(arguments[0].value, Comprehension)
            comma = "" if is_generator and not in_line(arguments[0].value).startswith("*") else ","
            for value, name, comment in arguments:
                yield from lines(value, lead=name, tail=comma, margin=inner, comment=comment)


def _is_call(head: str) -> bool:
    """Whether the arguments may stand in one line below the call; those of lists and definitions do not."""
    return head[-2:-1].isalnum() and not head.startswith(("__init__", "def "))


def structured(text: str) -> Expression:
    """The call, or the sum or product, that a text is; the text itself, if it is neither."""
    depths, opening, calls = [], [], []
    for place, sign in enumerate(text):
        if sign in "([{":
            opening.append(place)
        elif sign in ")]}":
            start = opening.pop()
            if not opening and sign == ")":
                calls.append((start + 1, place))
        depths.append(len(opening))
    for operator in ("+", "*", "@"):
        cuts = [place for place in range(len(text)) if depths[place] == 0 and text.startswith(f" {operator} ", place)]
        if cuts:
            return Operands(operator, _pieces(text, cuts, 3))
    if not calls:
        return text
    start, end = max(calls, key=lambda call: call[1] - call[0])
    commas = [place for place in range(start, end) if depths[place] == 1 and text.startswith(", ", place)]
    first, *others = _pieces(text[:end], commas, 2)
    return Brackets(text[:start], [Argument(structured(part)) for part in (first[start:], *others)], text[end:])


def _pieces(text: str, cuts: Sequence[int], width: int) -> list[str]:
    """What stands between separators of this width."""
    starts = [0, *(cut + width for cut in cuts)]
    return [text[start:end] for start, end in zip(starts, [*cuts, len(text)], strict=True)]


def _remarked(line: str, comment: str) -> str:
    whole = f"{line}  # {comment}"
    return whole if comment and len(whole) <= WIDTH else line
