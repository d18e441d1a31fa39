"""The layers: one small class each, declared once. Importing this room registers them all."""

from shapecalc.layers import activation as activation
from shapecalc.layers import adaptive as adaptive
from shapecalc.layers import attention as attention
from shapecalc.layers import capsule as capsule
from shapecalc.layers import conv as conv
from shapecalc.layers import dropout as dropout
from shapecalc.layers import linear as linear
from shapecalc.layers import merge as merge
from shapecalc.layers import norm as norm
from shapecalc.layers import pad as pad
from shapecalc.layers import pool as pool
from shapecalc.layers import recurrent as recurrent
from shapecalc.layers import reshape as reshape
from shapecalc.layers import sized as sized
from shapecalc.layers import upsample as upsample
from shapecalc.layers.core.conditions import Require as Require
from shapecalc.layers.core.kinds import Shape as Shape
from shapecalc.layers.core.layer import Layer as Layer
from shapecalc.layers.core.registry import REGISTRY as REGISTRY
from shapecalc.layers.core.shapes import shape_text as shape_text


def __getattr__(name: str) -> type[Layer]:
    """Every registered layer is an attribute of this room: ``shapecalc.layers.Conv2d``."""
    if name in REGISTRY:
        return REGISTRY[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
