"""A torch module as a net: what its forward computes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import torch
from hypothesis import assume, given
from torch import Tensor, nn
from torch.nn import functional

from shapecalc import Net, Node, ShapecalcError, ShapeError, dumps, emit, explain, measure, parse, zoo
from shapecalc.algebra import Name
from shapecalc.compare.counters import count_work
from shapecalc.layers import REGISTRY
from shapecalc.pytorch import build, trace
from tests.campaigns import examples
from tests.layers.case import layer_of
from tests.layers.test_oracle_nets import Step, branching, chains
from tests.pytorch.same_net import structure
from tests.pytorch.samples import sample

IMAGE = (4, 8, 8)


class Forward(nn.Module):
    """A module that is one function, with a layer and a parameter for it to use."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 1)
        self.dense = nn.Linear(8, 8)
        self.scale = nn.Parameter(torch.ones(4, 1, 1))
        self.token = nn.Parameter(torch.zeros(1, 1, 8))
        self.register_buffer("table", torch.zeros(8, 8))
        self.function = function

    def forward(self, *inputs: Tensor) -> Any:
        return self.function(self, *inputs)


def net_of(function: Callable[..., Any], *shapes: tuple[int, ...]) -> Net:
    return trace(Forward(function), *(shapes or (IMAGE,)))


def layers_in(function: Callable[..., Any], *shapes: tuple[int, ...]) -> list[str]:
    return [repr(node.layer) for node in net_of(function, *shapes).nodes]


#: What a forward computes, and the layers that it is.
FUNCTIONS: dict[str, tuple[Callable[..., Any], list[str]]] = {
    "a layer": (lambda m, x: m.conv(x), ["Conv2d(4, 4, 1)"]),
    "a functional layer": (lambda _, x: functional.relu(x), ["ReLU()"]),
    "a pool": (lambda _, x: functional.max_pool2d(x, 2), ["MaxPool2d(2)"]),
    "a pool to a size": (lambda _, x: functional.adaptive_avg_pool2d(x, 1), ["AdaptiveAvgPool2d(1)"]),
    "weights in a function": (lambda m, x: functional.conv2d(x, m.conv.weight, m.conv.bias), ["Conv2d(4, 4, 1)"]),
    "flatten": (lambda _, x: torch.flatten(x, 1), ["Flatten()"]),
    "view with a size of the batch": (lambda _, x: x.view(x.size(0), -1), ["Flatten()"]),
    "view with computed sizes": (lambda _, x: x.view(x.shape[0], 4, x.shape[2] * x.shape[3]), ["Flatten(start_dim=2)"]),
    "heads": (lambda _, x: x.reshape(len(x), 2, 2, *x.shape[2:]), ["Unflatten(1, (2, 2))"]),
    "windows": (
        lambda _, x: x.view(len(x), 4, x.shape[2] // 4, 4, x.shape[3] // 4, 4),
        ["Unflatten(3, (-1, 4))", "Unflatten(2, (-1, 4))"],
    ),
    "permute": (lambda _, x: x.permute(0, 2, 3, 1), ["Permute(0, 2, 3, 1)"]),
    "transpose": (lambda _, x: x.transpose(1, -1), ["Transpose(-3, -1)"]),
    "unsqueeze": (lambda _, x: x.unsqueeze(1), ["Unsqueeze(1)"]),
    "a sum": (lambda m, x: x + m.conv(x), ["Conv2d(4, 4, 1)", "Add()"]),
    "a sum in place": (lambda m, x: m.conv(x).add_(x), ["Conv2d(4, 4, 1)", "Add()"]),
    "a gate": (lambda _, x: x * x.sigmoid(), ["Sigmoid()", "Multiply()"]),
    "a number": (lambda _, x: x * 0.5, ["Scale(factor=0.5)"]),
    "a number on the left": (lambda _, x: 1 - x, ["Scale(factor=-1, offset=1)"]),
    "a number over a tensor": (lambda _, x: 2 / x, ["Power(-1)", "Scale(factor=2)"]),
    "a number in place": (lambda m, x: m.conv(x).sub_(3), ["Conv2d(4, 4, 1)", "Scale(offset=-3)"]),
    "a power": (lambda _, x: x**2 + torch.sqrt(x), ["Power(2)", "Power(0.5)", "Add()"]),
    "a number to a power": (lambda _, x: 2**x, ['Entrywise("rpow", numbers=(2,))']),
    "a sum with a factor": (lambda m, x: torch.sub(x, m.conv(x), alpha=2), ["Conv2d(4, 4, 1)", 'Entrywise("sub")']),
    "a difference": (lambda m, x: x - m.conv(x), ["Conv2d(4, 4, 1)", "Scale(factor=-1)", "Add()"]),
    "a quotient": (lambda m, x: x / m.conv(x), ["Conv2d(4, 4, 1)", "Power(-1)", "Multiply()"]),
    "a learned divisor": (lambda m, x: x / m.scale, ["Parameter(4, 1, 1)", 'Entrywise("div")']),
    "a learned scale": (lambda m, x: m.scale * x, ["Parameter(4, 1, 1)", "Multiply()"]),
    "cat": (lambda _, x: torch.cat([x, x.relu()], 1), ["ReLU()", "Concat()"]),
    "stack": (lambda _, x: torch.stack([x, x.relu()], 1), ["ReLU()", "Stack()"]),
    "chunk": (lambda _, x: x.chunk(2, 1)[1], ["Chunk(2, 1, 1)"]),
    "split": (lambda _, x: torch.split(x, [1, 3], dim=1)[0], ["Split((1, 3), 1, 0)"]),
    "an index": (lambda _, x: x[:, 0], ["Select(1, 0)"]),
    "slices": (lambda _, x: x[:, :, 1:-1, ::2], ["Slice(2, start=1, end=-1)", "Slice(3, step=2)"]),
    "a new dimension": (lambda _, x: x[:, None, ..., 0], ["Unsqueeze(1)", "Select(4, 0)"]),
    "mean": (lambda _, x: x.mean([2, 3]), ["Mean((2, 3))"]),
    "a product": (lambda _, x: x @ x.transpose(-2, -1), ["Transpose(-2, -1)", "MatMul()"]),
    "einsum": (
        lambda _, x: torch.einsum("b c i d, b c j d -> b c i j", x, x.relu()),
        ["ReLU()", "Permute(0, 1, 3, 2)", "MatMul()"],
    ),
    "softmax": (lambda _, x: functional.softmax(x, dim=-1), ["Softmax(dim=-1)"]),
    "attention": (
        lambda _, x: functional.scaled_dot_product_attention(x, x, x),
        ["Transpose(-2, -1)", "MatMul()", "Softmax(dim=-1)", "MatMul()"],
    ),
    "a size twice as large": (lambda _, x: functional.interpolate(x, scale_factor=2), ["Upsample(scale_factor=2)"]),
    "another's size": (
        lambda _, x: functional.interpolate(functional.max_pool2d(x, 2), size=x.shape[2:]),
        ["MaxPool2d(2)", "Interpolate()"],
    ),
    "padding": (lambda _, x: functional.pad(x, (1, 2)), ["ZeroPad2d((1, 2, 0, 0))"]),
    "padding of the channels": (
        lambda _, x: functional.pad(x, (0, 0, 0, 0, 1, 1)),
        ["Unsqueeze(1)", "ZeroPad3d((0, 0, 0, 0, 1, 1))", "Squeeze(dim=1)"],
    ),
    "what changes no shape": (lambda _, x: x.contiguous().float().relu(), ["ReLU()"]),
    "a table that is not learned": (lambda m, x: x + m.table[: x.shape[2], : x.shape[3]].sum(), ['Entrywise("add")']),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_a_layer(name: str):
    """Each function of torch becomes the layer that does the same."""
    function, layers = FUNCTIONS[name]
    assert layers == layers_in(function)


def test_sizes_stay_open():
    """A size that follows from the input's is none in the net, so letters can stand for it."""
    net = net_of(lambda m, x: functional.adaptive_avg_pool2d(m.conv(x), 2).view(x.size(0), -1))
    height, width = Name("H"), Name("W")
    assert measure(net.with_input((4, height, width))).output_shape == (16,)


def test_an_unknown_function_is_measured():
    """A function that no layer is has the shape that came out, and the work that torch counts."""
    net = net_of(lambda m, x: torch.cdist(m.dense(x), m.dense(x)))
    row = measure(net).rows[-1]
    assert (row.type, row.output_shape, row.status) == ("Opaque", (4, 8, 8), "bound")


def test_behind_an_unknown_function_fields_are_a_bound():
    """What an opaque node reads is not known, so no field behind it is exact."""
    report = measure(net_of(lambda m, x: m.conv(x.sort(2)[0])))
    assert "is a function of which nothing is known here" in report.rows[-1].reason


@pytest.mark.parametrize("function", [lambda x: torch.roll(x, 1, 2), lambda x: x.cumsum(2), lambda x: x.flip(3)])
def test_behind_a_function_that_mixes_entries_fields_are_a_bound(function: Callable[[Tensor], Tensor]):
    """It keeps the shape at every size; which entries an output sees, nobody says."""
    report = measure(net_of(lambda m, x: function(m.conv(x))).with_input((4, Name("H"), 8)))
    assert (report.rows[-1].type, report.rows[-1].reason) == ("Mixing", "Mixing may read any entry")


@pytest.mark.parametrize("function", [torch.exp, torch.linalg.matrix_exp, lambda x: torch.roll(x, 1, 2)])
def test_what_only_a_trace_has_is_in_no_file(function: Callable[[Tensor], Tensor]):
    """No reader of files and of source would know it, so neither is written, and the refusal names the layer."""
    net = net_of(lambda m, x: function(m.conv(x)))
    layer = re.escape(repr(net.nodes[-1].layer))
    for write in (dumps, emit, partial(emit, to="keras")):
        with pytest.raises(ShapecalcError, match=layer):
            write(net)


def test_letters_are_refused_at_an_unknown_function():
    """Its output is known for the sizes that were measured, and for no others."""
    net = net_of(lambda m, x: torch.sort(m.conv(x), 2)[0])
    with pytest.raises(ShapeError, match=r'Opaque\("sort"\): nothing is known .* measured for 4x8x8; 4x40x72'):
        measure(net.with_input((4, Name("H"), 8)))


def test_work_that_torch_does_not_count_is_unknown():
    """It is nowhere a number: not of the node, not of a block or a type, not of the net, not of a training step."""
    report = measure(net_of(lambda m, x: torch.linalg.matrix_exp(m.conv(x))))
    assert [row.macs for row in report] == [1024, None]
    assert (report.macs, report.training_macs) == (None, None)
    assert [group.macs for group in report.by_type()] == [1024, None]
    data = json.loads(json.dumps(report.as_dict()))
    assert [data["macs"], *[row["macs"] for row in data["layers"]]] == [None, 1024, None]


def test_work_that_torch_does_not_count_is_said():
    """The table has a question mark, the explanation words, and a warning says what the others add up to."""
    net = net_of(lambda m, x: torch.linalg.matrix_exp(m.conv(x)))
    report = measure(net)
    assert "MACs        ? (multiply" in str(report)
    assert "  the work is not known" in str(explain(net))
    assert report.warnings()[-1] == "opaque1: its work is not known; the other layers take 1,024 MACs"


def test_work_that_is_not_known_is_no_key_of_a_count():
    """What other tools count is said to be not tried."""
    count = count_work(measure(net_of(lambda m, x: torch.linalg.matrix_exp(m.conv(x)))), "torch")
    assert (count.as_dict()["macs"], count.layers[-1].remark) == (None, "not tried")


def test_work_of_an_unknown_function_is_torchs():
    """A product that no layer here is counts as torch counts it."""
    net = net_of(lambda _, x: torch.einsum("bchw,bdhw->bcd", x, x))
    assert (repr(net.nodes[-1].layer), measure(net).macs) == ('Opaque("einsum")', 4 * 4 * 64)


def test_a_module_that_depends_on_the_size_takes_one_size():
    """Where other layers run at other sizes, the net is that of the traced size, and its domain says so."""
    net = net_of(lambda m, x: m.conv(x) if x.shape[2] < 10 else x.relu())
    assert str(measure(net.with_input((4, Name("H"), Name("W")))).domain).startswith("legal for H = 8 and W = 8")


def test_a_module_that_checks_its_size_takes_one_size():
    """The module refuses other sizes where its layers would not."""

    def checked(module: Any, image: Tensor) -> Tensor:
        assert image.shape[2:] == (8, 8), "the image must be 8x8"
        return module.conv(image)

    assert [node.name for node in net_of(checked).nodes] == ["input_size", "conv"]


def test_parameters_that_forward_does_not_read_are_named():
    """They are not in the net, and its remarks say so."""
    (remark,) = net_of(lambda m, x: m.conv(x)).remarks
    assert remark == (
        "the forward of this module does not read dense.bias, dense.weight, scale and 1 more, "
        "so the net does not have them"
    )


def test_weights_have_the_names_of_the_state():
    """Each weight of the net is in the module's state under its name."""
    module = Forward(lambda m, x: m.dense(m.scale * m.conv(x)) + m.token)
    rows = measure(trace(module, IMAGE))
    names = {
        row.name if row.type == "Parameter" else f"{row.name}.{key}": shape
        for row in rows
        for key, shape in row.weights.items()
    }
    assert names == {name: tuple(tensor.shape) for name, tensor in module.named_parameters()}


def test_a_layer_that_runs_twice_shares_its_weights():
    """The second node has the weights of the first."""
    nodes = net_of(lambda m, x: m.conv(m.conv(x))).nodes
    assert (nodes[0].name, nodes[1].share) == ("conv", "conv")


def test_the_module_stays_as_it_is():
    """Tracing changes neither weights nor statistics nor gradients, and runs nothing on the module itself."""
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)).train()
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    trace(module, (3, 8, 8))
    assert all(torch.equal(tensor, before[name]) for name, tensor in module.state_dict().items())


def test_a_batch_that_is_mixed_is_refused():
    """A net says what happens to one input; what mixes those of a batch is none."""
    with pytest.raises(ShapecalcError, match=r"Forward cannot be a net: sum: it mixes the inputs of a batch\."):
        net_of(lambda _, x: x.sum(0))


def test_a_module_that_does_not_run_is_refused():
    """Torch's reason is in the message."""
    with pytest.raises(ShapecalcError, match=r"Conv2d does not run on 3x8x8: Invalid channel dimensions"):
        trace(nn.Conv2d(4, 4, 1), (3, 8, 8))


def test_the_mode_of_the_module_counts():
    """What only training computes is left out of a module in eval mode."""
    module = Forward(lambda m, x: (m.conv(x), m.dense(x)) if m.training else m.conv(x))
    assert [len(trace(module.train(mode), IMAGE).outputs) for mode in (True, False)] == [2, 1]


def test_embeddings_take_indices():
    """An input that float numbers do not fit is one of integers."""
    net = trace(nn.Sequential(nn.Embedding(10, 4), nn.Linear(4, 2)), (7,))
    assert measure(net).output_shape == (7, 2)


def test_several_inputs_have_the_names_of_forward():
    """The inputs of a net are called as the arguments of forward are."""

    class Both(nn.Module):
        def forward(self, left: Tensor, right: Tensor) -> Tensor:
            return left + right

    assert dict(trace(Both(), (4, 8), (4, 8)).inputs) == {"left": (4, 8), "right": (4, 8)}


@pytest.mark.parametrize("name", REGISTRY)
def test_every_layer_comes_back(name: str):
    """The trace of a built layer is the layer."""
    net = sample(name)
    back = trace(build(net, device="meta").eval(), *net.inputs.values())
    assert structure(net) == structure(back)


#: Nets of the zoo that are tried each time; the others are many.
ZOO = ("resnet18", "vit_b_16", "unet")


@pytest.mark.parametrize(
    "name", [*ZOO, *[pytest.param(name, marks=pytest.mark.deep) for name in zoo.names() if name not in ZOO]]
)
def test_a_net_of_the_zoo_comes_back(name: str):
    """The trace of a built net is the net: shapes, weights by name, edges and order."""
    net = parse(f"zoo:{name}")
    back = trace(build(net, device="meta").eval(), *net.inputs.values())
    assert structure(net) == structure(back)


@examples(15, deep=3_000)
@given(chains() | branching())
def test_a_random_net_comes_back(steps: list[Step]):
    """The trace of a random net is the net, whatever its layers and branches."""
    nodes = [
        Node(f"n{number}", layer_of(case), tuple([f"n{read}" for read in reads]))
        for number, (case, reads) in enumerate(steps, 1)
    ]
    net = Net({"n0": (4, 12, 11)}, tuple(nodes))
    try:
        module = build(net, device="meta").eval()
        module(torch.zeros(3, 4, 12, 11, device="meta"))
    except (ShapecalcError, RuntimeError, ValueError):
        assume(False)  # refused by the engine, or by torch
    assert structure(net) == structure(trace(module, (4, 12, 11)))
