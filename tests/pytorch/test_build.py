"""A net as a torch module."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

import shapecalc
from shapecalc import Builder, ShapecalcError, layers, parse
from shapecalc.layers import REGISTRY
from shapecalc.pytorch import build, example_inputs
from tests.pytorch.samples import SAMPLES, sample


def ran(net: shapecalc.Net) -> tuple[int, ...]:
    """The shape that a net's module gives on the CPU, without the batch."""
    return tuple(build(net)(*example_inputs(net, 2)).shape)[1:]


def test_every_layer_has_a_sample():
    """Every registered layer is built below."""
    assert set(REGISTRY) == set(SAMPLES)


# torch warns that it runs a projected LSTM without its fastest kernel
@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
@pytest.mark.parametrize("name", SAMPLES)
def test_a_built_layer_gives_the_shape_that_was_measured(name: str):
    """Every layer builds, runs on the CPU and gives the engine's shape."""
    assert ran(sample(name)) == shapecalc.measure(sample(name)).output_shape


@pytest.mark.parametrize("name", SAMPLES)
def test_a_built_layer_has_the_parameters_that_were_measured(name: str):
    """Every built layer's parameters have the engine's names and shapes."""
    net = sample(name)
    row = shapecalc.measure(net).rows[-1]
    built = build(net, device="meta").part(row.name)
    assert {name: tuple(tensor.shape) for name, tensor in built.named_parameters()} == row.weights


def test_submodules_are_named_after_nodes():
    """A node's weights are found under its name."""
    net = parse("Conv2d(3, 4, 3) Flatten Linear(out_features=2)", input_shape=(3, 5, 5))
    assert [*build(net).state_dict()] == ["conv1.weight", "conv1.bias", "linear1.weight", "linear1.bias"]


def test_a_dot_in_a_name_nests():
    """layer1.conv names a submodule of a submodule, as torch's own networks do."""
    builder = Builder((3, 5, 5))
    builder.add(layers.Conv2d(3, 4, 3, bias=False), name="layer1.conv")
    assert [*build(builder.build()).state_dict()] == ["layer1.conv.weight"]


def test_a_name_that_torch_cannot_take_is_refused():
    """A node called forward is refused in our words."""
    builder = Builder((3, 5, 5))
    builder.add(layers.ReLU(), name="forward")
    with pytest.raises(ShapecalcError, match="part called forward; rename the node"):
        build(builder.build())


@pytest.mark.parametrize("name", ["a..c", ".a", "a.", "forward.x", "x.forward.y"])
def test_each_part_of_a_name_is_one_that_torch_takes(name):
    """An empty part, or an attribute of torch's on the way, is refused in our words."""
    builder = Builder((3, 5, 5))
    builder.add(layers.ReLU(), name=name)
    with pytest.raises(ShapecalcError, match=f"part called {name}; rename the node"):
        build(builder.build())


@pytest.mark.parametrize(
    ("spec", "shape"),
    [("Linear(8, 10**30)", 8), ("Embedding(10**30, 4)", 8), ("ReLU", 10**50), ("ReLU", (10**12, 10**12))],
)
def test_sizes_that_torch_refuses_are_one_line(spec, shape):
    """Numbers that no tensor has are legal for the engine, and refused by torch."""
    net = parse(spec, input_shape=shape)
    with pytest.raises(ShapecalcError, match=r"^torch cannot (build|run) this net: .+$") as refused:
        build(net, device="meta")(*example_inputs(net, device="meta"))
    assert "\n" not in str(refused.value)


def test_a_name_before_the_dot_of_another_is_refused():
    """A node called a is refused where another is a.b: torch would put it in the place of the part that holds b."""
    b = Builder((3, 8, 8))
    b.add(layers.ReLU(), name="a.b")
    b.add(layers.ReLU(), name="a")
    with pytest.raises(ShapecalcError, match="part called a; rename the node"):
        build(b.build())


def test_shared_weights_are_one_module():
    """A layer that is used twice has its parameters once."""
    builder = Builder((4, 5, 5))
    conv = layers.Conv2d(4, 4, 3, padding=1, bias=False)
    builder.chain(conv, conv)
    assert [*build(builder.build()).state_dict()] == ["conv1.weight"]


def test_shared_weights_that_would_differ_are_refused():
    """Two uses of a lazy layer with different channels cannot share."""
    builder = Builder((4, 5, 5))
    conv = layers.Conv2d(None, 6, 3)
    builder.chain(conv, conv)
    with pytest.raises(ShapecalcError, match="conv2 cannot share the weights of conv1"):
        build(builder.build())


def test_frozen_weights_take_no_gradient():
    """trainable=False reaches torch."""
    builder = Builder((4, 5, 5))
    builder.add(layers.Conv2d(4, 4, 3), trainable=False)
    assert [tensor.requires_grad for tensor in build(builder.build()).parameters()] == [False, False]


def test_several_inputs_and_outputs_keep_their_order():
    """Inputs are taken in the net's order, and outputs given in it, as a tuple."""
    builder = Builder(left=(2,), right=(3,))
    builder.add(layers.Concat(), inputs=("right", "left"), name="both")
    builder.add(layers.Linear(5, 1))
    found = build(builder.build("linear1", "both"))(torch.zeros(1, 2), torch.ones(1, 3))
    assert found[1].tolist() == [[1, 1, 1, 0, 0]]


def test_a_wrong_number_of_inputs_is_refused():
    """A module says how many inputs its net has."""
    with pytest.raises(ShapecalcError, match="takes 1 inputs but got 2"):
        build(parse("ReLU", input_shape=(3,)))(torch.zeros(1, 3), torch.zeros(1, 3))


def test_letters_cannot_be_built():
    """A module needs numbers."""
    with pytest.raises(ShapecalcError, match="needs numbers, but input is 3xWxW"):
        build(parse("Conv2d(3, 4, 3)", input_shape="3xWxW"))


@pytest.mark.parametrize(
    ("layer", "names"), [("Conv2d(3, C, 3)", "C"), ("Conv2d(3, 2*a, (b, 3))", "a, b"), ("MaxPool2d(n)", "n")]
)
def test_a_letter_among_arguments_cannot_be_built(layer, names):
    """It is named, with its layer."""
    with pytest.raises(ShapecalcError, match=rf"needs numbers, but \w+1 is \w+\(.*; give {names} a number"):
        build(parse(layer, input_shape="3x8x8"))


def test_nothing_is_allocated_on_meta():
    """A layer with 10^12 weights is built at once on the meta device."""
    net = parse("Linear(1000000, 1000000, bias=False)", input_shape=(1_000_000,))
    assert next(build(net, device="meta").parameters()).is_meta


def test_an_inplace_activation_leaves_other_branches_alone():
    """The sum x + relu(x) is what the graph says even where the relu was written inplace."""
    builder = Builder((1,))
    kept = builder.add(layers.Identity())
    changed = builder.add(layers.ReLU(inplace=True))
    builder.add(layers.Add(), inputs=(kept, changed))
    assert build(builder.build())(torch.tensor([[-1.0]])).tolist() == [[-1.0]]


def test_unpooling_undoes_the_nearest_pooling_first():
    """Two poolings are undone in the opposite order, each value back in its place."""
    net = parse("MaxPool2d(2) MaxPool2d(3) MaxUnpool2d(3) MaxUnpool2d(2)", input_shape=(1, 6, 6))
    image = torch.arange(36.0).reshape(1, 1, 6, 6)
    assert build(net)(image).nonzero().tolist() == [[0, 0, 5, 5]]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("MaxUnpool2d(2)", "none comes before it that is not undone yet"),
        ("MaxPool2d(2) MaxUnpool2d(2) MaxUnpool2d(2)", "none comes before it that is not undone yet"),
        (
            "MaxPool2d(2) MaxUnpool2d(2, stride=3)",
            r"unpool1: MaxUnpool2d\(2, stride=3\) undoes pool1, so it must turn 1x3x3 into 1x6x6",
        ),
    ],
)
def test_an_unpooling_without_its_pooling_is_refused(spec: str, words: str):
    """What an unpooling needs is said in our words."""
    with pytest.raises(ShapecalcError, match=words):
        build(parse(spec, input_shape=(1, 6, 6)))


def test_causal_padding_sees_no_later_input():
    """With padding="causal" the gradient of output 4 reaches inputs 0 to 4 and no further."""
    signal = torch.zeros(1, 1, 9, requires_grad=True)
    net = parse('Conv1d(1, 1, 3, padding="causal", dilation=2)', input_shape=(1, 9))
    (gradient,) = torch.autograd.grad(build(net)(signal)[0, 0, 4], signal)
    assert gradient.flatten().nonzero().flatten().tolist() == [0, 2, 4]


@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_tf_same_padding_gives_the_size_over_the_stride(stride: int, mode: str):
    """TensorFlow's rule: ceil(10 / stride) outputs, whatever the kernel and the padding mode."""
    spec = f'Conv2d(1, 1, (3, 4), stride={stride}, padding="tf_same", padding_mode="{mode}")'
    assert ran(parse(spec, input_shape=(1, 10, 10))) == (1, -(-10 // stride), -(-10 // stride))


def test_without_torch_the_room_says_what_to_install():
    """Where torch is missing, one line says how to get it."""
    program = "import sys; sys.modules['torch'] = None\nimport shapecalc.pytorch"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)  # noqa: S603
    assert "ShapecalcError: This needs torch, which is not installed. Try pip install 'shapecalc[torch]'." in ran.stderr


def test_weights_beyond_the_memory_are_refused_before_they_are_allocated(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line with the bytes; on meta, where nothing is allocated, the net is built."""
    net = shapecalc.parse("Flatten Linear(64, 1000000000000)", input_shape=(1, 8, 8))
    monkeypatch.setattr("shapecalc.pytorch.modules.building.NetModule", lambda _: pytest.fail("torch allocates"))
    with pytest.raises(ShapecalcError, match=r"weights of this net take 236\.47 TiB.* linear1: .* smaller sizes"):
        build(net)
    monkeypatch.undo()
    assert sum(each.numel() for each in build(net, device="meta").parameters()) == 65 * 10**12
