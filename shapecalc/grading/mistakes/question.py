"""Mistakes about the question: another layer's number, a layer left out or run twice, another axis."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from math import prod
from typing import cast

from shapecalc.algebra.edits import Number, simplest
from shapecalc.grading.mistakes.change import AnswerChange, Edit, Outcome, RunChange
from shapecalc.grading.mistakes.line import EditedTree, Line, Sizes
from shapecalc.grading.mistakes.lines import inputs_of
from shapecalc.grading.mistakes.mistake import Mistake, in_formulas, together
from shapecalc.grading.mistakes.names import SIZE, STRIDE, is_pool, is_transposed, is_window
from shapecalc.grading.mistakes.sheet import Sheet
from shapecalc.grading.mistakes.working import Working
from shapecalc.grading.quiz.target import Target
from shapecalc.grading.quiz.target_values import shape_of
from shapecalc.layers.core.quantity import Quantity
from shapecalc.measures import Row

#: Measures that an input of the net has as well.
_OF_SHAPES = frozenset({"output_shape", "channels", "height", "width", "length", "values", "positions"})
_SIDES = {"height": "width", "width": "height"}


def _of_node(target: Target, node: str) -> AnswerChange:
    return AnswerChange(lambda working: working.measure(replace(target, node=node)))


def _has_node(sheet: Sheet) -> bool:
    target = sheet.target
    return not target.tensor and not target.is_total and target.measure not in ("padding", "activations")


def _next_layer(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    if _has_node(sheet):
        for row in sheet.report:
            if sheet.node in row.reads:
                yield Edit(mistake, row.name, _of_node(sheet.target, row.name), f"{row.name}'s")


def _previous_layer(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    row = sheet.by_name.get(sheet.node)
    if _has_node(sheet) and row is not None:
        for name in row.reads:
            if name in sheet.by_name or sheet.target.measure in _OF_SHAPES:
                yield Edit(mistake, name, _of_node(sheet.target, name), f"{name}'s")


def _another_layer(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """The number of any other layer, or of an input: the nearest first."""
    if not _has_node(sheet):
        return
    inputs = [*sheet.report.net.inputs] if sheet.target.measure in _OF_SHAPES else []
    names = [*inputs, *(row.name for row in sheet.report)]
    place = names.index(sheet.node) if sheet.node in names else 0
    for name in sorted(names, key=lambda name: abs(names.index(name) - place)):
        if name != sheet.node:
            extra = 2 if name in inputs else 0
            yield Edit(mistake, name, _of_node(sheet.target, name), f"{name}'s", extra)


def _kept_input(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """The input itself, of a question about what comes out."""
    if sheet.target.measure in _OF_SHAPES:
        name = next(iter(sheet.report.net.inputs))
        yield Edit(mistake, name, _of_node(sheet.target, name), "from the input to the end", 2)


def _run(times: int, applies: Callable[[Row], bool]) -> Callable[[Mistake, Sheet], Iterator[Edit]]:
    """A layer on the way that is left out, or run twice."""

    def places(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
        for row in sheet.places:
            is_same = [row.output_shape] == [*row.input_shapes]
            if (
                not is_same
                and len(row.reads) == 1
                and len(row.output_shape) == len(row.input_shapes[0])
                and applies(row)
            ):
                yield Edit(mistake, row.name, RunChange(times), row.name)

    return places


def _undivided(line: Line) -> EditedTree | None:
    """The size that comes in, of a convolution that divides it: left out as far as the size goes."""
    divides = is_window(line) and not is_transposed(line) and not is_pool(line.layer)
    return SIZE if divides and line.numbers.get(STRIDE) != 1 else None


def _terms(sheet: Sheet) -> list[str]:
    """What a total adds up: the layers with a count, or the inputs and all layers."""
    if sheet.target.measure == "activations":
        return [*sheet.shapes]
    return [row.name for row in sheet.places if sheet.count(row) != 0] if sheet.target.is_total else []


def _sum(sheet: Sheet, names: Iterable[str]) -> AnswerChange:
    names = tuple(names)
    if sheet.target.measure == "activations":
        return AnswerChange(lambda working: sum([prod(working.shapes[name]) for name in names]))
    if sheet.target.measure == "saved_bytes":
        return AnswerChange(lambda _: sum([cast("int", sheet.by_name[name].saved) for name in names]))
    if sheet.target.measure == "bytes":
        width = sheet.report.memory.setting.weight_size
        return AnswerChange(lambda working: width * sum([working.count(sheet.by_name[name]) for name in names]))
    return AnswerChange(lambda working: simplest(sum([working.count(sheet.by_name[name]) for name in names])))


def _less(sheet: Sheet, name: str, times: int) -> AnswerChange:
    """The total with a term more, or with a term less."""
    term = _sum(sheet, [name]).answer

    def answer(working: Working) -> Outcome | None:
        return cast("Number", working.measure(sheet.target)) + times * cast("Number", term(working))

    return AnswerChange(answer)


def _left_out_of_sum(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """A total without a layer, of one layer alone, or of a part of the layers."""
    names = _terms(sheet)
    if len(names) < 2:
        return
    for name in names:
        yield Edit(mistake, name, _less(sheet, name, -1), name)
    if len(names) > 2:
        for name in names:
            yield Edit(mistake, name, _sum(sheet, [name]), f"all but {name}", 1)
    for place in range(2, len(names) - 1):
        yield Edit(mistake, "", _sum(sheet, names[:place]), f"those after {names[place - 1]}", 2)
        yield Edit(mistake, "", _sum(sheet, names[place:]), f"those before {names[place]}", 2)
    yield Edit(mistake, "", AnswerChange(_half), "half of the layers", 3)


def _half(working: Working) -> Outcome | None:
    total = working.measure(working.sheet.target)
    return None if isinstance(total, tuple) or total % 2 else simplest(Fraction(total, 2))


def _twice_in_sum(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    names = _terms(sheet)
    for name in names:
        yield Edit(mistake, name, _less(sheet, name, 1), name)
    if sheet.quantity in (Quantity.PARAMETERS, Quantity.MACS) and not sheet.target.is_total:
        yield Edit(mistake, sheet.node, _sum(sheet, [sheet.node] * 2), sheet.node)


def _joined_input(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """The channels that come in counted with those that come out, as behind a concatenation."""
    row = sheet.by_name.get(sheet.node)
    if row is None or row.input_shapes[0] == row.output_shape:
        return

    def answer(working: Working) -> Outcome | None:
        shape = working.shapes[row.name]
        before = working.inputs(row)[0][0]
        if sheet.target.measure == "channels" or sheet.target.dim == 0:
            return shape[0] + before
        return (shape[0] + before, *shape[1:]) if _asks_shape(sheet) else None

    yield Edit(mistake, row.name, AnswerChange(answer), "the step that takes off the channels that come in", 4)


def _asks_shape(sheet: Sheet) -> bool:
    return sheet.target.measure == "output_shape" and sheet.target.dim is None


def _not_propagated(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """A layer on the way worked out from the sizes before the layer that it reads."""
    for row in sheet.places:
        before = sheet.by_name.get(row.reads[0]) if row.reads else None
        if before is None or len(before.reads) != 1 or before.output_shape == before.input_shapes[0]:
            continue
        shape = (sheet.shapes[before.name][0], *inputs_of(before)[0][1:])
        if len(shape) == len(before.output_shape) > 1 and shape != before.output_shape:
            yield Edit(mistake, row.name, AnswerChange(_from(sheet, row, shape)), row.name, 1)


def _from(sheet: Sheet, row: Row, shape: Sizes) -> Callable[[Working], Outcome | None]:
    def answer(working: Working) -> Outcome | None:
        return working.entering(row, shape).measure(sheet.target)

    return answer


def _turned_shape(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """Height and width of what comes out, exchanged."""
    target = sheet.target
    if target.measure in _SIDES:
        yield Edit(mistake, sheet.node, AnswerChange(_side(target)))
    if _asks_shape(sheet) and len(shape_of(target, sheet.report)) == 3:
        yield Edit(mistake, sheet.node, _reordered(sheet, lambda shape: (*shape[:-2], shape[-1], shape[-2])))


def _side(target: Target) -> Callable[[Working], Outcome | None]:
    measure = _SIDES[target.measure]
    return lambda working: working.measure(replace(target, measure=measure, node=working.sheet.node))  # type: ignore[arg-type]


def _reordered(sheet: Sheet, order: Callable[[Sizes], Sizes]) -> AnswerChange:
    return AnswerChange(lambda working: order(working.shapes[sheet.node]))


def _other_sides(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """The shrink of one side used for the other one."""
    image, shape = sheet.image, sheet.shapes[sheet.node]
    if not _asks_shape(sheet) or len(image) != 3 or len(shape) != 3:
        return
    for kept, changed in ((1, 2), (2, 1)):
        sizes = dict(enumerate(shape)) | {changed: image[changed] - (image[kept] - shape[kept])}
        answer = tuple(sizes.values())
        words = "and subtracted as much from the other"
        yield Edit(mistake, sheet.node, AnswerChange(lambda _, answer=answer: answer), words, 1)  # type: ignore[misc]


def _channels_last(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    if _asks_shape(sheet) and len(sheet.shapes[sheet.node]) > 1:
        yield Edit(mistake, sheet.node, _reordered(sheet, lambda shape: (*shape[1:], shape[0])))


def _dropped(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """A shape without its sizes of 1."""
    shape = sheet.shapes[sheet.node]
    if _asks_shape(sheet) and 1 in shape[1:]:
        yield Edit(mistake, sheet.node, _reordered(sheet, lambda sizes: tuple([size for size in sizes if size != 1])))


def _another_size(mistake: Mistake, sheet: Sheet) -> Iterator[Edit]:
    """Another size of the shape that is asked about."""
    target = sheet.target
    if target.measure not in _OF_SHAPES or target.measure in ("values", "positions") or _asks_shape(sheet):
        return
    for place in range(len(sheet.shapes[sheet.node])):
        answer = Target("output_shape", sheet.node, place)
        yield Edit(mistake, sheet.node, AnswerChange(lambda working, answer=answer: working.measure(answer)))  # type: ignore[misc]


MISTAKES = (
    Mistake("next-layer", 4, "the next layer's number", "This is the next layer's number, {}", _next_layer),
    Mistake("another-layer", 4, "any other layer's number", "This is another layer's number, {}", _another_layer),
    Mistake(
        "previous-layer",
        4,
        "the number of the layer before, or of the input",
        "This is the number of the layer before, {}",
        _previous_layer,
    ),
    Mistake(
        "pool-forgotten",
        2,
        "a pooling of the chain left out",
        "You left out",
        together(
            _run(0, lambda row: is_pool(row.layer)),
            in_formulas(_undivided, extra=3, detail="a layer that divides the size"),
        ),
    ),
    Mistake(
        "layer-left-out",
        4,
        "another layer of the chain or of a sum left out",
        "You left out",
        together(_run(0, lambda row: not is_pool(row.layer)), _left_out_of_sum, _joined_input),
    ),
    Mistake(
        "layer-twice",
        5,
        "a layer applied or counted twice",
        "You took {} twice",
        together(_run(2, lambda _: True), _twice_in_sum),
    ),
    Mistake(
        "size-not-propagated",
        5,
        "a later layer worked out from a size before the change",
        "You worked {} out from a size that had changed by then",
        _not_propagated,
    ),
    Mistake(
        "channels-last",
        2,
        "the right sizes in the order H, W, C",
        "You wrote the channels last",
        _channels_last,
    ),
    Mistake(
        "axes-dropped",
        3,
        "axes of size 1 left out, as if a flattening stood behind the layer",
        "You left out the axes of size 1",
        _dropped,
    ),
    Mistake(
        "another-axis",
        4,
        "another size of the same shape",
        "This is another size of the same shape",
        _another_size,
    ),
)

#: Height and width exchanged in the answer, and a shrink that is the same for both.
TURNED_SHAPE, SAME_SHRINK, KEPT_INPUT = _turned_shape, _other_sides, _kept_input
