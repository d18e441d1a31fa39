"""What a layer computes: its arguments, formulas and conditions in the field's letters, without any numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, final

from shapecalc.algebra import Formula, Name
from shapecalc.errors import SpecError, did_you_mean
from shapecalc.formats.text.chain import find_layer, layer_names
from shapecalc.layers import Layer
from shapecalc.layers.core.arguments import REQUIRED
from shapecalc.layers.core.kinds import FLAG, NUMBER, WORD
from shapecalc.layers.core.letters import LETTERS, written

#: Names that stand for a whole shape: a formula of theirs cannot be written without knowing how many sizes it has.
_SHAPES = frozenset({"input", "inputs", "output", "columns", "parts", "normalized_shape", "first", "last"})
_RELATIONS = {">=": "≥", "<=": "≤", "=": "=", "divides": "divides"}


@final
@dataclass(frozen=True, slots=True)
class Description:
    """A layer as a person reads it.

    Attributes:
        name: its torch name.
        call: its arguments with their defaults.
        does: one sentence.
        formulas: what is computed, in letters, by what it gives.
        conditions: what makes it legal: the words, then the formula where it has one.
        letters: what each letter that occurs stands for.
        source: where the formulas come from.
    """

    name: str
    call: str
    does: str
    formulas: dict[str, str]
    conditions: dict[str, str]
    letters: dict[str, str]
    source: str

    def __str__(self) -> str:
        lines = [self.call, f"  {self.does}"]
        width = max([len(what) for what in self.formulas], default=0)
        lines += [f"  {what:<{width}}  {formula}" for what, formula in self.formulas.items()]
        if self.letters:
            lines.append("  where " + ", ".join(f"{letter} is {name}" for letter, name in self.letters.items()))
        lines += ["  conditions"] if self.conditions else []
        lines += [f"    {words}" + (f" ({formula})" if formula else "") for words, formula in self.conditions.items()]
        lines += [f"  source {self.source}"] if self.source else []
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def catalogue() -> dict[str, str]:
    """Every layer's name with the sentence that says what it does."""
    from shapecalc.layers import REGISTRY

    return {name: _sentence(cls) for name, cls in sorted(REGISTRY.items())}


def describe(name: str) -> Description:
    """What the layer called ``name`` computes.

    Raises:
        SpecError: there is no such layer; the message names the nearest.
    """
    cls = find_layer(name.removeprefix("torch.").removeprefix("nn."))
    if cls is None:
        hint = did_you_mean(name, layer_names()) or "; `shapecalc layers` lists all"
        raise SpecError(f"There is no layer {name}{hint}.")
    formulas = dict(_formulas(cls))
    conditions = dict(_conditions(cls))
    said = " ".join([*formulas.values(), *conditions.values()])
    letters = {letter: field for field, letter in LETTERS.items() if field in cls.fields and _occurs(letter, said)}
    if _occurs("W", said):
        letters = {"W": "the input's size", **letters}
    return Description(cls.__name__, _call(cls), _sentence(cls), formulas, conditions, letters, cls.source)


def _occurs(letter: str, text: str) -> bool:
    padded = f" {text} "
    return any(
        padded[at - 1] not in _WORD and padded[at + len(letter)] not in _WORD
        for at in range(1, len(padded) - len(letter))
        if padded.startswith(letter, at)
    )


_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")


def _call(cls: type[Layer]) -> str:
    arguments = [
        name if field.default is REQUIRED else f"{name}={field.default!r}" for name, field in cls.fields.items()
    ]
    return f"{cls.__name__}({', '.join(arguments)})"


def _sentence(cls: type[Layer]) -> str:
    return (cls.__doc__ or "").strip().split("\n", maxsplit=1)[0]


def _formulas(cls: type[Layer]) -> Iterator[tuple[str, str]]:
    for what, formula in _computed(cls):
        letters = _in_letters(cls, formula, per_axis=what == "size")
        if letters:
            yield what, letters


def _computed(cls: type[Layer]) -> Iterator[tuple[str, Formula]]:
    yield from cls.output_formulas()
    yield from cls.parameters.items()
    yield from cls.buffers.items()
    if cls.macs is not None:
        yield "MACs", cls.macs


def _conditions(cls: type[Layer]) -> Iterator[tuple[str, str]]:
    for requires, per_axis in ((cls.requires, False), (getattr(cls, "fits", ()), True)):
        for require in requires:
            sides = _tree(cls, require.formula, per_axis=per_axis)
            shown = ""
            if sides is not None:
                left, right = (written(side) for side in sides)
                shown = f"{left} {_RELATIONS[require.relation]} {right}" if left != right else ""
            yield require.words, shown


def _in_letters(cls: type[Layer], formula: Formula, *, per_axis: bool) -> str:
    tree = _tree(cls, formula, per_axis=per_axis)
    return "" if tree is None else written(tree)


def _tree(cls: type[Layer], formula: Formula, *, per_axis: bool) -> Any:
    """The formula's tree for a layer whose arguments are all letters; None where it needs a shape."""
    if not _SHAPES.isdisjoint(formula.names):
        return None
    return formula.function(*[_stand_in(cls, name, per_axis=per_axis) for name in formula.names])


def _stand_in(cls: type[Layer], name: str, *, per_axis: bool) -> Any:
    field = cls.fields.get(name)
    if name in ("before", "after"):
        return Name("padding")
    if field is None:
        return name not in _FLAGS and Name(name)
    if field.kind is FLAG:
        return field.default is not False or name == "affine"
    if field.kind in (WORD, NUMBER):
        return field.default
    return tuple(Name(name, axis) for axis in range(cls.rank)) if field.per_axis and not per_axis else Name(name)


#: Names given besides the fields that hold a yes or no.
_FLAGS = frozenset({"joint", "projected", "aligned"})
