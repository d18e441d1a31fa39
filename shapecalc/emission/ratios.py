"""Numbers that grow in even steps from layer to layer, such as rates of dropout, as the products that they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, final

from shapecalc.emission.parts import LayerPart

#: The largest of the numbers, and how many steps lead to it at most.
_TOPS = tuple(tenth / 10 for tenth in range(1, 11))
_MOST_STEPS = 128
#: Of so few different numbers each is written out.
_FEW = 3
#: A number is written out in so many characters at most.
_SHORT = 6


@final
class Product(float):
    """A number that is so many of some even steps, which is how it is written."""

    text: str

    @classmethod
    def of(cls, value: float, text: str) -> Product:
        """The number, with the product that gives it."""
        ratio = cls(value)
        ratio.text = text
        return ratio


def ratios(leaves: Iterable[LayerPart]) -> Mapping[tuple[str, str, float], Product]:
    """The numbers of the net that are such products, by the layer, its argument and the number."""
    columns: dict[tuple[str, str], set[float]] = {}
    for leaf in leaves:
        for name, value in leaf.layer.values.items():
            if isinstance(value, float):
                columns.setdefault((type(leaf.layer).__name__, name), set()).add(value)
    return {
        (*key, value): Product.of(value, text)
        for key, column in columns.items()
        if len(column) >= _FEW and max(len(repr(value)) for value in column) > _SHORT
        for value, text in _products(column).items()
    }


def _products(column: set[float]) -> dict[float, str]:
    """How each number of a column is written; nothing where no even steps lead to all of them."""
    if not all(0 <= value <= 1 for value in column):
        return {}
    for steps in range(2, _MOST_STEPS):
        for top in _TOPS:
            counts = {value: round(value * steps / top) for value in column}
            if all(count <= steps and top * count / steps == value for value, count in counts.items()):
                return {value: f"{top} * {count} / {steps}" for value, count in counts.items()}
    return {}


def as_ratio(products: Mapping[tuple[str, str, float], Product], leaf: LayerPart, name: str, value: Any) -> Any:
    """The value of a layer's argument, as such a product where it is one."""
    return products.get((type(leaf.layer).__name__, name, value), value) if isinstance(value, float) else value
