"""The doors: texts and files become a Net, and a Net becomes text again. What is read is never executed."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapecalc.formats.open import dumps as dumps
    from shapecalc.formats.open import load as load
    from shapecalc.formats.open import open_net as open_net
    from shapecalc.formats.open import open_within as open_within
    from shapecalc.formats.open import parse as parse
    from shapecalc.formats.open import spec_of as spec_of
    from shapecalc.formats.text.expression import read_expression as read_expression
    from shapecalc.formats.text.shapes import read_shape as read_shape

#: The doors, each with its module, which is imported when it is first used: no command needs all of them.
DOORS = {
    **dict.fromkeys(("dumps", "load", "open_net", "open_within", "parse", "spec_of"), "open"),
    "read_expression": "text.expression",
    "read_shape": "text.shapes",
}


def __getattr__(name: str) -> Any:
    if name not in DOORS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{DOORS[name]}"), name)
