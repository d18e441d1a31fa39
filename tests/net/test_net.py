"""The network: a graph that is checked where it is made."""

from __future__ import annotations

import pytest

from shapecalc import Builder, Net, Node, SpecError, layers, parse
from shapecalc.measures import measure

RELU = layers.ReLU()


def test_a_net_cannot_read_what_comes_later():
    """Each node comes after what it reads."""
    with pytest.raises(SpecError, match=r"^a reads b, which does not come before it"):
        Net({"input": (3,)}, (Node("a", RELU, ("b",)), Node("b", RELU, ("input",))))


@pytest.mark.parametrize(
    ("nodes", "outputs", "reason"),
    [
        ((), (), "The network has no layers"),
        ((Node("a", RELU, ()),), (), "a reads nothing"),
        ((Node("input", RELU, ("input",)),), (), "input is the name of an input, and no node can have it"),
        ((Node("a", RELU, ("input",)),), ("b",), "The output b is not a node"),
        ((Node("a", RELU, ("input",), "c"),), (), "a shares the weights of c"),
    ],
)
def test_a_wrong_net_is_refused(nodes, outputs, reason):
    """A graph that is none is refused where it is made."""
    with pytest.raises(SpecError, match=reason):
        Net({"input": (3,)}, nodes, outputs)


def test_nets_are_equal_by_what_they_are():
    """Equal nets hash alike; another input makes another net."""
    one, same = (parse("ReLU Flatten", input_shape="3x8x8") for _ in range(2))
    other = one.with_input((3, 9, 9))
    assert (one == same, hash(one) == hash(same), one == other, other.inputs["input"]) == (True, True, False, (3, 9, 9))


def test_a_node_is_found_by_its_name():
    """An unknown name is refused with the nearest."""
    net = parse("ReLU Flatten")
    with pytest.raises(SpecError, match=r"no node flatten \(did you mean flatten1\?\)"):
        net["flatten"]
    assert net["flatten1"].inputs == ("relu1",)


def test_a_layer_can_be_exchanged():
    """A node's new layer is also that of the nodes that share its weights."""
    b, shared = Builder((3, 8, 8)), layers.Conv2d(3, 3, 1)
    b.chain(shared, shared, layers.ReLU())
    changed = b.build().replacing("conv1", layers.Conv2d(3, 3, 3))
    assert [str(node.layer) for node in changed.nodes] == ["Conv2d(3, 3, 3)", "Conv2d(3, 3, 3)", "ReLU()"]


def test_a_net_prints_as_its_spec():
    """Where a spec says everything; a net with names of its own prints as a table."""
    nodes = (Node("relu1", RELU, ("input",)), Node("relu2", RELU, ("relu1",)))
    named = Net({"input": (3, 8, 8)}, (Node("first", RELU, ("input",)),))
    assert (str(Net({"input": (3, 8, 8)}, nodes)), str(named).splitlines()) == (
        "ReLU() ReLU()",
        [
            "network, input 3x8x8",
            "",
            "name    layer    reads",
            "------  -------  -------",
            "first   ReLU()   input",
        ],
    )


def test_a_net_in_a_notebook_is_a_table():
    """Each layer with what it reads; names are escaped."""
    html = Net({"input": (3, 8, 8)}, (Node("<b>", RELU, ("input",)),), name="a<b")._repr_html_()
    assert ("a&lt;b, input 3x8x8" in html, "&lt;b&gt;" in html, "<b>" in html) == (True, True, False)


def test_a_report_in_a_notebook_is_a_table():
    """The layers, then the totals."""
    html = measure(parse("Conv2d(3, 4, 3)", input_shape="3x8x8"))._repr_html_()
    parameters = '>parameters</th><td style="text-align: left">112</td>'
    assert ("<table>" in html, "Conv2d(3, 4, 3)" in html, parameters in html) == (True, True, True)


def test_a_builder_needs_an_input():
    """A network without an input is none; something that is no layer is refused."""
    with pytest.raises(SpecError, match="needs the shape of its input"):
        Builder()
    with pytest.raises(SpecError, match=r"Expected a layer but got 'ReLU'\."):
        Builder((3, 8, 8)).add("ReLU")  # type: ignore[arg-type]


def test_a_builder_takes_several_inputs():
    """Inputs by name; the last node is the output unless others are named."""
    b = Builder(left=(3, 8), right=(3, 8))
    b.add(layers.Add(), inputs=("left", "right"), name="sum")
    b.add(RELU)
    assert (b.build().outputs, b.build("sum").outputs) == (("relu1",), ("sum",))


def test_recurrent_layers_have_a_bound_together():
    """Each lists tensors for each of its num_layers."""
    with pytest.raises(SpecError, match=r"have 10,098 more in them \(num_layers\); at most 10,000 are read"):
        parse("LSTM(8, 8, 100) " * 102)
    assert len(parse("LSTM(8, 8, 100) " * 101)) == 101
