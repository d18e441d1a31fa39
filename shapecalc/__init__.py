"""What a convolutional network does to a tensor, before a weight is allocated, and why.

>>> import shapecalc
>>> net = shapecalc.parse("Conv2d(3, 10, 3) MaxPool2d(4)", input_shape=(3, 130, 130))
>>> shapecalc.measure(net).output_shape
(10, 32, 32)
"""

from typing import TYPE_CHECKING, Any

from shapecalc import layers as layers
from shapecalc.derivations import Explanation as Explanation
from shapecalc.derivations import explain as explain
from shapecalc.errors import ShapecalcError as ShapecalcError
from shapecalc.errors import ShapeError as ShapeError
from shapecalc.errors import SpecError as SpecError
from shapecalc.formats import dumps as dumps
from shapecalc.formats import load as load
from shapecalc.formats import open_net as open_net
from shapecalc.formats import parse as parse
from shapecalc.measures import Report as Report
from shapecalc.measures import measure as measure
from shapecalc.net import Builder as Builder
from shapecalc.net import Net as Net
from shapecalc.net import Node as Node

if TYPE_CHECKING:
    from shapecalc import solve as solve
    from shapecalc.solve import ClosedForm as ClosedForm
    from shapecalc.solve import closed_form as closed_form

#: Imported when they are asked for, as in shapecalc.solve.
LATER = ("ClosedForm", "closed_form", "solve")


def __getattr__(name: str) -> Any:
    if name not in LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    room = import_module("shapecalc.solve")
    return room if name == "solve" else getattr(room, name)
