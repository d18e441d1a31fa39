"""Mistakes in the recurrence of the receptive field."""

from __future__ import annotations

from collections.abc import Iterator

from shapecalc.algebra import Int, Name, names_in
from shapecalc.algebra.edits import Number, rewrite
from shapecalc.algebra.expr import Expr, Minus
from shapecalc.grading.mistakes.change import AnswerChange, Edit, LineEdit, Outcome
from shapecalc.grading.mistakes.line import EditedTree, Line
from shapecalc.grading.mistakes.lines import grow
from shapecalc.grading.mistakes.mistake import Mistake, in_formulas
from shapecalc.grading.mistakes.names import DILATION, KERNEL, PADDING, STRIDE
from shapecalc.grading.mistakes.sheet import Sheet
from shapecalc.grading.mistakes.working import Working
from shapecalc.layers.core.quantity import Quantity

_JUMP = Name("jump")


def _field(change: LineEdit) -> LineEdit:
    """An edit of a step of the recurrence of the field."""
    return lambda line: change(line) if line.quantity is Quantity.FIELD else None


def _without_minus_one(line: Line) -> EditedTree | None:
    def rule(part: Expr) -> Int | None:
        return KERNEL if part == Minus(KERNEL, 1) else None

    return rewrite(line.tree, rule)


def _without_jump(line: Line) -> EditedTree | None:
    if line.numbers[_JUMP] == 1:
        return None
    return rewrite(line.tree, lambda part: 1 if part == _JUMP else None)


def _with_padding(amount: Int) -> LineEdit:
    return _field(lambda line: line.tree + amount if line.numbers.get(PADDING) else None)


def _less_padding(line: Line) -> EditedTree | None:
    return line.tree - PADDING if line.numbers.get(PADDING) else None


def _with_stride(line: Line) -> EditedTree | None:
    """The layer's own stride as well as those before it."""
    if STRIDE not in line.numbers or _JUMP not in names_in(line.tree) or line.numbers[STRIDE] == 1:
        return None
    return rewrite(line.tree, lambda part: _JUMP * STRIDE if part == _JUMP else None)


def _backwards(working: Working) -> Outcome | None:
    """The rule for going back from the output, r = (r − 1)·S + F, run from the input."""
    size: Number = 1
    for step in working.steps():
        extent = step.numbers[DILATION] * (step.numbers[KERNEL] - 1) + 1
        size = (size - 1) * step.numbers[STRIDE] + extent
    return size


def _largest_dilation(working: Working) -> Outcome | None:
    numbers = [step.numbers for step in working.steps()]
    if not numbers or max(line[DILATION] for line in numbers) == 1:
        return None
    return int(max(line[KERNEL] for line in numbers) * max(line[DILATION] for line in numbers))


def _times_layers(working: Working) -> Outcome | None:
    numbers = [step.numbers for step in working.steps()]
    if len(numbers) < 2:
        return None
    last = numbers[-1]
    return int((last[DILATION] * (last[KERNEL] - 1) + 1) * len(numbers))


def _times_repeats(working: Working) -> Outcome | None:
    """The field of a part of the layers times the number of such parts."""
    numbers = [step.numbers for step in working.steps()]
    for part in range(len(numbers) // 2, 1, -1):
        if len(numbers) % part == 0 and numbers == numbers[:part] * (len(numbers) // part):
            size, jump = 1, 1
            for step in numbers[:part]:
                size, jump = grow(size, jump, step)
            return size * (len(numbers) // part)
    return None


def _kernels_added(working: Working) -> Outcome | None:
    numbers = [step.numbers for step in working.steps()]
    return int(sum(line[KERNEL] for line in numbers)) if len(numbers) > 1 else None


def _of_fields(mistake: Mistake, sheet: Sheet, *answers: tuple[AnswerChange, str]) -> Iterator[Edit]:
    if sheet.target.measure == "receptive_field":
        for place, (answer, words) in enumerate(answers):
            yield Edit(mistake, "", answer, words, place)


MISTAKES = (
    Mistake(
        "field-without-minus-one",
        2,
        "r + F·j in the place of r + (F − 1)·j",
        "You multiplied by the whole kernel",
        in_formulas(_field(_without_minus_one)),
    ),
    Mistake(
        "field-without-jump",
        1,
        "r + (F − 1), the stride of earlier layers left out",
        "You left out the strides of the layers before",
        in_formulas(_field(_without_jump)),
    ),
    Mistake(
        "field-with-own-stride",
        4,
        "r + (F − 1)·j·S, the layer's own stride put in before it counts",
        "You put the layer's own stride in",
        in_formulas(_field(_with_stride)),
    ),
    Mistake(
        "field-recurrence-backwards",
        3,
        "the recurrence run from the other end with the forward rule",
        "You ran the recurrence for the way back, r = (r − 1)·S + F, from the input on",
        lambda mistake, sheet: _of_fields(mistake, sheet, (AnswerChange(_backwards), "")),
    ),
    Mistake(
        "padding-in-field",
        4,
        "P put into the recurrence of the field",
        "You put the padding into the field",
        in_formulas(_with_padding(2 * PADDING), _with_padding(2 * PADDING * _JUMP), _field(_less_padding)),
    ),
    Mistake(
        "field-by-last-dilation",
        5,
        "kernel times the largest dilation, or one layer's field times the number of layers",
        "You did not add up the layers",
        lambda mistake, sheet: _of_fields(
            mistake,
            sheet,
            (AnswerChange(_largest_dilation), "but multiplied the kernel by the largest dilation"),
            (AnswerChange(_times_repeats), "but multiplied the field of a part by the number of parts"),
            (AnswerChange(_times_layers), "but multiplied the last layer's field by their number"),
        ),
    ),
    Mistake(
        "kernels-added",
        4,
        "the sum of the kernels, without the strides and without the − 1",
        "You added the kernels up",
        lambda mistake, sheet: _of_fields(mistake, sheet, (AnswerChange(_kernels_added), "")),
    ),
)
