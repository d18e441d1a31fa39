"""What torch prints, read back: every layer class, random Sequentials, and torchvision's nets."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from shapecalc import SpecError, measure, open_net, parse
from shapecalc.errors import UnknownOrderError
from shapecalc.formats.own_layers import OWN
from shapecalc.formats.printed.leaves import ASSUMED, MISSING
from shapecalc.layers import REGISTRY, Layer
from shapecalc.measures.inventory import take_inventory
from tests.campaigns import examples
from tests.layers.case import Case, layer_of
from tests.layers.strategies import CASES
from tests.layers.torch_side import module_of
from tests.services.torchvision_beside_cpu import model

TORCH = [name for name in REGISTRY if issubclass(getattr(nn, name, object), nn.Module)]
#: What torch leaves out of the print of a layer, where no measure depends on it.
_POOL = ("return_indices",)
LEFT_OUT = {
    **dict.fromkeys(("MaxPool1d", "MaxPool2d", "MaxPool3d"), _POOL),
    **dict.fromkeys(("AdaptiveMaxPool1d", "AdaptiveMaxPool2d", "AdaptiveMaxPool3d"), _POOL),
    "AvgPool1d": ("count_include_pad", "ceil_mode"),
    **dict.fromkeys(("AvgPool2d", "AvgPool3d"), ("count_include_pad", "divisor_override", "ceil_mode")),
    "Upsample": ("align_corners", "recompute_scale_factor"),
    "RNN": ("nonlinearity",),
    **dict.fromkeys(("Hardswish", "Hardsigmoid"), ("inplace",)),
    "PReLU": ("init",),
    "EmbeddingBag": ("max_norm", "norm_type", "scale_grad_by_freq", "sparse", "include_last_offset"),
}


def made(case: Case) -> nn.Module | None:
    """Torch's module of a case; None where torch or the engine refuses its arguments."""
    try:
        layer_of(case)
        return module_of(case)
    except Exception:  # noqa: BLE001  whatever torch raises
        return None


def shown(layer: Layer) -> dict[str, Any]:
    """The arguments of a layer that a print shows, but for those that its others make void."""
    without = {*LEFT_OUT.get(type(layer).__name__, ()), *layer.call_arguments}
    values = {name: value for name, value in layer.values.items() if name not in without}
    if values.get("affine", values.get("elementwise_affine")) is False:
        values.pop("bias", None)
    if "stride" in values and values["stride"] is None:
        values["stride"] = values["kernel_size"]
    return values


def differing(left: Layer, right: Layer) -> list[str]:
    """The arguments in which two layers of a class differ, whether one number or one for each axis."""
    pairs, write = (shown(left), shown(right)), {name: field.write for name, field in left.fields.items()}
    return [
        name
        for name in pairs[0] | pairs[1]
        if pairs[0][name] != pairs[1][name] and write[name](pairs[0][name]) != write[name](pairs[1][name])
    ]


@pytest.mark.parametrize("name", [name for name in TORCH if name not in MISSING])
def test_every_layer_is_read_back(name: str):
    """With all arguments that torch prints."""

    @examples(8, deep=150)
    @given(CASES[name])
    def same(case: Case):
        module = made(case)
        if module is None:
            return
        layer = parse(str(nn.Sequential(module))).nodes[0].layer
        assert type(layer) is REGISTRY[name]
        assert differing(layer, layer_of(case)) == []

    same()


def test_every_layer_that_prints_too_little_is_refused():
    """Each by the names of what is missing."""
    modules = {
        "FractionalMaxPool2d": nn.FractionalMaxPool2d(2, output_size=3),
        "FractionalMaxPool3d": nn.FractionalMaxPool3d(2, output_size=3),
        "MultiheadAttention": nn.MultiheadAttention(8, 2),
        "TransformerEncoderLayer": nn.TransformerEncoderLayer(8, 2),
        "TransformerDecoderLayer": nn.TransformerDecoderLayer(8, 2),
    }
    assert {*modules, "Permute"} == set(MISSING)  # torchvision's Permute is tried with its nets
    for name, module in modules.items():
        with pytest.raises(SpecError, match=rf"the print of an? {name} leaves out its {MISSING[name]}"):
            parse(str(nn.Sequential(module)))


def test_our_own_layers_are_none_of_torch():
    """A class of somebody's own may have the name of a layer that torch has not."""
    torchvisions = {"LayerNorm2d", "Permute", "StochasticDepth", "FrozenBatchNorm2d", "DeformConv2d"}
    assert {name for name in REGISTRY if name not in TORCH} - torchvisions == OWN
    for name in OWN:
        with pytest.raises(SpecError, match=f"{name} is no layer of torch"):
            parse(f"Sequential(\n  (0): {name}()\n)")


def test_what_is_assumed_is_said():
    """An average pooling prints no ceil_mode."""
    assert all(ASSUMED[name][0] in LEFT_OUT[name] for name in ASSUMED)
    net = parse(
        str(nn.Sequential(nn.AvgPool2d(2, ceil_mode=True), nn.Sequential(nn.AvgPool2d(3)))), input_shape="1x9x9"
    )
    assert measure(net).warnings() == ("a print leaves out ceil_mode, which is read as False: 0 and 1.0",)


@st.composite
def sequentials(draw: st.DrawFn, depth: int = 0) -> nn.Sequential:
    """A random Sequential of layers that keep the number of channels, numbered or named."""
    layers: list[nn.Module] = [
        draw(
            st.sampled_from(
                (
                    nn.Conv2d(4, 4, draw(st.integers(1, 3)), padding=1, groups=draw(st.sampled_from((1, 2, 4)))),
                    nn.Conv2d(4, 4, (1, 3), padding="same", bias=False, padding_mode="reflect"),
                    nn.BatchNorm2d(4, affine=draw(st.booleans())),
                    nn.GroupNorm(2, 4),
                    nn.ReLU(inplace=draw(st.booleans())),
                    nn.MaxPool2d(2, ceil_mode=draw(st.booleans())),
                    nn.ConvTranspose2d(4, 4, 3, stride=2, padding=1, output_padding=1),
                    nn.Upsample(scale_factor=2, mode="bilinear"),
                    nn.Dropout(0.3),
                )
            )
        )
        if depth == 2 or draw(st.integers(0, 3))
        else draw(sequentials(depth + 1))
        for _ in range(draw(st.integers(1, 4)))
    ]
    if draw(st.booleans()):
        return nn.Sequential(*layers)
    return nn.Sequential(OrderedDict((f"layer_{number}", layer) for number, layer in enumerate(layers)))


@examples(20, deep=400)
@given(sequentials())
def test_a_sequential_is_read_back(module: nn.Sequential):
    """Shapes are those of torch, and each parameter has its name of the state_dict and its shape."""
    report = measure(parse(str(module), input_shape="4x16x16"))
    tensors = {f"{row.name}.{name}": shape for row in report for name, shape in row.weights.items()}
    assert tensors == {name: tuple(tensor.shape) for name, tensor in module.named_parameters()}
    with torch.no_grad():
        assert report.output_shape == tuple(module(torch.zeros(2, 4, 16, 16)).shape[1:])


@pytest.mark.parametrize(
    ("module", "names"),
    [
        (nn.DataParallel(nn.Sequential(nn.ReLU())), ["module.0"]),
        (nn.Sequential(nn.Sequential(), nn.Tanh()), ["1"]),
        (nn.Sequential(nn.LazyConv2d(3, 3), nn.LazyBatchNorm2d(), nn.LazyLinear(3)), ["0", "1", "2"]),
    ],
)
def test_names_are_those_of_a_state_dict(module: nn.Module, names: list[str]):
    """What holds others gives a part of the name."""
    assert [node.name for node in parse(str(module)).nodes] == names


#: torchvision's nets, with how many of their parameters are in tensors that torch does not print.
NETS = {
    "alexnet": 0,
    "resnet18": 0,
    "densenet121": 0,
    "mobilenet_v3_small": 0,
    "efficientnet_b0": 0,
    "convnext_tiny": 6_624,
    "vit_b_16": 768 + 197 * 768,
}


@pytest.mark.service("torchvision")
@pytest.mark.parametrize("name", NETS)
def test_a_net_of_torchvision(name: str):
    """Its order is not known, its parameters are; but for tensors that its own classes hold."""
    module = model(name)
    with pytest.raises(UnknownOrderError, match=rf"in which order {type(module).__name__} calls its layers"):
        open_net(str(module), needs_input=False)
    inventory = take_inventory(str(module))
    assert inventory.parameters + NETS[name] == sum(tensor.numel() for tensor in module.parameters())
    assert {row.name for row in inventory.layers} <= {name for name, _ in module.named_modules()}
    assert [row.name for row in inventory.layers if row.parameters is None] == []
