"""Nets of the zoo whose output is a map or a sequence, and capsules: their sizes, and which sizes they take."""

from __future__ import annotations

from typing import Any

import pytest

from shapecalc import Net, ShapecalcError, closed_form
from shapecalc.formats import parse
from shapecalc.layers import shape_text
from shapecalc.measures import measure
from tests.narrow import integer

#: For every input HxW: what comes out, and what is asked of H (and likewise of W).
FORMS = {
    "fcn32s": ("21xHxW", "H ≥ 1"),
    "unet": ("2x(16·⌊(H + 4)/16⌋ − 188)x(16·⌊(W + 4)/16⌋ − 188)", "H ≥ 188"),
    "unet_bn": ("1xHxW", "H ≡ 0 (mod 16)"),
    "retinanet_resnet50_fpn": ("819x(⌊(H − 1)/8⌋ + 1)x(⌊(W − 1)/8⌋ + 1)", "H ≥ 1"),
    "dcgan_generator": ("3x(16H + 48)x(16W + 48)", "H ≥ 1"),
    "dcgan_discriminator": ("1x(⌊H/16⌋ − 3)x(⌊W/16⌋ − 3)", "H ≥ 64"),
    "pixelgan": ("1xHxW", "H ≥ 1"),
    "patchgan16": ("1x(⌊H/2⌋ − 2)x(⌊W/2⌋ − 2)", "H ≥ 6"),
    "patchgan70": ("1x(⌊H/8⌋ − 2)x(⌊W/8⌋ − 2)", "H ≥ 24"),
    "patchgan286": ("1x(⌊H/32⌋ − 2)x(⌊W/32⌋ − 2)", "H ≥ 96"),
}


@pytest.mark.parametrize(("name", "output", "asked"), [(name, *form) for name, form in FORMS.items()])
def test_what_comes_out_of_every_size(name: str, output: str, asked: str) -> None:
    """The output as a formula, and the sizes that are taken."""
    channels = parse(f"zoo:{name}").inputs["input"][0]
    form = closed_form(parse(f"zoo:{name}", input_shape=f"{channels}xHxW"))
    legal = str(form.domain).splitlines()[0].partition(":")[0]
    assert (shape_text(form.output_shape), legal) == (output, f"legal for {asked} and {asked.replace('H', 'W')}")


def sizes(net: Net, *names: str) -> list[tuple[Any, ...]]:
    report = measure(net)
    return [report[name].output_shape for name in names]


def test_u_net_has_the_sizes_of_its_figure() -> None:
    """Figure 1 of the paper: 572 becomes 28 at the bottom, the skips are cropped, and 388 comes out."""
    net = parse("zoo:unet")
    found = sizes(net, "bottom.relu2", "up4.skip.0.crop1", "up3.skip.0.crop1", "up1.skip.0.crop1", "output")
    assert found == [(1024, 28, 28), (512, 56, 56), (256, 104, 104), (64, 392, 392), (2, 388, 388)]


@pytest.mark.parametrize("size", [187, 1])
def test_u_net_refuses_what_is_too_small(size: int) -> None:
    """Below 188 nothing is left for its unpadded convolutions."""
    with pytest.raises(ShapecalcError):
        measure(parse("zoo:unet", input_shape=(1, size, size)))


@pytest.mark.parametrize("size", [1, 31, 32, 33, 100, 511])
def test_fcn_32s_labels_every_pixel(size: int) -> None:
    """Padding by 100 and cropping from 19 on give a label for each pixel of an image of any size."""
    assert measure(parse("zoo:fcn32s", input_shape=(3, size, size + 1))).output_shape == (21, size, size + 1)


@pytest.mark.parametrize("size", [1, 7, 64, 127, 129, 300])
def test_retinanet_takes_every_size(size: int) -> None:
    """P3 to P7 are 1/8 to 1/128 of the image, rounded up, and every position has 9 boxes of 91 classes."""
    net = parse("zoo:retinanet_resnet50_fpn", input_shape=(3, size, 40))
    levels = [-(-size // stride) for stride in (8, 16, 32, 64, 128)]
    classes = [(819, level, -(-40 // stride)) for level, stride in zip(levels, (8, 16, 32, 64, 128), strict=True)]
    boxes = [(36, *sizes) for _, *sizes in classes]
    assert sizes(net, *net.outputs) == classes + boxes


def test_retinanets_heads_share_their_weights() -> None:
    """The heads have weights at P3, torchvision's numbers of them, and the four other levels use those."""
    report = measure(parse("zoo:retinanet_resnet50_fpn"))
    first = ("head.classification_head.", *(f"classes{level}." for level in range(4, 8)))
    heads = [*first, "head.regression_head.", *(f"boxes{level}." for level in range(4, 8))]
    held = [sum(row.parameters for row in report if row.name.startswith(head)) for head in heads]
    assert held == [4_248_115, 0, 0, 0, 0, 2_443_300, 0, 0, 0, 0]


def test_capsnet_has_its_two_published_sizes() -> None:
    """8.2 million parameters with the decoder and 6.8 million without."""
    net = parse("zoo:capsnet")
    bare = Net(net.inputs, tuple(reversed([*net.ancestors("classes")])), ("classes",))
    assert [measure(one).parameters for one in (net, bare)] == [8_215_568, 6_804_224]


def test_a_capsule_layer_is_its_own_weights_and_routing() -> None:
    """1152 by 10 matrices of 8 by 16; three sums of the votes and two comparisons with them."""
    row = measure(parse("zoo:capsnet"))["digits"]
    votes = 1152 * 10 * 16
    assert (row.parameters, row.macs) == (votes * 8, votes * 8 + 5 * votes)


def test_the_tcn_has_the_size_and_the_field_of_its_paper() -> None:
    """70K parameters with its weight normalisation, one number for each kernel; 1 + 2(k − 1)(2ⁿ − 1) steps are seen."""
    report = measure(parse("zoo:tcn"))
    windows = [row.layer.values for row in report if row.type == "Conv1d"]
    kernels = sum(int(values["out_channels"]) for values in windows if values["kernel_size"] == (7,))
    assert (kernels, round(integer(report.parameters) + kernels, -4)) == (400, 70_000)
    assert report["output"].fields[0].size == 1 + 2 * 6 * 255


def test_a_wavenet_stack_sees_1024_steps_and_none_ahead() -> None:
    """Ten gated units with dilations 1 to 512: the last output sees itself and 1023 steps before it."""
    (field,) = measure(parse("zoo:wavenet"))["output"].fields
    assert (field.size, field.interval(4000)) == (1024, (2977, 4000))
