"""Wrong formulas: the mistake that makes one of the right one, and where both agree all the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple, final

from shapecalc.algebra import Int, Name, names_in, normal
from shapecalc.algebra.edits import Unrounded, substitute
from shapecalc.errors import ShapecalcError
from shapecalc.grading.mistakes.change import LineEdit
from shapecalc.grading.mistakes.diagnosis import Diagnosis
from shapecalc.grading.mistakes.letters import in_names
from shapecalc.grading.mistakes.line import Line
from shapecalc.grading.mistakes.mistake import Mistake, variants_of
from shapecalc.grading.mistakes.registry import MISTAKES
from shapecalc.layers import Layer, layer_classes
from shapecalc.layers.core.quantity import Quantity

#: What a formula in letters may be of. A size has the letter W.
_QUANTITIES = (
    Quantity.SIZE,
    Quantity.CHANNELS,
    Quantity.PARAMETERS,
    Quantity.MACS,
    Quantity.FIELD,
    Quantity.PADDING,
)
#: The letters of what a layer may have none of.
_MAY_BE_NONE = frozenset({"P", "A"})
#: The most variants of mistakes that are tried in pairs.
MAX_PAIRED = 40


@final
class MistakeVariant(NamedTuple):
    """A way in which a mistake is made in a formula of some quantity."""

    mistake: Mistake
    edit: LineEdit
    quantity: Quantity
    cost: int


def explain_formula(key: Int, answer: Int, *, is_whole: bool = True) -> tuple[Diagnosis, ...]:
    """The mistakes that make a wrong formula of the right one, the most plausible first; () where none does.

    Args:
        key: the right formula, in the field's letters.
        answer: the other one, rounded down where it does not say how.
        is_whole: whether the divisions of the other one say how they are rounded.
    """
    wanted = normal(in_names(answer))
    tree = in_names(key)
    if normal(tree) == wanted:
        says = f"{MISTAKES['not-floored'].says}: right is {key}"
        return () if is_whole else (Diagnosis((("not-floored", ""),), says, str(answer), 1),)
    agreement = _agreement(key, answer)
    singles = {variant: edited for variant in _variants(tree) if (edited := _edited(tree, variant)) is not None}
    matches: list[tuple[MistakeVariant, ...]] = [
        (variant,) for variant, edited in singles.items() if _is_same(edited, wanted)
    ]
    # of two mistakes behind each other, many make a number of a formula
    groups = matches or (list(_pairs(singles, wanted)) if names_in(answer) else [])
    diagnoses = {_edits(group): _diagnosis(group, key, answer, agreement) for group in reversed(groups)}
    return tuple(sorted(diagnoses.values(), key=lambda diagnosis: diagnosis.cost))


def _variants(tree: Int) -> Iterator[MistakeVariant]:
    names = {name.name for name in names_in(tree)}
    quantities = (Quantity.SIZE,) if "W" in names else _QUANTITIES
    for mistake in MISTAKES.values():
        for place, edit in enumerate(variants_of(mistake.places)):
            for quantity in quantities:
                yield MistakeVariant(mistake, edit, quantity, mistake.rank + place)


def _edited(tree: Int, variant: MistakeVariant) -> Int | None:
    """The formula with a mistake; None where it does not have its place there."""
    # no two names have the same number, and none has a number at which a formula is another one
    numbers: dict[Name, Int] = {name: 1009 + 2 * place for place, name in enumerate(sorted(names_in(tree), key=str))}
    line = Line("", variant.quantity, "", tree, {Name("groups"): 1} | numbers, _layer(tree))
    try:
        edited = variant.edit(line)
    except (IndexError, KeyError, ShapecalcError):  # it looks at the sizes of a map, of which there is none
        return None
    if edited is None or isinstance(edited, Unrounded) or edited == tree:
        return None
    return edited


def _layer(tree: Int) -> Layer:
    """A layer that has such a formula."""
    transposed = Name("output_padding") in names_in(tree)
    cls = layer_classes()["ConvTranspose2d" if transposed else "Conv2d"]
    return cls(2, 3, 5)


def _is_same(tree: Int, wanted: Int) -> bool:
    try:
        return normal(tree) == wanted
    except ShapecalcError:
        return False


def _pairs(singles: dict[MistakeVariant, Int], wanted: Int) -> Iterator[tuple[MistakeVariant, ...]]:
    """Two mistakes, one behind the other."""
    common = sorted(singles, key=lambda variant: variant.cost)[:MAX_PAIRED]
    for first, second in combinations(common, 2):
        if first.mistake is not second.mistake and first.quantity is second.quantity:
            edited = _edited(singles[first], second)
            if edited is not None and _is_same(edited, wanted):
                yield first, second


def _edits(group: tuple[MistakeVariant, ...]) -> tuple[tuple[str, str], ...]:
    return tuple([(variant.mistake.name, "") for variant in group])


def _diagnosis(group: tuple[MistakeVariant, ...], key: Int, answer: Int, agreement: str) -> Diagnosis:
    says = [variant.mistake.says.replace("{}", "").strip().rstrip(",") for variant in group]
    words = f"{' and '.join([says[0], *(text[0].lower() + text[1:] for text in says[1:])])}: {answer}; right is {key}"
    return Diagnosis(_edits(group), words + agreement, str(answer), sum(variant.cost for variant in group))


def _agreement(key: Int, answer: Int) -> str:
    """Where both formulas agree all the same: a letter that is 1, two letters that are equal, or no padding."""
    letters = sorted(names_in(key) | names_in(answer), key=str)
    options: list[tuple[dict[Name, Int], str]] = [({letter: 1}, f"{letter} = 1") for letter in letters]
    options += [({left: right}, f"{left} = {right}") for left, right in combinations(letters, 2)]
    options += [({letter: 0}, f"{letter} = 0") for letter in letters if str(letter) in _MAY_BE_NONE]
    for values, words in options:
        try:
            if normal(substitute(key, values)) == normal(substitute(answer, values)):
                return f"; both agree where {words}"
        except (ShapecalcError, ZeroDivisionError):
            continue
    return ""
