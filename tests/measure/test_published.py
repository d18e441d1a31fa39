"""Whole networks against the numbers that their authors, libraries and surveys publish."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from shapecalc import Net, layers, zoo
from tests import nets

DATA = Path(__file__).parents[1] / "data"


def table(name: str) -> list[dict[str, Any]]:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


#: Each model of the table with its net.
MODELS = {
    "torchvision alexnet": nets.alexnet,
    "torchvision densenet121": nets.densenet121,
    "torchvision googlenet": nets.googlenet,
    "torchvision inception_v3": nets.inception_v3,
    "torchvision mobilenet_v2": nets.mobilenet_v2,
    "torchvision resnet18": nets.resnet18,
    "torchvision resnet50": nets.resnet50,
    "torchvision squeezenet1_0": nets.squeezenet1_0,
    "torchvision vgg11": lambda: nets.vgg(11),
    "torchvision vgg16": lambda: nets.vgg(16),
    "torchvision vgg16_bn": lambda: nets.vgg(16, bn=True),
    "lenet5_original": nets.lenet5_1998,
    "lenet5_modern (dense C3, plain pooling, 32x32)": nets.lenet5,
    "nin_cifar10": nets.nin_cifar,
    "nin_d2l (1 channel, 10 classes, 224)": nets.nin_d2l,
    "alexnet single column 227 (CS231n/learnopencv)": nets.alexnet_227,
    "alexnet 2012 grouped 227": lambda: nets.alexnet_227(2),
    "fcn_vgg16": lambda: zoo.read("fcn32s"),
    "unet_original (572, 1->2)": lambda: zoo.read("unet"),
    "unet (1->1)": lambda: zoo.read("unet").replacing("output", layers.Conv2d(64, 1, 1)),
    "capsnet_mnist": lambda: zoo.read("capsnet"),
    "capsnet_paper_baseline_cnn": lambda: nets.capsnet_baseline("same"),
    "dcgan_generator": lambda: zoo.read("dcgan_generator"),
    "dcgan_discriminator": lambda: zoo.read("dcgan_discriminator"),
    "patchgan_70 (6 in channels)": lambda: zoo.read("patchgan70"),
    "fastbook simple_cnn": nets.fastbook,
    "keras ResNet50 (6 classes, 64x64)": nets.keras_resnet50,
}


def inception_v3_with_auxiliary() -> int:
    return nets.inception_v3(auxiliary=True).measure().parameters


def convolutions(net: Any) -> int:
    """How many layers U-Net's paper counts: convolutions of both kinds."""
    return sum(row.type in ("Conv2d", "ConvTranspose2d") for row in net.measure())


def connections(net: Any) -> int:
    """LeCun's connections: one for each multiplication, and one for each bias at each place."""
    report = net.measure()
    return report.macs + sum(row.macs and _places(row) for row in report if "bias" in row.weights)


def _places(row: Any) -> int:
    (channels, *axes) = row.output_shape
    for size in axes:
        channels *= size
    return channels


def up_to(net: Any, name: str) -> int:
    """The parameters of one node and what it depends on."""
    return Net(net.inputs, tuple(net.ancestors(name))[::-1], (name,)).measure().parameters


def kept(report: Any) -> int:
    """What Keras calls the non-trainable parameters: running means and variances."""
    per_row = [(row.weights, row.buffers) for row in report if "running_mean" in row.buffers]
    return sum(buffers["running_mean"][0] + buffers["running_var"][0] for _, buffers in per_row)


#: What the engine says of each number that the table may print of a model.
READINGS = {
    "input": lambda net: list(net.inputs["input"]),
    "parameters": lambda net: net.measure().parameters,
    "params": lambda net: net.measure().trainable,
    "macs": lambda net: net.measure().macs,
    "macs_exact": lambda net: net.measure().macs,
    "output": lambda net: list(net.measure().output_shape[1:]),
    "layers": convolutions,
    "trainable": lambda net: net.measure().trainable,
    "non_trainable": lambda net: kept(net.measure()),
    "params_millions": lambda net: net.measure().trainable / 1e6,
    "max_stride": lambda net: net.measure()["score"].fields[0].jump,
}

#: Numbers that a model's own entry cannot give, because the paper counts on another net.
SPECIAL = {
    ("torchvision inception_v3", "parameters"): inception_v3_with_auxiliary,
    ("lenet5_original", "connections"): lambda: connections(nets.lenet5_1998(one_coefficient=False)),
    ("capsnet_mnist", "params_without_decoder_millions"): lambda: up_to(zoo.read("capsnet"), "classes") / 1e6,
    # Keras counts running means and variances among the parameters
    ("keras ResNet50 (6 classes, 64x64)", "params"): lambda: (
        nets.keras_resnet50().measure().trainable + kept(nets.keras_resnet50().measure())
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


#: The networks of the receptive fields' table, by model; the size is that of the image where the table gives one.
FIELDS = {
    "alexnet_v2": nets.alexnet_v2_slim,
    "vgg_16": lambda size=224: nets.vgg(16, size=size, classifier=False),
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
    "FCN-AlexNet": lambda: nets.alexnet_227(2, fully_convolutional=True),
    "FCN-VGG16": lambda: zoo.read("fcn32s"),
    "FCN-GoogLeNet": lambda: nets.googlenet(torchvision=False),
    "patchgan_16": lambda: zoo.read("patchgan16"),
    "patchgan_70": lambda: zoo.read("patchgan70"),
    "patchgan_286": lambda: zoo.read("patchgan286"),
    "pixelgan_1": lambda: zoo.read("pixelgan"),
    "wavenet_block": lambda: zoo.read("wavenet"),
    "tcn": nets.tcn,
    "torchvision_resnet50": nets.resnet50,
}


#: Where the table is wrong: windows of 4 see 16 pixels only with strides 2, 1, 1, and that is what pix2pix's code has
#: (n_layers=1); a stride of 4, as two strided convolutions would give, goes with 22 pixels.
ERRATA = {("patchgan_16", "effective_stride"): 2}


def node_of(end_point: str, last: str) -> str:
    """The node that the table calls ``end_point``: its last part, or the net's last node where it is a description."""
    described = end_point.startswith(("final", "dilations", "k="))
    return last if described else end_point.rpartition("/")[2].partition(" ")[0]


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
    measured = net.measure()[node_of(row["end_point"], net.outputs[0])]
    found = [(axis.size, axis.jump, -axis.start, axis.bound) for axis in measured.fields]
    stride = ERRATA.get((row["model"], "effective_stride"), row["effective_stride"])
    published = (row["rf"], stride, row.get("effective_padding", found[0][2]), "")
    assert [published] * len(found) == found


def test_fcn_alexnet_has_the_parameters_of_its_table() -> None:
    """FCN-AlexNet's row says 57 million parameters."""
    assert round(nets.alexnet_227(2, fully_convolutional=True).measure().parameters / 1e6) == 57
