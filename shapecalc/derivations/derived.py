"""The steps reading: every number of a net with the formula it came from, in letters and in numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast, final

from shapecalc.algebra import LATEX, TEXT, Env, Int, Name, evaluate, name_values, short, text
from shapecalc.algebra.notation import Style
from shapecalc.errors import ShapecalcError
from shapecalc.layers import Layer, shape_text
from shapecalc.layers.core.axiswise import AXIS_NAMES, extent
from shapecalc.layers.core.layer import Step, entries_of
from shapecalc.layers.core.letters import letter
from shapecalc.measures import Report, Row
from shapecalc.measures.field.axis import AxisField
from shapecalc.measures.field.propagation import initial
from shapecalc.measures.field.sliding import JUMP, SIZE, START
from shapecalc.measures.report import plain

#: A layer with more tensors than this has its parameters derived one tensor at a time.
_TENSORS_IN_ONE_LINE = 3
#: A sum of more terms than this is given by its value alone.
_TERMS_IN_A_SUM = 100


class Derived(NamedTuple):
    """One number, derived.

    Attributes:
        what: what the number is: "height", "parameters", ...
        tree: its formula as a tree of names.
        env: the integer that each name stands for.
        value: the number, or an expression where letters were given.
    """

    what: str
    tree: Any
    env: Env
    value: Any

    def letters(self, style: Style = TEXT) -> str:
        """The formula in the field's letters; "" where it has no letters to show."""
        if any(name.name.startswith("input") for name in _names(self.tree)):
            return ""  # sizes of whole shapes have no letters; their numbers say more
        return _each(self.tree, lambda one: text(one, lambda name: _letter(name, style), style))

    def numbers(self, style: Style = TEXT) -> str:
        """The formula with its numbers."""
        values = name_values(self.env)
        return _each(self.tree, lambda one: text(one, lambda name: values.get(name, name.name), style))

    def result(self, style: Style = TEXT) -> str:
        """The number."""
        return _each(self.value, lambda one: text(short(one), lambda name: _letter(name, style), style))

    def sentence(self, style: Style = TEXT) -> str:
        """Formula = numbers = result, each said once."""
        said: list[str] = []
        for part in (self.letters(style), self.numbers(style), self.result(style)):
            if part and part not in said:
                said.append(part)
        return " = ".join(said)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "what": self.what,
            "formula": self.letters(),
            "numbers": self.numbers(),
            "value": plain(self.value),
        }


def derive(row: Row, report: Report) -> list[Derived]:
    """Every number of one layer, derived, in the order in which a person would work them out."""
    found = _merged([_derived(step) for step in row.layer.steps(row.input_shapes)])
    found = [one for one in found if one.value not in row.input_shapes]  # a shape that stays needs no derivation
    if not row.share:
        found += _parameters(row.layer)
    costs = [_derived(step) for step in row.layer.work(row.input_shapes, row.output_shape)]
    found += costs
    if len(costs) > 1:
        found.append(_sum("MACs", costs))
    return found + list(_field(row, report))


def _derived(step: Step) -> Derived:
    what, formula, env = step
    value = formula.at(env)
    try:
        tree = formula.tree(env)
        # a formula that looks at its numbers (a size of 1 is stretched) may go another way with letters
        return Derived(what, tree if _gives(tree, value, name_values(env)) else value, env, value)
    except ShapecalcError:  # hundreds of inputs joined: a formula that nobody could read
        return Derived(what, value, env, value)


def _gives(tree: Any, value: Any, known: Mapping[Name, Int]) -> bool:
    """Whether a tree has this value, where both are numbers."""
    if isinstance(tree, tuple):
        return isinstance(value, tuple) and all(_gives(t, v, known) for t, v in zip(tree, value, strict=True))
    return not isinstance(value, int) or evaluate(tree, known) == value


def _merged(steps: list[Derived]) -> list[Derived]:
    """Axes that are worked out alike are worked out once: "height, width"."""
    found: list[Derived] = []
    for step in steps:
        alike = next((i for i, one in enumerate(found) if one.sentence() == step.sentence()), None)
        if alike is None or step.what == "channels":
            found.append(step)
        else:
            found[alike] = Derived(f"{found[alike].what}, {step.what}", step.tree, step.env, step.value)
    return found


def _parameters(layer: Layer) -> list[Derived]:
    """K·F·F·D + K: the entries of each tensor, added up."""
    tensors = []
    for name, formula, env in layer.tensors():
        sizes = formula.tree(env)
        if sizes is not None:
            tree = entries_of(sizes)
            tensors.append(Derived(name, tree, env, evaluate(tree, name_values(env))))
    if not tensors:
        return []
    if len(tensors) > _TENSORS_IN_ONE_LINE:
        return [*tensors, _sum("parameters", tensors)]
    tree, value = tensors[0].tree, tensors[0].value
    for tensor in tensors[1:]:
        tree, value = tree + tensor.tree, value + tensor.value
    return [Derived("parameters", tree, tensors[0].env, value)]


def _sum(what: str, parts: list[Derived]) -> Derived:
    tree, value = cast("Int", Name(what, 0)), parts[0].value
    for position, part in enumerate(parts[1:], 1):
        value = value + part.value
        tree = tree + Name(what, position) if len(parts) <= _TERMS_IN_A_SUM else value
    return Derived(what, _Unspoken(tree), {what: tuple(part.value for part in parts)}, value)


@final
class _Unspoken:
    """A tree whose letters would say nothing: the sum of the lines above it."""

    __slots__ = ("tree",)

    def __init__(self, tree: Int) -> None:
        self.tree = tree


def _field(row: Row, report: Report) -> Iterator[Derived]:
    """The receptive field along the first axis, where one step of the recurrence gives it."""
    slides = row.layer.motion(row.input_shapes, row.output_shape).slides
    if not (slides and row.fields) or slides[-1][1].reads.transposed:
        return
    if 0 in row.output_shape or 0 in row.input_shapes[0]:
        return  # nothing is seen, or nothing sees
    inner, slide = _inner_field(row, report), slides[-1][1]
    outputs, inputs = slide.cycle()
    if len(inner.low) != 1 or outputs != 1:
        return
    first, step, taps = slide.taps(0)
    known: dict[str, Any] = {"field": inner.size, "jump": inner.advance, "start": inner.start, "left": -first}
    known |= {"span": extent(taps, step), "step": inputs}
    along = f" ({AXIS_NAMES[len(slides)][-1]})" if len(set(row.fields)) > 1 else ""
    for what, formula in (("field", SIZE), ("jump", JUMP), ("start", START)):
        yield _derived((f"{what}{along}", formula, known))


def _inner_field(row: Row, report: Report) -> AxisField:
    source = row.reads[0]
    if source in report.net.inputs:
        return initial(row.input_shapes[0]).axes[-1]
    return report[source].fields[-1]


def _names(tree: Any) -> Iterator[Name]:
    match tree:
        case tuple():
            for one in tree:
                yield from _names(one)
        case Name():
            yield tree
        case _Unspoken():
            yield Name("input")
        case _ if hasattr(tree, "left"):
            yield from _names(tree.left)
            yield from _names(tree.right)


def _letter(name: Name, style: Style) -> str:
    shown = letter(name)
    if style is not LATEX:
        return shown
    if shown[-1] in "₁₂":
        return f"{shown[0]}_{'₀₁₂'.index(shown[-1])}"
    return shown if len(shown) == 1 else rf"\text{{{shown.replace('_', ' ')}}}"


def _each(value: Any, write: Any) -> str:
    if isinstance(value, _Unspoken):
        value = value.tree
    if isinstance(value, tuple):
        written = [str(write(one)) for one in value]
        return written[0] if len(written) == 1 else f"({', '.join(written)})"
    return str(write(value))


def shapes_line(row: Row) -> str:
    """3x130x130 → 10x128x128."""
    return f"{' and '.join(map(shape_text, row.input_shapes))} → {shape_text(row.output_shape)}"
