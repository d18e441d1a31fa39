"""Images through kernels and layers, against what torch makes of the same numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch.nn import functional

from shapecalc import Net
from shapecalc.drawing.filtering import BORDERS, filter_image, open_pixels
from shapecalc.errors import ShapeError
from shapecalc.kernels import KERNELS, Kernel
from shapecalc.net.net import chain_nodes
from shapecalc.pytorch import build
from tests.campaigns import examples
from tests.kernels.matrices import matrices
from tests.narrow import present

#: How F.pad calls the borders.
MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}


def weights(kernel: Kernel) -> torch.Tensor:
    return torch.tensor([[*map(float, row)] for row in kernel.rows], dtype=torch.float64)


def expected(image: np.ndarray, kernel: Kernel, border: str, stride: int) -> torch.Tensor:
    """Each channel by itself, padded apart and then convolved."""
    values = torch.from_numpy(image.copy())[:, None]
    height, width = (side - 1 for side in kernel.size)
    if border != "crop":
        amounts = (width // 2, width - width // 2, height // 2, height - height // 2)
        values = functional.pad(values, amounts, mode=MODES[border])
    return functional.conv2d(values, weights(kernel)[None, None], stride=stride)[:, 0]


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("pattern", ["test:x", "test:road"])
@pytest.mark.parametrize("name", KERNELS)
def test_every_named_kernel_at_every_border(name, pattern, border):
    """The numbers of F.conv2d over F.pad; exactly, where the kernel has whole numbers."""
    image, kernel = open_pixels(pattern, side=24), KERNELS[name]
    values = filter_image(image, (kernel,), border=border).stages[1].values
    truth = expected(image, kernel, border, 1).numpy()
    if kernel.divisor == 1:
        assert np.array_equal(values, truth)
    else:
        np.testing.assert_allclose(values, truth, rtol=0, atol=1e-10)


@examples(40, deep=2000)
@given(matrices(1, 5), st.sampled_from(BORDERS), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_random_kernels_with_strides(kernel, border, stride, seed):
    """The same numbers exactly."""
    image = np.random.default_rng(seed).integers(0, 256, (2, 7, 6)).astype(np.float64)
    assume(stride == 1 or border == "crop" or all(side % 2 for side in kernel.size))
    values = filter_image(image, (kernel,), border=border, stride=stride).stages[1].values
    assert np.array_equal(values, expected(image, kernel, border, stride).numpy())


@examples(20, deep=500)
@given(st.lists(matrices(3, 3), min_size=3, max_size=3), st.integers(0, 2**32 - 1))
def test_a_matrix_for_each_channel(kernels, seed):
    """Their results are added, as a filter of three channels adds them."""
    image = np.random.default_rng(seed).integers(0, 256, (3, 6, 8)).astype(np.float64)
    values = filter_image(image, kernels, border="reflect").stages[1].values
    filters = torch.stack([*map(weights, kernels)])[None]
    truth = functional.conv2d(functional.pad(torch.from_numpy(image)[None], (1, 1, 1, 1), mode="reflect"), filters)[0]
    assert np.array_equal(values, truth.numpy())


LAYERS = [
    "relu,maxpool2",
    "MaxPool2d(3, stride=2, padding=1)",
    "MaxPool2d(3, stride=2, ceil_mode=True)",
    "MaxPool2d(2, dilation=2)",
    "avgpool2",
    "AvgPool2d(3, stride=2, padding=1)",
    "AvgPool2d(3, stride=2, padding=1, count_include_pad=False)",
    "AvgPool2d(3, stride=2, padding=1, ceil_mode=True)",
    "AvgPool2d(3, stride=2, ceil_mode=True, divisor_override=5)",
    "AdaptiveAvgPool2d(5)",
    "AdaptiveMaxPool2d((3, 7))",
    "LeakyReLU(0.1) Sigmoid",
    "Scale(0.01, -1), Tanh, ",
]


@pytest.mark.parametrize("behind", LAYERS)
def test_layers_behind_a_kernel(behind):
    """Each stage has the numbers of the built modules, and the engine's shape."""
    image = open_pixels("test:road", side=30)
    stages = filter_image(image, (KERNELS["sobel-y"],), border="crop", behind=behind).stages
    nodes = chain_nodes(present(stage.layer) for stage in stages[2:])
    module = build(Net({"input": stages[1].shape}, nodes)).double().eval()
    truth = module(torch.from_numpy(stages[1].values)[None])[0].detach().numpy()
    np.testing.assert_allclose(stages[-1].values, truth, rtol=1e-12, atol=1e-12)


def test_a_kernel_behind_a_kernel():
    """A name among the layers is a kernel with the same border."""
    image = open_pixels("test:square", side=16)
    stages = filter_image(image, (KERNELS["sobel-x"],), border="replicate", behind="sobel_y").stages
    truth = expected(expected(image, KERNELS["sobel-x"], "replicate", 1).numpy(), KERNELS["sobel-y"], "replicate", 1)
    assert np.array_equal(stages[2].values, truth.numpy())


def test_what_does_not_fit_is_refused_as_in_torch():
    """By the engine: a border that is longer than the image, a kernel that is larger."""
    image = open_pixels("test:x", side=8)
    big = Kernel.of([[1] * 17] * 17)
    with pytest.raises(ShapeError, match="reflected padding must be smaller than the input"):
        filter_image(image, (big,), border="reflect")
    with pytest.raises(ShapeError, match="the kernel must fit"):
        filter_image(image, (big,), border="crop")
