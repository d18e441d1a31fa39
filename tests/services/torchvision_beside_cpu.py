"""torchvision's models beside torch's build for the CPU, to read the shapes of their weights."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

import torch
from torch import nn

#: The operators for which torchvision registers fakes when it is imported. They are declared in its compiled part,
#: which is linked against CUDA and cannot be loaded here; without a schema the registration fails.
OPERATORS = ("nms", "qnms")
SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"

#: Arguments of models that would warn, or fetch weights.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "googlenet": {"init_weights": False},
    "inception_v3": {"init_weights": False},
    "quantized_googlenet": {"init_weights": False},
    "quantized_inception_v3": {"init_weights": False},
    "lraspp_mobilenet_v3_large": {"weights_backbone": None},
    **{
        name: {"weights_backbone": None, "aux_loss": True}
        for name in ("deeplabv3_resnet50", "deeplabv3_resnet101", "fcn_resnet50", "fcn_resnet101")
    },
    "deeplabv3_mobilenet_v3_large": {"weights_backbone": None, "aux_loss": True},
    "retinanet_resnet50_fpn": {"weights_backbone": None},
    "retinanet_resnet50_fpn_v2": {"weights_backbone": None},
}


@cache
def declare_operators() -> None:
    """Let torchvision be imported where its compiled part cannot be loaded; other tools import it too."""
    for operator in OPERATORS:
        torch.library.define(f"torchvision::{operator}", SCHEMA)


def models(family: str = "") -> ModuleType:
    """torchvision.models, or the module of one family, imported without its operators."""
    declare_operators()
    return import_module(f"torchvision.models{family and '.'}{family}")


@cache
def compute_widths_on_the_cpu() -> None:
    """Let RegNets be built on the meta device: they compute their widths with tensors, and read them."""
    parameters = models("regnet").BlockParams
    compute = parameters.from_init_params

    def on_the_cpu(**arguments: Any) -> object:
        with torch.device("cpu"):
            return compute(**arguments)

    parameters.from_init_params = on_the_cpu


def model(name: str, **arguments: object) -> nn.Module:
    """A model of torchvision on the meta device, without weights."""
    compute_widths_on_the_cpu()
    if name == "retinanet_resnet50_fpn":
        return frozen_retinanet()
    with torch.device("meta"):
        return models().get_model(name, weights=None, **ARGUMENTS.get(name, {}), **arguments)


def frozen_retinanet() -> nn.Module:
    """RetinaNet as its weights are published: where weights are loaded, torchvision freezes the backbone's norms."""
    backbones, detector = models("detection.backbone_utils"), models("detection.retinanet")
    pyramid = import_module("torchvision.ops.feature_pyramid_network")
    with torch.device("meta"):
        backbone = backbones.resnet_fpn_backbone(
            backbone_name="resnet50",
            weights=None,
            returned_layers=[2, 3, 4],
            extra_blocks=pyramid.LastLevelP6P7(256, 256),
        )
        module: nn.Module = detector.RetinaNet(backbone, 91)
    return module
