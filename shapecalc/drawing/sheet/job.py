"""What the writer of a layer's sheet works with, and the pieces of formulas that all of them share."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

from shapecalc.drawing.sheet.cells import CellGrid, PlacedTensor
from shapecalc.drawing.sheet.draft import CellKind, GridStack, SheetDraft, fill, fill_tensor, place_tensor
from shapecalc.drawing.sheet.values import Numbers
from shapecalc.errors import SpecError

#: The most arguments of a function.
MAX_ARGUMENTS = 255


class UnwritableError(Exception):
    """A layer has no formulas here; the message says why, as the rest of a sentence."""


@final
@dataclass(frozen=True, slots=True)
class SheetJob:
    """A layer whose sheet is to be written.

    Attributes:
        draft: the sheet.
        layer: the layer, all of its counts filled in.
        inputs: where that stands which it reads.
        shape: of what comes out.
        numbers: its weights, by their names in the layer.
        grids: those that hold its weights; of a layer that shares them, those of the owner.
    """

    draft: SheetDraft
    layer: Any
    inputs: tuple[PlacedTensor, ...]
    shape: tuple[int, ...]
    numbers: Mapping[str, Numbers]
    grids: dict[str, CellGrid]

    @property
    def home(self) -> str:
        """The name of the sheet."""
        return self.draft.name

    def output(self, *, pitch: int = 0, labels: Sequence[str] = ()) -> PlacedTensor:
        """Places for what comes out."""
        return place_tensor(self.draft, self.shape, pitch=pitch, labels=labels)

    def write(self, tensor: PlacedTensor, formula: Callable[[tuple[int, ...]], str]) -> PlacedTensor:
        """Write a formula, without its =, for each entry of what comes out."""
        fill_tensor(self.draft, tensor, lambda index: f"={formula(index)}", CellKind.VALUE)
        return tensor

    def weights(self, stack: GridStack, title: str, values: Sequence[Sequence[float]], **labels: Any) -> CellGrid:
        """A grid of weights that may be changed; that of the owner, where they are another layer's."""
        if title not in self.grids:
            grid = self.grids[title] = stack.grid(title, len(values), len(values[0]), **labels)
            fill(self.draft, grid, lambda row, column: values[row][column], CellKind.INPUT)
        return self.grids[title]


def number(value: float) -> str:
    """A number as a formula has it, in brackets where it is negative.

    Raises:
        UnwritableError: it is not finite.
    """
    if not math.isfinite(value):
        raise UnwritableError(f"a formula has no {value}")
    text = str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value)).upper()
    return f"({text})" if value < 0 else text


def function_call(function: str, areas: Sequence[str]) -> str:
    """A function of several areas.

    Raises:
        SpecError: there are more than a function takes.
    """
    if len(areas) > MAX_ARGUMENTS:
        raise SpecError(f"{function} of {len(areas)} areas: a spreadsheet takes {MAX_ARGUMENTS}. Try a smaller window.")
    return f"{function}({','.join(areas)})"


def summed(terms: Sequence[str], bias: str) -> str:
    """Terms and a bias, which may be ""."""
    return "+".join(filter(None, (*terms, bias))) or "0"


def multiplied(left: str, right: str) -> str:
    """The sum of the products of two areas, or of two cells the product."""
    return f"SUMPRODUCT({left},{right})" if ":" in left else f"{left}*{right}"
