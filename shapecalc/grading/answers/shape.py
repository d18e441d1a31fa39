"""An answer that is a shape: 20x16x16, (20, 16, 16), [20, 16, 16], 20@16x16 or torch.Size([20, 16, 16])."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar, Literal, Self, final

from shapecalc.errors import SpecError
from shapecalc.formats.text.shapes import MAX_DIMS, ShapeLimitError, read_shape
from shapecalc.formats.text.tokens import MAX_DIGITS
from shapecalc.grading.answers.kind import AnswerKind, AnswerNotation, Judgement, Key, NotUnderstoodError, bounded
from shapecalc.grading.answers.numerals import read_number
from shapecalc.layers import shape_text

_CROSSES = dict.fromkeys(map(ord, "X×*·✕✖"), "x")
_BATCH = re.compile(r"^(\s*(?:torch\.Size\()?[\[(]?)\s*(?:N|B|[Nn]one|[Bb]atch|bs|-1|\?)\s*[x×X,*·@]\s*")
_TORCH_SIZE = re.compile(r"torch\.Size\((.*)\)")


@final
@dataclass(frozen=True, slots=True)
class ShapeAnswer(AnswerKind[tuple[int, ...]]):
    """A shape, its channels first unless the question asks for them last.

    Attributes:
        key: the right shape, in the order that is asked for; with its batch, where that is asked for.
        channels_last: whether that has its channels last.
        batch: what may stand in front: "left-out", a batch is wrong; "optional", any batch, also as a letter; "asked",
            the one of the key.
    """

    name: ClassVar[str] = "shape"
    key: tuple[int, ...]
    channels_last: bool = False
    batch: Literal["left-out", "optional", "asked"] = "left-out"

    def read(self, answer: str) -> tuple[int, ...]:
        """The sizes; of a batch that is optional, nothing is left where it is a letter."""
        text = _BATCH.sub(r"\1", bounded(answer), count=1) if self.batch == "optional" else answer
        shape = read_shape_answer(text, dims=0 if self.batch == "optional" else len(self.key))
        return shape[1:] if self.batch == "optional" and len(shape) == len(self.key) + 1 else shape

    def judge(self, reading: tuple[int, ...]) -> Judgement:
        return Judgement.of(reading == self.key, self._remark(reading))

    def echo(self, reading: tuple[int, ...]) -> str:
        return shape_text(reading)

    def plain(self, reading: tuple[int, ...] | None) -> Any:
        return None if reading is None else list(reading)

    def outcome(self, reading: tuple[int, ...]) -> tuple[int, ...]:
        if self.batch == "asked" and len(reading) == len(self.key):
            reading = reading[1:]
        return to_channels_first(reading) if self.channels_last else reading

    def with_key(self, value: Key, size: Fraction) -> Self | None:
        if not isinstance(value, tuple):
            return None
        batch = self.key[:1] if self.batch == "asked" else ()
        return replace(self, key=(*batch, *(to_channels_last(value) if self.channels_last else value)))

    def rewritten(self, reading: tuple[int, ...]) -> tuple[tuple[frozenset[AnswerNotation], tuple[int, ...]], ...]:
        batch, conventions = int(self.batch == "asked"), frozenset[AnswerNotation]()
        if len(reading) == len(self.key) - 1 and batch:
            reading, conventions = (*self.key[:1], *reading), frozenset({AnswerNotation.NO_BATCH})
        elif len(reading) == len(self.key) + 1 and self.batch == "left-out":
            reading, conventions = reading[1:], frozenset({AnswerNotation.BATCH_IN_FRONT})
        if len(reading) != len(self.key):
            return ()
        front, sizes = reading[:batch], reading[batch:]
        orders = [(conventions, sizes)] if conventions else []
        if self.channels_last:
            orders.append((conventions | {AnswerNotation.CHANNELS_FIRST}, to_channels_last(sizes)))
            exchanged = (*sizes[:-3], *sizes[-3:-1][::-1], *sizes[-1:])
        else:
            orders.append((conventions | {AnswerNotation.CHANNELS_LAST}, to_channels_first(sizes)))
            exchanged = (*sizes[:-2], *sizes[-2:][::-1])
        if len(sizes) > 2:
            orders.append((conventions | {AnswerNotation.SIDES_EXCHANGED}, exchanged))
        return tuple(
            [
                (names, (*front, *order))
                for names, order in orders
                if (*front, *order) != reading or names == conventions
            ]
        )

    def _remark(self, shape: tuple[int, ...]) -> str:
        """What is wrong with a shape that is not the key; "" where that is not known."""
        key = self.key
        if self.batch == "asked" and shape == key[1:]:
            return f"the batch of {key[0]} is missing in front"
        start = int(self.batch == "asked")
        other = to_channels_first(key[start:]) if self.channels_last else to_channels_last(key[start:])
        if shape == (*key[:start], *other):
            order, wrong = ("last", "first") if self.channels_last else ("first", "last")
            return f"the right numbers in channels-{wrong} order; channels-{order} is asked for"
        if sorted(shape) == sorted(key):
            return "the right numbers in another order"
        if len(shape) == len(key) + 1 and shape[1:] == key:
            return "a batch stands in front; shapes are written without it"
        if len(shape) != len(key):
            return f"{len(shape)} size{'s' if len(shape) > 1 else ''} instead of {len(key)}"
        return ""


def to_channels_last(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A channels-first shape with its channels moved to the end."""
    return (*shape[1:], shape[0])


def to_channels_first(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A channels-last shape with its channels moved to the front."""
    return (shape[-1], *shape[:-1])


def read_shape_answer(answer: str, *, dims: int = 0) -> tuple[int, ...]:
    """A shape: 20x16x16, with any cross, (20, 16, 16), [20, 16, 16], 20@16x16 or torch.Size([20, 16, 16]).

    Args:
        answer: what was written.
        dims: how many sizes the question is about; where it is 1, 5,120 is one number.

    Raises:
        NotUnderstoodError: it is not a shape.
    """
    text = re.sub(r"(?<=[\d)\]])\.\Z", "", bounded(answer).strip())
    number = read_number(text) if dims == 1 else None
    if isinstance(number, int) and number >= 0:
        return (number,)
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
