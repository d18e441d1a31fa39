"""The nets of the zoo that torchvision has, against torchvision itself."""

from __future__ import annotations

import pytest

from shapecalc import measure, parse, zoo
from tests.services.torchvision_beside_cpu import model, models

pytestmark = pytest.mark.service("torchvision")

#: The nets that bear the name of a model of torchvision.
NAMES = (
    *("alexnet", "densenet121", "googlenet", "inception_v3", "mobilenet_v2", "squeezenet1_0"),
    *("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
    *("vgg11", "vgg13", "vgg16", "vgg19", "vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn"),
    *("retinanet_resnet50_fpn", "retinanet_resnet50_fpn_v2"),
)


def test_every_common_name_is_compared() -> None:
    """No net that both have is left out."""
    assert {*models().list_models()} & {*zoo.names()} == {*NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_net_has_torchvisions_parameters(name: str) -> None:
    """The number of parameters, and the shapes of all weights."""
    report, parameters = measure(parse(f"zoo:{name}")), [*model(name).parameters()]
    shapes = sorted(tuple(weight.shape) for weight in parameters)
    assert report.parameters == sum(weight.numel() for weight in parameters)
    assert sorted(shape for row in report if not row.share for shape in row.weights.values()) == shapes
