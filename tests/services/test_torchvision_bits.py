"""A net of the zoo that is built computes what torchvision's model computes with the same weights, bit for bit."""

from __future__ import annotations

import re
import warnings

import pytest
import torch
from torch import Tensor, nn

from shapecalc import parse
from shapecalc.formats.source.values import name_set
from shapecalc.pytorch import build
from tests.services.test_torchvision import NAMES
from tests.services.torchvision_beside_cpu import ARGUMENTS, models

pytestmark = pytest.mark.service("torchvision")

#: Of each family the one that is quickest.
SAMPLE = sorted(
    name_set(
        "alexnet densenet121 efficientnet_b0 mnasnet0_5 mobilenet_v2 mobilenet_v3_small regnet_y_400mf resnet18 "
        "shufflenet_v2_x0_5 squeezenet1_1 convnext_tiny googlenet vit_b_32"
    )
)
#: Nets for which this machine's memory is too small, or that are detectors.
LEFT_OUT = ("vit_h_14", "regnet_y_128gf", "retinanet_resnet50_fpn", "retinanet_resnet50_fpn_v2")
MORE = [name for name in NAMES if name not in (*SAMPLE, *LEFT_OUT)]
#: The size of the image: small, but where the net takes no small one.
SIZES = {"inception_v3": 299, "vit_b_32": 64, "vit_l_32": 64}
SMALL = 64


def pair(name: str) -> tuple[nn.Module, nn.Module, Tensor]:
    """The model of torchvision, the net that is built, with the same weights, and two images."""
    size = SIZES.get(name, SMALL)
    is_vit = name.startswith("vit")
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of weights that begin in another way in a later version
        arguments = {**ARGUMENTS.get(name, {}), **({"image_size": size} if is_vit else {})}
        original: nn.Module = models().get_model(name, weights=None, **arguments)
    built = build(parse(f"zoo:{name}(image={size})" if is_vit else f"zoo:{name}", input_shape=(3, size, size)))
    built.load_state_dict(original.state_dict())
    return original, built, torch.rand(2, 3, size, size)


def results(module: nn.Module, images: Tensor, *, count: int) -> dict[str, Tensor]:
    """What comes out of a module, the gradients of its sum, and the state that it leaves."""
    images = images.clone().requires_grad_()
    torch.manual_seed(1)  # what is dropped in training
    module.zero_grad()
    given = module(images)
    outputs = [*given.values()] if isinstance(given, dict) else [*given] if isinstance(given, tuple) else [given]
    # torchvision gives the heads of GoogLeNet from the last to the first
    outputs = sorted(outputs[:count], key=lambda output: float(output.detach().double().sum()))
    torch.stack([output.square().sum() for output in outputs]).sum().backward()
    assert images.grad is not None
    gradients = {f"gradient of {key}": weight.grad for key, weight in module.named_parameters()}
    values = {f"output {number}": output.detach() for number, output in enumerate(outputs)}
    values |= {key: value for key, value in gradients.items() if value is not None} | {"input": images.grad}
    return values | {f"state of {key}": value.clone() for key, value in module.state_dict().items()}


@pytest.mark.parametrize("name", [*SAMPLE, *[pytest.param(name, marks=pytest.mark.deep) for name in MORE]])
@pytest.mark.parametrize("training", [False, True], ids=["evaluation", "training"])
def test_a_built_net_is_torchvisions_bit_for_bit(name: str, training: bool) -> None:
    """Outputs, every gradient, and the running statistics that training leaves."""
    original, built, images = pair(name)
    # in evaluation torchvision gives no output of an auxiliary head
    is_headless = not training and re.match("googlenet|inception", name)
    left, right = (
        results(module.train(training), images, count=1 if is_headless else 3) for module in (original, built)
    )
    assert [key for key in left if not torch.equal(left[key], right[key])] == []
    assert {*left} == {*right}


def test_every_classifier_is_compared() -> None:
    """No net of the zoo that torchvision has is left out without a reason."""
    assert {*SAMPLE, *MORE, *LEFT_OUT} == {*NAMES}
