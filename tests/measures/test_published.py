"""Whole networks against the numbers that their authors, libraries and surveys publish."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shapecalc import Net, layers
from shapecalc.formats import parse
from shapecalc.measures import measure
from tests import nets
from tests.narrow import integer
from tests.nets.parts import conv, until

DATA = Path(__file__).parents[1] / "data"


def table(name: str) -> list[dict[str, Any]]:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


#: Each model of the table with its net.
MODELS = {
    "torchvision alexnet": lambda: parse("zoo:alexnet"),
    "torchvision densenet121": lambda: parse("zoo:densenet121"),
    "torchvision googlenet": lambda: parse("zoo:googlenet_no_aux"),
    "torchvision inception_v3": lambda: parse("zoo:inception_v3_no_aux"),
    "torchvision mobilenet_v2": lambda: parse("zoo:mobilenet_v2"),
    "torchvision resnet18": lambda: parse("zoo:resnet18"),
    "torchvision resnet50": lambda: parse("zoo:resnet50"),
    "torchvision squeezenet1_0": lambda: parse("zoo:squeezenet1_0"),
    "torchvision vgg11": lambda: parse("zoo:vgg11"),
    "torchvision vgg16": lambda: parse("zoo:vgg16"),
    "torchvision vgg16_bn": lambda: parse("zoo:vgg16_bn"),
    "lenet5_original": lambda: parse("zoo:lenet5_1998"),
    "lenet5_modern (dense C3, plain pooling, 32x32)": lambda: parse("zoo:lenet5"),
    "nin_cifar10": lambda: parse("zoo:nin"),
    "nin_d2l (1 channel, 10 classes, 224)": nets.nin_d2l,
    "alexnet single column 227 (CS231n/learnopencv)": lambda: parse("zoo:alexnet_227"),
    "alexnet 2012 grouped 227": lambda: parse("zoo:alexnet_2012"),
    "fcn_vgg16": lambda: parse("zoo:fcn32s"),
    "unet_original (572, 1->2)": lambda: parse("zoo:unet"),
    "unet (1->1)": lambda: parse("zoo:unet").replacing("output", layers.Conv2d(64, 1, 1)),
    "capsnet_mnist": lambda: parse("zoo:capsnet"),
    "capsnet_paper_baseline_cnn": lambda: nets.capsnet_baseline("same"),
    "dcgan_generator": lambda: parse("zoo:dcgan_generator"),
    "dcgan_discriminator": lambda: parse("zoo:dcgan_discriminator"),
    "patchgan_70 (6 in channels)": lambda: parse("zoo:patchgan70"),
    "fastbook simple_cnn": nets.fastbook,
    "keras ResNet50 (6 classes, 64x64)": nets.keras_resnet50,
}


def lenet_connected() -> Net:
    """LeNet-5 of 1998 with a weight for each of the four inputs of a subsampling: as many as it has connections."""
    net = parse("zoo:lenet5_1998")
    for name, maps in (("s2", 6), ("s4", 16)):
        net = net.replacing(f"{name}.pool1", layers.Identity())
        net = net.replacing(f"{name}.conv1", layers.Conv2d(maps, maps, 2, stride=2, groups=maps))
    return net


def convolutions(net: Any) -> int:
    """How many layers U-Net's paper counts: convolutions of both kinds."""
    return sum(row.type in ("Conv2d", "ConvTranspose2d") for row in measure(net))


def connections(net: Any) -> int:
    """LeCun's connections: one for each multiplication, and one for each bias at each place."""
    report: Any = measure(net)
    return report.macs + sum(row.macs and _places(row) for row in report if "bias" in row.weights)


def _places(row: Any) -> int:
    (channels, *axes) = row.output_shape
    for size in axes:
        channels *= size
    return channels


def kept(report: Any) -> int:
    """What Keras calls the non-trainable parameters: running means and variances."""
    per_row = [(row.weights, row.buffers) for row in report if "running_mean" in row.buffers]
    return sum(buffers["running_mean"][0] + buffers["running_var"][0] for _, buffers in per_row)


#: What the engine says of each number that the table may print of a model.
READINGS = {
    "input": lambda net: list(net.inputs["input"]),
    "parameters": lambda net: measure(net).parameters,
    "params": lambda net: measure(net).trainable,
    "macs": lambda net: measure(net).macs,
    "macs_exact": lambda net: measure(net).macs,
    "output": lambda net: list(measure(net).output_shape[1:]),
    "layers": convolutions,
    "trainable": lambda net: measure(net).trainable,
    "non_trainable": lambda net: kept(measure(net)),
    "params_millions": lambda net: integer(measure(net).trainable) / 1e6,
    "max_stride": lambda net: measure(net)["score"].fields[0].jump,
}

#: Numbers that a model's own entry cannot give, because the paper counts on another net.
SPECIAL = {
    ("torchvision inception_v3", "parameters"): lambda: measure(parse("zoo:inception_v3")).parameters,
    ("lenet5_original", "connections"): lambda: connections(lenet_connected()),
    ("capsnet_mnist", "params_without_decoder_millions"): lambda: (
        integer(measure(until(parse("zoo:capsnet"), "classes")).parameters) / 1e6
    ),
    # Keras counts running means and variances among the parameters
    ("keras ResNet50 (6 classes, 64x64)", "params"): lambda: (
        measure(nets.keras_resnet50()).trainable + kept(measure(nets.keras_resnet50()))
    ),
}

WORDS = {"model", "source", "note"}

MODEL_NUMBERS = [
    pytest.param(row["model"], key, row[key], id=f"{row['model']}: {key}")
    for row in table("reference_models")
    for key in sorted(row.keys() - WORDS)  # in one order, for tests that run in parallel
]


@pytest.mark.parametrize(("model", "key", "published"), MODEL_NUMBERS)
def test_a_model_has_its_published_number(model: str, key: str, published: Any) -> None:
    """A whole network has the parameters, work, shape and depth that were published."""
    special = SPECIAL.get((model, key))
    found = special() if special else READINGS[key](MODELS[model]())
    assert published == (pytest.approx(found, abs=0.5 if published > 100 else 0.05) if "millions" in key else found)


def test_every_model_of_the_table_is_measured() -> None:
    """No model of the table is left out."""
    assert MODELS.keys() == {row["model"] for row in table("reference_models")}


def fcn_alexnet() -> Net:
    """FCN-AlexNet: the dense layers of AlexNet as windows, and 21 classes."""
    head = (conv(4096, 6), layers.ReLU(), conv(4096, 1), layers.ReLU(), conv(21, 1))
    return until(parse("zoo:alexnet_2012"), "pool5", *head)


#: The networks of the receptive fields' table, by model; the size is that of the image where the table gives one.
FIELDS: dict[str, Callable[..., Net]] = {
    "alexnet_v2": nets.alexnet_v2_slim,
    "vgg_16": lambda size=224: until(parse("zoo:vgg16", input_shape=(3, size, size)), "features.30"),
    "resnet_v1_50": lambda size=224: nets.slim_resnet_v1(50, size),
    "resnet_v1_101": lambda: nets.slim_resnet_v1(101),
    "resnet_v1_152": lambda: nets.slim_resnet_v1(152),
    "resnet_v1_200": lambda: nets.slim_resnet_v1(200),
    "mobilenet_v1": nets.mobilenet_v1_slim,
    "mobilenet_v1_075": lambda: nets.mobilenet_v1_slim(width=0.75),
    "inception_v2": nets.inception_v2_slim,
    "inception_v3": nets.inception_v3_slim,
    "inception_v4": nets.inception_v4_slim,
    "inception_resnet_v2": nets.inception_resnet_v2_slim,
    "yu_koltun_context_module": nets.context_module,
    "FCN-AlexNet": fcn_alexnet,
    "FCN-VGG16": lambda: parse("zoo:fcn32s"),
    "FCN-GoogLeNet": lambda: until(parse("zoo:googlenet_2014"), "inception5b.concat1", conv(21, 7)),
    "patchgan_16": lambda: parse("zoo:patchgan16"),
    "patchgan_70": lambda: parse("zoo:patchgan70"),
    "patchgan_286": lambda: parse("zoo:patchgan286"),
    "pixelgan_1": lambda: parse("zoo:pixelgan"),
    "wavenet_block": lambda: parse("zoo:wavenet"),
    "tcn": nets.tcn,
    "torchvision_resnet50": lambda: parse("zoo:resnet50"),
}


#: Where the table is wrong: windows of 4 see 16 pixels only with strides 2, 1, 1, and that is what pix2pix's code has
#: (n_layers=1); a stride of 4, as two strided convolutions would give, goes with 22 pixels.
ERRATA = {("patchgan_16", "effective_stride"): 2}


#: What the table calls nodes of the zoo; each convolution of VGG-16 has a ReLU behind it.
NODES = {
    **{
        f"conv{stage}_{number + 1}": f"features.{start + 2 * number}"
        for stage, start in enumerate((0, 5, 10, 17, 24), 1)
        for number in range(3)
    },
    **{f"pool{stage}": f"features.{place}" for stage, place in enumerate((4, 9, 16, 23, 30), 1)},
    "layer3": "layer3.5.relu3",
    "layer4": "layer4.2.relu3",
}


def node_of(end_point: str, net: Net) -> str:
    """The node that the table calls ``end_point``: its last part, or the net's last node where it is a description."""
    described = end_point.startswith(("final", "dilations", "k="))
    named = end_point.rpartition("/")[2].partition(" ")[0]
    known = {node.name for node in net.nodes}
    return net.outputs[0] if described else named if named in known else NODES[named]


def field_rows() -> list[Any]:
    """The table's rows; the sizes of google-research's rows follow from how often a row has come before."""
    seen: Counter[tuple[str, str]] = Counter()
    cases = []
    for row in table("receptive_fields"):
        key = (row["model"], row["end_point"])
        sized = "RECEPTIVE_FIELD_TABLE" in row["source"]
        size = (224, 224, 321)[seen[key]] if sized else None
        seen[key] += sized
        cases.append(pytest.param(row, size, id=f"{row['model']} {row['end_point']} {size or ''}".strip()))
    return cases


@pytest.mark.parametrize(("row", "size"), field_rows())
def test_a_receptive_field_has_its_published_size(row: dict[str, Any], size: int | None) -> None:
    """Size, stride and padding of a receptive field are those that were published."""
    net = FIELDS[row["model"]](*([size] if size else []))
    measured = measure(net)[node_of(row["end_point"], net)]
    found = [(axis.size, axis.jump, -axis.start, axis.bound) for axis in measured.fields]
    stride = ERRATA.get((row["model"], "effective_stride"), row["effective_stride"])
    published = (row["rf"], stride, row.get("effective_padding", found[0][2]), "")
    assert [published] * len(found) == found


def test_fcn_alexnet_has_the_parameters_of_its_table() -> None:
    """FCN-AlexNet's row says 57 million parameters."""
    assert round(integer(measure(fcn_alexnet()).parameters) / 1e6) == 57
