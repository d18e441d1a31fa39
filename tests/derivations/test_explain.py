"""Explanations: every number that is derived is the number that is measured."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import Builder, Net, ShapecalcError, explain, layers, measure
from shapecalc.algebra import Name, memo, names_in
from shapecalc.derivations import steps as derivation_steps
from shapecalc.derivations.derived import derive_value
from shapecalc.derivations.description import describe, list_layers
from shapecalc.derivations.explanation import MAX_EXPLAINED
from shapecalc.formats import parse, read_expression
from shapecalc.layers import REGISTRY
from shapecalc.layers.core.axiswise import axis_names
from shapecalc.layers.core.quantity import Quantity
from tests.campaigns import examples
from tests.layers.case import Case
from tests.layers.strategies import CASES
from tests.nets.drawn import small_nets
from tests.work import calls

SEED = parse("Conv2d(3, 10, 3) MaxPool2d(4) Flatten LazyLinear(10)", input_shape="3x130x130")
AXES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}


def derived_numbers(net: Net) -> list[tuple[str, str, Any, Any]]:
    """For each number derived: where, what, its value, and what measure() says it is."""
    report, explanation = measure(net), explain(net)
    numbers = []
    for row, steps in explanation.steps:
        for step in steps:
            expected = measured(row, step)
            if expected is not None:
                numbers.append((row.name, step.label, step.value, expected))
    assert [row for row, _ in explanation.steps] == list(report)
    return numbers


def measured(row, step):
    """The measure that a derivation gives; None where it is only a part of one."""
    if step.part:
        return None
    places = dict(zip(axis_names(len(row.fields)), row.fields, strict=True))
    axis: Any = places[step.axes[0]] if step.axes and step.axes[0] in places else next(iter(row.fields), None)
    match step.quantity:
        case Quantity.SIZE:
            names = AXES.get(len(row.output_shape) - 1, ())
            return row.output_shape[1 + names.index(step.axes[0])] if step.axes[0] in names else None
        case Quantity.CHANNELS:
            return row.output_shape[0]
        case Quantity.SHAPE:
            return row.output_shape
        case Quantity.PARAMETERS:
            return row.parameters
        case Quantity.MACS:
            return row.macs
        case Quantity.FIELD:
            return axis.size
        case Quantity.JUMP:
            return axis.jump
        case Quantity.START:
            return axis.start
    return None


@pytest.mark.parametrize("name", REGISTRY)
def test_what_is_derived_is_what_is_measured(name):
    """Of any layer: shapes, parameters, work and fields end in the measured numbers, and the text with numbers too."""

    @examples(12, deep=400)
    @given(CASES[name])
    def agree(case: Case):
        inputs: dict[str, Any] = {f"x{place}": shape for place, shape in enumerate(case.shapes)}
        b = Builder(**inputs or {"input": (3,)})
        try:
            b.add(REGISTRY[name](**case.arguments), inputs=tuple(inputs))
            numbers = derived_numbers(b.build())
        except ShapecalcError:
            return
        explanation = explain(b.build())
        assert [(label, value) for _, label, value, _ in numbers] == [
            (label, number) for _, label, _, number in numbers
        ]
        for _, steps in explanation.steps:
            for step in steps:
                if isinstance(step.value, int):
                    assert read_expression(step.numbers()) == step.value

    agree()


@examples(25, deep=600)
@given(small_nets())
def test_every_number_of_a_net_is_derived(net):
    """In branching nets as well, and the totals are the report's."""
    text, report = str(explain(net)), measure(net)
    assert [number for number in derived_numbers(net) if number[2] != number[3]] == []
    assert text.splitlines()[-2].endswith(f"{report.parameters:,}")
    assert text.splitlines()[-1].endswith(f"{report.macs:,}")


def test_every_measured_number_has_its_derivation():
    """Shapes, parameters, work and field of a chain are all there."""
    labels = {(name, label) for name, label, *_ in derived_numbers(SEED)}
    assert {
        ("conv1", "height, width"),
        ("conv1", "channels"),
        ("conv1", "parameters"),
        ("conv1", "MACs"),
        ("conv1", "field"),
        ("pool1", "height, width"),
        ("pool1", "jump"),
        ("flatten1", "output"),
        ("linear1", "parameters"),
        ("linear1", "MACs"),
    } <= labels


def test_a_derivation_reads_like_a_textbook():
    """In letters, in numbers, and the result."""
    lines = str(explain(SEED)).splitlines()
    assert [" ".join(line.split()) for line in lines[2:9]] == [
        "conv1 Conv2d(3, 10, 3) 3x130x130 → 10x128x128 (163,840 values)",
        "channels K = 10",
        "height, width ⌊(W − F + 2P)/S⌋ + 1 = ⌊(130 − 3 + 2·0)/1⌋ + 1 = 128",
        "parameters K·F·F·D + K = 10·3·3·3 + 10 = 280",
        "MACs weights·positions = 270·16,384 = 4,423,680",
        "field r + (F − 1)·j = 1 + (3 − 1)·1 = 3",
        "jump j·S = 1·1 = 1",
    ]


def test_the_data_of_an_explanation_is_the_report_and_its_steps():
    """as_dict() adds the steps to each layer and changes nothing else."""
    data = explain(SEED).as_dict()
    steps = [layer.pop("steps") for layer in data["layers"]]
    assert (data, set(steps[0][0])) == (measure(SEED).as_dict(), {"what", "formula", "numbers", "value"})


def test_stretching_is_no_false_equation():
    """A size of 1 that is stretched is not said to equal the other."""
    b = Builder(left=(1, 4), right=(3, 1))
    b.add(layers.Add(), inputs=("left", "right"))
    ((_, steps),) = explain(b.build()).steps
    assert [step.text() for step in steps if step.quantity is Quantity.SHAPE] == ["(3, 4)"]


@pytest.mark.parametrize("count", [2, 999])
def test_any_number_of_branches_can_be_explained(count):
    """A join of a thousand branches is a sum that nobody could read; its value is given."""
    b = Builder((1, 4, 4))
    b.add(layers.Concat(), inputs=("input",) * count)
    assert f"→ {count}x4x4" in str(explain(b.build()))


def test_a_deep_recurrent_net_can_be_explained():
    """Hundreds of tensors are derived one by one, and their sum is given."""
    net = parse("LSTM(8, 8, 100)", input_shape="5x8")
    assert f"{measure(net).parameters:,}" in str(explain(net))


@examples(25, deep=600)
@given(small_nets(), st.sampled_from(["x_1", "a%b", "50&50", "{x}", "a\\b", "#1", "x^2", "~"]))
def test_latex_is_well_formed(net, name):
    """Braces and brackets come in pairs, alignments are closed, and a name's own signs do no harm."""
    nodes = (net.nodes[0]._replace(name=name), *(node for node in net.nodes[:0]))
    latex = explain(Net(net.inputs, nodes)).latex() + explain(net).latex()
    bare = re.sub(r"\\verb\|.*?\||\\.", "", latex.replace(r"\\", "  "))
    assert bare.count("{") == bare.count("}")
    assert latex.count(r"\begin{align*}") == latex.count(r"\end{align*}")
    assert not set("⌊⌋⌈⌉·−₁₂") & set(re.sub(r"\\verb\|.*?\|", "", latex))
    assert not set("%#~") & set(re.sub(r"\\verb.*?\|.*?\|", "", bare))


def test_every_layer_is_described():
    """The catalogue lists each layer, and each can be described as text and as data."""
    descriptions = {name: describe(name) for name in REGISTRY}
    assert set(list_layers().as_dict()) == set(REGISTRY)
    assert [
        name for name, description in descriptions.items() if not (str(description) and description.as_dict())
    ] == []


def test_a_description_keeps_trees():
    """Formulas and conditions stay trees until the page is made."""
    description = describe("MaxPool2d")
    size, condition = description.formulas[0], description.conditions[0]
    assert (size.label, Name("stride") in names_in(size.tree)) == ("size", True)
    assert (condition.words, condition.sides) == ("kernel_size must be at least 1", (Name("kernel_size"), 1))


def test_a_description_in_letters():
    """Formulas, what their letters mean, and conditions."""
    text = str(describe("nn.MaxPool2d"))
    assert [part in text for part in ("⌊(W − (d·(F − 1) + 1) + 2P)/S⌋ + 1", "P is padding", "kernel_size must be")] == [
        True,
        True,
        True,
    ]


def test_padding_some_of_the_axes_leaves_the_others():
    """A pad of one axis of an image is exact along both."""
    row = measure(parse("ZeroPad1d((1, 0))", input_shape=(1, 4, 4))).rows[0]
    assert [(axis.size, axis.jump, axis.start, axis.bound) for axis in row.fields] == [(1, 1, 0, ""), (1, 1, -1, "")]


def test_equal_layers_are_derived_once(monkeypatch):
    """Sizes and work of a thousand equal layers are worked out once; their fields differ."""
    derived = []

    def recorded(quantity, *arguments, **options):
        derived.append(quantity)
        return derive_value(quantity, *arguments, **options)

    monkeypatch.setattr(derivation_steps, "derive_value", recorded)
    memo.clear()
    explanation = explain(parse("Conv2d(3, 3, 3, padding=1) " * 50, input_shape=(3, 8, 8)))
    assert derived.count(Quantity.MACS) == 1
    assert [row_steps[-1].node for _, row_steps in explanation.steps] == [f"conv{place}" for place in range(1, 51)]


def test_a_long_net_is_explained_up_to_a_bound():
    """Of more layers than the bound, the first are explained, and a line names the first one of the others."""
    net = parse("ReLU " * (MAX_EXPLAINED + 2), input_shape=(3, 8, 8))
    explanation = explain(net)
    assert [row.name for row, _ in explanation.steps] == [node.name for node in net.nodes[:MAX_EXPLAINED]]
    assert "\nand 2 more layers; name those to explain, as in --node relu1001\n" in str(explanation)
    assert [len(layer["steps"]) for layer in explanation.as_dict()["layers"]] == [0] * (MAX_EXPLAINED + 2)


def test_named_nodes_are_explained_alone():
    """The layers that are named are explained in the order of the net, each as it is among all layers."""
    lines = str(explain(SEED, nodes=("pool1", "conv1"))).splitlines()
    assert lines == str(explain(SEED)).split("\nflatten1")[0].rstrip().splitlines()[2:]


def test_a_node_that_is_not_in_the_net_cannot_be_explained():
    """The message names the nearest node."""
    with pytest.raises(ShapecalcError, match=r"no node conv9 \(did you mean conv1\?\)"):
        explain(SEED, nodes=("conv9",))


def test_twice_the_weights_take_twice_the_work():
    """A recurrent layer may have thousands of tensors, whose sum names each of them."""
    small, large = recurrent(400), recurrent(800)
    assert calls(lambda: str(explain(large))) < 3 * calls(lambda: str(explain(small)))


def recurrent(num_layers: int) -> Net:
    """A net with four tensors for each layer of its layer."""
    return parse(f"GRU(8, 8, {num_layers})", input_shape="5x8")
