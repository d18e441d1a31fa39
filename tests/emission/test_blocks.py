"""Blocks as a person would write them: one class for those that differ a little, loops, and numbers by their rule."""

from __future__ import annotations

import re

import pytest

from shapecalc import Builder, emit, layers, parse


def source(name: str) -> str:
    """The source of a net of the zoo."""
    return emit(parse(f"zoo:{name}"))


def classes(name: str) -> list[str]:
    """The names of the classes in it."""
    return re.findall(r"^class (\w+)", source(name), re.MULTILINE)


def test_blocks_with_and_without_a_sum_are_one_class():
    """An inverted residual adds its input where it may."""
    text = source("mobilenet_v2")
    assert classes("mobilenet_v2") == ["ConvBNReLU6", "InvertedResidual", "Net"]
    assert "InvertedResidual(16, 24, stride=2, residual=False)" in text
    assert "InvertedResidual(24, 24)," in text
    assert "        if self.residual:\n            y = y + x\n        return y" in text


def test_what_stands_before_the_sum_alone_is_made_with_it_alone():
    """The dropped branches of EfficientNet."""
    text = source("efficientnet_b0")
    assert '        if residual:\n            self.drop1 = StochasticDepth(p, "row")' in text
    assert "y = self.drop1(y) + x" in text


def test_padding_that_keeps_the_size_is_half_the_window():
    """So that no call says both."""
    assert "padding=kernel_size // 2" in source("mobilenet_v1")
    assert "ConvBNReLU(32, 32, 3, padding" not in source("mobilenet_v1")


def test_a_chain_of_blocks_that_stands_twice_is_a_class():
    """Depthwise and pointwise convolutions, thirteen times."""
    assert classes("mobilenet_v1") == ["ConvBNReLU", "DepthwiseBlock", "Net"]
    assert "nn.Sequential(*[DepthwiseBlock(512, 512) for _ in range(5)])" in source("mobilenet_v1")


def test_rates_that_grow_in_even_steps_are_a_product():
    """Instead of seventeen digits."""
    assert "*[ConvNeXtBlock(384, 0.1 * (6 + i) / 17) for i in range(9)]" in source("convnext_tiny")
    assert "p=0.2 * 2 / 16" in source("efficientnet_b0")


def test_rates_without_a_rule_are_written_out():
    """Three numbers that no even steps join."""
    builder = Builder((8,))
    for rate in (0.123456789, 0.2, 0.31415926):
        builder.chain(layers.Dropout(rate), layers.Linear(8, 8))
    assert "nn.Dropout(0.123456789)" in emit(builder.build())


def test_numbers_that_double_are_powers():
    """Dilations, in a list and in a chain."""
    assert "nn.ModuleList([ResidualBlock(dilation=2**i) for i in range(10)])" in source("wavenet")
    assert "*[ResidualBlock(25, dilation=2 ** (i + 1)) for i in range(7)]" in source("tcn")


def test_the_last_block_of_a_stack_is_like_the_others():
    """Nobody reads its second value."""
    text = source("wavenet")
    assert "ResidualBlock2" not in text
    assert "skip10, _ = self.stack[9](x)" in text


def test_crops_are_cut_to_what_they_are_joined_with():
    """So that the four steps up of a U-Net are one class."""
    assert classes("unet") == ["ConvBlock", "Up", "Net"]
    assert "skip = center_crop(skip, x)" in source("unet")


def test_named_blocks_that_are_numbered_are_a_loop():
    """The first differs, as in each stage of RegNet."""
    text = re.sub(r"\s+", " ", source("regnet_y_400mf"))
    assert '**{ f"block4-{i}": Bottleneck(440, 440, 55, 110) for i in range(1, 6) }' in text
    assert "SqueezeExcitation" in classes("regnet_y_400mf")


def test_names_of_values_say_what_they_are():
    """Several values have the names of what gives them, and each its shape."""
    text = source("deeplabv3_resnet50")
    assert "layer3, layer4 = self.backbone(x)  # (N, 1024, 65, 65), (N, 2048, 65, 65)" in text
    assert "ASPP" in classes("deeplabv3_resnet50")
    assert "return fc, aux1, aux2" in source("googlenet")


def test_letters_differ_for_axes_that_are_as_long():
    """A permuted map is H by W, though both are equal at each place."""
    assert "# (N, H, W, in_channels)" in source("convnext_tiny")


@pytest.mark.parametrize("name", ["retinanet_resnet50_fpn_v2", "mobilenet_v3_large", "unet", "inception_v3"])
def test_no_line_is_too_long(name):
    """Comments that do not fit are left out."""
    assert max(map(len, source(name).splitlines())) <= 88
