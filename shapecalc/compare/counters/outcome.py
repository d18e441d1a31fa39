"""How a tool treats a layer."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """How a tool treats a layer when it counts a net."""

    COUNTED = "counted"
    #: The tool adds nothing for it.
    NOT_COUNTED = "not counted"
    #: No tool was tried on its class.
    NOT_TRIED = "not tried"
    #: Tracing leaves it out.
    UNREAD = "leads to no output"
    #: The tool fails at it and prints nothing.
    FAILS = "it fails"
