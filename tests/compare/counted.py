"""What the counters of work are tried on: one net for each class of layer, layers with other arguments, whole nets."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import shapecalc
from shapecalc import Builder, Net, Node
from shapecalc.compare.counters import count_work
from shapecalc.formats import parse
from shapecalc.layers import REGISTRY, Linear, MultiheadAttention
from tests import nets
from tests.pytorch.samples import SAMPLES, sample

#: Layers with other arguments than the samples', each with its input.
SPECS = (
    ("Conv1d(4, 6, 3, padding='causal')", "4x8"),
    ("Conv2d(4, 6, 3, padding='same')", "4x8x8"),
    ("Conv2d(4, 6, 3, padding='valid')", "4x8x8"),
    ("Conv2d(4, 6, 3, padding='same', padding_mode='circular')", "4x8x8"),
    ("Conv2d(4, 6, 3, stride=2, padding='tf_same')", "4x8x8"),
    ("Conv2d(4, 6, 3, padding=1, padding_mode='reflect')", "4x8x8"),
    ("Conv2d(4, 6, 3, dilation=2, bias=False)", "4x8x8"),
    ("Conv2d(4, 8, 3, groups=4)", "4x8x8"),
    ("ConvTranspose2d(4, 6, 3, bias=False)", "4x8x8"),
    ("ConvTranspose2d(4, 6, 3, 2, 1, 1, groups=2, dilation=2)", "4x8x8"),
    ("ConvTranspose1d(4, 6, 2, 2)", "4x8"),
    ("Linear(8, 3)", "8"),
    ("Linear(8, 3, bias=False)", "5x8"),
    ("Linear(8, 3)", "2x3x5x8"),
    ("BatchNorm1d(4)", "4"),
    ("BatchNorm2d(4, affine=False)", "4x8x8"),
    ("BatchNorm2d(4, bias=False)", "4x8x8"),
    ("BatchNorm2d(4, track_running_stats=False)", "4x8x8"),
    ("BatchNorm2d(4, affine=False, track_running_stats=False)", "4x8x8"),
    ("InstanceNorm2d(4)", "4x8x8"),
    ("InstanceNorm2d(4, track_running_stats=True)", "4x8x8"),
    ("GroupNorm(2, 4, affine=False)", "4x8x8"),
    ("LayerNorm(8, elementwise_affine=False)", "4x8"),
    ("LayerNorm(8, bias=False)", "4x8"),
    ("LocalResponseNorm(3)", "4x8"),
    ("LocalResponseNorm(3)", "4x3x3x3"),
    ("PReLU(4)", "4x8x8"),
    ("Softmax()", "4x8x8"),
    ("Softmax(0)", "4x8x8"),
    ("Softmax(-1)", "4x8x8"),
    ("LogSoftmax(1)", "4x8"),
    ("Softmin(1)", "4x8"),
    ("MaxPool2d(3, 2, 1, dilation=2, ceil_mode=True)", "4x9x9"),
    ("LPPool1d(2, 3)", "4x8"),
    ("AdaptiveAvgPool1d(7)", "4x13"),
    ("AdaptiveAvgPool2d(7)", "4x13x17"),
    ("AdaptiveAvgPool2d((3, None))", "4x8x8"),
    ("AdaptiveAvgPool2d((2, 3))", "1x19x22"),
    ("AdaptiveAvgPool3d((2, 3, 5))", "4x7x8x9"),
    ("Upsample(scale_factor=2)", "4x8"),
    ("Upsample(scale_factor=2)", "4x8x8"),
    ("Upsample(scale_factor=2)", "4x3x3x3"),
    ("Upsample(scale_factor=1.5)", "4x5x5"),
    ("Upsample(scale_factor=(2, 3))", "4x8x8"),
    ("Upsample(scale_factor=(1.5, 2))", "4x8x8"),
    ("Upsample(size=7)", "4x5x5"),
    ("Upsample(size=(7, 9))", "4x5x5"),
    ("Upsample(scale_factor=2, mode='linear')", "4x8"),
    ("Upsample(scale_factor=2, mode='bilinear', align_corners=True)", "4x5x5"),
    ("Upsample(scale_factor=2, mode='bicubic')", "4x5x5"),
    ("Upsample(scale_factor=2, mode='trilinear')", "4x3x3x3"),
    ("Upsample(scale_factor=2, mode='area')", "4x5"),
    ("Upsample(scale_factor=2, mode='area')", "4x5x5"),
    ("Upsample(scale_factor=2, mode='nearest-exact')", "4x5x5"),
    ("UpsamplingNearest2d(scale_factor=2)", "4x5"),
    ("UpsamplingNearest2d(scale_factor=(2, 3))", "4x5x5"),
    ("Interpolate(size=7)", "4x9"),
    ("Interpolate(size=7, mode='area')", "4x9"),
    ("Interpolate(size=7, mode='area')", "4x9x9"),
    ("Interpolate(size=(7, 8), mode='bilinear')", "4x9x9"),
    ("Interpolate(size=7, mode='bicubic')", "4x9x9"),
    ("Crop(size=7)", "4x9x9"),
    ("Capsules(out_capsules=3, out_dim=5, num_iterations=1)", "4x8"),
    ("Capsules(out_capsules=3, out_dim=5, num_iterations=5)", "4x8"),
    ("RNN(4, 6, num_layers=3, bias=False)", "5x4"),
    ("GRU(4, 6, bias=False)", "5x4"),
    ("GRU(4, 6, num_layers=2, bidirectional=True)", "5x4"),
    ("LSTM(4, 6, num_layers=2, bidirectional=True)", "5x4"),
    ("LSTM(4, 6, num_layers=2, bidirectional=True, proj_size=3, batch_first=True)", "5x4"),
    ("LSTM(4, 6, num_layers=3, bias=False, proj_size=2)", "5x4"),
    ("LSTMCell(4, 6, bias=False)", "4"),
    ("MultiheadAttention(8, 2)", "5x8"),
    ("MultiheadAttention(8, 2, batch_first=True)", "5x8"),
    ("MultiheadAttention(8, 2, bias=False)", "5x8"),
    ("MultiheadAttention(8, 2, add_bias_kv=True, add_zero_attn=True)", "5x8"),
    ("TransformerEncoderLayer(8, 2, 16)", "5x8"),
    ("TransformerEncoderLayer(8, 2, 16, batch_first=True)", "5x8"),
    ("TransformerEncoderLayer(8, 2, 16, bias=False, norm_first=True, activation='gelu')", "5x8"),
    ("Embedding(10, 4) LSTM(4, 6) Linear(6, 2)", "5"),
)


def _spec(spec: str, shape: str) -> Net:
    return shapecalc.parse(spec, input_shape=shape)


def other_keys() -> Net:
    """Attention whose keys and values have other sizes than its queries."""
    b = Builder(query=(5, 8), key=(7, 4), value=(7, 6))
    b.add(MultiheadAttention(8, 2, kdim=4, vdim=6), inputs=("query", "key", "value"))
    return b.build()


def shared() -> Net:
    """A dense layer that is used twice with the same weights."""
    dense = Linear(8, 8)
    return Net({"input": (8,)}, (Node("first", dense, ("input",)), Node("second", dense, ("first",), share="first")))


def classifier() -> Net:
    """A two-layer LSTM in both directions over 100 words, and a dense layer for each."""
    return _spec("Embedding(1000, 64) LSTM(64, 128, num_layers=2, bidirectional=True) Linear(256, 10)", "100")


def encoder() -> Net:
    """Two layers of BERT's size over 128 words."""
    return _spec(
        "Embedding(1000, 768) TransformerEncoderLayer(768, 12, 3072) TransformerEncoderLayer(768, 12, 3072)", "128"
    )


LAYERS: dict[str, Callable[[], Net]] = {
    **{name: partial(sample, name) for name in REGISTRY if name in SAMPLES},
    **{f"{spec} on {shape}": partial(_spec, spec, shape) for spec, shape in SPECS},
    "keys and values of other sizes": other_keys,
    "shared weights": shared,
}
WHOLE: dict[str, Callable[[], Net]] = {
    "LSTM classifier": classifier,
    "transformer encoder": encoder,
    "LeNet-5": partial(parse, "zoo:lenet5"),
    "AlexNet": partial(parse, "zoo:alexnet"),
    "AlexNet, two groups": partial(parse, "zoo:alexnet_2012"),
    "VGG-11": partial(parse, "zoo:vgg11"),
    "VGG-16 with norms": partial(parse, "zoo:vgg16_bn"),
    "GoogLeNet": partial(parse, "zoo:googlenet_no_aux"),
    "Inception v3": partial(parse, "zoo:inception_v3_no_aux"),
    "ResNet-18": partial(parse, "zoo:resnet18"),
    "ResNet-50": partial(parse, "zoo:resnet50"),
    "DenseNet-121": partial(parse, "zoo:densenet121"),
    "SqueezeNet": partial(parse, "zoo:squeezenet1_0"),
    "MobileNet v2": partial(parse, "zoo:mobilenet_v2"),
    "U-Net": partial(parse, "zoo:unet"),
    "FCN-32s": partial(parse, "zoo:fcn32s", input_shape="3x224x224"),
    "DCGAN's generator": partial(parse, "zoo:dcgan_generator"),
    "DCGAN's discriminator": partial(parse, "zoo:dcgan_discriminator"),
    "WaveNet": nets.wavenet,
    "TCN": nets.tcn,
    "CapsNet": nets.capsnet,
}
NETS = LAYERS | WHOLE


def prediction(name: str, tool: str) -> Any:
    """What the engine says that a tool prints for a net; None where it says that the tool fails."""
    work = count_work(shapecalc.measure(NETS[name]()), tool)
    return None if work.stops else work.total
