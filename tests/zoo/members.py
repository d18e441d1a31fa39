"""The nets of the zoo as parameters of tests."""

from __future__ import annotations

from typing import Any

import pytest

from shapecalc import zoo

#: Nets that differ from others of their family in nothing but numbers.
REPEATED = {
    *("vgg11", "vgg13", "vgg19", "vgg11_bn", "vgg13_bn", "vgg19_bn", "patchgan16", "patchgan286"),
    *("unet_bn32", "unet_bilinear"),
    *("resnet34", "resnet101", "resnet152", "resnet101_v2", "resnet152_v2"),
    *("resnext101_32x8d", "resnext101_64x4d", "wide_resnet50_2", "wide_resnet101_2"),
    *(f"efficientnet_b{number}" for number in range(1, 8)),
    *("efficientnet_v2_m", "efficientnet_v2_l"),
    *(name for name in zoo.FILES["regnet"] if name not in ("regnet_x_400mf", "regnet_y_400mf")),
    *("shufflenet_v2_x0_5", "shufflenet_v2_x1_5", "shufflenet_v2_x2_0"),
    *("convnext_small", "convnext_base", "convnext_large", "vit_b_16", "vit_l_16", "vit_l_32", "vit_h_14"),
    *("deeplabv3_resnet101", "fcn_resnet50", "fcn_resnet101"),
    *("deeplabv3_mobilenet_v3_large", "lraspp_mobilenet_v3_large"),
    *("densenet161", "densenet169", "densenet201", "mnasnet0_5", "mnasnet0_75", "mnasnet1_3"),
}


def members() -> list[Any]:
    """All names; those of nets that differ in nothing but numbers run with --deep."""
    return [pytest.param(name, marks=[pytest.mark.deep] if name in REPEATED else []) for name in zoo.names()]
