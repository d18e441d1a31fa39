"""torchvision's own files, read as text, give its models: weights by name, shapes, and what comes out."""

from __future__ import annotations

from importlib import util
from pathlib import Path

import pytest
import torch

from shapecalc import measure, open_net, parse
from shapecalc.pytorch import build
from tests.services.test_torchvision import tensors
from tests.services.torchvision_beside_cpu import model

pytestmark = pytest.mark.service("torchvision")

#: The file in which each model stands. Those of regnet and maxvit compute widths with tensors of numbers;
#: swin_transformer joins windows with the batch.
FILES = {
    "alexnet": ("alexnet",),
    "vgg": ("vgg11", "vgg16_bn", "vgg19"),
    "resnet": ("resnet18", "resnet50", "resnext50_32x4d", "wide_resnet50_2"),
    "squeezenet": ("squeezenet1_0", "squeezenet1_1"),
    "densenet": ("densenet121", "densenet161"),
    "googlenet": ("googlenet",),
    "inception": ("inception_v3",),
    "mobilenetv2": ("mobilenet_v2",),
    "mobilenetv3": ("mobilenet_v3_small", "mobilenet_v3_large"),
    "mnasnet": ("mnasnet0_5", "mnasnet1_3"),
    "shufflenetv2": ("shufflenet_v2_x0_5", "shufflenet_v2_x2_0"),
    "efficientnet": ("efficientnet_b0", "efficientnet_b4", "efficientnet_v2_s"),
    "vision_transformer": ("vit_b_16", "vit_b_32"),
}
#: Files whose layers have other names there than in the zoo.
OTHER_LAYERS = {"convnext_tiny": "convnext", "convnext_base": "convnext"}
MODELS = {name: file for file, names in FILES.items() for name in names}
#: Nets of the zoo with heads that do not run in evaluation, and those without.
WITHOUT_HEADS = {"googlenet": "googlenet_no_aux", "inception_v3": "inception_v3_no_aux"}


def path(file: str) -> str:
    """A file of torchvision's models."""
    package = util.find_spec("torchvision")
    assert package is not None
    assert package.submodule_search_locations is not None
    return str(Path(package.submodule_search_locations[0]) / "models" / f"{file}.py")


@pytest.mark.parametrize("name", OTHER_LAYERS)
def test_the_source_of_other_layers_is_the_same_net(name: str) -> None:
    """Norms of maps are norms between permutations there: weights, work and output are the zoo's."""
    zoo = measure(parse(f"zoo:{name}"))
    report = measure(open_net(f"{path(OTHER_LAYERS[name])}:{name}", input_shape=(3, 224, 224)))
    assert tensors(report) == tensors(zoo)
    assert (report.macs, report.output_shape) == (zoo.macs, zoo.output_shape)


@pytest.mark.parametrize("name", MODELS)
def test_the_source_has_torchvisions_state(name: str) -> None:
    """Weights and buffers have torchvision's names and shapes; heads for training are left out."""
    report = measure(open_net(f"{path(MODELS[name])}:{name}", input_shape=parse(f"zoo:{name}").inputs["input"]))
    state = {key: tuple(value.shape) for key, value in model(name).state_dict().items()}
    assert tensors(report) == {key: shape for key, shape in state.items() if not key.lower().startswith("aux")}


@pytest.mark.parametrize("name", MODELS)
def test_the_source_is_the_net_of_the_zoo(name: str) -> None:
    """Layers with weights run in the zoo's order and give what they give there, with as much work."""
    zoo = parse(f"zoo:{WITHOUT_HEADS.get(name, name)}")
    report, expected = measure(open_net(f"{path(MODELS[name])}:{name}", input_shape=zoo.inputs["input"])), measure(zoo)
    rows, rows_of_zoo = (
        [(row.name, row.type, row.output_shape, row.macs) for row in each if row.weights] for each in (report, expected)
    )
    assert sorted(rows) == sorted(rows_of_zoo)
    assert (report.macs, report.output_shape) == (expected.macs, expected.output_shape)


@pytest.mark.parametrize("name", ["resnet18", "squeezenet1_1", "densenet121", "mobilenet_v3_small", "vit_b_32"])
def test_the_source_computes_what_torchvision_computes(name: str) -> None:
    """With the weights of torchvision's model, the outputs are equal."""
    net = open_net(f"{path(MODELS[name])}:{name}", input_shape=(3, 224, 224))
    torch.manual_seed(0)
    original, built = model(name).to_empty(device="cpu"), build(net)
    built.load_state_dict(
        state := {
            key: torch.rand_like(value) / 50 if value.is_floating_point() else value * 0
            for key, value in original.state_dict().items()
        }
    )
    original.load_state_dict(state)
    image = torch.rand(1, 3, 224, 224)
    with torch.no_grad():
        assert torch.allclose(built.eval()(image), original.eval()(image), rtol=1e-4)
