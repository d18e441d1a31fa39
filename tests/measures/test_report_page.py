"""The page of a report: the column that says what a layer reads."""

from __future__ import annotations

import pytest

import shapecalc
from shapecalc.layers import Add, Concat, Conv2d


def branching(joined, branches):
    """A net that joins so many branches."""
    net = shapecalc.Builder((8, 16, 16))
    names = [net.add(Conv2d(8, 8, 1), inputs="input") for _ in range(branches)]
    net.add(joined, inputs=names)
    return shapecalc.measure(net.build())


def test_a_chain_has_no_such_column():
    """Where each layer reads the row above, nothing is said."""
    assert "reads" not in str(shapecalc.measure(shapecalc.parse("Conv2d(3, 8, 1) ReLU", input_shape="3x8x8")))


def test_a_branch_says_what_it_reads():
    """A layer that does not read the row above names what it reads; one that does is silent."""
    rows = str(branching(Add(), 2)).splitlines()[4:7]
    assert [("input" in row, "conv1, conv2" in row) for row in rows] == [(False, False), (True, False), (False, True)]


@pytest.mark.parametrize(("branches", "said"), [(2, "conv1, conv2  "), (9, "conv1, conv2, conv3, ...  ")])
def test_many_are_cut(branches, said):
    """A long list is cut, so that the table stays readable."""
    assert said in str(branching(Concat(), branches))
