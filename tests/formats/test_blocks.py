"""Blocks in network files: what they unfold to, how it is called, and what is refused."""

from __future__ import annotations

import pytest

from shapecalc import SpecError, dumps, load, measure, open_net, parse
from shapecalc.formats.document.blocks import MAX_NODES
from shapecalc.formats.document.loading import loads
from shapecalc.formats.document.scope import MAX_NESTING

UNIT = (
    "blocks:\n  unit: {takes: {width: , stride: 1}, layers: ['LazyConv2d(width, 3, stride, 1) ReLU']}\n"
    "  two: {inline: true, layers: [ReLU Tanh]}\n  none: {inline: true, layers: []}\n"
)
FAMILY = (
    "input: 3x16x16\ntakes: {n: , act: ReLU, width: 4}\n"
    "variants:\n  small: {with: {n: 1}}\n  large: {with: {n: 2, act: Tanh}, input: 3x32x32}\n"
    "layers:\n  - {layers: ['LazyConv2d(width*2**i, 3)', act], repeat: n, index: i}\n"
)


def names(layers: str, before: str = "") -> list[str]:
    """What the nodes are called, with what they read where it is not the node before."""
    net = loads(f"input: 8x16x16\n{before}layers:\n{layers}")
    above = ["input", *(node.name for node in net.nodes)]
    return [
        node.name + (f" < {', '.join(node.inputs)}" if node.inputs != (name,) else "")
        for node, name in zip(net.nodes, above, strict=False)
    ]


UNFOLDED = {
    "a block is its layers": (
        "  - unit(4)\n  - unit(4, stride=2)\n",
        ["conv1", "relu1", "conv2", "relu2"],
    ),
    "a name stands before the names inside": (
        "  - {layer: unit(4), name: stem}\n  - unit(4)\n",
        ["stem.conv1", "stem.relu1", "conv1", "relu1"],
    ),
    "a repeat numbers its times behind its name": (
        "  - {layer: unit(4), repeat: 2, name: layer1}\n",
        ["layer1.0.conv1", "layer1.0.relu1", "layer1.1.conv1", "layer1.1.relu1"],
    ),
    "a repeat without a name goes on counting": (
        "  - {layer: unit(4), name: 0}\n  - {layer: unit(4), repeat: 2}\n",
        ["0.conv1", "0.relu1", "1.conv1", "1.relu1", "2.conv1", "2.relu1"],
    ),
    "a single layer that repeats is called as ever": (
        "  - {layer: ReLU, repeat: 2}\n  - {layer: ReLU, repeat: 2, name: x}\n",
        ["relu1", "relu2", "x.0", "x.1"],
    ),
    "a residual adds what comes in": (
        "  - residual: unit(8)\n",
        ["conv1", "relu1", "add1 < relu1, input"],
    ),
    "a skip stands on the other way": (
        "  - {residual: 'unit(4, 2)', skip: 'LazyConv2d(4, 1, 2)', name: block}\n  - ReLU\n",
        ["block.conv1", "block.relu1", "block.conv2 < input", "block.add1 < block.relu1, block.conv2", "relu1"],
    ),
    "parallel paths read the same, and an empty one hands on what it reads": (
        "  - parallel: [ReLU, [], [ReLU, Tanh]]\n",
        ["relu1", "relu2 < input", "activation1", "concat1 < relu1, input, activation1"],
    ),
    "a dense path is put behind what comes in": (
        "  - {dense: unit(4), repeat: 2}\n",
        ["0.conv1", "0.relu1", "0.concat1 < input, 0.relu1", "1.conv1", "1.relu1", "1.concat1 < 0.concat1, 1.relu1"],
    ),
    "merge is another layer": (
        "  - {parallel: [Tanh, Sigmoid], merge: Multiply(), name: gate}\n  - {layer: ReLU, inputs: [gate]}\n",
        [
            "gate.activation1",
            "gate.activation2 < input",
            "gate.multiply1 < gate.activation1, gate.activation2",
            "relu1",
        ],
    ),
    "a star collects a name from all times of a repeat": (
        (
            "  - {layers: [Tanh, {layer: ReLU, name: skip}], repeat: 3, name: stack}\n"
            "  - {layer: Add, inputs: stack.*.skip}\n"
        ),
        [
            *(f"stack.{time}.{name}" for time in range(3) for name in ("activation1", "skip")),
            "add1 < stack.0.skip, stack.1.skip, stack.2.skip",
        ],
    ),
    "a name may stand before a layer or block": (
        "  - first=Tanh stem=unit(4) ReLU\n  - {layer: last=Tanh}\n",
        ["first", "stem.conv1", "stem.relu1", "relu1", "last"],
    ),
    "a sequential numbers what has no name": (
        "  - {sequential: [Tanh unit(4), {residual: ReLU}, x=Tanh, {layer: ReLU, repeat: 2}], name: f}\n  - Tanh\n",
        [
            *("f.0", "f.1.conv1", "f.1.relu1", "f.2.relu1", "f.2.add1 < f.2.relu1, f.1.relu1", "f.x", "f.3", "f.4"),
            "activation1",
        ],
    ),
    "a sequential in a block or in another has its own numbers": (
        "  - {sequential: [ReLU, {sequential: Tanh ReLU}, {layers: [ReLU], repeat: 2}]}\n",
        ["0", "1.0", "1.1", "2.relu1", "3.relu1"],
    ),
    "an inline block has no number of its own": (
        "  - {sequential: ['two', {layer: two, repeat: 2}, none, Tanh], name: f}\n  - {layer: two, repeat: 1}\n",
        ["f.0", "f.1", "f.2", "f.3", "f.4", "f.5", "f.6", "0.relu1", "0.activation1"],
    ),
    "braces in a name are numbers": (
        (
            "  - {layer: ReLU, name: 'layer{i + 1}', repeat: 2, index: i}\n"
            "  - {layers: [{layer: unit(4), name: 'unit{i}-{k}', repeat: 2, index: k}], name: b, repeat: 1, index: i}\n"
            "  - {layer: ReLU, inputs: ['layer{2 - 1}']}\n"
        ),
        [
            *("layer1", "layer2", "b.0.unit0-0.conv1", "b.0.unit0-0.relu1", "b.0.unit0-1.conv1", "b.0.unit0-1.relu1"),
            "relu1 < layer1",
        ],
    ),
    "nothing that repeats not at all": (
        "  - {layer: ReLU, repeat: 1 - 1, name: none}\n  - {layer: ReLU, inputs: none}\n",
        ["relu1"],
    ),
}


@pytest.mark.parametrize("fact", UNFOLDED)
def test_entries_unfold(fact):
    """Each kind of entry becomes these nodes, with these names, reading these."""
    layers, unfolded = UNFOLDED[fact]
    assert names(layers, UNIT) == unfolded


def test_names_inside_are_found_from_the_inside_out():
    """In a block `input` is what the block reads, and a name is looked for in the block, then around it."""
    block = "blocks: {b: {layers: [ReLU, {layer: Add, inputs: [input, near]}, {layer: Add, inputs: [x, a.x]}]}}\n"
    layers = "  - {layer: ReLU, name: near}\n  - {layers: [{layer: Tanh, name: x}, b], name: a}\n"
    assert names(layers, block)[2:] == ["a.relu1", "a.add1 < a.x, near", "a.add2 < a.x, a.x"]


def test_a_place_may_be_a_parameter():
    """A block reads what its use names."""
    block = "blocks: {up: {takes: {skip: }, layers: [ReLU, {layer: Concat, inputs: [relu1, skip]}]}}\n"
    layers = "  - {layer: Tanh, name: down}\n  - {layer: up(down), name: a}\n"
    assert names(layers, block) == ["down", "a.relu1", "a.concat1 < a.relu1, down"]


def test_a_block_may_read_several():
    """What a use reads, its first layer reads, and so does every path."""
    block = "blocks: {join: {layers: [Concat, ReLU]}}\n"
    layers = "  - ReLU Tanh\n  - {layer: join, inputs: [relu1, activation1]}\n"
    assert names(layers, block)[2:] == ["concat1 < relu1, activation1", "relu2"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("unit(4*w)", "LazyConv2d(8, 3, padding=1)"),
        ("unit(2**k, 1 + 1)", "LazyConv2d(8, 3, stride=2, padding=1)"),
        ("unit(K)", "LazyConv2d(K, 3, padding=1)"),
        ("unit(width=w*K)", "LazyConv2d(2*K, 3, padding=1)"),
        ("unit(max(w, k), stride=(1, w))", "LazyConv2d(3, 3, stride=(1, 2), padding=1)"),
        ("unit(divisible(24*0.5*w, 8))", "LazyConv2d(24, 3, padding=1)"),
        ("unit(ceil(1.5*w*w))", "LazyConv2d(6, 3, padding=1)"),
        ("unit(⌊1.3*k⌋ + ⌈2.1*(w + k)⌉)", "LazyConv2d(14, 3, padding=1)"),
        ("unit(divisible(18*w, 24))", "LazyConv2d(48, 3, padding=1)"),
        ("unit(divisible(w/4, 8))", "LazyConv2d(8, 3, padding=1)"),
        ("kind(w)", "LazyConv2d(2, 3, padding=1)"),
        ("nn.Sequential(unit(w))", "LazyConv2d(2, 3, padding=1)"),
    ],
)
def test_letters_become_numbers_before_a_layer_is_read(written, meant):
    """Parameters are numbers in arguments; letters that stand for nothing stay letters."""
    net = loads(f"input: 8xHxW\ntakes: {{w: 2, k: w + 1, kind: unit}}\n{UNIT}layers: ['{written}']")
    assert net.nodes[0].layer == parse(meant).nodes[0].layer


def test_a_family_has_variants():
    """Each variant has its values, its input and its name."""
    nets = [loads(FAMILY, variant=name) for name in ("small", "large")]
    assert [(net.name, net.inputs["input"], *(node.layer.nick for node in net.nodes)) for net in nets] == [
        ("small", (3, 16, 16), "conv", "relu"),
        ("large", (3, 32, 32), "conv", "activation", "conv", "activation"),
    ]


def test_a_variant_is_named_behind_the_file(tmp_path):
    """family.yaml:small opens it, with another input too."""
    (tmp_path / "family.yaml").write_text(FAMILY, encoding="utf-8")
    net = open_net(f"{tmp_path}/family.yaml:small", input_shape="3x8x8")
    assert (net.name, net.inputs) == ("small", {"input": (3, 8, 8)})
    with pytest.raises(SpecError, match=r"family\.yaml: this is a family; say which is meant, as in FILE:small\."):
        load(tmp_path / "family.yaml")


SHARED = """
inputs: {left: 3x16x16, right: 3x16x16}
blocks: {eye: {layers: ["Conv2d(3, 8, 3) ReLU", {residual: "Conv2d(8, 8, 1)", name: r}]}}
layers:
  - {layer: eye, name: one, inputs: left}
  - {layer: eye, name: two, inputs: right, share: one}
  - {layer: Concat, inputs: [one, two]}
  - {layers: ["LazyConv2d(4, 1) LazyBatchNorm2d ReLU"], trainable: false}
"""


def test_a_block_shares_the_weights_of_an_earlier_use():
    """Layer by layer, and they count once; trainable holds for every layer inside."""
    net = loads(SHARED)
    report = measure(net)
    assert (
        [(node.name, node.share) for node in net.nodes if node.share],
        report.parameters,
        report.trainable,
    ) == ([("two.conv1", "one.conv1"), ("two.r.conv1", "one.r.conv1")], 224 + 72 + 68 + 8, 224 + 72)


def test_outputs_may_be_names_of_entries():
    """What comes out of a block is named by its use."""
    text = f"input: 3x8x8\n{UNIT}layers: [{{layer: unit(4), name: a}}, {{layer: unit(4), name: b}}]\noutputs: [b, a]"
    assert loads(text).outputs == ("b.relu1", "a.relu1")


@pytest.mark.parametrize("text", [SHARED, FAMILY.replace("n: ,", "n: 2,")])
def test_what_is_unfolded_is_written_flat(text):
    """A net is written as the flat list, and it is read back as the same net."""
    written = dumps(loads(text))
    assert (loads(written), "blocks" in written, "repeat" in written) == (loads(text), False, False)


REFUSED = {
    "an unknown block": (UNIT + "layers: [unti(8)]", "layer 1: column 1: there is no layer unti (did you mean unit?)."),
    "an unknown argument": (
        UNIT + "layers: ['unit(8, strid=2)']",
        "layer 1: unit does not take strid (did you mean stride?); it takes width, stride.",
    ),
    "an argument of a block that takes none": (
        "blocks: {b: {layers: [ReLU]}}\nlayers: ['b(x=1)']",
        "layer 1: b does not take x; it takes nothing.",
    ),
    "a missing argument": (UNIT + "layers: [unit]", "layer 1: unit needs width."),
    "too many arguments": (UNIT + "layers: ['unit(8, 1, 2)']", "unit takes 2 arguments but 3 were given."),
    "an argument twice": (UNIT + "layers: ['unit(8, width=2)']", "width is given twice, by position and by name."),
    "a mistake inside": (
        "blocks: {b: {layers: [{residual: [ReLU, Relo]}]}}\nlayers: [ReLU, b]",
        "layer 2: block b: layer 1: layer 2: column 1: there is no layer Relo (did you mean ReLU?).",
    ),
    "a letter that is rounded": (
        "blocks: {b: {takes: {w: 'divisible(W, 8)'}, layers: [ReLU]}}\nlayers: [b]",
        "layer 1: column 1: divisible needs a number and what divides it.",
    ),
    "a number that is called": (
        "takes: {u: 3}\nlayers: [u(8)]",
        "layer 1: column 1: u is 3, not the name of a layer or block.",
    ),
    "a block within itself": (
        "blocks: {a: {layers: [b]}, b: {layers: [ReLU, a]}}\nlayers: [a]",
        "block b: layer 2: a uses itself: a > b > a.",
    ),
    "two kinds of entry": (
        "layers: [{layer: ReLU, residual: [ReLU]}]",
        "layers, entry 1: give one of layer, layers, sequential, residual, parallel, dense, not layer and residual.",
    ),
    "no kind of entry": ("layers: [{name: x}]", "layers, entry 1: give one of layer, layers, sequential, residual"),
    "a name before no layer": ("layers: ['x=3']", "layer 1: column 3: expected the layer that x is."),
    "braces around no number": (
        "layers: [{layer: ReLU, name: 'x{n}'}]",
        "layer 1: the name x{n} needs a number, but n is n.",
    ),
    "a skip alone": ("layers: [{parallel: [ReLU], skip: ReLU}]", "entry 1: skip belongs to a residual."),
    "a merge of nothing": ("layers: [{layer: ReLU, merge: Add()}]", "entry 1: merge joins the paths of a residual"),
    "an index of nothing": ("layers: [{layer: ReLU, index: i}]", "entry 1: index counts a repeat."),
    "an index that nothing uses": (
        "layers: [{layers: ['Conv2d(3, 3, 3)'], repeat: 2, index: i}]",
        "layers, entry 1: index: nothing in it uses i, so leave out the key index.",
    ),
    "inputs of what reads nothing": (
        "layers: [{layer: ReLU, name: a}, {layer: 'Parameter(3, 1, 1)', inputs: a}]",
        "layer 2: inputs: Parameter(3, 1, 1) reads nothing; leave out the key inputs.",
    ),
    "inputs of a block that reads others": (
        "blocks: {b: {layers: [{layer: ReLU, inputs: a}]}}\nlayers: [a=ReLU, c=Tanh, {layer: b, name: d, inputs: c}]",
        "layer 3: inputs: no layer in it reads its input; leave out the key inputs.",
    ),
    "a layer frozen that has no weights": (
        "layers: [{layer: ReLU, trainable: false}]",
        "layer 1: trainable: ReLU() has no weights; leave out the key trainable.",
    ),
    "a path frozen that has no weights": (
        "layers: [{layers: [ReLU, MaxPool2d(2)], trainable: false}]",
        "layer 1: trainable: its layers have no weights; leave out the key trainable.",
    ),
    "weights shared that are none": (
        "layers: [{layer: ReLU, name: a}, {layer: ReLU, share: a}]",
        "layer 2: share: ReLU() has no weights; leave out the key share.",
    ),
    "the key of a block beside a layer": (
        "layers: [{layer: ReLU, takes: {w: 1}}]",
        "layers, entry 1, takes: there is no key takes (known are dense, index, inputs, layer, layers, merge, name,",
    ),
    "an unknown key deep inside": (
        "layers: [{residual: [{layers: [{layer: ReLU, nmae: x}]}]}]",
        "layers, entry 1, residual, entry 1, layers, entry 1, nmae: there is no key nmae (did you mean name?).",
    ),
    "an unknown key of a block": (
        "blocks: {b: {take: {w: 1}, layers: [ReLU]}}\nlayers: [b]",
        "blocks, b, take: there is no key take (did you mean takes?).",
    ),
    "a letter of times": ("layers: [{layer: ReLU, repeat: n}]", "layer 1: repeat: n is not a number of times."),
    "minus one times": (
        "takes: {n: 1}\nlayers: [{layer: ReLU, repeat: n - 2}]",
        "layer 1: repeat: n - 2 is not a number of times, it is -1.",
    ),
    "an unknown tap": (
        "layers: [{layers: [{layer: ReLU, name: skip}], repeat: 2, name: s}, {layer: Add, inputs: s.*.skp}]",
        "layer 2: s.*.skp does not come before what reads it (did you mean s.1.skip?).",
    ),
    "a name twice in a block": (
        "blocks: {b: {layers: [{layer: ReLU, name: x}]}}\nlayers: [b, b]",
        "two nodes are called x; every name may be used once. Give the use of its block a name.",
    ),
    "weights for a block without a name": (
        f"{UNIT}layers: [{{layer: unit(8), name: a}}, {{layer: unit(8), share: a}}]",
        "layer 2: what shares the weights of a needs a name, as each of its layers has one.",
    ),
    "weights that are nowhere": (
        f"{UNIT}layers: [{{layer: ReLU, name: a}}, {{layer: unit(8), name: b, share: a}}]",
        "layer 2: b.conv1 cannot share the weights of a.conv1, which does not come before it.",
    ),
    "weights of many": (
        f"{UNIT}layers: [{{layer: unit(8), repeat: 2, name: a}}, {{layer: ReLU, share: a.*}}]",
        "layer 2: weights are those of one layer or block, but a.* are 2.",
    ),
    "a merge that is no layer": ("layers: [{parallel: [[], ReLU], merge: Ad}]", "there is no layer Ad (did you"),
    "a path without a layer": ("layers: [{parallel: [[], ' ']}]", "layer 1: layer 1: The text has no layers; write"),
    "two layers under one name": ("layers: [{layer: ReLU Tanh, name: x}]", "Expected one layer but 'ReLU Tanh' has 2."),
    "a family without a variant": ("takes: {n: }\nlayers: [ReLU]", "document: the file needs n."),
    "a block called as a layer": (
        "blocks: {ReLU: {layers: [ReLU]}}\nlayers: [ReLU]",
        "ReLU cannot be the name of a block; it already has a meaning.",
    ),
    "a parameter called as a block": (
        "blocks: {b: {takes: {b: 1}, layers: [ReLU]}}\nlayers: [b]",
        "b cannot be the name of a parameter; it already has a meaning.",
    ),
    "a block of two words": ("blocks: {a b: {layers: [ReLU]}}\nlayers: [ReLU]", "'a b' cannot be the name of a block"),
    "a count in words": (
        "about: {published: {parameters: lots}}\nlayers: [ReLU]",
        "about, published, parameters: 'lots' is no published count; write it like 25557032, 4.2M, 60M or 3.8G.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_block_is_refused(case):
    """The message names the place, through the blocks, and what was probably meant."""
    text, reason = REFUSED[case]
    with pytest.raises(SpecError) as refused:
        loads(f"input: 8x16x16\n{text}")
    assert reason in str(refused.value)


def test_an_unknown_variant_is_refused():
    """The message names the nearest variant."""
    with pytest.raises(SpecError, match=r"there is no variant smal \(did you mean small\?\)\."):
        loads(FAMILY, variant="smal")


#: Small files that would unfold without end, or nearly.
LAUGHING = {
    "ten times ten times ten": "blocks:\n"
    + "".join(f"  b{i}: {{layers: [{{layer: b{i + 1}, repeat: 10}}]}}\n" for i in range(9))
    + "  b9: {layers: [ReLU]}\nlayers: [b0]",
    "nothing, often": "layers: [{layers: [], repeat: 10**9}]",
    "nothing, often, often": "layers: [{layers: [{layers: [], repeat: 10**9}], repeat: 10**9}]",
    "one layer, often": "layers: [{layer: ReLU, repeat: 10**90}]",
    "a long text, often": f"layers: [{{layer: 'Conv2d(8, 8, {'1+' * 5_000}1)', repeat: 10**9}}]",
    "a long name, often": f"layers: [{{layer: ReLU, name: {'x' * 5_000}, repeat: 10**9}}]",
    "long braces, often": f"layers: [{{layers: [], name: 'x{'{i}' * 5_000}', repeat: 10**9, index: i}}]",
    "a long name of nothing, often": f"layers: [{{layers: [], name: {'x' * 5_000}, repeat: 10**9}}]",
    "a long count, often": f"layers: [{{layers: [{{layers: [], repeat: {'1+' * 5_000}0}}], repeat: 10**9}}]",
    "many values, often": f"takes: {{{', '.join(f'v{i}: 1' for i in range(5_000))}}}\n"
    "blocks: {b: {layers: []}}\nlayers: [{layer: b, repeat: 10**9}]",
    "a long default, often": f"blocks: {{b: {{takes: {{w: {'1+' * 5_000}1}}, layers: []}}}}\n"
    "layers: [{layer: b, repeat: 10**9}]",
    "all names, often": "layers: [{layers: [{layer: Add, inputs: '*'}], repeat: 10**9, name: a}]",
    "all nodes, often": "blocks: {b: {layers: [{layer: Add, inputs: '*'}]}}\n"
    "layers: [{layer: ReLU, repeat: 3000}, {layer: b, repeat: 3000}]",
    "a long ladder": "blocks:\n"
    + "".join(f"  b{i}: {{layers: [b{i + 1}]}}\n" for i in range(1_000))
    + "  b1000: {layers: [ReLU]}\nlayers: [b0]",
    "paths in paths": f"layers: [{'{residual: [' * 8}a{']}' * 8}]\nblocks:\n"
    f"  a: {{layers: [{'{residual: [' * 8}b{']}' * 8}]}}\n  b: {{layers: [{'{residual: [' * 3}ReLU{']}' * 3}]}}",
}


@pytest.mark.parametrize("case", LAUGHING)
def test_a_file_that_unfolds_without_end_is_refused(case):
    """The refusal blames no single place, and comes before anything large has been made."""
    with pytest.raises(SpecError, match=r"^document: (It unfolds to more than|Blocks and paths are nested deeper)"):
        loads(f"input: 8x16x16\n{LAUGHING[case]}")


def test_the_bounds_are_as_documented():
    """The page says 5,000 layers and 20 levels; files at the bounds are read."""
    layers = "layers: [{layer: ReLU, repeat: 4999}, Tanh]"
    assert (MAX_NODES, MAX_NESTING, len(loads(f"input: 8\n{layers}"))) == (5_000, 20, 5_000)


def test_the_shape_of_the_input_may_name_parameters() -> None:
    """Of a member, and of the file."""
    members = "variants: {a: {}, b: {with: {n: 4}}, c: {input: '1x{n}'}}"
    family = f"input: 3x{{n}}x{{2*n}}\ntakes: {{n: 8}}\n{members}\nlayers: [ReLU]"
    shapes = [loads(family, variant=variant).inputs["input"] for variant in ("", "a", "b", "c")]
    assert shapes == [(3, 8, 16), (3, 8, 16), (3, 4, 8), (1, 8)]


def test_an_input_with_a_letter_that_stands_for_nothing_is_refused() -> None:
    """As in a name."""
    with pytest.raises(SpecError, match=r"document: the input 1x\{n\} needs a number, but n is n\."):
        loads("input: 1x{n}\nlayers: [ReLU]")


def test_equal_values_of_other_types_are_read_apart() -> None:
    """A text is read once for equal values of its letters, in all files; but 1 is not written as 1.0 is."""
    text = "input: 8\ntakes: {{p: {}}}\nlayers: [Dropout(p)]\n"
    layers = [repr(loads(text.format(number)).nodes[0].layer) for number in ("1", "1.0", "1")]
    assert layers == ["Dropout(p=1)", "Dropout(p=1.0)", "Dropout(p=1)"]


def test_a_flag_is_no_number() -> None:
    """What was read where a letter is 1 is not taken for True, which equals it."""
    text = "input: 3x8x8\ntakes: {{k: {}}}\nlayers: ['LazyConv2d(4, k)']\n"
    assert loads(text.format(1)).nodes[0].layer.values["kernel_size"] == (1, 1)
    with pytest.raises(SpecError, match="kernel_size=True"):
        loads(text.format(True))
