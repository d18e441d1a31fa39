"""Mistakes in the biases of a count of parameters."""

from __future__ import annotations

from shapecalc.algebra import Int
from shapecalc.grading.mistakes.change import LineEdit
from shapecalc.grading.mistakes.line import EditedTree, Line
from shapecalc.grading.mistakes.mistake import Mistake, in_formulas
from shapecalc.grading.mistakes.terms import input_name, of_parameters, output_name, sum_of, weights_and_biases


def _biases(change: LineEdit) -> LineEdit:
    """An edit of a count that has a bias."""
    return of_parameters(lambda line: change(line) if weights_and_biases(line.tree)[1] else None)


def _without_bias(line: Line) -> EditedTree | None:
    return sum_of(weights_and_biases(line.tree)[0])


def _bias_for(bias: Int) -> LineEdit:
    return _biases(lambda line: sum_of(weights_and_biases(line.tree)[0]) + bias)


def _bias_invented(line: Line) -> EditedTree | None:
    name = output_name(line)
    is_without = line.layer.values.get("bias") is False and not weights_and_biases(line.tree)[1]
    return line.tree + name if is_without and name else None


def _bias_per_input(line: Line) -> EditedTree | None:
    name = input_name(line)
    return sum_of(weights_and_biases(line.tree)[0]) + name if name else None


def _bias_per_slice(line: Line) -> EditedTree | None:
    inputs, outputs = input_name(line), output_name(line)
    return sum_of(weights_and_biases(line.tree)[0]) + outputs * inputs if inputs and outputs else None


def _bias_twice(line: Line) -> EditedTree | None:
    return line.tree + sum_of(weights_and_biases(line.tree)[1])


def _bias_per_weight(line: Line) -> EditedTree | None:
    return 2 * sum_of(weights_and_biases(line.tree)[0])


def _second_bias_forgotten(line: Line) -> EditedTree | None:
    weights, biases = weights_and_biases(line.tree)
    return sum_of([*weights, *biases[:-1]]) if len(biases) > 1 else None


MISTAKES = (
    Mistake(
        "bias-forgotten",
        1,
        "K·F·F·D, without + K",
        "You left out the bias",
        in_formulas(_biases(_without_bias)),
    ),
    Mistake(
        "bias-invented",
        2,
        "+ K where bias=False",
        "You counted a bias that the layer does not have",
        in_formulas(of_parameters(_bias_invented)),
    ),
    Mistake(
        "one-bias-per-layer",
        2,
        "+ 1 in the place of + K",
        "You counted one bias for the whole layer",
        in_formulas(_bias_for(1)),
    ),
    Mistake(
        "bias-per-weight",
        6,
        "one bias for each weight: 2·K·F·F·D",
        "You counted a bias for each weight",
        in_formulas(_biases(_bias_per_weight)),
    ),
    Mistake(
        "bias-per-input",
        4,
        "+ D (or + in_features) in the place of + K",
        "You counted a bias for each input",
        in_formulas(_biases(_bias_per_input)),
    ),
    Mistake(
        "bias-per-slice",
        5,
        "+ K·D in the place of + K: (F·F + 1)·D·K",
        "You counted a bias for each input channel of each filter",
        in_formulas(_biases(_bias_per_slice)),
    ),
    Mistake(
        "bias-counted-twice",
        4,
        "+ 2K in the place of + K",
        "You counted the bias twice",
        in_formulas(_biases(_bias_twice)),
    ),
    Mistake(
        "second-bias-forgotten",
        1,
        "one of the two biases of a recurrent layer left out",
        "You left out one of the two biases",
        in_formulas(of_parameters(_second_bias_forgotten)),
    ),
)
