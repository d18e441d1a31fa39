"""What ``dumps`` writes is read back as an equal network: from the text, and from a file."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import shapecalc
from shapecalc import Builder, Net, Node, SpecError, dumps, layers, load, open_net, parse
from shapecalc.algebra import Name, ceildiv, maximum
from shapecalc.formats.document.blocks import MAX_NODES
from shapecalc.formats.text.tokens import MAX_TEXT
from shapecalc.layers import ReLU
from shapecalc.net.net import chain_nodes
from tests.campaigns import examples
from tests.nets.drawn import small_nets
from tests.zoo.members import members

#: Names that mean something to YAML, to the reader of network files or to the reader of shapes, besides any text.
WORDS = (
    "null",
    "no",
    "1",
    "1e3",
    "a.b",
    "*",
    "a.*",
    "- x",
    "x: y",
    "#",
    "'",
    '"',
    "input",
    "conv2",
    "relu1",
    "\n",
    " a ",
)
names = st.one_of(st.sampled_from(WORDS), st.text(min_size=1, max_size=12))
W = Name("W")
K, F = Name("K"), Name("F")
#: Layers with letters, counts that are left out, and numbers without an end.
UNUSUAL = (
    layers.Conv2d(K, 2 * K, F, padding=(F - 1) // 2),
    layers.Conv2d(None, 8, 3, bias=False),
    layers.Unflatten(1, (K, ceildiv(W, 2), maximum(W, 3))),
    layers.ConstantPad2d(1, float("-inf")),
    layers.LayerNorm((K, W), eps=1e-30),
    layers.Conv1d(3, 8, 3, padding="same", padding_mode="reflect"),
)
letters = st.sampled_from((W, Name("x"), Name("max"), W + 1, 2 * W, (W - 2) // 4 * 3, maximum(W, 3), ceildiv(W, 2) + 1))


@st.composite
def renamed_nets(draw: Any) -> Net:
    """A small net with other names, several outputs, shared and frozen weights, unknown and lettered input shapes."""
    net = draw(small_nets())
    chosen = draw(st.lists(names, min_size=len(net) + 2, max_size=len(net) + 2, unique=True))
    name_of = dict(zip([*net.inputs, *(node.name for node in net.nodes)], chosen, strict=False))
    if draw(st.booleans()):
        name_of |= {name: name for name in draw(st.sets(st.sampled_from(sorted(name_of))))}
    if len({*name_of.values(), chosen[-1]}) <= len(name_of):  # a name is there twice
        return net
    nodes: list[Node] = []
    for node in net.nodes:
        layer = draw(st.one_of(st.just(node.layer), st.sampled_from(UNUSUAL)))
        owners = [owner.name for owner in nodes if owner.layer == layer]
        share = draw(st.sampled_from(["", *owners]))
        reads = tuple(name_of[name] for name in node.inputs)
        nodes.append(Node(name_of[node.name], layer, reads, share, draw(st.booleans())))
    outputs = draw(st.lists(st.sampled_from(sorted(name_of.values())), max_size=3))
    shapes = st.lists(st.one_of(st.integers(1, 99), letters), max_size=3).map(tuple)
    inputs = {name_of[name]: draw(shapes) for name in net.inputs}
    if draw(st.booleans()):
        inputs[chosen[-1]] = draw(shapes)
    return Net(inputs, tuple(nodes), tuple(outputs), draw(st.one_of(st.just(""), names)))


@examples(60, deep=3_000)
@given(renamed_nets())
def test_a_network_is_read_back_equal(net: Net) -> None:
    """Names, order of inputs, outputs, sharing and training included."""
    again = parse(dumps(net))
    assert (again, list(again.inputs), dumps(again)) == (net, list(net.inputs), dumps(net))


@examples(60, deep=3_000)
@given(renamed_nets())
def test_a_network_has_a_spec_where_the_spec_says_everything(net: Net) -> None:
    """Everything but the input shape and the net's name, which are given beside a spec."""
    spec = " ".join(repr(node.layer) for node in net.nodes)
    again = parse(spec, input_shape=next(iter(net.inputs.values())), name=net.name)
    assert (net.has_spec, not net.has_spec or str(net) == spec) == (again == net, True)


@examples(20, deep=500)
@given(net=renamed_nets())
def test_a_file_is_read_back_equal(tmp_path_factory: pytest.TempPathFactory, net: Net) -> None:
    """``load`` reads the file that holds the text; ``open_net`` does where the input shapes are known."""
    path = tmp_path_factory.getbasetemp() / "net.yaml"
    path.write_text(dumps(net), encoding="utf-8", newline="")
    opened = open_net(str(path)) if all(net.inputs.values()) else net
    assert (load(path), opened) == (net, net)


@pytest.mark.parametrize("name", members())
def test_a_net_of_the_zoo_is_read_back_equal(tmp_path: Path, name: str) -> None:
    """As a text and as a file."""
    net = parse(f"zoo:{name}")
    (tmp_path / "net.yaml").write_text(dumps(net), encoding="utf-8")
    assert (parse(dumps(net)), open_net(str(tmp_path / "net.yaml"))) == (net, net)


def test_a_name_counts_only_where_it_is_left_out() -> None:
    """A reader gives default names to the nodes without a name, and counts only those."""
    relu = layers.ReLU()
    orders = [("a", "relu1"), ("a", "relu2"), ("relu2", "relu1", "relu3"), ("relu2", "relu3"), ("relu1", "relu3")]
    nets = [
        Net({"input": (3,)}, tuple(Node(name, relu, (above,)) for above, name in pairwise(("input", *order))))
        for order in orders
    ]
    assert [parse(dumps(net)) for net in nets] == nets


def test_another_input_and_name_may_be_given_beside_the_text() -> None:
    """As beside a spec."""
    net = parse(dumps(parse("ReLU", input_shape="3x8x8", name="a")), input_shape="3xHxW", name="b")
    assert (net.input_text(), net.name) == ("3xHxW", "b")


def test_a_document_may_begin_with_comments() -> None:
    """A text is a document where its first word is a key; otherwise it is a spec."""
    texts = ("# a note\n\n  # another\nlayers: [ReLU]\n", '{"layers": ["ReLU"]}', "# a note\nReLU")
    assert [parse(text) for text in texts] == [parse("ReLU")] * 3


def test_a_misspelt_key_is_refused_as_one() -> None:
    """It is no layer."""
    with pytest.raises(SpecError, match=r"layer: there is no key layer \(did you mean layers\?\)\."):
        parse("layer: [ReLU]")


def test_a_network_beyond_the_bounds_of_a_file_is_not_written() -> None:
    """More layers or characters than are read back are refused; as many as are read are written."""
    longest = parse("Conv2d(8, 8, 3, padding=1) " * MAX_NODES)  # each text counts, since blocks could repeat it
    assert parse(dumps(longest)) == longest
    with pytest.raises(SpecError, match=r"^The network has 5,001 layers; a file has at most 5,000\.$"):
        dumps(Net({"input": (8,)}, chain_nodes([ReLU()] * (MAX_NODES + 1))))
    long_name = parse("ReLU", name="x" * MAX_TEXT)
    with pytest.raises(SpecError, match=r"^The network takes 2,000,024 characters; a file has at most 2,000,000\.$"):
        dumps(long_name)


def test_a_shape_that_no_file_has_is_not_written() -> None:
    """A file's sizes are 1 or more."""
    with pytest.raises(SpecError, match=r"^The shape 3x0 cannot be written into a file\.$"):
        dumps(Net({"input": (3, 0)}, parse("ReLU").nodes))


def test_a_shared_layer_of_a_builder_is_written() -> None:
    """A layer object that is used twice is one set of weights, in the document as well."""
    b, shared = Builder((3, 8, 8)), layers.Conv2d(3, 3, 1)
    b.chain(shared, layers.ReLU(), shared)
    assert (parse(dumps(b.build())), shapecalc.measure(b.build()).parameters) == (b.build(), 12)
