"""The page of a comparison: the sizes side by side, then each layer that differs, with the formulas of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.algebra import Env, Formula, Int
from shapecalc.compare.frameworks.aspect import Aspect
from shapecalc.derivations.derived import Derived, numbers_in
from shapecalc.layers import shape_text
from shapecalc.layers.core.quantity import Quantity
from shapecalc.page import Alternatives, Block, Cell, Column, Derivation, Equation, Lines, Notes, Page, Table
from shapecalc.page.numbers import tally

if TYPE_CHECKING:
    from shapecalc.compare.frameworks.comparison import Difference, FrameworkComparison, LayerComparison

_TORCH = "torch"
#: The width of the labels below a layer.
_MARGIN = 7
#: How narrow the columns become.
_NARROW = 12


def comparison_page(comparison: FrameworkComparison) -> Page:
    """The sizes of every layer in both frameworks, and notes on the layers that differ."""
    name = comparison.framework.name
    head = f"input {comparison.net.input_text()}, as {comparison.framework.version} reads it"
    names = (Column("name", least=_NARROW), Column("type", least=_NARROW))
    sizes = (Column(_TORCH, "right", least=_NARROW), Column(name, "right", least=_NARROW))
    table = Table((*names, *sizes, Column("difference")), tuple(map(_row, comparison.layers)))
    table = table.filled("difference")
    layers = [_layer(layer, name) for layer in comparison.layers if layer.differences or layer.refusal or layer.remarks]
    return Page((Lines((head,)), table, *layers, _verdict(comparison)))


def _row(layer: LayerComparison) -> tuple[Cell, ...]:
    shape = "?" if layer.framework_shape is None else shape_text(layer.framework_shape)
    return layer.name, type(layer.layer).__name__, shape_text(layer.torch_shape), shape, _mark(layer)


def _mark(layer: LayerComparison) -> str:
    """The entry of the last column: the layer itself differs, it is refused, or only its input differs."""
    if layer.refusal:
        return "refused"
    if layer.differences:
        sizes = _of_sizes(layer)
        return ("differs" if any(size.certain for size in sizes) else "may differ") if sizes else "other windows"
    return "" if layer.framework_shape in (layer.torch_shape, None) else "follows"


def _of_sizes(layer: LayerComparison) -> list[Difference]:
    return [difference for difference in layer.differences if difference.quantity is Aspect.SIZE]


def _layer(layer: LayerComparison, name: str) -> Block:
    """The differences of a layer: both formulas with their numbers, its arguments there, and the reason."""
    rules = [difference.rule for difference in layer.differences]
    written = dict.fromkeys(f"{name}: {rule.arguments}" for rule in rules)
    # if sizes differ, differences of the windows are not shown
    steps = tuple(_step(difference, name) for difference in _of_sizes(layer) or layer.differences)
    notes = [("why", why) for why in dict.fromkeys(rule.reason for rule in rules)]
    notes += [("refused", layer.refusal)] if layer.refusal else []
    notes += [("note", remark) for remark in layer.remarks]
    subject = "   ".join((repr(layer.layer), *written))
    return Derivation(layer.name, subject, steps=steps, notes=Notes(tuple(notes), margin=_MARGIN, indent=2))


def _step(difference: Difference, name: str) -> tuple[str, Alternatives]:
    numbers = zip(
        (_TORCH, name), difference.formulas, (difference.torch_value, difference.framework_value), strict=True
    )
    equations = tuple((label, _equation(formula, difference.env, value)) for label, formula, value in numbers)
    return f"{difference.quantity}, {difference.axis}", Alternatives(equations)


def _equation(formula: Formula, env: Env, value: Int) -> Equation:
    tree = formula.tree(env)
    return Derived(Quantity.SIZE, "", tree, numbers_in(tree, env), value)


def _verdict(comparison: FrameworkComparison) -> Block:
    """The number of layers that differ, and the layers that were not compared."""
    count = len(comparison.differing)
    verb = "differ or may differ" if comparison.has_letters else "differs" if count == 1 else "differ"
    verdict = f"{count} of {len(comparison.layers)} layers {verb}." if count else "No layer differs."
    layers = tally(type(layer.layer).__name__ for layer in comparison.taken_over)
    return Notes((("not compared, taken to be as in torch:", layers),), verdict) if layers else Lines((verdict,))
