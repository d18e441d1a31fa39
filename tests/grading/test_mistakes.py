"""Mistakes: numbers that people really stated are explained, and right ones never are."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import shapecalc
from shapecalc.grading.mistakes import Diagnoses, explain_amount
from shapecalc.grading.mistakes.registry import MISTAKES
from shapecalc.grading.quiz.target import Target
from shapecalc.grading.quiz.target_values import find_key

DATA = Path(__file__).parents[1] / "data"
CASES = {case["id"]: case for case in json.loads((DATA / "wrong_numbers.json").read_text(encoding="utf-8"))["cases"]}
NAMES = json.loads((DATA / "mistakes.json").read_text(encoding="utf-8"))["mistakes"]
#: The names that cover each label of a cause.
COVER = {label: entry["name"] for entry in NAMES for label in entry["labels"]}

#: Nets that the cases describe in words.
NETS = {"W080": "zoo:unet", "W176": "zoo:fcn32s"}
#: What the cases ask in words: what it starts with, and the measure.
ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("parameters of the whole net", {"measure": "parameters"}),
    ("parameters", {"measure": "parameters", "node": "last"}),
    ("trainable parameters", {"measure": "parameters", "node": "last"}),
    ("weights", {"measure": "parameters", "node": "last", "tensor": "weight"}),
    ("receptive field", {"measure": "receptive_field"}),
    ("height and width", {"measure": "output_shape"}),
    ("height before the crop", {"measure": "height", "node": "upscore"}),
    ("height", {"measure": "height"}),
    ("length", {"measure": "length"}),
    ("number of kernel positions", {"measure": "positions"}),
    ("total 'same' padding", {"measure": "padding", "node": "last", "axis": "height"}),
    ("channels each filter sees", {"measure": "parameters", "node": "last", "tensor": "weight", "dim": 1}),
    ("filters of", {"measure": "channels"}),
    ("FLOPs", {"measure": "flops_with_bias", "node": "last"}),
    ("multiply-accumulates with bias", {"measure": "macs_with_bias", "node": "last"}),
    ("multiply-accumulates", {"measure": "macs", "node": "last"}),
    ("total activation values", {"measure": "activations"}),
    ("number of output values", {"measure": "values"}),
    ("in_features", {"measure": "values"}),
    ("features", {"measure": "values"}),
    ("shape", {"measure": "output_shape"}),
)
#: Amounts of nets that are not described: the right amount, what it is of, the unit, and the decimals of the answer.
AMOUNTS: dict[str, tuple[Any, Any, int, int]] = {
    "W148": (Fraction("34.69308") * 10**6, "parameters", 10**6, 4),
    "W178": (4 * 5288548, "bytes", 2**20, 2),
    "W180": (Fraction("93.9") * 10**6, "parameters", 10**6, 1),
    "W181": (Fraction("4.167") * 10**6, "parameters", 10**6, 1),
}
#: Whose nets are described in words alone, or whose convention is another one.
UNKNOWN = {"W135", "W136", "W140", "W156", "W201"}
#: What no edit gives: 48 channels taken for a side, and a label that is no mistake of padding.
UNEXPLAINED = {"W008", "W185"}


def target(case, net):
    """What a case asks."""
    words = case["asked"]
    keys = dict(next(keys for start, keys in ASKED if words.startswith(start)))
    layer = re.search(r"layer (\d+)", words)
    if layer and keys["measure"] != "receptive_field":
        keys["node"] = net.nodes[int(layer[1]) - 1].name
    elif keys.get("node") == "last":
        keys["node"] = net.nodes[-1].name
    return Target(**keys)


@cache
def explained(name):
    """The mistakes that are named for a case, each explanation as the names of its edits, and what was said."""
    case = CASES[name]
    key: Any
    if name in AMOUNTS:
        key, measure, unit, digits = AMOUNTS[name]
        half = Fraction(1, 2 * 10**digits)
        number = Fraction(str(case["wrong"]))
        diagnoses = explain_amount(key, measure, (number - half) * unit, (number + half) * unit)
    else:
        net = shapecalc.parse(NETS.get(name, case["net"]), input_shape="x".join(map(str, case["input"])))
        report = shapecalc.measure(net)
        key = find_key(target(case, net), report)
        wrong, right = case["wrong"], case["right"]
        if "height and width" in case["asked"]:
            wrong, right = [key[0], *wrong], [key[0], *right]
        assert key == (tuple(right) if isinstance(right, list) else right)
        diagnoses = Diagnoses(net, target(case, net), key).explain(tuple(wrong) if isinstance(wrong, list) else wrong)
    return [[edit for edit, _ in diagnosis.edits] for diagnosis in diagnoses]


def cover(label):
    """The names that cover a label, two for a label of two slips; none where no name does."""
    labels = [label] if label in COVER else label.split("_and_")
    return sorted(COVER[part] for part in labels) if all(part in COVER for part in labels) else []


def fits(names, wanted):
    return sorted(names) == wanted or (len(wanted) == 1 and wanted[0] in names)


COVERED = [
    name for name, case in CASES.items() if cover(case["cause"]["label"]) and not case["alternatives"]
]  # fmt: skip
AMBIGUOUS = [name for name, case in CASES.items() if case["alternatives"] and name not in UNKNOWN]


def rank(name):
    """At which place the true cause of a case is named, from 0; None where it is not."""
    wanted = cover(CASES[name]["cause"]["label"])
    return next((place for place, names in enumerate(explained(name)) if fits(names, wanted)), None)


def test_every_name_is_registered():
    """Each of the published names, and no name twice."""
    assert {entry["name"] for entry in NAMES} <= set(MISTAKES)


def test_true_causes_come_first():
    """The true cause is named first in four of five cases, and among the others in nineteen of twenty."""
    ranks = {name: rank(name) for name in COVERED}
    assert {name for name, place in ranks.items() if place is None} == UNEXPLAINED
    assert sum(place == 0 for place in ranks.values()) >= 0.85 * len(ranks)
    assert sum(place is not None for place in ranks.values()) >= 0.95 * len(ranks)


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_alternatives_are_named(name):
    """Where several causes fit, each that has a name is among those named."""
    if name == "W193":
        return  # a pool that quarters is no halving; a size that was used twice is named layer-twice
    case = CASES[name]
    labels = [case["cause"]["label"], *(entry["label"] for entry in case["alternatives"])]
    wanted = [cover(label) for label in labels if cover(label)]
    assert [names for names in wanted if not any(fits(edits, names) for edits in explained(name))] == []


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "unexplained" in case["cause"]["label"]])
def test_nothing_is_claimed_without_a_cause(name):
    """Where nobody found a cause, none is named."""
    assert explained(name) == []
