"""The questions asked of all inputs at once, and backwards: closed forms, domains, and what gives a wanted answer."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapecalc.solve.budget import Budget as Budget
    from shapecalc.solve.budget import largest_for as largest_for
    from shapecalc.solve.budget import smallest_for as smallest_for
    from shapecalc.solve.closed import ClosedForm as ClosedForm
    from shapecalc.solve.closed import closed_form as closed_form
    from shapecalc.solve.closed import measure_at as measure_at
    from shapecalc.solve.closed import with_letters as with_letters
    from shapecalc.solve.depth import Depth as Depth
    from shapecalc.solve.depth import depth_for as depth_for
    from shapecalc.solve.domain import Domain as Domain
    from shapecalc.solve.inputs import Inputs as Inputs
    from shapecalc.solve.inputs import inputs_for as inputs_for
    from shapecalc.solve.layers import Layers as Layers
    from shapecalc.solve.layers import layers_for as layers_for
    from shapecalc.solve.question import ARROWS as ARROWS
    from shapecalc.solve.restoring import Restored as Restored
    from shapecalc.solve.restoring import restore as restore

#: Where the questions live: imported when they are asked, since most commands ask none.
_LATER = {
    "Budget": "budget",
    "largest_for": "budget",
    "smallest_for": "budget",
    "ClosedForm": "closed",
    "closed_form": "closed",
    "measure_at": "closed",
    "with_letters": "closed",
    "Depth": "depth",
    "depth_for": "depth",
    "Domain": "domain",
    "Inputs": "inputs",
    "inputs_for": "inputs",
    "Layers": "layers",
    "layers_for": "layers",
    "ARROWS": "question",
    "Restored": "restoring",
    "restore": "restoring",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
