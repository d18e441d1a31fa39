"""Sizes under Keras and ONNX, as the engine works them out, against what was recorded of them."""

from __future__ import annotations

import json

import pytest

import shapecalc
from shapecalc import ShapecalcError, ShapeError, SpecError
from shapecalc.algebra import Name, evaluate
from shapecalc.compare.frameworks import FRAMEWORKS, compare_frameworks
from tests.narrow import present
from tests.tools.frameworks import DATA, RUNS, spec
from tests.work import calls

RECORDED = json.loads(DATA.read_text(encoding="utf-8"))
KERAS, OPSET_20, OPSET_22, RUNTIME, OLD_RUNTIME = RECORDED


def told(line, sizes, framework):
    """The sizes that the engine gives for a layer, "-" where the framework refuses, "?" where torch already does."""
    net = shapecalc.parse(line, input_shape=(1, 1))
    for size in range(1, sizes + 1):
        try:
            (place,) = compare_frameworks(net.with_input((1, size)), framework).layers
        except ShapeError:
            yield "?"
        else:
            yield str(place.framework_shape[-1]) if place.framework_shape else "-"


def disagreements(name, framework, begins=""):
    """The recorded lines, with what the engine says, that differ for a size that torch takes."""
    lines = {line: sizes.split() for line, sizes in RECORDED[name].items() if line.startswith(begins)}
    ours = {line: [*told(line, len(sizes), framework)] for line, sizes in lines.items()}
    return {
        line: ours[line]
        for line, sizes in lines.items()
        if any(a not in ("?", b) for a, b in zip(ours[line], sizes, strict=True))
    }


@pytest.mark.parametrize("kind", ["Conv1d", "ConvTranspose1d", "MaxPool1d", "AvgPool1d"])
def test_keras(kind):
    """For every kernel, stride and dilation: the size that Keras gave, and what it refused."""
    assert disagreements(KERAS, "keras", kind) == {}


@pytest.mark.parametrize("name", [OPSET_20, OLD_RUNTIME])
def test_onnx(name):
    """Pooling in ceil mode: the size that ONNX infers up to opset 21, which older runtimes gave."""
    assert disagreements(name, "onnx") == {}


@pytest.mark.parametrize("name", [OPSET_22, RUNTIME])
def test_newer_onnx_is_as_torch(name):
    """From opset 22 on, and in a runtime of today at any opset, pooling in ceil mode is as in torch."""
    assert disagreements(name, "torch") == {}


def test_our_tf_same_is_keras_same():
    """A convolution with our padding="tf_same" gives what Keras's "same" gave."""
    lines = {
        line: sizes for line, sizes in RECORDED[KERAS].items() if line.startswith("Conv1d") and "padding=1" in line
    }
    taken = {line.replace("padding=1", "padding='tf_same'"): sizes for line, sizes in lines.items() if "-" not in sizes}
    assert {line: " ".join(told(line, 40, "torch")) for line in taken} == taken


def test_the_record_has_every_case():
    """What was recorded are the cases that would be run."""
    cases = [{spec(case) for case in RUNS[name.split(" (")[0]][1]()} for name in RECORDED]
    assert [set(lines) for lines in RECORDED.values()] == cases


def layer_of(line, shape, framework):
    """The only layer of a net under a framework."""
    (place,) = compare_frameworks(shapecalc.parse(line, input_shape=shape), framework).layers
    return place


REFUSED = {
    "Conv2d(3, 8, 3, stride=2, dilation=2)": "Keras takes no stride above 1 together with a dilation above 1",
    "MaxPool2d(3, dilation=2)": "Keras' pooling has no dilation",
    "ConvTranspose2d(3, 3, 3, groups=3)": "Keras' transposed convolutions have no groups",
    "ConvTranspose2d(3, 3, 3, dilation=2, output_padding=1)": (
        "Keras takes no output_padding that is not smaller than the stride"
    ),
}


@pytest.mark.parametrize("line", REFUSED)
def test_what_keras_refuses(line):
    """A layer that Keras does not take has no size there, and the reason is given."""
    place = layer_of(line, (3, 16, 16), "keras")
    assert (place.framework_shape, place.refusal) == (None, REFUSED[line])


REMARKED = {
    ("AdaptiveAvgPool2d(1)", "keras"): (
        "written as GlobalAveragePooling or GlobalMaxPooling, it drops the axes unless keepdims=True"
    ),
    ("AvgPool2d(3, 1, 1)", "keras"): (
        "Keras leaves the padding out of the average, as torch does with count_include_pad=False"
    ),
    ("AdaptiveAvgPool2d(3)", "onnx"): (
        "ONNX has no operator for it: where the output's size does not divide the input's, torch's exporter writes an "
        "average as other operators, and refuses a maximum"
    ),
    ("ConvTranspose2d(3, 3, 3, dilation=2, output_padding=1)", "onnx"): (
        "onnxruntime 1.31 refuses an output_padding that is not smaller than the stride; 1.22 took it"
    ),
}


@pytest.mark.parametrize(("line", "framework"), REMARKED)
def test_remarks(line, framework):
    """What has the same size and still is not the same is remarked."""
    assert layer_of(line, (3, 16, 16), framework).remarks == (REMARKED[line, framework],)


def test_padding_of_one_axis():
    """Keras has one word for all axes: a padding along the width alone makes "same" of both, and the sizes stay."""
    place = layer_of("Conv2d(3, 8, (1, 7), padding=(0, 3))", (3, 17, 18), "keras")
    assert (place.framework_shape, place.differences) == ((8, 17, 18), ())


def test_sizes_after_a_difference_follow():
    """After the first difference, layers read the framework's sizes; where one does not fit any more, none follow."""
    net = shapecalc.parse(
        "MaxPool2d(2, 3, 1, ceil_mode=True) Conv2d(3, 4, 2) Flatten Linear(4, 2) ReLU", input_shape="3x5x5"
    )
    places = compare_frameworks(net, "onnx").layers
    assert [place.framework_shape for place in places] == [(3, 3, 3), (4, 2, 2), (16,), None, None]
    assert [bool(place.refusal) for place in places] == [False, False, False, True, False]


def test_keras_finds_the_number_of_inputs():
    """A dense layer in Keras has no number of inputs, so that another size before it is no mistake."""
    net = shapecalc.parse("MaxPool2d(3, 2, ceil_mode=True) Flatten Linear(27, 2)", input_shape="3x7x7")
    assert [place.framework_shape for place in compare_frameworks(net, "keras").layers] == [(3, 4, 4), (48,), (2,)]


SPEC = (
    "Conv2d(3, 8, 7, stride=2, padding=3) MaxPool2d(3, 2, ceil_mode=True) ConvTranspose2d(8, 4, 3, stride=2, padding=1)"
)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_letters(framework):
    """With letters for sizes, the framework's are expressions, whose values are the sizes for those numbers."""
    net = shapecalc.parse(SPEC, input_shape="3xHxW")
    values = {Name("H"): 65, Name("W"): 98}
    forms = [present(place.framework_shape) for place in compare_frameworks(net, framework).layers]
    numbers = [place.framework_shape for place in compare_frameworks(net.with_input((3, 65, 98)), framework).layers]
    assert [tuple(evaluate(size, values) for size in shape) for shape in forms] == numbers


def test_an_unknown_framework():
    """An unknown framework is refused, with those that are known."""
    with pytest.raises(
        SpecError, match=r'compare: semantics="caffe" is not known; it may be "torch", "keras", "onnx".'
    ):
        compare_frameworks(shapecalc.parse("ReLU", input_shape="3"), "caffe")


def test_json():
    """For JSON each layer has both shapes, its differences and the reasons."""
    net = shapecalc.parse("MaxPool2d(3, 2, ceil_mode=True) ReLU", input_shape="3x7x8")
    data = json.loads(json.dumps(compare_frameworks(net, "keras").as_dict()))
    (pool, relu) = data["layers"]
    assert (pool["torch"], pool["theirs"], relu["theirs"]) == ([3, 3, 4], [3, 4, 4], [3, 4, 4])
    numbers = [(one["axis"], one["what"], one["torch"], one["theirs"]) for one in pool["differences"]]
    assert numbers == [("height", "size", 3, 4), ("height", "padding before", 0, 1)]
    assert (data["differing"], data["taken_over"]) == (["pool1"], ["relu1"])


TABLE = """\
input 3x13x16, as Keras 3.15.1 (torch backend) reads it

name    type         torch    keras  difference
------  ---------  -------  -------  -------------
conv1   Conv2d       3x7x8    3x7x8  other windows
pool1   MaxPool2d    3x3x4    3x4x4  differs
pool2   MaxPool2d    3x3x4        ?  refused
relu1   ReLU         3x3x4        ?

conv1  Conv2d(3, 3, 3, stride=2, padding=1)   keras: padding="same"
  padding before, width
    torch  P = 1
    keras  ⌊max((⌈W/S⌉ − 1)·S + F − W, 0)/2⌋ = ⌊max((⌈16/2⌉ − 1)·2 + 3 − 16, 0)/2⌋ = 0
  why    Keras has no number for padding. Its "same" gives ⌈W/S⌉ and pads what that takes, an odd
         one at the end; for torch's windows, pad with ZeroPadding first and write padding="valid".

pool1  MaxPool2d(3, stride=2, ceil_mode=True)   keras: padding="same"
  size, height
    torch  min(⌈(W − F + 2P)/S⌉ + 1, ⌈(W + P)/S⌉) = min(⌈(7 − 3 + 2·0)/2⌉ + 1, ⌈(7 + 0)/2⌉) = 3
    keras  ⌈W/S⌉ = ⌈7/2⌉ = 4
  why    Keras has no ceil_mode. Its "same" rounds up as well, but to ⌈W/S⌉, and it pads on both
         sides.

pool2  MaxPool2d(1, dilation=2)
  refused  Keras' pooling has no dilation

3 of 4 layers differ.
not compared, taken to be as in torch:  ReLU"""


def test_table():
    """As text: both sizes of each layer, then how each one that differs comes about, and why."""
    spec = "Conv2d(3, 3, 3, 2, 1) MaxPool2d(3, 2, ceil_mode=True) MaxPool2d(1, dilation=2) ReLU"
    assert str(compare_frameworks(shapecalc.parse(spec, input_shape="3x13x16"), "keras")) == TABLE


def test_nothing_differs():
    """Where nothing differs, that is said."""
    assert (
        str(compare_frameworks(shapecalc.parse("ReLU", input_shape="3"), "torch")).splitlines()[-2]
        == "No layer differs."
    )


def test_equal_layers_are_compared_once() -> None:
    """Under their own names."""
    net = shapecalc.parse("Conv2d(8, 8, 3, padding=1) " * 300, input_shape="8xHxW")
    comparison = compare_frameworks(net, "keras")
    assert [layer.name for layer in comparison.layers] == [node.name for node in net.nodes]
    assert calls(lambda: compare_frameworks(net, "keras")) < 60_000


def test_letters_that_take_too_many_steps_are_refused_by_name() -> None:
    """As in a measure of the net; equal layers that read equal shapes are counted once."""
    different = " ".join(f"Conv2d(8, 8, {2 * number + 1}, padding={number})" for number in range(1_300))
    with pytest.raises(ShapecalcError, match=r"^conv\d+: the letters take more than 60,000 steps up to here"):
        compare_frameworks(shapecalc.parse(different, input_shape="8xHxW"), "keras")
    equal = shapecalc.parse("Conv2d(8, 8, 3, padding=1) " * 1_300, input_shape="8xHxW")
    assert len(compare_frameworks(equal, "keras").layers) == 1_300
