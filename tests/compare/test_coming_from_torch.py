"""The numbers on the page for those who come from another tool are what the tool gives now."""

from __future__ import annotations

import io
import re
import warnings

import pytest
import torch

import shapecalc
from shapecalc.pytorch import build
from tests.services.torchvision_beside_cpu import declare_operators
from tests.tools.frameworks import keras
from tests.tools.pages import ROOT

PAGE = ROOT / "docs" / "reference" / "coming-from.md"
SPEC = "Conv2d(3, 16, 3) BatchNorm2d ReLU MaxPool2d(2) Flatten LazyLinear(10)"
IMAGE = torch.zeros(1, 3, 32, 32)


def module() -> torch.nn.Module:
    return build(shapecalc.parse(SPEC, input_shape=(3, 32, 32))).eval()


def quoted(heading: str) -> list[str]:
    """The second column of the table under a heading."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\|[^|]+\| ([^|]+) \|", section, re.MULTILINE)[2:]


def test_torchinfo():
    """Counts, bytes and a size of torchinfo's summary."""
    import torchinfo

    summary = torchinfo.summary(module(), input_data=IMAGE, verbose=0)
    size = next(layer.output_size for layer in summary.summary_list if layer.class_name == "Conv2d")
    counts = (summary.total_params, summary.total_mult_adds, summary.total_param_bytes, summary.total_output_bytes)
    assert quoted("torchinfo")[:5] == [*(f"{count:,}" for count in counts), "x".join(map(str, size))]


@pytest.mark.peer("fvcore")
def test_fvcore():
    """Fvcore's total, a module, an operator, what it does not support, and parameters."""
    from fvcore.nn import FlopCountAnalysis, parameter_count

    net = module()
    flops = FlopCountAnalysis(net, IMAGE)
    counts = (flops.total(), max(flops.by_module()[name] for name, _ in net.named_modules() if "conv1" in name))
    assert quoted("fvcore") == [
        *(f"{count:,}" for count in (*counts, flops.by_operator()["batch_norm"])),
        *(f"`{operator}`" for operator in flops.unsupported_ops()),
        f"{parameter_count(net)['']:,}",
    ]


@pytest.mark.peer("thop")
def test_thop():
    """Thop's profile, as numbers and as it formats them."""
    import thop

    counts = thop.profile(module(), (IMAGE,), verbose=False)
    texts = thop.clever_format(counts, "%.3f")
    assert quoted("thop") == [*(f"{count:,.0f}" for count in counts), " and ".join(texts)]


@pytest.mark.peer("ptflops")
def test_ptflops():
    """Ptflops' strings and number."""
    declare_operators()  # ptflops imports torchvision if it is there
    from ptflops import get_model_complexity_info

    options = {"backend": "pytorch", "print_per_layer_stat": False, "ost": io.StringIO()}
    work, parameters = get_model_complexity_info(module(), (3, 32, 32), **options)
    number, _ = get_model_complexity_info(module(), (3, 32, 32), as_strings=False, **options)
    assert quoted("ptflops") == [work, f"{number:,}", parameters]


@pytest.mark.peer("keras")
def test_keras():
    """The shape and the counts of Keras's summary."""
    layers = keras().layers
    convolution = layers.Conv2D(16, 3)
    rest = [layers.BatchNormalization(), layers.ReLU(), layers.MaxPooling2D(2), layers.Flatten(), layers.Dense(10)]
    model = keras().Sequential([keras().Input((32, 32, 3)), convolution, *rest])
    trainable = sum(weight.numpy().size for weight in model.trainable_weights)
    total = model.count_params()
    assert quoted("keras.summary") == [
        ", ".join(map(str, convolution.output.shape)),
        *(f"{count:,}" for count in (total, trainable, total - trainable)),
    ]


@pytest.mark.peer("torchview")
def test_torchview():
    """The layers in torchview's graph, and two of its shapes."""
    from torchview import draw_graph
    from torchview.computation_node import ModuleNode

    graph = draw_graph(module(), input_data=IMAGE, device="cpu")
    nodes = dict.fromkeys(node for edge in graph.edge_list for node in edge if isinstance(node, ModuleNode))
    shapes = {node.name: "x".join(map(str, node.output_shape[0])) for node in nodes}
    assert quoted("torchview") == [", ".join(shapes), shapes["Conv2d"], shapes["Flatten"]]


@pytest.mark.peer("onnx")
def test_onnx(tmp_path):
    """The shapes that inference writes into the file that torch exports, which Netron shows."""
    import onnx

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(module(), (IMAGE,), str(tmp_path / "net.onnx"), dynamo=False)
    graph = onnx.shape_inference.infer_shapes(onnx.load(tmp_path / "net.onnx")).graph
    shapes = ["x".join(str(axis.dim_value) for axis in value.type.tensor_type.shape.dim) for value in graph.value_info]
    text = PAGE.read_text(encoding="utf-8")
    assert list(dict.fromkeys(shapes)) == re.findall(r"(1x\d[x\d]*) after the", text)
