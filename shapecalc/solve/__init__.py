"""The questions asked of all inputs at once, and backwards: closed forms, domains, and what gives a wanted answer."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapecalc.measures.domain import Domain as Domain
    from shapecalc.solve.budgets import Budget as Budget
    from shapecalc.solve.budgets import largest_for as largest_for
    from shapecalc.solve.budgets import smallest_for as smallest_for
    from shapecalc.solve.closed_forms import ClosedForm as ClosedForm
    from shapecalc.solve.closed_forms import closed_form as closed_form
    from shapecalc.solve.closed_forms import measure_at as measure_at
    from shapecalc.solve.closed_forms import with_letters as with_letters
    from shapecalc.solve.depth import Depth as Depth
    from shapecalc.solve.depth import depth_for as depth_for
    from shapecalc.solve.inputs import Inputs as Inputs
    from shapecalc.solve.inputs import inputs_for as inputs_for
    from shapecalc.solve.restoring import Restored as Restored
    from shapecalc.solve.restoring import restore as restore
    from shapecalc.solve.windows.layers import Layers as Layers
    from shapecalc.solve.windows.layers import layers_for as layers_for
    from shapecalc.solve.windows.question import ARROWS as ARROWS

#: Where the questions live: imported when they are asked, since most commands ask none.
_LATER = {
    "Budget": "shapecalc.solve.budgets",
    "largest_for": "shapecalc.solve.budgets",
    "smallest_for": "shapecalc.solve.budgets",
    "ClosedForm": "shapecalc.solve.closed_forms",
    "closed_form": "shapecalc.solve.closed_forms",
    "measure_at": "shapecalc.solve.closed_forms",
    "with_letters": "shapecalc.solve.closed_forms",
    "Depth": "shapecalc.solve.depth",
    "depth_for": "shapecalc.solve.depth",
    "Domain": "shapecalc.measures.domain",
    "Inputs": "shapecalc.solve.inputs",
    "inputs_for": "shapecalc.solve.inputs",
    "Layers": "shapecalc.solve.windows.layers",
    "layers_for": "shapecalc.solve.windows.layers",
    "ARROWS": "shapecalc.solve.windows.question",
    "Restored": "shapecalc.solve.restoring",
    "restore": "shapecalc.solve.restoring",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
