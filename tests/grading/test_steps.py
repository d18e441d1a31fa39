"""The steps behind a key, as data: evaluated anew they give the key, and a changed number changes it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from shapecalc import measure
from shapecalc.algebra import evaluate
from shapecalc.derivations import Derived
from shapecalc.grading import load_quiz
from shapecalc.grading.quiz.steps import (
    FieldGrowth,
    InputSizes,
    LayerSum,
    SharedWeights,
    SizeDerivation,
    sides,
    steps_text,
)
from shapecalc.layers.core.quantity import Quantity

NET = "Conv2d(3, 10, (3, 5)) ReLU MaxPool2d(4, 4) Conv2d(10, 20, 5, padding=2) MaxPool2d(2, 2)"
#: Everything that may be asked, with the kind of its answer.
TARGETS = [
    ("shape", "output_shape"),
    ("shape", {"measure": "output_shape", "node": "relu1"}),
    ("integer", {"measure": "output_shape", "dim": 2}),
    ("integer", "channels"),
    ("integer", "height"),
    ("integer", {"measure": "width", "node": "conv1"}),
    ("expression", "values"),
    ("integer", {"measure": "parameters", "node": "conv1"}),
    ("integer", {"measure": "parameters", "node": "conv2", "tensor": "weight"}),
    ("expression", "parameters"),
    ("integer", {"measure": "macs", "node": "conv2"}),
    ("integer", "macs"),
    ("integer", {"measure": "receptive_field", "axis": "width"}),
    ("integer", {"measure": "receptive_field", "axis": "height"}),
    ("integer", {"measure": "jump", "node": "conv2"}),
]


def questions(tmp_path, *entries, net=NET, shape="3x130x130"):
    """The questions of a quiz with these entries."""
    named = [{"id": f"q{place}", "text": "t", **entry} for place, entry in enumerate(entries)]
    path = tmp_path / "quiz.json"
    path.write_text(json.dumps({"title": "T", "net": {"spec": net, "input": shape}, "questions": named}))
    return load_quiz(path).questions


def worked_out(question, change=lambda derived: derived):
    """The key as the steps' trees and numbers give it, after a change of each derivation."""
    sizes: dict[int, Any] = {}
    for step in question.model.steps:
        match step:
            case SizeDerivation(entries):
                sizes |= {dim: value_of(change(derived)) for dim, derived in entries}
            case InputSizes(dims, _, shape):
                sizes |= {dim: shape[dim] for dim in dims}
            case LayerSum(total):
                last = sum(value_of(change(term)) for term in total.terms)
            case Derived():
                last = value_of(change(step))
    match question.model.target.measure:
        case "output_shape" | "channels" | "height" | "width":
            return (
                tuple(sizes[dim] for dim in sorted(sizes)) if question.kind == "shape" else next(iter(sizes.values()))
            )
        case _:
            return last


def value_of(derived):
    """A derivation's tree, evaluated with its numbers; a sum's, with the values of its terms."""
    numbers = dict(derived.env)
    if derived.terms:
        numbers = dict(zip(numbers, map(value_of, derived.terms), strict=True))
    return evaluate(derived.tree, numbers)


def raised(derived):
    """A derivation with its first number a thousand larger."""
    (name, number), *numbers = derived.env
    return replace(derived, env=((name, number + 1000), *numbers))


@pytest.mark.parametrize(("kind", "target"), TARGETS)
def test_the_steps_give_the_key(tmp_path, kind, target):
    """The trees in a question, evaluated with its numbers, give its key; with other numbers they give another."""
    (question,) = questions(tmp_path, {"kind": kind, "ask": target})
    assert worked_out(question) == question.key
    assert worked_out(question, raised) != question.key


def test_a_question_keeps_its_network(tmp_path):
    """The network of a question is there to be measured again."""
    (question,) = questions(tmp_path, {"kind": "integer", "ask": "parameters"})
    assert measure(question.model.net).parameters == question.key


def test_the_steps_of_a_single_choice_give_the_right_option(tmp_path):
    """The option whose value the tree gives is the key."""
    (question,) = questions(tmp_path, {"kind": "single-choice", "ask": "width", "options": [14, 15, 16]})
    assert [option.value == worked_out(question) for option in question.options] == [False, True, False]
    assert worked_out(question, raised) != 15


def test_the_steps_of_a_claim_decide_it(tmp_path):
    """Both sides of a claim keep their targets and trees."""
    claim = {
        "text": "more",
        "ask": {"measure": "macs", "node": "conv1"},
        "more_than": {"measure": "macs", "node": "conv2"},
    }
    option = {"text": "no parameters", "ask": {"measure": "parameters", "node": "pool1"}, "equals": 0}
    (question,) = questions(tmp_path, {"kind": "select-all", "options": [claim, option]})
    first, second = (option.claim for option in question.options)
    assert (first.left.target.node, first.relation, first.right.target.node) == ("conv1", "more_than", "conv2")
    assert [value_of(step) for step in first.steps] == [first.left.key, first.right.key]
    assert (second.left.key, second.right, second.holds, question.key) == (0, 0, True, (0, 1))


def test_an_order_keeps_the_shape_it_came_from(tmp_path):
    """A shape that is asked for with its channels last keeps the derivation of its sizes."""
    (question,) = questions(tmp_path, {"kind": "shape", "ask": "output_shape", "order": "channels-last"})
    assert (worked_out(question), question.key) == ((20, 16, 15), (16, 15, 20))
    assert steps_text(question.steps).endswith("; channels last: 16x15x20")


def test_each_size_keeps_its_own_formula(tmp_path):
    """Sizes that read alike are one step, in which each has its own names."""
    (question,) = questions(tmp_path, {"kind": "shape", "ask": "output_shape"}, net="Transpose(1, 2)", shape="28x28")
    (step,) = question.steps
    assert sides(step) == ("output of transpose1", "28")
    assert [(dim, derived.tree.axis) for dim, derived in step.sizes] == [(0, 1), (1, 0)]


def test_a_layer_that_passes_sizes_on_derives_none(tmp_path):
    """The layer before it does, or the input."""
    shape = {"kind": "shape", "ask": "output_shape"}
    (question,) = questions(tmp_path, shape, net="Conv2d(3, 4, 3) ReLU Dropout", shape="3x8x8")
    assert [sides(step)[0] for step in question.steps] == ["channels of conv1", "height and width of conv1"]
    (question,) = questions(tmp_path, shape, net="ReLU", shape="28x28")
    assert steps_text(question.steps) == "shape of input = 28x28"


def test_a_path_keeps_its_values(tmp_path):
    """The growth of a field is kept node by node, and is cut only where it is printed."""
    net = " ".join(["Conv2d(3, 3, 3)"] * 8)
    (question,) = questions(tmp_path, {"kind": "integer", "ask": "receptive_field"}, net=net)
    growth = question.steps[0]
    assert growth == FieldGrowth(Quantity.FIELD, tuple((f"conv{place}", 1 + 2 * place) for place in range(1, 9)))
    assert sides(growth) == ("receptive field after conv1 3, …, conv5 11, conv6 13, conv7 15, conv8 17",)


def test_a_sum_keeps_its_terms(tmp_path):
    """The total of many layers has the formula of each, and is cut only where it is printed."""
    net = " ".join(["Conv2d(3, 3, 3)"] * 8)
    (question,) = questions(tmp_path, {"kind": "integer", "ask": "parameters"}, net=net)
    (step,) = question.steps
    assert sides(step) == ("parameters", "the sum over 8 layers", "672")
    assert [(term.node, term.letters()) for term in step.total.terms][:1] == [("conv1", "K·F·F·D + K")]


def test_shared_weights_say_whose_they_are():
    """A node without weights of its own names their owner."""
    assert sides(SharedWeights("conv2", "conv1")) == ("conv2 uses the weights of conv1 and has none of its own",)
