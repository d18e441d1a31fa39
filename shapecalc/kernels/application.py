"""What a kernel makes of a map at one place: the products of what it reads, added up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

#: A place of a map or a kernel: its row and its column.
Cell = tuple[int, int]
#: A map of whole numbers, row by row.
Map = Sequence[Sequence[int]]


def weighted_sum(image: Map, kernel: Map, reads: Iterable[tuple[Cell | None, Cell]]) -> int:
    """The sum of what is read of an image, each times a number of the kernel.

    Args:
        image: the image.
        kernel: the kernel.
        reads: which places of the image are read, None for a zero beside it, each with the place in the kernel.
    """
    return sum(image[place[0]][place[1]] * kernel[tap[0]][tap[1]] for place, tap in reads if place is not None)
