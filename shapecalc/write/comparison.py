"""A net under two frameworks as text: the sizes side by side, then each layer that differs, with both formulas."""

from __future__ import annotations

from collections import Counter

from shapecalc.algebra import Env, Formula, Int
from shapecalc.compare.frameworks.comparison import SIZE, FrameworkComparison, LayerComparison
from shapecalc.derivations.derived import Derived, numbers_in
from shapecalc.layers import shape_text
from shapecalc.layers.core.quantity import Quantity
from shapecalc.write.ledger import paragraph

_ALIGN = ("left", "left", "right", "right", "left")


def comparison_text(found: FrameworkComparison) -> str:
    """The sizes of every layer under both frameworks, and what is to be said of those that differ."""
    from tabulate import tabulate  # 20 ms to import, and only for tables

    name = found.framework.name
    rows = [
        (one.name, type(one.layer).__name__, shape_text(one.torch_shape), _shape(one), _mark(one))
        for one in found.layers
    ]
    table = tabulate(
        rows, ("name", "type", "torch", name, "difference"), tablefmt="simple", colalign=_ALIGN, disable_numparse=True
    )
    head = f"input {found.net.input_text()}, as {found.framework.version} reads it"
    said = [_said(one, name) for one in found.layers if one.differences or one.refusal or one.remarks]
    return "\n\n".join([head, table, *said, _verdict(found)])


def _shape(place: LayerComparison) -> str:
    return "?" if place.framework_shape is None else shape_text(place.framework_shape)


def _mark(place: LayerComparison) -> str:
    """What the last column says of a layer: it differs itself, it is refused, or only its input differs."""
    if place.refusal:
        return "refused"
    sizes = [one for one in place.differences if one.quantity == SIZE]
    if place.differences:
        return ("differs" if any(one.certain for one in sizes) else "may differ") if sizes else "other windows"
    return "" if place.framework_shape in (place.torch_shape, None) else "follows"


def _said(place: LayerComparison, name: str) -> str:
    """What differs about one layer: both formulas with their numbers, how it is written there, and why."""
    written = dict.fromkeys(f"   {name}: {one.rule.arguments}" for one in place.differences)
    lines = [f"{place.name}  {place.layer!r}{''.join(written)}"]
    margin = max(len(name), len("refused"))
    sized = [one for one in place.differences if one.quantity == SIZE]
    for one in sized or place.differences:  # where sizes differ, that the windows do is no news
        lines.append(f"  {one.quantity}, {one.axis}")
        for head, formula, value in zip(
            ("torch", name), one.formulas, (one.torch_value, one.framework_value), strict=True
        ):
            lines.append(f"    {head:<{margin}}{_sentence(formula, one.env, value)}")
    whys = dict.fromkeys(one.rule.reason for one in place.differences)
    said = [("why", why) for why in whys] + [("refused", place.refusal)] * bool(place.refusal)
    said += [("note", remark) for remark in place.remarks]
    return "\n".join([*lines, *(paragraph(f"  {head}", words, margin) for head, words in said)])


def _sentence(formula: Formula, env: Env, value: Int) -> str:
    tree = formula.tree(env)
    return Derived(Quantity.SIZE, "", tree, numbers_in(tree, env), value).text()


def _verdict(found: FrameworkComparison) -> str:
    """How many layers differ, and what was not compared."""
    count = len(found.differing)
    verb = "differ or may differ" if found.has_letters else "differs" if count == 1 else "differ"
    said = f"{count} of {len(found.layers)} layers {verb}." if count else "No layer differs."
    types = Counter(type(one.layer).__name__ for one in found.taken_over)
    if not types:
        return said
    taken = ", ".join(f"{number} {type_}" if number > 1 else type_ for type_, number in types.items())
    return f"{said}\n{paragraph('not compared, taken to be as in torch:', taken)}"
