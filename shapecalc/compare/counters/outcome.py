"""What becomes of a layer where a tool counts a net."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What becomes of a layer where a tool counts a net."""

    COUNTED = "counted"
    #: The tool adds nothing for it.
    NOT_COUNTED = "not counted"
    #: No tool was tried on its class.
    NOT_TRIED = "not tried"
    #: Tracing leaves it out.
    UNREAD = "leads to no output"
    #: The tool stops at it, and prints nothing at all.
    FAILS = "it fails"
