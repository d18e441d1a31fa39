"""Refusals of torch: what it raises for sizes, memory or number types that it does not take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shapecalc.errors import ShapecalcError

#: The exceptions with which torch refuses.
REFUSALS = (RuntimeError, ValueError, TypeError, IndexError, NotImplementedError, OverflowError, MemoryError)


@contextmanager
def one_line_refusals(action: str) -> Iterator[None]:
    """Errors that torch raises become refusals of one line.

    Args:
        action: what torch cannot do with the net, as a verb.
    """
    try:
        yield
    except ShapecalcError:
        raise
    except REFUSALS as error:
        raise ShapecalcError(f"torch cannot {action} this net: {first_line(error)}") from error


def first_line(error: BaseException) -> str:
    """The first line of an error's message, or the name of its class."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
