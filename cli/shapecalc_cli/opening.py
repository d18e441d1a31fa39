"""What commands open: the network of one whose output has no warnings of its own, and a gradebook."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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

    net = open_net(spec, input_shape=input_shape)
    _say_remarks(net.remarks if shows_input else remarks_on(net))
    return net


def open_for(spec: str, shape: Shape, *, own_shape: bool) -> Net:
    """The network for inputs of a shape; where it declares a shape itself, it keeps that as its own.

    Args:
        spec: as for every command.
        shape: what it is to take.
        own_shape: whether it is read for the shape that it declares, or for none, rather than for that of the inputs.
    """
    from shapecalc.errors import ShapecalcError
    from shapecalc.formats import open_net
    from shapecalc.measures.warnings import remarks_on

    native: Net | None = None
    if spec.strip() != "-":  # standard input is read once
        with suppress(ShapecalcError):  # source code may need a shape
            native = open_net(spec, needs_input=False)
    if native is None or not own_shape:
        net = open_net(spec, input_shape=shape)
        if (
            native is None or not all(native.inputs.values()) or native.nodes != net.nodes
        ):  # code may make another net of it
            native = net
    _say_remarks(remarks_on(native))
    return native


def _say_remarks(remarks: Iterable[str]) -> None:
    from shapecalc_cli.output import say

    with suppress(OSError):  # closed or full: the answer does not depend on it
        for remark in remarks:
            say(f"warning  {remark}", err=True)


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
        from shapecalc.errors import missing_package

        raise missing_package(missing, "gradebooks", "SQLAlchemy", "grade") from None
    with open_book(place) as book:
        yield book
