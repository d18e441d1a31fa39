"""What is said of kernels, to people and to programs."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from itertools import chain

import pytest

from shapecalc.kernels import EFFECTS, KERNELS, Kernel, describe_kernel, list_kernels
from shapecalc.kernels.effect import add_effects


def test_every_named_kernel_does_something():
    """Each has a headline, and its description names the sums that show it."""
    descriptions = list_kernels().descriptions
    assert [description.name for description in descriptions] == [*KERNELS]
    assert [description.name for description in descriptions if not description.headlines] == []


def test_the_pair_of_filters_gives_the_image():
    """What the low-pass leaves and what the high-pass leaves are together the image."""
    low, high = KERNELS["low-pass"], KERNELS["high-pass"]
    assert low.minus(high.times(-1)) == KERNELS["identity"]


def test_sums_are_shown_along_the_directions_that_matter():
    """Of columns and rows, and of diagonals for a kernel that is about them."""
    assert describe_kernel(KERNELS["sobel-x"]).sums() == "sum 0: columns -4 0 4, rows 0 0 0"
    assert describe_kernel(KERNELS["roberts-rising"]).sums() == (
        "sum 0: columns -1 1, rows -1 1, rising diagonals -1 0 1, falling ones 0 0 0"
    )


def test_a_kernel_of_zeros_is_described_too():
    """Every image becomes 0."""
    description = describe_kernel(Kernel.of([[0, 0], [0, 0]]))
    assert not any(chain.from_iterable(description.responses.values()))
    assert description.as_dict()["factors"] is None
    assert "removes a constant image" in str(description)


def test_json_has_exact_numbers():
    """Whole numbers as such, others as fractions in text."""
    data = json.loads(json.dumps(describe_kernel(KERNELS["gaussian-3"], "gaussian-3").as_dict()))
    assert data["numbers"][0] == ["1/16", "1/8", "1/16"]
    assert (data["sum"], data["responses"]["vertical edge"], data["factors"][0]) == (1, [0, 1], [1, 2, 1])
    assert data["effects"]["separable"] == "it is the column 1, 2, 1 times the row 1/16, 1/8, 1/16"


def test_names_of_effects_are_declared_once():
    """A second effect of a name is refused."""
    with pytest.raises(ValueError, match="Two effects are called separable"):
        add_effects(EFFECTS["separable"])


def test_an_effect_arrives_in_a_fresh_process():
    """By its name, although nothing there has imported the effects."""
    program = "import pickle, sys; print(pickle.load(sys.stdin.buffer).name)"
    effect = pickle.dumps(EFFECTS["detects-corners"])
    arrived = subprocess.run([sys.executable, "-c", program], input=effect, capture_output=True, check=True)  # noqa: S603  ours
    assert arrived.stdout.decode().strip() == "detects-corners"
