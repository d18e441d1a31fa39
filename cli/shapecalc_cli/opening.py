"""What commands open: the network of one whose output has no warnings of its own, and a gradebook."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.formats.text.shapes import ShapeLike
    from shapecalc.grading.book.database import BookDatabase
    from shapecalc.layers import Shape
    from shapecalc.net import Net


def read_inputs(inputs: list[str] | None) -> ShapeLike | list[Shape]:
    """The shapes of ``--input``, which stands once for each input."""
    from shapecalc.formats.text.shapes import read_shape

    if not inputs:
        return ()
    return inputs[0] if len(inputs) == 1 else list(map(read_shape, inputs))


def open_with_warnings(spec: str, *, input_shape: ShapeLike | list[Shape] = (), shows_input: bool = False) -> Net:
    """The network; what its text leaves open, and how that is read, goes to the error stream.

    Args:
        spec: the network.
        input_shape: its input.
        shows_input: whether the answer shows the input, and itself asks whether its channels stand last.
    """
    from shapecalc.formats import open_net
    from shapecalc.measures.warnings import remarks_on
    from shapecalc_cli.output import say

    net = open_net(spec, input_shape=input_shape)
    with suppress(OSError):  # closed or full: the answer does not depend on it
        for remark in net.remarks if shows_input else remarks_on(net):
            say(f"warning  {remark}", err=True)
    return net


@contextmanager
def opened_book(place: str, *, is_new: bool = True) -> Iterator[BookDatabase]:
    """A gradebook, by its file or its URL.

    Args:
        place: where it is.
        is_new: whether a file that is not there is made; else that is refused, as a name that is mistyped.

    Raises:
        ShapecalcError: it cannot be opened, or SQLAlchemy is not installed.
    """
    from pathlib import Path

    from shapecalc.errors import SpecError

    if not is_new and "://" not in place and place.strip() and not Path(place).exists():
        raise SpecError(f"There is no gradebook {place}; shapecalc grade QUIZ FILE --book {place} makes one.")
    try:
        from shapecalc.grading.book.database import open_book
    except ModuleNotFoundError as missing:
        from shapecalc.grading.submissions.extra import missing_package

        raise missing_package(missing, "gradebooks", "SQLAlchemy", "grade") from None
    with open_book(place) as book:
        yield book
