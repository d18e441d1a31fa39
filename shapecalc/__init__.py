"""What a convolutional network does to a tensor, before a weight is allocated, and why.

>>> import shapecalc
>>> net = shapecalc.parse("Conv2d(3, 10, 3) MaxPool2d(4)", input_shape=(3, 130, 130))
>>> shapecalc.measure(net).output_shape
(10, 32, 32)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from shapecalc import layers as layers
from shapecalc.derivations import Explanation as Explanation
from shapecalc.derivations import explain as explain
from shapecalc.errors import ShapecalcError as ShapecalcError
from shapecalc.errors import ShapeError as ShapeError
from shapecalc.errors import SpecError as SpecError
from shapecalc.measures import Report as Report
from shapecalc.measures import measure as measure
from shapecalc.net import Builder as Builder
from shapecalc.net import Net as Net
from shapecalc.net import Node as Node

if TYPE_CHECKING:
    from shapecalc import catalogue as catalogue
    from shapecalc import compare as compare
    from shapecalc import emission as emission
    from shapecalc import grading as grading
    from shapecalc import pytorch as pytorch
    from shapecalc import solve as solve
    from shapecalc import zoo as zoo
    from shapecalc.emission import emit as emit
    from shapecalc.formats import dumps as dumps
    from shapecalc.formats import load as load
    from shapecalc.formats import open_net as open_net
    from shapecalc.formats import parse as parse
    from shapecalc.solve import ClosedForm as ClosedForm
    from shapecalc.solve import closed_form as closed_form

#: Rooms that are imported when they are first used: no command needs all of them.
ROOMS = ("catalogue", "compare", "emission", "grading", "pytorch", "solve", "zoo")
#: Names of such rooms that the package exports, each with its room.
LATER = {
    **dict.fromkeys(("dumps", "load", "open_net", "parse"), "formats"),
    "emit": "emission",
    **dict.fromkeys(("ClosedForm", "closed_form"), "solve"),
}


def __getattr__(name: str) -> Any:
    if name not in ROOMS and name not in LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room = import_module(f"{__name__}.{LATER.get(name, name)}")
    return room if name in ROOMS else getattr(room, name)
