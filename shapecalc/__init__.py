"""What a convolutional network does to a tensor, before a weight is allocated, and why.

>>> import shapecalc
>>> net = shapecalc.parse("Conv2d(3, 10, 3) MaxPool2d(4)", input_shape=(3, 130, 130))
>>> shapecalc.measure(net).output_shape
(10, 32, 32)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from shapecalc.errors import ShapecalcError as ShapecalcError
from shapecalc.errors import ShapeError as ShapeError
from shapecalc.errors import SpecError as SpecError

if TYPE_CHECKING:
    from shapecalc import algebra as algebra
    from shapecalc import catalogue as catalogue
    from shapecalc import checking as checking
    from shapecalc import compare as compare
    from shapecalc import derivations as derivations
    from shapecalc import drawing as drawing
    from shapecalc import emission as emission
    from shapecalc import formats as formats
    from shapecalc import grading as grading
    from shapecalc import kernels as kernels
    from shapecalc import layers as layers
    from shapecalc import measures as measures
    from shapecalc import page as page
    from shapecalc import pytorch as pytorch
    from shapecalc import solve as solve
    from shapecalc import web as web
    from shapecalc import zoo as zoo
    from shapecalc.derivations import Explanation as Explanation
    from shapecalc.derivations import explain as explain
    from shapecalc.drawing import draw as draw
    from shapecalc.emission import emit as emit
    from shapecalc.formats import dumps as dumps
    from shapecalc.formats import load as load
    from shapecalc.formats import open_net as open_net
    from shapecalc.formats import parse as parse
    from shapecalc.grading.practice import quiz as quiz
    from shapecalc.measures import Report as Report
    from shapecalc.measures import measure as measure
    from shapecalc.net import Builder as Builder
    from shapecalc.net import Net as Net
    from shapecalc.net import Node as Node
    from shapecalc.solve import ClosedForm as ClosedForm
    from shapecalc.solve import closed_form as closed_form

#: Rooms that are imported when they are first used: no command needs all of them.
ROOMS = (
    "algebra",
    "catalogue",
    "checking",
    "compare",
    "derivations",
    "drawing",
    "emission",
    "formats",
    "grading",
    "kernels",
    "layers",
    "measures",
    "net",
    "page",
    "pytorch",
    "solve",
    "web",
    "zoo",
)
#: Names that the package exports, each with its room, or with a module of it that hides behind a package of its name.
EXPORTS = {
    **dict.fromkeys(("Builder", "Net", "Node"), "net"),
    **dict.fromkeys(("dumps", "load", "open_net", "parse"), "formats"),
    **dict.fromkeys(("Report", "measure"), "measures"),
    **dict.fromkeys(("Explanation", "explain"), "derivations"),
    "draw": "drawing",
    "emit": "emission",
    "quiz": "grading.practice",
    **dict.fromkeys(("ClosedForm", "closed_form"), "solve"),
}


def __getattr__(name: str) -> Any:
    if name not in ROOMS and name not in EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room = import_module(f"{__name__}.{EXPORTS.get(name, name)}")
    if name in ROOMS:
        return room
    value = globals()[name] = getattr(room, name)  # the next time it is found like any other name
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *ROOMS, *EXPORTS})
