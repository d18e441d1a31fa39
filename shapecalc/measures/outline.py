"""What is true of a net whose input is not known: its parameters and receptive fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, final

from shapecalc.algebra import Int, Name, names_in, plain, total
from shapecalc.errors import ShapeError
from shapecalc.layers import Layer, Shape
from shapecalc.measures.columns import axes_text, field_and_jump
from shapecalc.measures.measurement import raw_report
from shapecalc.measures.report import Report, Row
from shapecalc.measures.report_page import local_path
from shapecalc.measures.setting import Setting
from shapecalc.net import Net
from shapecalc.page import Column, Notes, Page, Presentable, Table
from shapecalc.page.numbers import thousands

#: The letters of an input: its channels, then its axes by how many there are. A net's own letters are others.
_CHANNELS = Name("input channels")
_AXES = {rank: tuple(Name(f"input {axis}") for axis in range(rank)) for rank in (0, 1, 2, 3)}
_UNKNOWN = frozenset((_CHANNELS, *_AXES[3]))
#: How many axes an input has, the likeliest first, where its first layer takes any number.
_RANKS = (2, 0, 1, 3)
_COLUMNS = (
    Column("name"),
    Column("layer", least=24),
    *(Column(title, "right") for title in ("parameters", "field", "jump", "local path")),
)
_MISSING = "not known; sizes, work and memory need it: give it without the batch, as in --input 3x130x130"


@final
@dataclass(frozen=True, eq=False, repr=False)
class Outline(Presentable):
    """A net without the shape of its input; see :func:`outline`.

    Attributes:
        report: its measures for an input of letters; those that have such letters depend on the input.
    """

    report: Report

    @property
    def parameters(self) -> Int:
        """Those that are the same for every input."""
        return total([row.parameters for row in self.report if not _depends(row.parameters)])

    @property
    def open_rows(self) -> tuple[Row, ...]:
        """The layers whose parameters depend on the input."""
        return tuple(row for row in self.report if _depends(row.parameters))

    def page(self) -> Page:
        rows = tuple(
            (
                row.name,
                repr(self.report.net[row.name].layer),
                "depends" if _depends(row.parameters) else thousands(row.parameters),
                *_field_texts(row),
            )
            for row in self.report
        )
        names = ", ".join(row.name for row in self.open_rows)
        rest = f" without {names}, where they depend on the input" if names else ""
        totals = (("parameters", f"{thousands(self.parameters)}{rest}"), ("input", _MISSING))
        return Page((Table(_COLUMNS, rows).filled("local path"), Notes((*totals, *local_path(self.report)), margin=12)))

    def as_dict(self) -> dict[str, Any]:
        """For JSON; what depends on the input is null."""
        return {
            "input": None,
            "parameters": None if self.open_rows else plain(self.parameters),
            "layers": [
                {
                    "name": row.name,
                    "layer": repr(self.report.net[row.name].layer),
                    "parameters": _plain(row.parameters),
                    "field": [_plain(axis.size) for axis in row.fields],
                    "jump": [_plain(axis.jump) for axis in row.fields],
                    "status": row.status,
                    **({} if row.state.local is None else {"local": _local(row)}),
                }
                for row in self.report
            ],
        }


def outline(net: Net) -> Outline:
    """What is true of a net whatever its input is: the parameters and the receptive field of each layer.

    Args:
        net: a net with one input; its shape is not read.

    Raises:
        ShapeError: a layer refuses what the layers before it give, whatever the input.
    """
    refusals: list[ShapeError] = []
    for shape in _inputs(net):
        try:
            return Outline(raw_report(net.with_input(shape), Setting()))
        except ShapeError as refusal:
            refusals.append(refusal)
    raise ShapeError(refusals[0].reason, node=refusals[0].node)


def _inputs(net: Net) -> Iterator[Shape]:
    """Inputs of letters that the first layer may take, the likeliest first."""
    layer = net.nodes[0].layer
    if "in_features" in layer.fields:
        yield (layer.values["in_features"] or _CHANNELS,)
    ranks = (layer.rank,) if layer.rank else tuple(rank for rank in _RANKS if not layer.dims or rank + 1 in layer.dims)
    for rank in ranks or _RANKS:
        yield (_channels(layer), *_AXES[rank])


def _channels(layer: Layer) -> Int:
    """The number of channels that a layer states, or a letter."""
    counts = [layer.values.get(name) for name in ("in_channels", "num_features", "num_channels")]
    return next((count for count in counts if count is not None), _CHANNELS)


def _depends(value: Int) -> bool:
    """Whether a measure depends on the input."""
    return not _UNKNOWN.isdisjoint(names_in(value))


def _plain(value: Int) -> Any:
    return None if _depends(value) else plain(value)


def _local(row: Row) -> dict[str, Any]:
    fields = row.local_fields
    return {"field": [_plain(axis.size) for axis in fields], "jump": [_plain(axis.jump) for axis in fields]}


def _field_texts(row: Row) -> tuple[str, str, str]:
    """The field, the jump, and both along the local path; one that depends on the input is the whole of it."""
    local = "" if row.state.local is None else field_and_jump(row.local_fields)
    if any(_depends(axis.size) for axis in row.local_fields):
        local = "all" if local else ""
    sizes = [axis.size for axis in row.fields]
    bound = "" if row.status == "exact" else " (bound)"
    if any(map(_depends, sizes)):
        return f"all{bound}", "", local
    return axes_text(sizes) + bound, axes_text([axis.jump for axis in row.fields]), local
