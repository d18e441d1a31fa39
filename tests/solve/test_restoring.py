"""The transposed convolution that restores a size, for numbers and for every remainder of a letter."""

from __future__ import annotations

from itertools import product

import pytest

from shapecalc import ShapeError, SpecError
from shapecalc.layers import Conv1d, MaxPool1d
from shapecalc.solve.restoring import restore

WINDOWS = [
    Conv1d(4, 6, k, stride=s, padding=p, dilation=d, groups=g)
    for k, s, p, d, g in product((1, 2, 3, 5), (1, 2, 3, 4), (0, 1, 2), (1, 2), (1, 2))
]

POOLS = [MaxPool1d(k, s, p) for k, s, p in product((2, 3, 5), (None, 1, 2, 3, 4), (0, 1))]


@pytest.mark.parametrize("kind", [Conv1d, MaxPool1d])
def test_the_cases_of_a_letter_cover_every_size(kind):
    """For each size from 11 to 22 one case applies, and its layer is that of the number."""
    wrong = []
    for layer in WINDOWS if kind is Conv1d else POOLS:
        answers = restore(layer, "4xW").answers
        for size in range(11, 23):
            told = [one.layer for one in answers for case in one.cases if size % case.modulus == case.remainder]
            wrong += [(layer, size)] if told != [restore(layer, (4, size)).answers[0].layer] else []
    assert wrong == []


@pytest.mark.parametrize("strides", [(3, 2), (2, 4), (1, 3)])
def test_the_cases_of_a_letter_know_both_strides(strides):
    """One letter for two axes with different strides: its remainder by both decides."""
    spec = f"Conv2d(3, 8, 3, stride={strides}, padding=1)"
    wrong = []
    for size in range(11, 23):
        answers = [one for one in restore(spec, "3xWxW").answers if _applies(one, size)]
        wrong += [size] if [one.layer for one in answers] != [restore(spec, size).answers[0].layer] else []
    assert wrong == []


def _applies(answer, size: int) -> bool:
    return all(size % case.modulus == case.remainder for case in answer.cases)


@pytest.mark.parametrize(("size", "extra"), [(7, 0), (8, 1)])
def test_the_rule_gives_the_number(size, extra):
    """The remainder of W + 2P − F by the stride."""
    answer = restore("Conv2d(64, 128, 3, stride=2, padding=1)", size)
    assert (
        answer.rule,
        tuple(remainder.numbers for remainder in answer.remainders),
        answer.answers[0].layer.values["output_padding"],
    ) == (
        "(W − F + 2P) mod S",
        (f"({size} − 3 + 2·1) mod 2 = {extra}",) * 2,
        (extra, extra),
    )


def test_the_cases_in_words():
    """One for even and one for odd sizes; where the stride is 1 there is only one."""
    even = [str(one.cases[0]) for one in restore("Conv2d(3, 8, 3, stride=2)", "W").answers]
    third = [str(one.cases[0]) for one in restore("Conv2d(3, 8, 3, stride=3)", "W").answers]
    every = [str(one.cases[0]) for one in restore("Conv2d(3, 8, 3)", "W").answers]
    assert (even, third[1], every) == (["W even", "W odd"], "W ≡ 1 (mod 3)", ["every W"])


REFUSED = {
    ("ReLU", "7"): (SpecError, "does not slide a window"),
    ('Conv1d(3, 3, 2, padding="same")', "7"): (SpecError, "the padding as a number"),
    ("MaxPool2d(2, ceil_mode=True)", "7"): (ShapeError, "output_padding would be negative"),
    ("Conv2d(3, 8, 9)", "7"): (ShapeError, "the kernel must fit"),
    ("Conv2d(3, 8, 3)", "1x2x3x4"): (SpecError, "has 2 axes"),
    ("Conv2d(3, 8, 3) ReLU", "7"): (SpecError, "Expected one layer"),
    ("Conv2d(3, 8, 3, stride=20)", "HxW"): (SpecError, "give a number"),
    ("Conv2d(3, 8, F)", "7"): (SpecError, "letters among its arguments"),
    ("Conv2d(3, 8, 3, stride=S)", "W"): (SpecError, "letters among its arguments"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_restored_is_refused(case):
    """In one line that says why."""
    kind, message = REFUSED[case]
    with pytest.raises(kind, match=r"\A[^\n]*\Z") as refused:
        restore(*case)
    assert message in str(refused.value)


def test_the_answer_as_json():
    """Plain data, with the cases in words."""
    assert restore("Conv1d(3, 8, 3, stride=2, padding=1)", "W").as_dict() == {
        "layer": "Conv1d(3, 8, 3, stride=2, padding=1)",
        "input": [3, "W"],
        "output": [8, "⌊(W + 1)/2⌋"],
        "rule": "(W − F + 2P) mod S",
        "answers": [
            {
                "spec": "ConvTranspose1d(8, 3, 3, stride=2, padding=1, output_padding=1)",
                "output_padding": [1],
                "for": ["W even"],
            },
            {"spec": "ConvTranspose1d(8, 3, 3, stride=2, padding=1)", "output_padding": [0], "for": ["W odd"]},
        ],
    }
