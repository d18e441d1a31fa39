"""What torch reads of a built net: torch.export, torch.jit.trace and torch.compile take it, and compute the same."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from shapecalc import Builder, Net, layers, parse
from shapecalc.pytorch import build, example_inputs


def residual() -> Net:
    """Branches, and a layer that runs twice."""
    builder = Builder((4, 8, 8))
    conv = layers.Conv2d(4, 4, 3, padding=1)
    first = builder.add(conv)
    second = builder.add(conv)
    builder.add(layers.Add(), inputs=(first, second))
    return builder.build()


def learned() -> Net:
    """A learned tensor that is joined to the input."""
    builder = Builder((5, 8))
    token = builder.add(layers.Parameter(1, 8, batch_dim=True))
    builder.add(layers.Concat(1), inputs=(token, "input"))
    builder.chain(layers.MultiheadAttention(8, 2, batch_first=True), layers.Select(1, 0))
    return builder.build()


def with_head() -> Net:
    """Two outputs, as an auxiliary head gives."""
    builder = Builder((3, 8, 8))
    trunk = builder.add(layers.Conv2d(3, 4, 3))
    main = builder.chain(layers.Flatten(), layers.Linear(144, 5))
    head = builder.add(layers.AdaptiveAvgPool2d(1), inputs=trunk)
    return builder.build(main, head)


#: What a net may consist of.
NETS = {
    "a chain": lambda: parse(
        "Conv2d(3, 4, 3) BatchNorm2d(4) ReLU() MaxPool2d(2) Flatten() LazyLinear(5)", input_shape=(3, 8, 8)
    ),
    "branches and shared weights": residual,
    "capsules": lambda: parse("Capsules(6, 4, 3, 5) CapsuleLength()", input_shape=(4, 6)),
    "a learned tensor": learned,
    "several outputs": with_head,
    "a recurrent layer": lambda: parse("LSTM(4, 6, batch_first=True)", input_shape=(7, 4)),
    "padding that torch lacks": lambda: parse('Conv2d(3, 4, 3, stride=2, padding="tf_same")', input_shape=(3, 9, 8)),
}


def values(output: Tensor | tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return output if isinstance(output, tuple) else (output,)


def built(name: str) -> tuple[nn.Module, tuple[Tensor, ...]]:
    torch.manual_seed(0)
    net = NETS[name]()
    return build(net).eval(), example_inputs(net)


@pytest.mark.filterwarnings("ignore:The tensor attributes self.lstm1._flat_weights:UserWarning")  # of torch's own LSTM
@pytest.mark.parametrize("name", NETS)
def test_torch_exports_a_net(name: str) -> None:
    """The exported program computes what the module computes."""
    module, inputs = built(name)
    program = torch.export.export(module, inputs)
    torch.testing.assert_close(values(program.module()(*inputs)), values(module(*inputs)))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning")
@pytest.mark.parametrize("name", NETS)
def test_torch_traces_a_net(name: str) -> None:
    """The traced function computes what the module computes."""
    module, inputs = built(name)
    # the check would compare attention without its fused form, which torch's tracer switches off, with the fused one
    function = torch.jit.trace(module, inputs, check_trace=False)
    torch.testing.assert_close(values(function(*inputs)), values(module(*inputs)))


@pytest.mark.deep
@pytest.mark.filterwarnings("ignore:Dynamo detected a call:UserWarning")  # of a function that is remembered
@pytest.mark.parametrize("name", NETS)
def test_torch_compiles_a_net(name: str) -> None:
    """The compiler reads the module; its own back ends need a compiler of C++, so that none is used."""
    module, inputs = built(name)
    compiled = torch.compile(module, backend="eager")
    torch.testing.assert_close(values(compiled(*inputs)), values(module(*inputs)))


def test_the_seed_decides_the_weights() -> None:
    """Two nets that are built after the same seed have the same weights."""
    states = [built("a chain")[0].state_dict() for _ in range(2)]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


@pytest.mark.parametrize(
    "spec", ["Conv2d(3, 4, 3)", "Linear(8, 5)", "LSTM(8, 4)", "Embedding(7, 3)", "MultiheadAttention(8, 2)"]
)
def test_weights_begin_as_torchs_do(spec: str) -> None:
    """A layer that is built after a seed has the weights of torch's own layer after that seed."""
    net = parse(
        spec,
        input_shape=(3, 8, 8) if "Conv" in spec else (8,) if "Linear" in spec else (5,) if "Emb" in spec else (5, 8),
    )
    torch.manual_seed(3)
    state = build(net).state_dict()
    torch.manual_seed(3)
    name, _, arguments = spec.rstrip(")").partition("(")
    module = getattr(nn, name)(*map(int, arguments.split(",")))
    assert all(torch.equal(value, state[f"{net.nodes[0].name}.{key}"]) for key, value in module.state_dict().items())
