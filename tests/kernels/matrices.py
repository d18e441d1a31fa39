"""Kernels for property tests."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from shapecalc.kernels import Kernel


def matrices(least: int = 1, most: int = 5) -> SearchStrategy[Kernel]:
    """Kernels of small whole numbers, with sides of ``least`` to ``most``."""

    def rows(size: tuple[int, int]) -> SearchStrategy[list[list[int]]]:
        row = st.lists(st.integers(-4, 4), min_size=size[1], max_size=size[1])
        return st.lists(row, min_size=size[0], max_size=size[0])

    sides = st.integers(least, most)
    return st.tuples(sides, sides).flatmap(rows).map(Kernel.of)
