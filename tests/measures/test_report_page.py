"""The page of a report: the column that says what a layer reads."""

from __future__ import annotations

import pytest

import shapecalc
from shapecalc import explain, measure, parse
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
    assert "unused     288 of the MACs lead to no output (aside)" in str(explain(loads(document)))
    assert "unused" not in measure(parse("ReLU", input_shape="3x8x8")).as_dict()


def totals(spec, shape, **setting):
    """The lines below the table, by their labels."""
    text = str(measure(parse(spec, input_shape=shape), **setting))
    return {line.split()[0]: line for line in text.rsplit("\n\n", maxsplit=1)[-1].splitlines()}


def test_output_values_are_counted():
    """In the total, and for each layer in JSON; where the shape is one number, it says it."""
    assert totals("Conv2d(3, 20, 3) MaxPool2d(4)", "3x66x66")["output"].endswith("20x16x16 (5,120 values)")
    assert totals("Flatten", "3x2x2")["output"].endswith("12")
    data = measure(parse("Conv2d(3, 20, 3) MaxPool2d(4)", input_shape="3xHxH")).as_dict()
    assert ([layer["values"] for layer in data["layers"]], data["values"]) == (
        ["20·(H − 2)²", "20·⌊(H − 2)/4⌋²"],
        "20·⌊(H − 2)/4⌋²",
    )


def test_the_work_of_a_step_is_said_where_there_is_one():
    """A net without weights has none, nor has one of integers."""
    assert totals("Conv2d(3, 20, 3)", "3x10x10")["step"].endswith("69,120 MACs forward and back")
    assert "step" not in totals("ReLU", "3x10x10")
    assert "no training, as weights of int8" in totals("Conv2d(3, 20, 3)", "3x10x10", dtype="int8")["memory"]
    assert "step" not in totals("Conv2d(3, 20, 3)", "3x10x10", dtype="int8")


def test_a_long_probability_is_rounded():
    """In the table; JSON has every digit, and so has a number that sizes depend on."""
    report = measure(parse("Dropout(0.17500000000000002) Dropout(0.0001)", input_shape="3"))
    assert [line.split()[1] for line in str(report).splitlines()[4:6]] == ["Dropout(p=0.175)", "Dropout(p=0.0001)"]
    assert report.as_dict()["layers"][0]["layer"] == "Dropout(p=0.17500000000000002)"
    assert f"Upsample(scale_factor={1 / 3})" in str(measure(parse("Upsample(scale_factor=1/3)", input_shape="3x9x9")))


def test_an_explanation_warns_of_what_the_table_warns():
    """A norm over a single value, by name; not where single nodes are explained."""
    net = parse("Conv2d(3, 8, 3) AdaptiveAvgPool2d(1) BatchNorm2d(8)", input_shape="3x8x8")
    words = "norm1: a batch of 1 has a single value per channel here"
    assert (words in str(explain(net)), words in str(explain(net, batch=2))) == (True, False)
    assert "warning" not in str(explain(net, nodes=["conv1"]))
