"""Kernels and their effects, against what torch makes of images."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.kernels import EFFECTS, STEPS, Kernel, gain
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
    assert kernel.is_separable == (torch.linalg.matrix_rank(tensor(kernel)[0, 0]) == 1)


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
