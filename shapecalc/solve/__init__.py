"""The questions asked of all inputs at once, and backwards: closed forms, domains, and what gives a wanted answer."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # where the types of the names below come from
    from shapecalc.measures.domain import *  # noqa: F403  the names stand once, below
    from shapecalc.solve.budgets import *  # noqa: F403
    from shapecalc.solve.closed_forms import *  # noqa: F403
    from shapecalc.solve.depth import *  # noqa: F403
    from shapecalc.solve.inputs import *  # noqa: F403
    from shapecalc.solve.restoring import *  # noqa: F403
    from shapecalc.solve.windows.layers import *  # noqa: F403
    from shapecalc.solve.windows.question import *  # noqa: F403

#: The names of this package, by the module that is imported when one of them is used: most commands use few.
_NAMES = {
    "shapecalc.measures.domain": ("Domain",),
    "shapecalc.solve.budgets": ("Budget", "largest_for", "smallest_for"),
    "shapecalc.solve.closed_forms": ("ClosedForm", "closed_form", "measure_at", "with_letters"),
    "shapecalc.solve.depth": ("Depth", "depth_for"),
    "shapecalc.solve.inputs": ("Inputs", "inputs_for"),
    "shapecalc.solve.restoring": ("Restored", "restore"),
    "shapecalc.solve.windows.layers": ("Layers", "layers_for"),
    "shapecalc.solve.windows.question": ("ARROWS",),
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names}

if not TYPE_CHECKING:  # an unknown name has no type

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_MODULES[name]), name)
