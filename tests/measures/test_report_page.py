"""The page of a report: the column that says what a layer reads."""

from __future__ import annotations

import pytest

import shapecalc
from shapecalc import measure, parse
from shapecalc.formats.document.loading import loads
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


def test_work_that_no_output_needs_is_said_apart():
    """It stays in the total, as torch runs it; the report and the JSON name the nodes and their part of the work."""
    document = (
        "input: 3x8x8\nlayers:\n  - {layer: 'Conv2d(3, 4, 3)', name: stem}\n"
        "  - {layer: 'Conv2d(4, 2, 1)', name: aside, inputs: stem}\n  - {layer: ReLU(), name: head, inputs: stem}"
    )
    report = measure(loads(document))
    assert "unused      288 of the MACs lead to no output (aside)" in report.page().text()
    assert (report.as_dict()["unused"], report.macs) == ({"nodes": ["aside"], "macs": 288}, 3888 + 288)
    assert "unused" not in measure(parse("ReLU", input_shape="3x8x8")).as_dict()
