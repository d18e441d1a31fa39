"""The nets of the zoo that torchvision has, against torchvision itself."""

from __future__ import annotations

import pytest

from shapecalc import measure, parse, zoo
from shapecalc.measures import Report
from tests.narrow import integer
from tests.services.torchvision_beside_cpu import model, models

pytestmark = pytest.mark.service("torchvision")

#: The nets that bear the name of a model of torchvision, and have the names of its weights.
NAMES = (
    *("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
    *("resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d", "wide_resnet50_2", "wide_resnet101_2"),
)

#: Those that have weights of the same shapes under other names.
UNNAMED = (
    *("alexnet", "densenet121", "googlenet", "inception_v3", "mobilenet_v2", "squeezenet1_0"),
    *("vgg11", "vgg13", "vgg16", "vgg19", "vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn"),
    *("retinanet_resnet50_fpn", "retinanet_resnet50_fpn_v2"),
)


def tensors(report: Report) -> dict[str, tuple[object, ...]]:
    """The shape of each weight and buffer by its name in the state of the module."""
    rows = [row for row in report if not row.share]
    return {f"{row.name}.{key}": shape for row in rows for key, shape in {**row.weights, **row.buffers}.items()}


def test_every_common_name_is_compared() -> None:
    """No net that both have is left out."""
    assert {*models().list_models()} & {*zoo.names()} == {*NAMES, *UNNAMED}


@pytest.mark.parametrize("name", NAMES)
def test_a_net_has_torchvisions_state(name: str) -> None:
    """Weights and buffers have torchvision's names and shapes, so that its weights can be loaded."""
    state = {key: tuple(value.shape) for key, value in model(name).state_dict().items()}
    assert tensors(measure(parse(f"zoo:{name}"))) == state


@pytest.mark.parametrize("name", UNNAMED)
def test_a_net_has_torchvisions_parameters(name: str) -> None:
    """The number of parameters, and the shapes of all weights."""
    report, parameters = measure(parse(f"zoo:{name}")), [*model(name).parameters()]
    shapes = sorted(tuple(weight.shape) for weight in parameters)
    assert report.parameters == sum(weight.numel() for weight in parameters)
    assert sorted(shape for row in report if not row.share for shape in row.weights.values()) == shapes


@pytest.mark.parametrize("name", NAMES)
def test_a_net_has_torchvisions_published_counts(name: str) -> None:
    """Parameters and multiply-accumulates, to the last printed digit, are those of the record of the weights."""
    weights = next(iter(models().get_model_weights(name)))
    size = weights.transforms.keywords["crop_size"]
    report = measure(parse(f"zoo:{name}", input_shape=(3, size, size)))
    assert (report.trainable, f"{integer(report.macs) / 1e9:.3f}") == (
        weights.meta["num_params"],
        f"{weights.meta['_ops']:.3f}",
    )
