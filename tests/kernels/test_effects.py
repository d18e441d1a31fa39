"""Effects, each against what torch makes of images."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given

from shapecalc.kernels import EFFECTS, KERNELS, STEPS, Kernel
from tests.campaigns import examples
from tests.kernels.matrices import matrices

#: The effects that textbooks give these kernels.
TEXTBOOK = {
    "identity": {"identity", "leaves-a-constant-unchanged"},
    "box-3": {"averages", "averages-equally", "low-pass", "separable", "leaves-a-constant-unchanged"},
    "gaussian-5": {"averages", "low-pass", "separable"},
    "sobel-x": {"detects-vertical-edges", "removes-a-constant", "high-pass", "separable"},
    "sobel-y": {"detects-horizontal-edges", "removes-a-constant", "high-pass"},
    "prewitt-y": {"detects-horizontal-edges"},
    "roberts-rising": {"detects-rising-diagonal-edges"},
    "roberts-falling": {"detects-falling-diagonal-edges"},
    "laplacian-4": {"detects-edges", "high-pass"},
    "laplacian-8": {"detects-edges", "high-pass"},
    "sharpen-4": {"sharpens", "leaves-a-constant-unchanged"},
    "sharpen-8": {"sharpens"},
    "line-x": {"detects-vertical-lines", "detects-vertical-edges"},
    "line-y": {"detects-horizontal-lines"},
    "line-rising": {"responds-most-to-rising-diagonal-lines", "removes-slopes"},
    "line-falling": {"responds-most-to-falling-diagonal-lines"},
    "corner-top-left": {"detects-corners", "removes-a-constant"},
    "corner-bottom-right": {"detects-corners"},
    "emboss": {"embosses", "leaves-a-constant-unchanged"},
    "low-pass": {"averages", "low-pass", "leaves-slopes-unchanged"},
    "high-pass": {"high-pass", "removes-slopes"},
    "scharr-x": {"detects-vertical-edges", "antisymmetric-left-right", "symmetric-top-bottom"},
}
#: And effects that they do not have.
NOT = {
    "identity": {"averages", "low-pass", "high-pass", "shifts", "sharpens"},
    "emboss": {"sharpens", "leaves-slopes-unchanged"},
    "line-rising": {"detects-rising-diagonal-lines", "responds-most-to-falling-diagonal-lines"},
    "sobel-x": {
        "detects-corners",
        "removes-slopes",
        "detects-horizontal-edges",
        "detects-vertical-lines",
        "detects-edges",
        "low-pass",
        "brightens",
    },
    "laplacian-4": {"detects-vertical-edges", "detects-horizontal-edges", "leaves-a-constant-unchanged", "darkens"},
    "sharpen-4": {"embosses", "high-pass", "low-pass", "averages", "removes-a-constant"},
    "gaussian-5": {"averages-equally", "sharpens", "brightens", "darkens"},
}


def holds(name, kernel):
    return EFFECTS[name].decide(kernel).holds


def test_kernels_have_the_effects_of_textbooks():
    """And none of those that they lack."""
    effects = {name: {effect for effect in EFFECTS if holds(effect, KERNELS[name])} for name in KERNELS}
    assert {name: expected - effects[name] for name, expected in TEXTBOOK.items() if expected - effects[name]} == {}
    assert {name: absent & effects[name] for name, absent in NOT.items() if absent & effects[name]} == {}


@examples(60, deep=3000)
@given(matrices())
def test_evidence_with_an_image_shows_what_it_says(kernel):
    """The image of a refusal gives more than one value, or one that is not what was claimed."""
    for name in ("leaves-a-constant-unchanged", "removes-a-constant"):
        evidence = EFFECTS[name].decide(kernel)
        values = {number for row in kernel.over(evidence.image).rows for number in row}
        assert values == {kernel.total}
        assert str(kernel.total) in evidence.because


def test_undecided_is_said():
    """Stripes between those that are tried may pass more: neither claimed nor denied."""
    undecided = Kernel.of([[-1, 3, 6, 3, -1]])
    evidence = EFFECTS["low-pass"].decide(undecided)
    assert evidence.holds is None
    assert "not proved" in evidence.because


def test_shifts_say_how_far():
    """By how many pixels, as torch moves a kernel."""
    evidence = EFFECTS["shifts"].decide(Kernel.of([[0, 0, 0], [1, 0, 0], [0, 0, 0]]))
    assert evidence.holds
    assert evidence.because == "the image moves by 0 rows down and 1 columns right"


def test_a_step_is_dark_before_it_is_bright():
    """Each image has both, and grows along its direction."""
    for step in STEPS:
        image = step.image((4, 4))
        assert {number for row in image.rows for number in row} == {Fraction(0), Fraction(1)}
        assert all(above[0] <= below[0] for above, below in pairwise(image.rows))
