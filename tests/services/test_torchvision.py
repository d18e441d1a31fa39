"""The nets of the zoo that torchvision has, against torchvision itself."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

import pytest

from shapecalc import measure, parse, zoo
from shapecalc.formats.text.chain import read_layer
from shapecalc.layers import DeformConv2d, StochasticDepth
from shapecalc.layers.core.arguments import REQUIRED
from shapecalc.measures import Report
from shapecalc.measures.parameters import layer_tensors
from tests.narrow import integer
from tests.services.torchvision_beside_cpu import model, models

pytestmark = pytest.mark.service("torchvision")

#: The nets that bear the name of a model of torchvision, and have the names of its weights.
FAMILIES = (
    *("alexnet", "vgg", "googlenet", "inception_v3", "resnet", "squeezenet", "densenet"),
    *("mobilenet_v2", "mobilenet_v3", "mnasnet", "efficientnet", "efficientnet_v2", "regnet"),
    *("shufflenet_v2", "convnext", "vit", "deeplabv3", "retinanet"),
)
#: Their members that torchvision has under no name.
OWN = ("googlenet_no_aux", "googlenet_2014", "inception_v3_no_aux")
NAMES = tuple(name for family in FAMILIES for name in zoo.FILES[family] if name not in OWN)

#: Nets whose published counts are those of another.
COUNTED_AS = {"googlenet": "googlenet_no_aux"}
#: Nets whose published work is that of another.
WORKING_AS = {"inception_v3": "inception_v3_no_aux"}

#: Members of families that torchvision builds and publishes nothing of.
BUILT: dict[str, tuple[str, dict[str, object]]] = {
    "mobilenet_v2(width=0.75)": ("mobilenet_v2", {"width_mult": 0.75}),
    "mobilenet_v2(width=1.4, classes=10)": ("mobilenet_v2", {"width_mult": 1.4, "num_classes": 10}),
    "mobilenet_v3_small(width=0.75)": ("mobilenet_v3_small", {"width_mult": 0.75}),
    "mobilenet_v2(width=0.1)": ("mobilenet_v2", {"width_mult": 0.1}),
    "convnext_tiny(classes=7)": ("convnext_tiny", {"num_classes": 7}),
    "vit_b_32(image=320, classes=7)": ("vit_b_32", {"image_size": 320, "num_classes": 7}),
    "resnet50(groups=8, base=12, classes=7)": ("resnet50", {"groups": 8, "width_per_group": 12, "num_classes": 7}),
}


def tensors(report: Report) -> dict[str, tuple[object, ...]]:
    """The shape of each weight and buffer by its name in the state of the module."""
    rows = [row for row in report if not row.share]
    shapes = [(row, key, shape) for row in rows for key, shape in {**row.weights, **row.buffers}.items()]
    return {row.name if row.type == "Parameter" else f"{row.name}.{key}": shape for row, key, shape in shapes}


def test_every_common_name_is_compared() -> None:
    """No net that both have is left out."""
    assert {*models().list_models()} & {*zoo.names()} == {*NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_net_has_torchvisions_state(name: str) -> None:
    """Weights and buffers have torchvision's names and shapes, so that its weights can be loaded."""
    state = {key: tuple(value.shape) for key, value in model(name).state_dict().items()}
    assert tensors(measure(parse(f"zoo:{name}"))) == state


@pytest.mark.parametrize("name", BUILT)
def test_a_family_has_torchvisions_parameters(name: str) -> None:
    """With other values of its parameters, too."""
    base, arguments = BUILT[name]
    state = {key: tuple(value.shape) for key, value in model(base, **arguments).state_dict().items()}
    assert tensors(measure(parse(f"zoo:{name}"))) == state


@pytest.mark.parametrize("name", ["convnext_tiny", "convnext_base"])
def test_a_block_is_left_out_as_often_as_in_torchvision(name: str) -> None:
    """The chances of stochastic depth are those of the blocks; each has its own."""
    blocks: list[Any] = [module for module in model(name).modules() if hasattr(module, "stochastic_depth")]
    layers = [node.layer for node in parse(f"zoo:{name}").nodes]
    chances = [layer.values["p"] for layer in layers if isinstance(layer, StochasticDepth)]
    assert chances == [block.stochastic_depth.p for block in blocks]


@pytest.mark.parametrize("name", ["efficientnet_b0", "efficientnet_b3", "efficientnet_v2_s"])
def test_a_path_is_left_out_as_often_as_in_torchvision(name: str) -> None:
    """The chances of stochastic depth, which grow along the net, are torchvision's; a block without a skip has none."""
    blocks: list[Any] = [module for module in model(name).modules() if getattr(module, "use_res_connect", False)]
    layers = [node.layer for node in parse(f"zoo:{name}").nodes]
    chances = [layer.values["p"] for layer in layers if isinstance(layer, StochasticDepth)]
    assert chances == [block.stochastic_depth.p for block in blocks]


def test_a_vision_transformer_has_the_published_counts_at_every_size() -> None:
    """Its embedding grows with the image, and its parameters are those of each record of weights."""
    records = [(name, weights) for name in zoo.FILES["vit"] for weights in models().get_model_weights(name)]
    specs = [f"zoo:{name}(image={weights.transforms.keywords['crop_size']})" for name, weights in records]
    counts = [(report.trainable, integer(report.macs)) for report in map(measure, map(parse, specs))]
    assert [(parameters, f"{macs / 1e9:.3f}") for parameters, macs in counts] == [
        (weights.meta["num_params"], f"{weights.meta['_ops']:.3f}") for _, weights in records
    ]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in zoo.FILES["vit"]])
def test_a_net_has_torchvisions_published_counts(name: str) -> None:
    """Parameters and multiply-accumulates, to the last printed digit, are those of the record of the weights."""
    weights = next(iter(models().get_model_weights(name)))
    size = getattr(weights.transforms, "keywords", {}).get("crop_size")  # detectors have none
    shape = (3, size, size) if size else ()
    report, works = (
        measure(parse(f"zoo:{alias.get(name, name)}", input_shape=shape))
        for alias in (COUNTED_AS, COUNTED_AS | WORKING_AS)
    )
    assert (report.trainable, f"{integer(works.macs) / 1e9:.3f}") == (
        weights.meta["num_params"],
        f"{weights.meta['_ops']:.3f}",
    )


def test_a_deformable_convolution_is_torchvisions() -> None:
    """Its arguments, their defaults and its state; what torchvision prints of it reads back."""
    models()  # imported without its operators, which the class does not need to be made
    ops = import_module("torchvision.ops")
    signature = inspect.signature(ops.DeformConv2d)
    assert {name: field.default for name, field in DeformConv2d.fields.items()} == {
        name: REQUIRED if parameter.default is inspect.Parameter.empty else parameter.default
        for name, parameter in signature.parameters.items()
    }
    layer = DeformConv2d(4, 6, (3, 2), (2, 1), (1, 0), (1, 2), 2, bias=False)
    module = ops.DeformConv2d(**layer.values)
    shapes = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}
    assert (shapes, read_layer(repr(module))) == (layer_tensors(layer).weights, layer)
