"""The file door: networks as YAML and JSON."""

from __future__ import annotations

import json
import os
import stat

import pytest
import yaml
from hypothesis import given

from shapecalc import SpecError, dumps, load, measure, open_net, parse
from shapecalc.formats.document.dumping import dump
from shapecalc.formats.document.events import MAX_VALUES
from shapecalc.formats.document.files import from_yaml
from shapecalc.formats.document.loading import loads
from shapecalc.grading import load_quiz, read_answers
from tests.campaigns import examples
from tests.nets.drawn import small_nets
from tests.work import calls

BRANCHES = """
name: two branches
inputs: {left: 3x8x8, right: [3, 8, 8]}
layers:
  - {layer: "Conv2d(3, 4, 3, padding=1)", name: a, inputs: left}
  - {layer: "Conv2d(3, 4, 3, padding=1)", name: b, inputs: right, share: a}
  - {layer: Add(), inputs: [a, b], name: sum}
  - Flatten() Linear(256, 10)
  - {layer: "Linear(10, 2)", name: head, trainable: false}
outputs: [head, sum]
"""


@examples(50, deep=1_500)
@given(small_nets())
def test_document_to_net_to_document_is_stable(net):
    """Whatever the branches, a net's document gives the net back, and its document is the same; JSON as well."""
    again = loads(dumps(net))
    assert (again, dump(again), loads(json.dumps(dump(net)))) == (net, dump(net), net)


def test_a_document_says_everything():
    """Several inputs, names, shared weights, frozen layers and several outputs."""
    net = loads(BRANCHES)
    report = measure(net)
    assert (net.name, list(net.inputs), net.outputs, report.parameters, report.trainable, report["b"].parameters) == (
        "two branches",
        ["left", "right"],
        ("head", "sum"),
        112 + 2570 + 22,
        112 + 2570,
        0,
    )


def test_one_output_needs_no_list():
    """As one input needs none."""
    document = "input: 3x8x8\nlayers:\n  - {layer: ReLU, name: a}\n  - {layer: Flatten, name: b}\noutputs: "
    assert loads(f"{document}a").outputs == loads(f"{document}[a]").outputs == ("a",)


def test_a_document_that_says_everything_is_stable():
    """Names, shares and outputs survive the round trip."""
    assert loads(dumps(loads(BRANCHES))) == loads(BRANCHES)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("net.yaml", 'input: 3x8x8\nlayers: ["Conv2d(3, 4, 3)"]\n'),
        ("net.yml", "\ufeffinput: [3, 8, 8]\nlayers:\n  - Conv2d(3, 4, 3)\n"),
        ("net.json", '{"input": [3, 8, 8], "layers": ["Conv2d(3, 4, 3)"]}'),
        ("NET.YAML", "input: (3, 8, 8)\nlayers:\n  - layer: Conv2d(3, 4, 3)\n"),
    ],
)
def test_files_are_read(tmp_path, name, text):
    """YAML and JSON, by load and by open_net, give the same net as the spec."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    net = parse("Conv2d(3, 4, 3)", input_shape="3x8x8")
    assert (load(tmp_path / name), open_net(str(tmp_path / name))) == (net, net)


def test_an_input_may_be_given_beside_the_file():
    """A file without an input, or another input than the file's."""
    given, other = "input: 3x8x8\nlayers: [ReLU]", "layers: [ReLU]"
    assert [loads(text, input_shape="3x9x9").inputs for text in (given, other)] == [{"input": (3, 9, 9)}] * 2


REFUSED = {
    "an unknown key": ("input: 3x8x8\nlayer: [ReLU]", "document: layer: there is no key layer (did you mean layers?)."),
    "an unknown key of a layer": (
        "input: 3x8x8\nlayers:\n  - {layer: ReLU, nmae: x}",
        "document: layers, entry 1, nmae: there is no key nmae (did you mean name?).",
    ),
    "nothing": ("", "document: expected keys with their values, but found nothing."),
    "a list": ("[ReLU]", "document: expected keys with their values, but found a list."),
    "no layers": ("input: 3x8x8\nlayers: []", "document: layers: it is empty; write at least one entry."),
    "layers in a text": ("layers: ReLU", "document: layers: expected a list of entries, but found 'ReLU'."),
    "layers without a value": ("layers:", "document: layers: expected a list of entries, but found nothing."),
    "layers by key": (
        "layers: {a: ReLU}",
        "document: layers: expected a list of entries, but found keys with their values.",
    ),
    "a list in layers": (
        "layers: [[ReLU]]",
        "document: layers, entry 1: expected a text or keys with their values, but found a list.",
    ),
    "a year in words": (
        "about: {year: late}\nlayers: [ReLU]",
        "document: about, year: expected a whole number, but found 'late'.",
    ),
    "a path of keys": (
        "layers: [{residual: {a: ReLU}}]",
        "document: layers, entry 1, residual: expected a text or a list of entries, but found keys with their values.",
    ),
    "neither true nor false": (
        "layers: [{layer: ReLU, trainable: maybe}]",
        "document: layers, entry 1, trainable: expected true or false, but found 'maybe'.",
    ),
    "two kinds of input": ("input: 3x8x8\ninputs: {a: 3x8x8}\nlayers: [ReLU]", "give either input or inputs"),
    "a variant's input beside several": (
        "inputs: {a: 3x8x8}\nvariants: {v: {input: 3x9x9}}\nlayers: [ReLU]",
        "variant v: input is that of a file with one input, not with inputs.",
    ),
    "an unknown key of a variant": (
        "variants: {v: {inputs: 3x9x9}}\nlayers: [ReLU]",
        "document: variants, v, inputs: there is no key inputs (did you mean input?).",
    ),
    "a wrong layer": ("input: 3x8x8\nlayers: [ReLU, Relo]", "document: layer 2: column 1: there is no layer Relo"),
    "a wrong shape": ("input: 3x0\nlayers: [ReLU]", "document: A size must be at least 1"),
    "an unknown node": (
        "input: 3x8x8\nlayers:\n  - {layer: ReLU, name: first}\n  - {layer: ReLU, inputs: frist}",
        "document: layer 2: frist does not come before what reads it (did you mean first?).",
    ),
    "a node without a name": (
        "input: 3x8x8\nlayers: [Sigmoid, {layer: ReLU, inputs: act1}]",
        "document: layer 2: act1 does not come before what reads it; the layer that it means needs a name of its own",
    ),
    "a name twice": (
        "input: 3x8x8\nlayers:\n  - {layer: ReLU, name: x}\n  - {layer: ReLU, name: x}",
        "document: layer 2: two nodes are called x; every name may be used once.",
    ),
    "an unknown output": ("input: 3x8x8\nlayers: [ReLU]\noutputs: [y]", "document: The output y is not a node"),
    "weights of another layer": (
        "input: 3x8x8\nlayers:\n  - {layer: 'Conv2d(3, 3, 1)', name: a}\n  - {layer: 'Conv2d(3, 3, 3)', share: a}",
        "document: conv1 shares the weights of a, which is no layer before it with the same weights.",
    ),
    "an alias": ("input: &a 3x8x8\nlayers: [*a]", "document: line 2: aliases (*name) are not read; write it out."),
    "a key twice": ("input: 3x8x8\ninput: 3x9x9\nlayers: [ReLU]", "document: line 2: input is given twice."),
    "too deep": ("[" * 30, "document: nested deeper than 20."),
    "no YAML": ("input: [3, 8\nlayers: {", "document: line 2:"),
    "an object": (
        "input: !!python/object/apply:os.getcwd []\nlayers: [ReLU]",
        "document: A shape has between 1 and 16 sizes",
    ),
    "several layers in a named one": (
        "input: 3x8x8\nlayers:\n  - {layer: ReLU ReLU, name: x}",
        "document: layer 1: Expected one layer but 'ReLU ReLU' has 2.",
    ),
    "an escape out of range": ('input: "\\UFFFFFFFF"', "document: an escaped character or a number is out of range."),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_document_is_refused(case):
    """The message names the place and what was probably meant."""
    text, reason = REFUSED[case]
    with pytest.raises(SpecError) as refused:
        loads(text)
    assert (reason in str(refused.value), "\n" in str(refused.value)) == (True, False), str(refused.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 100_000, "nested too deeply"),
        ("9" * 10_000, "too many digits"),
        ('{"a": 1, "a": 2}', "a is given twice"),
        ("{", "line 1"),
        ("[NaN, Infinity]", "expected keys with their values"),
    ],
)
def test_wrong_json_is_refused(tmp_path, text, reason):
    """JSON has its own ways to be wrong."""
    (tmp_path / "net.json").write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=reason):
        load(tmp_path / "net.json")


def test_a_file_without_an_end_is_refused(tmp_path):
    """A device, a pipe that nobody writes to, and links to them: refused at once, as networks, quizzes and answers."""
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "device.yaml").symlink_to("/dev/zero")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "pipe.yaml")
    for read in (load, load_quiz, read_answers):
        for name in ("pipe.yaml", "device.yaml", "link.yaml"):
            with pytest.raises(SpecError, match=r"^Cannot read .*: Not a regular file\.$"):
                read(tmp_path / name)


def test_a_long_document_is_refused():
    """A document in a request is bounded as a file is."""
    with pytest.raises(SpecError, match=r"the text has 2,000,007 characters; at most 2,000,000 are read"):
        parse("input: " + " " * 2_000_000)
    with pytest.raises(SpecError, match=r"at most 2,000,000 are read"):
        loads("# " + " " * 2_000_000)


@pytest.mark.parametrize("layer", ["1", '"a"', '{"x": 1}'])
@pytest.mark.parametrize("ending", ["json", "yaml"])
def test_a_document_has_a_bounded_number_of_values(tmp_path, layer, ending):
    """Each value that does not fit would have an error of its own: 2 MB of them took gigabytes."""
    path = tmp_path / f"net.{ending}"
    path.write_text(f'{{"input": 8, "layers": [{", ".join([layer] * MAX_VALUES)}]}}', encoding="utf-8")
    with pytest.raises(SpecError, match=r"there are more than 100,000 values\."):
        load(path)


def test_no_more_than_the_bound_is_read_of_a_file_of_unknown_size(tmp_path, monkeypatch):
    """A file of the system has the size 0, whatever can be read of it."""
    (tmp_path / "net.yaml").write_text("input: 3x8x8\nlayers: [ReLU]\n", encoding="utf-8")
    monkeypatch.setattr("shapecalc.formats.text.files.MAX_TEXT", 10)
    monkeypatch.setattr(os, "fstat", lambda _: os.stat_result((stat.S_IFREG, *[0] * 9)))
    with pytest.raises(SpecError, match=r"has 11 bytes; at most 10 are read"):
        load(tmp_path / "net.yaml")


def test_a_file_that_cannot_be_read(tmp_path):
    """No file, a folder, no UTF-8, too large, no name of a file: one line each."""
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "large.yaml").write_bytes(b" " * 2_000_001)
    said = []
    for name in ("missing.yaml", ".", "binary.yaml", "large.yaml", "\0.yaml"):
        with pytest.raises(SpecError) as refused:
            load(tmp_path / name)
        said.append(str(refused.value).replace(str(tmp_path), "DIR"))
    assert said == [
        "Cannot read DIR/missing.yaml: No such file or directory.",
        "Cannot read DIR: Is a directory.",
        "DIR/binary.yaml is not a text in UTF-8.",
        "DIR/large.yaml has 2,000,001 bytes; at most 2,000,000 are read.",
        "Cannot read 'DIR/\\x00.yaml': no file is called so.",
    ]


#: Texts in which the two parsers of PyYAML might differ.
YAML_TEXTS = (
    "",
    "# nothing\n",
    "a: b",
    "- x\n- [y, {z: 1}]\n",
    "a: |\n  two\n  lines\n",
    "a: >-\n  folded\n  text\n",
    "a: \"\\x41\\u00e9\\n\"\nb: 'it''s'\n",
    "!!int a: !!python/object/apply:os.system [x]\n",
    "? a\n: b\n",
    "%YAML 1.1\n---\na: b\n...\n",
    "\ufeffa: b",
    "a: é ⌊W/2⌋",
    "a:\n- b\n-\n  c: d",
)


@pytest.mark.parametrize("text", YAML_TEXTS)
def test_both_parsers_of_yaml_read_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With and without libyaml, a text has one content."""
    content = from_yaml(text, "document")
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert from_yaml(text, "document") == content


@pytest.mark.parametrize(
    "text", ["a: [", "a: b: c", "\tx", "a: 'b", 'a: "\\q"', "--- a\n--- b", "[a]: b", "*a", "a: \x00", "@a", "{a: b}}"]
)
def test_a_refusal_has_the_words_of_one_parser(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With and without libyaml, it is the same line."""
    refusals = []
    for libyaml in (yaml.__with_libyaml__, False):
        monkeypatch.setattr(yaml, "__with_libyaml__", libyaml)
        with pytest.raises(SpecError) as refusal:
            from_yaml(text, "document")
        refusals.append(str(refusal.value))
    assert refusals[0] == refusals[1]


@pytest.mark.parametrize(
    ("layers", "text"),
    [
        (
            "[conv3-8 maxpool, fc 10, fc 5]",
            "Conv1d(3, 8, 3, padding=1) MaxPool1d(2) Flatten() Linear(400, 10) Linear(10, 5)",
        ),
        ("[Dense(8), BatchNormalization]", "Conv1d(3, 8, 1) BatchNorm1d(8, eps=0.001, momentum=0.01)"),
        ("[Flatten, {layer: Dense(8)}]", "Flatten() Linear(300, 8)"),
        ("[{residual: Dense(3)}, GlobalAveragePooling1D]", "Conv1d(3, 3, 1) Add() AdaptiveAvgPool1d(1) Flatten()"),
    ],
)
def test_a_layer_depends_on_what_reaches_it(layers, text):
    """In a document as in a chain, each text of which stands behind the texts before it."""
    net = loads(f"input: 3x100\nlayers: {layers}\n")
    assert " ".join(repr(row.layer) for row in measure(net)) == text


def test_a_suggestion_has_the_rank_of_the_input():
    """In a document too."""
    with pytest.raises(SpecError, match="did you mean Conv1d"):
        loads("input: 3x100\nlayers: [conv(3)]\n")


def test_what_a_text_leaves_open_is_said():
    """A padding that is not written."""
    assert loads("input: 3x100\nlayers: [ReLU, conv3-8]\n").remarks[0].startswith("conv3-8: no padding is written")


def test_the_name_of_a_layer_is_no_word_of_a_textbook():
    """A layer called conv2, unlike the word, does not depend on what reaches it: reading it takes no more work."""
    text = "input: 3x8x8\nlayers:\n- Conv2d(3, 8, 3) ReLU\n- {}=Conv2d(8, 8, 3) ReLU\n"
    for name in ("conv2", "first"):
        loads(text.format(name))
    assert calls(lambda: loads(text.format("conv2"))) == calls(lambda: loads(text.format("first")))
