"""Kernels and their effects, against what torch makes of images."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.kernels import EFFECTS, KERNELS, STEPS, Kernel, describe_kernel, gain
from shapecalc.kernels.frequencies import FREQUENCIES
from tests.campaigns import examples
from tests.kernels.matrices import matrices


def tensor(kernel: Kernel) -> torch.Tensor:
    """The kernel as weights, or as an image, of one channel."""
    return torch.tensor([[*map(float, row)] for row in kernel.rows], dtype=torch.float64)[None, None]


@examples(40, deep=2000)
@given(matrices(), matrices(5, 7), st.integers(0, 2))
def test_a_kernel_moves_over_an_image_as_in_torch(kernel, image, padding):
    """The same numbers as torch.nn.functional.conv2d."""
    expected = torch.nn.functional.conv2d(tensor(image), tensor(kernel), padding=padding)[0, 0].tolist()
    assert [[*map(float, row)] for row in kernel.over(image, padding=padding).rows] == expected


@examples(30, deep=1000)
@given(matrices())
def test_separable_means_rank_one(kernel):
    """As the rank that torch finds."""
    assert (kernel.factors() is not None) == (torch.linalg.matrix_rank(tensor(kernel)[0, 0]) == 1)


@examples(60, deep=3000)
@given(matrices())
def test_what_edges_give_is_what_torch_makes_of_their_images(kernel):
    """The responses are the values of the image of an edge, wherever it lies."""
    for step in STEPS:
        rows, columns = torch.meshgrid(torch.arange(20), torch.arange(20), indexing="ij")
        lines = step.down * rows + step.right * columns
        image = (lines >= int(lines.double().mean())).double()[None, None]
        values = torch.nn.functional.conv2d(image, tensor(kernel))
        assert {*map(float, step.responses(kernel))} == {*values.flatten().tolist()}


@examples(60, deep=3000)
@given(matrices())
def test_stripes_pass_as_in_a_fourier_transform(kernel):
    """The squared responses are those of torch.fft at the same frequencies."""
    height, width = kernel.size
    for period, down, right in FREQUENCIES:
        padded = torch.zeros(period, period, dtype=torch.float64)
        for y in range(height):
            for x in range(width):
                padded[y % period, x % period] += float(kernel.rows[y][x])
        expected = float(torch.fft.fft2(padded)[down, right].abs() ** 2)
        assert float(gain(kernel, period, down, right)) == pytest.approx(expected, abs=1e-9)


@examples(60, deep=3000)
@given(matrices())
def test_low_pass_is_never_claimed_wrongly(kernel):
    """Where it is claimed no frequency of a fine grid passes more strongly than a constant image; else one may."""
    gains = torch.fft.fft2(tensor(kernel)[0, 0], (32, 32)).abs() ** 2
    strongest, constant = float(gains.max()), float(gains[0, 0])
    answer = EFFECTS["low-pass"].decide(kernel).holds
    assert not answer or strongest <= constant + 1e-9
    assert answer is not False or strongest > constant + 1e-9 or float(gains[::8, ::8].min()) >= constant - 1e-9


def images_of() -> dict[str, torch.Tensor]:
    """The images whose responses a description lists; those of slopes are 0 in the middle."""
    rows, columns = torch.meshgrid(torch.arange(21.0), torch.arange(21.0), indexing="ij")
    rows, columns = rows.double(), columns.double()
    return {
        "constant of 1": torch.ones(21, 21, dtype=torch.float64),
        "slope to the right": columns - 10,
        "slope downwards": rows - 10,
        "vertical edge": (columns >= 10).double(),
        "horizontal edge": (rows >= 10).double(),
        "rising diagonal edge": (rows + columns >= 20).double(),
        "falling diagonal edge": (rows - columns >= 0).double(),
    }


@pytest.mark.parametrize("name", KERNELS)
def test_responses_are_those_of_torch(name):
    """The lowest and the highest value of the filtered image; of a slope, the one at its middle."""
    kernel = KERNELS[name]
    responses = describe_kernel(kernel, name).responses
    for words, image in images_of().items():
        if words.startswith("slope") and 0 in (kernel.size[0] % 2, kernel.size[1] % 2):
            continue  # an even kernel has no middle pixel
        values = torch.nn.functional.conv2d(image[None, None], tensor(kernel))[0, 0]
        middle = values[values.shape[0] // 2, values.shape[1] // 2]
        ends = (middle, middle) if words.startswith("slope") else (values.min(), values.max())
        assert [*map(float, responses[words])] == pytest.approx([*map(float, ends)], abs=1e-12), words


@examples(40, deep=2000)
@given(matrices())
def test_corners_are_those_of_torch(kernel):
    """The extremes over the four corners of a bright area, wherever they lie."""
    quarter = torch.zeros(20, 20, dtype=torch.float64)
    quarter[10:, 10:] = 1
    corners = torch.stack([quarter, quarter.flip(0), quarter.flip(1), quarter.flip(0, 1)])[:, None]
    values = torch.nn.functional.conv2d(corners, tensor(kernel))
    expected = (float(values.min()), float(values.max()))
    assert (*map(float, describe_kernel(kernel).responses["corner"]),) == expected


@examples(40, deep=2000)
@given(matrices())
def test_factors_multiply_to_the_kernel(kernel):
    """Column times row is the kernel, the column in whole numbers without a common divisor."""
    factors = kernel.factors()
    if factors is not None:
        column, row = factors
        assert Kernel.of([[a * b for b in row] for a in column]) == kernel
        assert math.gcd(*map(int, column)) == 1
