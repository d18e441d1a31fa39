"""Each public function, with each argument of a wrong type: one clear line of our own error, or an answer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

import shapecalc
from shapecalc import grading, solve, zoo
from shapecalc.catalogue import architecture, card, search
from shapecalc.compare.counters import count_work
from shapecalc.compare.frameworks import compare_frameworks
from shapecalc.derivations.description import describe
from shapecalc.errors import check_type, quoted
from shapecalc.formats import open_within, read_expression, read_shape, spec_of
from shapecalc.measures import footprint
from shapecalc.measures.domain import domain

NET = shapecalc.parse("Conv2d(3, 8, 3) ReLU Flatten LazyLinear(10)", input_shape="3x8x8")
LETTER = shapecalc.parse("Conv2d(3, 8, 3)", input_shape="3xWxW")
KERNEL = shapecalc.parse("Conv2d(3, 8, F)", input_shape="3x64x64")
REPORT = shapecalc.measure(NET)
#: Values of types that hardly any argument takes, and some that many take.
VALUES: tuple[Any, ...] = (
    *(None, 3, -1, 1.5, "text", "", b"x", [], [1], {}, {"a": 1}, object(), NET, REPORT, int, True, float("nan"), ()),
    *(("a", None), 10**40, 10**5000, "x" * 100_000, [[[]]] * 100),
)
#: A legal call of each function: its arguments by name. Each of them is replaced by each of the values.
CALLS: dict[Callable[..., Any], dict[str, Any]] = {
    shapecalc.parse: {"spec": "ReLU", "input_shape": "3x8x8", "name": ""},
    shapecalc.load: {"path": "missing.yaml", "input_shape": ()},
    shapecalc.open_net: {"spec": "ReLU", "input_shape": "3x8x8"},
    open_within: {"folder": ".", "spec": "ReLU", "input_shape": "3x8x8"},
    shapecalc.dumps: {"net": NET},
    shapecalc.emit: {"net": NET, "class_name": "Net", "to": "torch"},
    shapecalc.draw: {"net": NET, "depth": None, "apart": False, "layout": "auto"},
    spec_of: {"net": NET},
    shapecalc.measure: {"net": NET, "batch": 1, "optimizer": "sgd", "dtype": "float32", "device": "cpu"},
    shapecalc.explain: {
        "net": NET,
        "batch": 1,
        "optimizer": "sgd",
        "dtype": "float32",
        "device": "cpu",
        "nodes": ("conv1",),
    },
    shapecalc.closed_form: {"net": LETTER, "batch": 1, "optimizer": "sgd", "dtype": "float32", "device": "cpu"},
    shapecalc.Net: {"inputs": NET.inputs, "nodes": NET.nodes, "outputs": NET.outputs, "name": ""},
    shapecalc.Builder: {"input_shape": (3, 8, 8), "more": (3, 8, 8)},
    solve.layers_for: {
        "before": "32 -> 16",
        "after": None,
        "layer": "conv",
        "kernel_size": 3,
        "stride": 2,
        "padding": 1,
        "dilation": 1,
        "output_padding": None,
        "ceil_mode": False,
        "dims": None,
    },
    solve.inputs_for: {"net": LETTER, "output": "8x8"},
    solve.smallest_for: {"net": KERNEL, "field": 7},
    solve.largest_for: {
        "net": LETTER,
        "parameters": None,
        "macs": None,
        "memory": "1 MiB",
        "training": True,
        "batch": 1,
        "optimizer": "adam",
        "dtype": "float32",
        "device": "cpu",
    },
    solve.depth_for: {"spec": "Conv1d(3, 3, 3)", "field": 9},
    solve.restore: {"layer": "Conv2d(3, 8, 3, stride=2)", "size": 8},
    solve.closed_form: {"net": LETTER},
    solve.with_letters: {"net": NET},
    solve.measure_at: {"net": LETTER, "values": {"W": 8}},
    grading.load_quiz: {"path": "missing.yaml", "seed": "1"},
    shapecalc.quiz: {"path": "missing.yaml", "seed": "1"},
    grading.shelf: {},
    grading.lint: {"template": None, "sample": 1},
    grading.load_template: {"path": "missing.yaml"},
    grading.plain_seeds: {"seed": "1"},
    grading.student_seeds: {"secret": b"secret", "student": "Ada"},
    grading.read_answers: {"path": "missing.csv"},
    grading.grade: {"quiz": None, "answers": None},
    card: {"name": "lenet5"},
    architecture: {"name": "lenet5"},
    search: {"text": "lenet5"},
    zoo.path: {"name": "lenet5"},
    zoo.canonical: {"word": "lenet5"},
    zoo.matching: {"word": "lenet5"},
    count_work: {"report": REPORT, "convention": "fvcore"},
    compare_frameworks: {"net": NET, "semantics": "keras"},
    domain: {"report": REPORT},
    describe: {"name": "Conv2d"},
    footprint: {"net": NET, "name": "conv1", "index": (0, 0)},
    read_shape: {"shape": "3x8x8"},
    read_expression: {"source": "2"},
    REPORT.__getitem__: {"name": "conv1"},
    REPORT.shape_of: {"name": "conv1"},
    NET.__getitem__: {"name": "conv1"},
    NET.replacing: {"name": "conv1", "layer": NET["conv1"].layer},
    shapecalc.Builder((3, 8, 8)).add: {"layer": NET["conv1"].layer, "inputs": "input", "name": "a"},
    shapecalc.Builder((3, 8, 8)).chain: {"inputs": "input"},
    shapecalc.closed_form(LETTER).at: {"W": 8},
    shapecalc.closed_form(LETTER).domain.holds: {"W": 8},
    shapecalc.layers.Conv2d: {"in_channels": 3, "out_channels": 8, "kernel_size": 3, "padding": 1, "bias": True},
}
#: Functions of the facade that are no calls of the table: classes of results and of errors, which people only get.
RESULTS = {"ClosedForm", "Explanation", "Report", "Node", "ShapecalcError", "ShapeError", "SpecError"}
#: Each message, and the call that it answers.
MESSAGES: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "Expected a net but got net='text'. Read it first: shapecalc.parse('text'), or shapecalc.open_net for a path.": (
        shapecalc.measure,
        {"net": "text"},
    ),
    "Expected a net but got net=None. shapecalc.parse, shapecalc.load and shapecalc.Builder make nets.": (
        shapecalc.explain,
        {"net": None},
    ),
    "Expected a net but got net=a Report. A Report has its net as .net.": (shapecalc.dumps, {"net": REPORT}),
    "Expected a word such as 'sgd' but got optimizer=3.": (shapecalc.measure, {"net": NET, "optimizer": 3}),
    "Expected a whole number or a letter but got batch=1.5.": (shapecalc.measure, {"net": NET, "batch": 1.5}),
    "Expected the name of a node, such as 'conv1' but got name=99.": (REPORT.__getitem__, {"name": 99}),
    "Expected a text such as 'Conv2d(3, 10, 3) ReLU()' but got 3.": (shapecalc.parse, {"spec": 3}),
    "Expected a text such as 'Conv2d(3, 10, 3) ReLU()' but got None.": (shapecalc.open_net, {"spec": None}),
    "Expected a quiz but got quiz=1. shapecalc.grading.load_quiz reads one.": (
        grading.grade,
        {"quiz": 1, "answers": 2},
    ),
    "Expected a report but got 'x'. shapecalc.measure makes one.": (domain, {"report": "x"}),
    "Expected a shape such as (3, 32, 32) but got input='3x8x8'. shapecalc.parse reads shapes that are text.": (
        shapecalc.Builder,
        {"input_shape": "3x8x8"},
    ),
    "Expected names of nodes, such as ('conv1', 'pool1') but got nodes=3.": (
        shapecalc.explain,
        {"net": NET, "nodes": 3},
    ),
    "-5 is below 0; write a number such as 1e6, 1_000_000 or 25.6M.": (
        solve.largest_for,
        {"net": LETTER, "macs": -5},
    ),
}


def name_of(function: Callable[..., Any]) -> str:
    """A function's qualified name."""
    return f"{function.__module__}.{function.__qualname__}"


def refusal(function: Callable[..., Any], arguments: dict[str, Any]) -> str:
    """The message of our own error that a call ends in, or ""."""
    try:
        function(**arguments)
    except shapecalc.ShapecalcError as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize("function", CALLS, ids=name_of)
def test_a_wrong_type_is_refused_in_one_line(function, tmp_path, monkeypatch):
    """Whatever stands for an argument, the function answers or raises our error, with a message of one line."""
    monkeypatch.chdir(tmp_path)
    for name in CALLS[function]:
        for value in VALUES:
            message = refusal(function, {**CALLS[function], name: value})
            assert "\n" not in message
            assert "Error" not in message


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_says_what_was_expected(message):
    """The message names the argument, what was expected and, where there is something to try, that."""
    function, arguments = MESSAGES[message]
    with pytest.raises(shapecalc.SpecError) as refused:
        function(**arguments)
    assert str(refused.value) == message


def test_the_table_walks_the_facade():
    """Every function and class that the package exports for use is in the table."""
    exported = [*vars(shapecalc), *shapecalc.EXPORTS]
    usable = {name for name in exported if callable(getattr(shapecalc, name)) and not name.startswith("_")}
    names = {function.__name__ for function in CALLS}
    assert usable - RESULTS - {"Any", "import_module"} <= names


@pytest.mark.parametrize("room", [solve, grading])
def test_the_table_walks_the_rooms(room):
    """Every function that the rooms of questions and of grading export is in the table."""
    exported = getattr(room, "_MODULES", vars(room))
    functions = {name for name in exported if inspect.isfunction(getattr(room, name)) and not name.startswith("_")}
    assert functions <= {function.__name__ for function in CALLS}


def test_one_name_of_a_node_is_enough():
    """Explain takes a name where names are expected."""
    assert str(shapecalc.explain(NET, nodes="conv1")) == str(shapecalc.explain(NET, nodes=["conv1"]))


def test_true_is_no_number():
    """A truth value is refused where a number is expected, and accepted where it is."""
    check_type("x", True, bool, "a truth value")
    with pytest.raises(shapecalc.SpecError, match=r"^Expected a number but got x=True\. Try 1\.$"):
        check_type("x", True, int, "a number", "Try 1.")


def test_a_value_is_shown_in_short():
    """A message shows small values as Python does, others by their class."""
    values = ("a", "a" * 61, 10**5000, REPORT, (1, "a"), [1] * 9)
    assert [quoted(value) for value in values] == [
        *("'a'", repr("a" * 60) + "...", "an int", "a Report", "(1, 'a')", "a list")
    ]
