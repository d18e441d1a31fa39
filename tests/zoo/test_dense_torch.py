"""Nets of the zoo whose output is a map or a sequence, and capsules, against torch."""

from __future__ import annotations

import pytest

from shapecalc.formats import parse
from shapecalc.pytorch import verify

#: For each net an input that is as small as it takes, and an odd one.
INPUTS = {
    "fcn32s": ("3x1x1", "3x64x97"),
    "unet": ("1x188x188", "1x203x300"),
    "unet_bn": ("3x16x16", "3x32x48"),
    "unet_bilinear": ("3x16x16", "3x32x48"),
    "crnn": ("1x32x4", "3x47x33"),
    "retinanet_resnet50_fpn": ("3x1x1", "3x225x301"),
    "retinanet_resnet50_fpn_v2": ("3x1x1", "3x225x301"),
    "dcgan_generator": ("100x1x1", "100x2x3"),
    "dcgan_discriminator": ("3x64x64", "3x65x80"),
    "pixelgan": ("6x1x1", "6x7x9"),
    "patchgan16": ("6x6x6", "6x101x77"),
    "patchgan70": ("6x24x24", "6x101x77"),
    "patchgan286": ("6x96x96", "6x101x177"),
    "capsnet": ("1x27x27", "1x27x28"),
    "wavenet": ("32x1", "32x999"),
    "tcn": ("1x1", "1x999"),
}


@pytest.mark.parametrize(("name", "shape"), [(name, shape) for name, shapes in INPUTS.items() for shape in shapes])
def test_a_net_agrees_with_torch(name: str, shape: str) -> None:
    """On the meta device torch gives every shape, parameter and multiply-accumulate, at the edge and off the grid."""
    assert [row for row in verify(parse(f"zoo:{name}", input_shape=shape)).rows if not row.ok] == []
