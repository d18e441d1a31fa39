"""The models of torchvision, traced: parameters by name, torch's count of the work, and the published one."""

from __future__ import annotations

from typing import Any

import pytest

from shapecalc.formats.source.values import name_set
from shapecalc.layers import Shape
from tests.narrow import integer
from tests.services.torchvision_beside_cpu import model, models
from tests.services.traced import net_counts, torch_counts

pytestmark = pytest.mark.service("torchvision")

#: Models that are tried each time, and the others, which take minutes together.
SAMPLE = sorted(
    name_set(
        "alexnet densenet121 googlenet maxvit_t mobilenet_v3_small r3d_18 resnet18 swin_t vit_b_16 "
        "quantized_resnet18 fcn_resnet50"
    )
)
MORE = sorted(
    name_set(
        "convnext_base convnext_large convnext_small convnext_tiny deeplabv3_mobilenet_v3_large deeplabv3_resnet101 "
        "deeplabv3_resnet50 densenet161 densenet169 densenet201 efficientnet_b0 efficientnet_b1 efficientnet_b2 "
        "efficientnet_b3 efficientnet_b4 efficientnet_b5 efficientnet_b6 efficientnet_b7 efficientnet_v2_l "
        "efficientnet_v2_m efficientnet_v2_s fcn_resnet101 inception_v3 lraspp_mobilenet_v3_large mc3_18 mnasnet0_5 "
        "mnasnet0_75 mnasnet1_0 mnasnet1_3 mobilenet_v2 mobilenet_v3_large mvit_v1_b mvit_v2_s quantized_googlenet "
        "quantized_inception_v3 quantized_mobilenet_v2 quantized_mobilenet_v3_large quantized_resnet50 "
        "quantized_resnext101_32x8d quantized_resnext101_64x4d quantized_shufflenet_v2_x0_5 "
        "quantized_shufflenet_v2_x1_0 quantized_shufflenet_v2_x1_5 quantized_shufflenet_v2_x2_0 r2plus1d_18 "
        "regnet_x_16gf regnet_x_1_6gf regnet_x_32gf regnet_x_3_2gf regnet_x_400mf regnet_x_800mf regnet_x_8gf "
        "regnet_y_128gf regnet_y_16gf regnet_y_1_6gf regnet_y_32gf regnet_y_3_2gf regnet_y_400mf regnet_y_800mf "
        "regnet_y_8gf resnet101 resnet152 resnet34 resnet50 resnext101_32x8d resnext101_64x4d resnext50_32x4d s3d "
        "shufflenet_v2_x0_5 shufflenet_v2_x1_0 shufflenet_v2_x1_5 shufflenet_v2_x2_0 squeezenet1_0 squeezenet1_1 "
        "swin3d_b swin3d_s swin3d_t swin_b swin_s swin_v2_b swin_v2_s swin_v2_t vgg11 vgg11_bn vgg13 vgg13_bn vgg16 "
        "vgg16_bn vgg19 vgg19_bn vit_b_32 vit_h_14 vit_l_16 vit_l_32 wide_resnet101_2 wide_resnet50_2"
    )
)
#: Detectors, whose outputs depend on numbers; and optical flow, which takes two images as one batch.
LEFT_OUT = sorted(
    name_set(
        "fasterrcnn_mobilenet_v3_large_320_fpn fasterrcnn_mobilenet_v3_large_fpn fasterrcnn_resnet50_fpn "
        "fasterrcnn_resnet50_fpn_v2 fcos_resnet50_fpn keypointrcnn_resnet50_fpn maskrcnn_resnet50_fpn "
        "maskrcnn_resnet50_fpn_v2 raft_large raft_small retinanet_resnet50_fpn retinanet_resnet50_fpn_v2 "
        "ssd300_vgg16 ssdlite320_mobilenet_v3_large"
    )
)
#: Models whose auxiliary heads run in training alone.
AUXILIARY = ("googlenet", "inception_v3", "quantized_googlenet", "quantized_inception_v3")
#: Models that take clips, of so many images.
CLIPS: dict[str, Shape] = {
    **dict.fromkeys(("r3d_18", "mc3_18", "r2plus1d_18"), (3, 16, 112, 112)),
    **dict.fromkeys(("mvit_v1_b", "mvit_v2_s", "s3d"), (3, 16, 224, 224)),
    **dict.fromkeys(("swin3d_t", "swin3d_s", "swin3d_b"), (3, 8, 224, 224)),
}


def shape_of(name: str) -> Shape:
    """The shape of a model's input."""
    transforms: Any = next(iter(models().get_model_weights(name))).transforms
    size = getattr(transforms, "keywords", {}).get("crop_size", 224)
    return CLIPS.get(name, (3, size, size))


@pytest.mark.parametrize("name", [*SAMPLE, *[pytest.param(name, marks=pytest.mark.deep) for name in MORE]])
def test_the_trace_of_a_model_is_exact(name: str) -> None:
    """Each parameter has its name and shape, and the work is what torch counts."""
    module = model(name).train(name in AUXILIARY)
    assert net_counts(module, shape_of(name)) == torch_counts(module, shape_of(name))


@pytest.mark.parametrize("name", ["swin_t", "maxvit_t", "resnet18", "vit_b_16"])
def test_the_work_of_a_trace_is_the_published_one(name: str) -> None:
    """To the last digit that torchvision prints."""
    weights = next(iter(models().get_model_weights(name)))
    _, macs = net_counts(model(name).eval(), shape_of(name))
    assert f"{integer(macs) / 1e9:.3f}" == f"{weights.meta['_ops']:.3f}"


def test_every_model_is_traced_or_left_out() -> None:
    """No model is forgotten, and few are left out."""
    assert {*SAMPLE, *MORE, *LEFT_OUT} == {*models().list_models()}
    assert len(SAMPLE) + len(MORE) >= 100
