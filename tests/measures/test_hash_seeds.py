"""The same net gives the same bytes, whatever the seed of Python's hashes."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from hypothesis import HealthCheck, Phase, given, seed, settings

import shapecalc
from shapecalc import Net
from tests.campaigns import cases
from tests.nets.drawn import small_nets

NETS = cases(60, deep=1_000)
SEEDS = ("0", "1", "2")

#: Prints, for each net that it reads, everything that people and programs get of it.
_ANSWERS = """
import json, sys
import shapecalc
from shapecalc.solve import closed_form

QUESTIONS = (shapecalc.measure, shapecalc.explain, lambda net: shapecalc.measure(net).domain, closed_form)

def answers(text, shape):
    for question in QUESTIONS:
        try:
            answer = question(shapecalc.parse(text, input_shape=shape))
            yield [json.dumps(answer.as_dict()), str(answer)] if answer is not None else None
        except shapecalc.ShapecalcError as refused:
            yield str(refused)

for text, shape in json.load(sys.stdin):
    print(json.dumps([text, shape, list(answers(text, shape))]))
"""


def _drawn_nets() -> list[Net]:
    nets: list[Net] = []

    @seed(7)
    @settings(max_examples=NETS, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(small_nets(longest=3))
    def draw(net: Net) -> None:
        nets.append(net)

    draw()
    return nets


def _questions() -> list[tuple[str, str]]:
    """Nets as text, with letters for the sizes of their inputs."""
    questions = [("Conv2d(3, 4, 5, stride=2)", "3xHxW"), ("Conv2d(3, C, F, padding=P) MaxPool2d(S)", "3xHxW")]
    for net in _drawn_nets():
        (shape,) = net.inputs.values()
        questions.append((shapecalc.dumps(net), "x".join([str(shape[0]), *"HW"[3 - len(shape) :]])))
    return questions


def _answers(questions: list[tuple[str, str]], hash_seed: str) -> list[str]:
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    child = [sys.executable, "-c", _ANSWERS]
    text = json.dumps(questions)
    result = subprocess.run(child, input=text, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    return result.stdout.splitlines()


def test_answers_do_not_depend_on_the_hash_seed() -> None:
    """Text and JSON of dozens of nets are equal in processes with different seeds."""
    questions = _questions()
    expected = _answers(questions, SEEDS[0])
    assert len(expected) == len(questions)
    for hash_seed in SEEDS[1:]:
        assert _answers(questions, hash_seed) == expected
