"""The quantities of a net that a formula gives."""

from __future__ import annotations

from enum import StrEnum


class Quantity(StrEnum):
    """What a number of a net is; its value is the word for it."""

    SHAPE = "output"
    CHANNELS = "channels"
    #: the size that comes out along an axis
    SIZE = "size"
    #: how many windows there are along an axis
    WINDOWS = "windows"
    #: how many numbers come out
    VALUES = "values"
    PARAMETERS = "parameters"
    MACS = "MACs"
    #: multiplications and additions, counted apart or with those of the biases
    OPERATIONS = "operations"
    BYTES = "bytes"
    #: what is put before and after an axis together
    PADDING = "padding"
    #: the size of the receptive field, the distance between the fields of neighbours, and where the first one starts
    FIELD = "field"
    JUMP = "jump"
    START = "start"
