"""What a kernel does, derived from its numbers: to plain areas, slopes, edges and corners, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

from shapecalc.kernels.effect import EFFECTS, Effect, Evidence
from shapecalc.kernels.kernel import Kernel, plain_number
from shapecalc.kernels.named import KERNELS
from shapecalc.kernels.steps import CORNERS, FALLING, HORIZONTAL, RISING, STEPS, VERTICAL
from shapecalc.page import Cell, Column, Lines, Page, Presentable, Table

_DIRECTIONS = tuple(step.direction.replace(" ", "-") for step in STEPS)
#: What is said of a kernel in a line: of each group the first effect that it has.
_HEADLINES: tuple[tuple[str, ...], ...] = (
    ("identity", "shifts"),
    (
        *(f"detects-{direction}-lines" for direction in _DIRECTIONS),
        "detects-edges",
        *(f"detects-{direction}-edges" for direction in _DIRECTIONS),
        *(f"responds-most-to-{direction}-lines" for direction in _DIRECTIONS),
    ),
    ("detects-corners",),
    ("sharpens", "embosses", "averages-equally", "averages"),
    ("low-pass", "high-pass"),
)
#: What is said where it has none of those.
_PLAIN = ("brightens", "darkens", "leaves-a-constant-unchanged")


@final
@dataclass(frozen=True, slots=True)
class KernelDescription(Presentable):
    """A kernel as a person reads it.

    Attributes:
        name: what it is called, or "".
        kernel: its numbers.
    """

    name: str
    kernel: Kernel

    @property
    def responses(self) -> dict[str, tuple[Fraction, Fraction]]:
        """The lowest and the highest number that it makes of each simple image, exactly, by the image."""
        kernel = self.kernel
        constant, right, down = kernel.total, kernel.moment(0, 1), kernel.moment(1, 0)
        corners = [response for corner in CORNERS for response in (Fraction(0), *corner.responses(kernel))]
        return {
            "constant of 1": (constant, constant),
            "slope to the right": (right, right),
            "slope downwards": (down, down),
            **{f"{step.direction} edge": step.extremes(kernel) for step in STEPS},
            "corner": (min(corners), max(corners)),
        }

    @property
    def effects(self) -> dict[Effect, Evidence]:
        """The effects that it has, each with what shows it."""
        evidence = {effect: effect.decide(self.kernel) for effect in EFFECTS.values()}
        return {effect: answer for effect, answer in evidence.items() if answer.holds}

    @property
    def headlines(self) -> tuple[Effect, ...]:
        """What it does above all; of several effects of a kind the first."""
        held = {effect.name: effect for effect in self.effects}
        foremost = [next((held[name] for name in group if name in held), None) for group in _HEADLINES]
        return tuple(filter(None, foremost)) or tuple(held[name] for name in _PLAIN if name in held)

    def sums(self) -> str:
        """The sums on which that depends: of all numbers, columns and rows, and of diagonals where they count."""
        names = {VERTICAL: "columns", HORIZONTAL: "rows"}
        if any("diagonal" in effect.name for effect in self.headlines):
            names |= {RISING: "rising diagonals", FALLING: "falling ones"}
        lines = [
            f"{name} {' '.join(map(str, self.kernel.sums(step.down, step.right)))}" for step, name in names.items()
        ]
        return f"sum {self.kernel.total}: {', '.join(lines)}"

    def page(self) -> Page:
        height, width = self.kernel.size
        title = Lines((f"{self.name or 'kernel'}  {height}x{width}",))
        rows = Lines(tuple(f"  {line}" for line in _lines(self.kernel)))
        responses = tuple(map(_range, self.responses.items()))
        images = Table((Column("image"), Column("becomes", "right")), responses)
        effects = tuple((effect.words, answer.because) for effect, answer in self.effects.items())
        reasons = Table((Column("what it does", least=20), Column("because", least=30)), effects)
        return Page((title, rows, images, reasons) if effects else (title, rows, images))

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the numbers, the ranges of the responses, the effects with what shows them, and the factors."""
        factors = self.kernel.factors()
        return {
            "name": self.name,
            "size": list(self.kernel.size),
            "numbers": self.kernel.plain(),
            "sum": plain_number(self.kernel.total),
            "responses": {image: list(map(plain_number, ends)) for image, ends in self.responses.items()},
            "effects": {effect.name: answer.because for effect, answer in self.effects.items()},
            "factors": None if factors is None else [list(map(plain_number, numbers)) for numbers in factors],
        }


def _range(response: tuple[str, tuple[Fraction, Fraction]]) -> tuple[str, str]:
    image, (low, high) = response
    return image, str(low) if low == high else f"{low} to {high}"


def _lines(kernel: Kernel) -> tuple[str, ...]:
    """The rows of a kernel as aligned lines, below a common factor."""
    divisor = kernel.divisor
    cells = [[str(number) for number in row] for row in kernel.times(divisor).rows]
    width = max(len(cell) for row in cells for cell in row)
    factor = (f"1/{divisor} times",) if divisor > 1 else ()
    return (*factor, *(" ".join(cell.rjust(width) for cell in row) for row in cells))


@final
@dataclass(frozen=True, slots=True)
class KernelList(Presentable):
    """Kernels, each with what it does.

    Attributes:
        descriptions: of each.
    """

    descriptions: tuple[KernelDescription, ...]

    def page(self) -> Page:
        columns = (Column("kernel"), Column("numbers"), Column("what it does, and the sums that show it", least=30))
        return Page((Table(columns, tuple(self._rows())),))

    def _rows(self) -> Iterator[tuple[Cell, ...]]:
        for description in self.descriptions:
            does = "; ".join(effect.words for effect in description.headlines)
            yield description.name, _lines(description.kernel), (does, description.sums())

    def as_dict(self) -> dict[str, Any]:
        """For JSON: each description by the kernel's name."""
        return {description.name: description.as_dict() for description in self.descriptions}


def describe_kernel(kernel: Kernel, name: str = "") -> KernelDescription:
    """What a kernel does, derived from its numbers.

    Args:
        kernel: the kernel.
        name: what it is called.
    """
    return KernelDescription(name, kernel)


def list_kernels() -> KernelList:
    """Every kernel that has a name, with what it does."""
    return KernelList(tuple(KernelDescription(name, kernel) for name, kernel in KERNELS.items()))
