"""Whether what students see of a network gives the key away: a number of a layer behind the one that is asked about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shapecalc.grading.quiz.exhibit import is_quoted
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.target_values import node_of
from shapecalc.layers import Layer
from shapecalc.measures import measure


def exposing_layer(question: Question) -> tuple[int, str, str] | None:
    """A number of the key, the node and the layer behind what is asked in which students see it; None where none is.

    What stands in the layers from which the key is worked out, and in the inputs, is what the question gives.
    """
    model = question.model
    if model is None or question.options or not isinstance(model.key, int | tuple):
        return None
    report = measure(model.net)
    if model.target.is_total or node_of(model.target, report) in model.net.inputs:
        return None
    before = {node.name for node in model.net.ancestors(node_of(model.target, report))}
    arguments = {size for shape in model.net.inputs.values() for size in shape}
    arguments |= {number for node in model.net.nodes if node.name in before for number in _numbers(node.layer)}
    key = model.key if isinstance(model.key, tuple) else (model.key,)
    words = "\n".join((question.text, *question.exhibit))
    for node in model.net.nodes:
        if node.name not in before and is_quoted(str(node.layer), words):
            number = next((size for size in _numbers(node.layer) if size in key and size not in arguments), None)
            if number is not None:
                return number, node.name, str(node.layer)
    return None


def _numbers(layer: Layer) -> Iterator[int]:
    """The whole numbers among the arguments of a layer."""
    values: list[Any] = [*layer.values.values()]
    for value in values:
        for number in value if isinstance(value, tuple) else (value,):
            if isinstance(number, int) and not isinstance(number, bool):
                yield number
