"""The numbers in which a framework may differ from torch."""

from __future__ import annotations

from enum import StrEnum


class Aspect(StrEnum):
    """A number of a layer, along an axis, in which a framework may differ from torch."""

    SIZE = "size"
    #: How far the first window reaches beyond the start of the input, or how much a transposed layer cuts off there.
    BEFORE = "padding before"
