"""The page of a domain."""

from __future__ import annotations

import pytest

from shapecalc import closed_form, parse


@pytest.mark.parametrize(
    ("spec", "where"),
    [
        ("ConvTranspose2d(3, 8, 3, S, output_padding=A)", "A + 1 ≤ max(1, S)"),
        (
            "Conv2d(3, 8, 3, stride=S) Conv2d(8, 8, 3)",
            "⌊(H − 3)/S⌋ + 1 ≥ 1 and ⌊(W − 3)/S⌋ + 1 ≥ 1 and 3 ≤ ⌊(H − 3)/S⌋ + 1 and 1 more condition holds",
        ),
    ],
)
def test_conditions_on_several_letters_are_told_once_and_counted(spec, where):
    """What is asked along both axes alike is one condition; what is left out is counted."""
    form = closed_form(parse(spec, input_shape="3xHxW"))
    assert form.domain.sentence().partition(", where ")[2] == where


def test_without_letters_there_is_one_input():
    """The domain of a net for numbers is a sentence too."""
    form = closed_form(parse("Conv2d(3, 8, 3)", input_shape="3x8x8"))
    assert str(form.domain) == "legal for this input: every layer accepts it"
