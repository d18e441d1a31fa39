"""A net and samples that do not fit: the repair is named where it works, and done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from shapecalc_cli.opening import open_for

import shapecalc
from shapecalc import ShapecalcError
from shapecalc.pytorch.modules.weights import load_trained
from shapecalc.pytorch.training.adapting import adapt_net, output_shapes
from shapecalc.pytorch.training.samples.labelled import Samples
from shapecalc.pytorch.training.samples.normalisation import measure_normalisation
from shapecalc.pytorch.training.samples.opening import open_data
from shapecalc.pytorch.training.samples.scaling import scale_images
from shapecalc.pytorch.training.samples.splitting import split
from shapecalc.pytorch.training.trainer import resume, train

FOR_28 = "Conv2d(1, 4, 5, stride=3) ReLU() Flatten() Linear(256, 10)"


@pytest.fixture(scope="module")
def digits() -> Samples:
    return open_data("digits")


def hundred(channels: int = 3, size: int = 8, classes: int = 100) -> Samples:
    """Images in many classes."""
    labels = torch.arange(classes).repeat(10)
    return split("many", torch.rand(len(labels), channels, size, size), labels)


def refusal(net: shapecalc.Net, data: Any, **settings: Any) -> str:
    with pytest.raises(ShapecalcError) as refused:
        train(net, data, out=None, epochs=1, progress=False, **settings)
    return str(refused.value)


def test_a_head_of_ten_for_a_hundred_classes_is_refused_and_replaced():
    """The repair is named, and is done."""
    net, data = shapecalc.parse("Conv2d(3, 4, 3) Flatten() LazyLinear(10)"), hundred()
    words = refusal(net, data)
    assert words.startswith("The net ends in 10 but many has 100 classes; end it with ")
    assert words.endswith("or try --adapt (linear1 gets 100 outputs).")
    training = train(net, data, adapt=True, epochs=1, out=None, progress=False)
    assert output_shapes(training.net) == [(100,)]


def test_images_of_another_size_are_refused_and_scaled(digits, tmp_path):
    """8x8 images for a net that declares 28x28; the file says 28x28, and going on has the same images."""
    net = shapecalc.parse(FOR_28, input_shape="1x28x28")
    assert refusal(net, digits).endswith("or --adapt (the samples become 1x28x28).")
    training = train(net, digits, adapt=True, epochs=1, out=tmp_path, progress=False)
    with safe_open(tmp_path / "model.safetensors", framework="pt") as file:
        assert file.metadata()["input_shape"] == "1x28x28"
    assert resume(tmp_path, open_data("digits"), progress=False).scores == training.scores
    module = load_trained(tmp_path / "model.safetensors")
    images = digits.inputs.read(digits.test)
    guesses = module(measure_normalisation(digits, (1, 28, 28))(images)).argmax(1)
    assert (guesses == digits.targets[list(digits.test)]).float().mean().item() == pytest.approx(training.accuracy)


def test_scaled_images_are_cropped_to_the_size_of_the_net(digits):
    """They are changed at random once they are scaled."""
    net = shapecalc.parse(FOR_28, input_shape="1x28x28")
    assert train(net, digits, adapt=True, augment=("crop",), epochs=1, out=None, progress=False).history


def test_both_at_once(tmp_path):
    """Grey images of 28x28 in ten classes become what a net for RGB takes, which declares five classes."""
    net = shapecalc.parse("Conv2d(3, 4, 3, stride=4) Flatten() Linear(64, 5)", input_shape="3x16x16")
    data = hundred(channels=1, size=28, classes=10)
    assert refusal(net, data).endswith("--adapt (linear1 gets 10 outputs, the samples become 3x16x16).")
    assert train(net, data, adapt=True, epochs=1, out=tmp_path, progress=False).net.inputs == {"input": (3, 16, 16)}


@pytest.mark.parametrize(
    ("spec", "shape"),
    [("Conv2d(1, 10, 3) MaxPool2d(3)", "1x8x8"), ("Conv2d(2, 4, 3) Flatten() LazyLinear(10)", "2x8x8")],
)
def test_what_does_not_help_is_not_named(digits, spec, shape):
    """No width makes 10x2x2 a class, and two channels are neither grey nor RGB."""
    net = shapecalc.parse(spec, input_shape=shape)
    assert "--adapt" not in refusal(net, digits)
    assert "--adapt" in refusal(net, digits, adapt=True)


def test_the_tensors_of_images_that_are_scaled():
    """Grey is repeated, RGB is averaged, and a constant stays constant."""
    grey = scale_images(torch.full((2, 1, 4, 4), 0.5), (3, 9, 7))
    assert torch.equal(grey, torch.full((2, 3, 9, 7), 0.5))
    rgb = torch.tensor([0.0, 0.25, 0.5]).reshape(1, 3, 1, 1).expand(1, 3, 4, 4)
    assert torch.allclose(scale_images(rgb, (1, 2, 2)), torch.full((1, 1, 2, 2), 0.25))


def test_scaling_is_that_of_pillow():
    """Bilinear, over all pixels that a smaller one covers."""
    image_module = pytest.importorskip("PIL.Image")
    image = torch.rand(1, 1, 12, 12, generator=torch.Generator().manual_seed(0))
    small = image_module.fromarray(image[0, 0].numpy()).resize((5, 5), image_module.Resampling.BILINEAR)
    assert torch.allclose(scale_images(image, (1, 5, 5))[0, 0], torch.tensor(np.asarray(small)), atol=1e-5)


def test_a_net_that_fits_stays(digits):
    """There is nothing to adapt."""
    net = shapecalc.parse("Flatten() Linear(64, 10)", input_shape="1x8x8")
    assert adapt_net(net, digits).net == net


def test_letters_take_the_sizes_of_the_samples(digits):
    """A net for images of any size."""
    net = shapecalc.parse("Conv2d(3, 4, 3) AdaptiveAvgPool2d(1) Flatten() Linear(4, 10)", input_shape="3xHxW")
    assert adapt_net(net, digits).net.inputs == {"input": (3, 8, 8)}


def test_commands_keep_the_shape_that_a_net_declares(tmp_path: Path):
    """A net of the zoo declares one, a spec none, and a file of code is read for that of the samples."""
    assert open_for("zoo:lenet5", (1, 8, 8), own_shape=False).inputs == {"input": (1, 32, 32)}
    assert open_for("Flatten() LazyLinear(10)", (1, 8, 8), own_shape=False).inputs == {"input": (1, 8, 8)}
    assert open_for("Flatten() LazyLinear(10)", (1, 8, 8), own_shape=True).inputs == {"input": ()}
    code = tmp_path / "net.py"
    method = "def __init__(self):\n  super().__init__()\n  self.fc = nn.Linear(64, 10)"
    forward = "def forward(self, x):\n  return self.fc(x.flatten(1))"
    body = f"{method}\n{forward}".replace("\n", "\n ")
    code.write_text(f"import torch.nn as nn\nclass Net(nn.Module):\n {body}\n", encoding="utf-8")
    assert open_for(str(code), (1, 8, 8), own_shape=False).inputs == {"input": (1, 8, 8)}
