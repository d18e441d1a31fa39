"""The questions that can be asked of a net, one file each, and the report that answers them all."""

from typing import TYPE_CHECKING, Any

from shapecalc.measures.measurement import measure as measure
from shapecalc.measures.report import Report as Report
from shapecalc.measures.report import Row as Row

if TYPE_CHECKING:
    from shapecalc.measures.field.footprints import footprint as footprint


def __getattr__(name: str) -> Any:
    """A footprint is asked for by no command: its module is imported on first use."""
    if name != "footprint":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from shapecalc.measures.field import footprints  # noqa: PLC0415  as said above

    return footprints.footprint
