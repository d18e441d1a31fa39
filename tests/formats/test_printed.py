"""What torch prints for a module: a chain with its names, or a list where the order of its layers is not known."""

from __future__ import annotations

import contextlib
import io
import pickle
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import ShapecalcError, SpecError, dumps, load, measure, open_net, parse
from shapecalc.errors import UnknownOrderError
from shapecalc.formats import open_within
from shapecalc.measures.inventory import take_inventory

CHAIN = """\
Sequential(
  (stem): Sequential(
    (0): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=same, bias=False)
    (1): BatchNorm2d(8, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
  )
  (1): Conv2dNormActivation(
    (0): ReLU(inplace=True)
  )
  (pool): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
)
"""
NET = """\
Net(
  (conv1): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))
  (blocks): ModuleList(
    (0-2): 3 x Block(
      size=8
      (conv): Conv2d(8, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
      (scale): Scale(init=<function ones at 0x7f>)
    )
  )
  (weights): ParameterList(  (0): Parameter containing: [torch.float32 of size 2])
  (attention): MultiheadAttention(
    (out_proj): NonDynamicallyQuantizableLinear(in_features=8, out_features=8, bias=True)
  )
)
"""


def test_a_chain_keeps_its_names():
    """Those of the state_dict; and it survives a file."""
    net = parse(CHAIN, input_shape="3x32x32")
    assert [(node.name, repr(node.layer)) for node in net.nodes] == [
        ("stem.0", 'Conv2d(3, 8, 3, padding="same", bias=False)'),
        ("stem.1", "BatchNorm2d(8)"),
        ("1.0", "ReLU(inplace=True)"),
        ("pool", "MaxPool2d(2)"),
    ]
    assert parse(dumps(net)) == net
    assert measure(net).output_shape == (8, 16, 16)


@pytest.mark.parametrize("spaces", [" ", "\n", "\t ", "\r\n  "])
def test_its_spaces_do_not_matter(spaces: str):
    """A shell may join the lines."""
    assert parse(spaces.join(CHAIN.split())) == parse(CHAIN)


def test_all_doors_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The argument of a command, a text file, a file beside a quiz, and standard input."""
    path = tmp_path / "net.TXT"
    path.write_text(CHAIN, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(CHAIN.encode())))
    nets = [
        open_net(CHAIN, input_shape="3x8x8"),
        open_net(str(path), input_shape="3x8x8"),
        load(path, input_shape="3x8x8"),
        open_within(tmp_path, "net.TXT", input_shape="3x8x8"),
        open_net(" - ", input_shape="3x8x8"),
    ]
    assert [net == nets[0] for net in nets] == [True] * 5


def test_a_text_file_holds_any_spelling(tmp_path: Path):
    """It is read as a pasted text is, and a refusal names it."""
    path = tmp_path / "net.txt"
    path.write_text("conv3-8\nmaxpool # halves it\n", encoding="utf-8")
    assert [node.name for node in load(path).nodes] == ["conv1", "pool1"]
    path.write_text("Conv2d(3, 8, 3)\nReLUU\n", encoding="utf-8")
    with pytest.raises(SpecError, match=r"net\.txt: line 2, column 1: there is no layer ReLUU"):
        open_net(str(path))
    with pytest.raises(SpecError, match=r"net\.txt has no variant small; a text is one network"):
        load(f"{path}:small")


def test_standard_input_is_bounded(monkeypatch: pytest.MonkeyPatch):
    """At most one byte more than is read is taken from a stream that may have no end."""
    zeros = SimpleNamespace(read=lambda size: b" " * size)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=zeros))
    with pytest.raises(SpecError, match=r"Standard input has more than 2,000,000 bytes, the most"):
        open_net("-")
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"\xff")))
    with pytest.raises(SpecError, match="Standard input is not a text in UTF-8"):
        open_net("-")
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(SpecError, match="There is no standard input"):
        open_net("-")


def test_an_order_that_is_not_known_is_asked_for():
    """By the names of the classes and of their layers; the error survives a process border."""
    with pytest.raises(UnknownOrderError) as refused:
        parse(f"\n{NET}")
    assert str(refused.value) == (
        "line 2, column 1: a print does not show in which order Net calls its layers conv1, blocks, weights and "
        "attention (nor ModuleList, Block and ParameterList theirs). Where they run as printed, write Sequential in "
        "place of Net, ModuleList, Block and ParameterList; without an input, the command net counts the parameters "
        "of each layer."
    )
    copy = pickle.loads(pickle.dumps(refused.value))  # noqa: S301  ours
    assert (str(copy), copy.text) == (str(refused.value), refused.value.text)


def test_the_remedy_works():
    """The layers run as printed once the class is Sequential."""
    text = NET[: NET.index("  (blocks)")] + ")"
    with pytest.raises(UnknownOrderError, match="write Sequential in place of Net;"):
        parse(text)
    assert [node.name for node in parse(text.replace("Net(", "Sequential(", 1)).nodes] == ["conv1"]


def test_a_family_of_the_zoo_is_named():
    """Its nets have the order."""
    with pytest.raises(UnknownOrderError, match="`shapecalc zoo resnet` lists nets of that kind"):
        parse("ResNet((fc): Linear(in_features=3, out_features=2, bias=True))")


def test_an_inventory_needs_no_order():
    """Parameters by layer; what is not known, assumed or not printed is said."""
    inventory = take_inventory(NET)
    assert [(row.name, row.layer, row.parameters) for row in inventory.layers] == [
        ("conv1", "Conv2d(3, 8, 3)", 224),
        ("blocks.0.conv", "Conv2d(8, 8, 3, padding=1)", 584),
        ("blocks.0.scale", "Scale", None),
        ("blocks.1.conv", "Conv2d(8, 8, 3, padding=1)", 584),
        ("blocks.1.scale", "Scale", None),
        ("blocks.2.conv", "Conv2d(8, 8, 3, padding=1)", 584),
        ("blocks.2.scale", "Scale", None),
        ("weights.0", "?", None),
        ("attention", "MultiheadAttention(8, ...)", 288),
    ]
    assert list(inventory.notes()) == [
        (
            "parameters",
            "2,264, without blocks.0.scale, blocks.1.scale, blocks.2.scale and weights.0, whose classes are not known",
        ),
        ("besides", "tensors of their own that Net, Block and ParameterList may have; torch prints none"),
        ("assumed", "kdim and vdim, which are not printed, to be embed_dim: attention"),
        ("order", "not printed; sizes, work, memory and fields need it"),
    ]
    data = inventory.as_dict()
    assert (data["input"], data["parameters"], len(data["layers"]), len(data["warnings"])) == (None, None, 9, 3)


REFUSED = {
    "(0): ReLU()\n(1): Tanh()": "this is a part of a print, without the class that holds it",
    "Sequential(\n  (0): ReLU()\n": "line 3, column 1: ')' is missing.",
    "Sequential(\n  (0): ReLU()\n)\nTanh()": "line 4, column 1: the print of a module ends before this place",
    "Sequential(\n  (0): ReLUU()\n)": "line 2, column 8: ReLUU is no layer of torch (did you mean ReLU?).",
    "Sequential(\n  (0): Conv2d(3)\n)": "line 2, column 8: Conv2d needs out_channels and kernel_size.",
    "Sequential(\n  (0): ReLU(slope=1)\n)": "line 2, column 8: ReLU has no argument slope",
    "Sequential(\n  (0): ReLU(<b>)\n)": "line 2, column 8: cannot read the arguments of ReLU.",
    "Sequential(\n  (0): whatever this is\n)": "line 2, column 8: 0 is no layer.",
    "Sequential(\n  (0): ReLU(\n    (a): Tanh()\n  )\n)": "line 2, column 8: this ReLU has layers in it (a)",
    "Sequential(\n  (0-2): 2 x ReLU()\n)": "(0-2) does not name 2 modules.",
    "Sequential(\n  (0): 2 x ReLU()\n)": "(0) does not name 2 modules.",
    "Sequential((0): Sequential())": "The text has no layers",
    "Sequential(\n  (0-99999): 100000 x ReLU()\n)": "more than 5,000 modules",
    "Sequential((0-9999): 10000 x Sequential((0-9999): 10000 x Sequential()))": "more than 5,000 modules",
    "Sequential((0): " * 21: "modules are nested deeper than 20",
    "Conv2dNormActivation((conv): ReLU())": "in which order Conv2dNormActivation calls its layers conv.",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_understood_is_refused(text: str):
    """In one line, with its place."""
    with pytest.raises(SpecError) as refused:
        parse(text)
    assert REFUSED[text] in str(refused.value)


PIECES = (*"()[]{}:,\n\"'", "(0): ", "(1-2): 2 x ", "Sequential(", "ReLU()", "Net(", " ", "3 x ", "Conv2d(3, 8, 3)")


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_text_has_an_answer(text: str):
    """A net, or a refusal of ours."""
    for read in (parse, take_inventory):
        with contextlib.suppress(ShapecalcError):
            read(f"Sequential((0): {text}")


def test_an_input_that_is_not_known_is_said():
    """It is no scalar."""
    assert str(parse(CHAIN)).splitlines()[0] == "network, input not known"


def test_a_session_may_stand_around_it():
    """The line that prints it, and the fences of Markdown."""
    assert parse(f"```\n>>> print(model)\n{CHAIN}```") == parse(CHAIN)
