"""What a layer computes: its arguments, formulas and conditions in the field's letters, without any numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, final

from shapecalc.algebra import Formula, Name, names_in
from shapecalc.algebra.comparison import Relation
from shapecalc.derivations.derived import Tree
from shapecalc.errors import SpecError, check_type
from shapecalc.formats.text.vocabulary import bare_name, find_layer, nearest_layer, torch_name
from shapecalc.layers import Layer, layer_classes
from shapecalc.layers.core.arguments import REQUIRED
from shapecalc.layers.core.kinds import FLAG, NUMBER, WORD
from shapecalc.layers.core.letters import LETTERS, letter, written
from shapecalc.layers.core.quantity import Quantity
from shapecalc.page import Lines, Notes, Page, Presentable

#: Names that stand for a whole shape: a formula of theirs cannot be written without knowing how many sizes it has.
_SHAPES = frozenset({"input", "inputs", "output", "columns", "parts", "normalized_shape", "sizes", "first", "last"})
#: How wide the names of the layers stand in the list of all.
_NAMES = 26


@final
@dataclass(frozen=True, slots=True)
class LetteredFormula:
    """A formula of a layer whose arguments are all letters.

    Attributes:
        label: what it gives: a quantity, or the name of a tensor.
        tree: the formula.
    """

    label: str
    tree: Tree

    def text(self) -> str:
        """The formula in the field's letters."""
        return written(self.tree)


@final
@dataclass(frozen=True, slots=True)
class LetteredCondition:
    """A condition of a layer whose arguments are all letters.

    Attributes:
        words: what must hold, as a sentence.
        relation: how the sides must compare.
        sides: both sides as trees; None where they cannot be written without a shape.
    """

    words: str
    relation: Relation
    sides: tuple[Any, Any] | None

    def text(self) -> str:
        """The condition in the field's letters; "" where the words say all of it."""
        if self.sides is None:
            return ""
        left, right = map(written, self.sides)
        return f"{left} {self.relation.sign} {right}" if left != right else ""


@final
@dataclass(frozen=True, slots=True)
class Description(Presentable):
    """A layer as a person reads it.

    Attributes:
        name: its torch name.
        arguments: each argument with its default; ``REQUIRED`` where it has none.
        sentence: what it does.
        formulas: what is computed, in letters.
        conditions: what makes it legal.
        source: where the formulas come from.
    """

    name: str
    arguments: tuple[tuple[str, Any], ...]
    sentence: str
    formulas: tuple[LetteredFormula, ...]
    conditions: tuple[LetteredCondition, ...]
    source: str

    @property
    def call(self) -> str:
        """The layer as it is called, its arguments with their defaults."""
        arguments = (name if default is REQUIRED else f"{name}={default!r}" for name, default in self.arguments)
        return f"{self.name}({', '.join(arguments)})"

    @property
    def letters(self) -> dict[str, str]:
        """What each letter stands for that occurs in the formulas and conditions."""
        trees = [formula.tree for formula in self.formulas]
        trees += [side for condition in self.conditions if condition.text() for side in condition.sides or ()]
        used = {letter(name) for name in names_in(tuple(trees))}
        arguments = dict(self.arguments)
        letters = {sign: field for field, sign in LETTERS.items() if field in arguments and sign in used}
        return {"W": "the input's size", **letters} if "W" in used else letters

    def page(self) -> Page:
        width = max([len(formula.label) for formula in self.formulas], default=0)
        lines = [self.call, f"  {self.sentence}"]
        lines += [f"  {formula.label:<{width}}  {formula.text()}" for formula in self.formulas]
        if self.letters:
            lines.append("  where " + ", ".join(f"{sign} is {name}" for sign, name in self.letters.items()))
        lines += ["  conditions"] if self.conditions else []
        for condition in self.conditions:
            formula = condition.text()
            lines.append(f"    {condition.words}" + (f" ({formula})" if formula else ""))
        lines += [f"  source {self.source}"] if self.source else []
        return Page((Lines(tuple(lines)),))

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name,
            "call": self.call,
            "does": self.sentence,
            "formulas": {formula.label: formula.text() for formula in self.formulas},
            "conditions": {condition.words: condition.text() for condition in self.conditions},
            "letters": self.letters,
            "source": self.source,
        }


@final
@dataclass(frozen=True, slots=True)
class LayerList(Presentable):
    """All layers.

    Attributes:
        sentences: the name of each layer with the sentence that says what it does.
    """

    sentences: tuple[tuple[str, str], ...]

    def page(self) -> Page:
        return Page((Notes(self.sentences, margin=_NAMES),))

    def as_dict(self) -> dict[str, str]:
        """For JSON: the sentences by the layers' names."""
        return dict(self.sentences)


def list_layers() -> LayerList:
    """Every layer with what it does, by name."""
    return LayerList(tuple((name, _sentence(cls)) for name, cls in sorted(layer_classes().items())))


def describe(name: str) -> Description:
    """What the layer called ``name`` computes.

    Raises:
        SpecError: there is no such layer; the message names the nearest.
    """
    check_type("name", name, str, "the name of a layer, such as 'Conv2d'")
    cls = find_layer(torch_name(bare_name(name)))
    if cls is None:
        hint = nearest_layer(bare_name(name)) or "; `shapecalc layers` lists all"
        raise SpecError(f"There is no layer {name if name.strip() else repr(name)}{hint}.")
    arguments = tuple((argument, field.default) for argument, field in cls.fields.items())
    return Description(
        cls.__name__, arguments, _sentence(cls), tuple(_formulas(cls)), tuple(_conditions(cls)), cls.source
    )


def _sentence(cls: type[Layer]) -> str:
    return (cls.__doc__ or "").strip().split("\n", maxsplit=1)[0]


def _formulas(cls: type[Layer]) -> Iterator[LetteredFormula]:
    for quantity, formula in cls.output_formulas():
        yield from _lettered(cls, str(quantity), formula, per_axis=quantity is Quantity.SIZE)
    for name, formula in (*cls.parameters.items(), *cls.buffers.items()):
        yield from _lettered(cls, name, formula)
    if cls.macs is not None:
        yield from _lettered(cls, str(Quantity.MACS), cls.macs)


def _lettered(cls: type[Layer], label: str, formula: Formula, *, per_axis: bool = False) -> Iterator[LetteredFormula]:
    tree = _tree(cls, formula, per_axis=per_axis)
    if tree is not None:
        yield LetteredFormula(label, tree)


def _conditions(cls: type[Layer]) -> Iterator[LetteredCondition]:
    for requires, per_axis in ((cls.requires, False), (getattr(cls, "fits", ()), True)):
        for require in requires:
            yield LetteredCondition(require.words, require.relation, _tree(cls, require.formula, per_axis=per_axis))


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
