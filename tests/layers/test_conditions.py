"""Conditions: stated once, and read as refusals and as what a domain solves."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given

from shapecalc import ShapecalcError
from shapecalc.algebra import Formula, Name
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.errors import ShapeError
from shapecalc.formats.text.chain import read_layer
from shapecalc.layers import REGISTRY, Layer, Require
from shapecalc.layers.core.axiswise import Axiswise
from shapecalc.layers.core.conditions import Condition, at_least, open_conditions
from tests.campaigns import examples
from tests.layers.case import Case
from tests.layers.strategies import CASES

H, W = Name("H"), Name("W")


@pytest.mark.parametrize("name", REGISTRY)
def test_a_layer_is_refused_where_a_condition_fails(name: str):
    """What check() refuses is what conditions() states: a domain and a refusal cannot disagree."""

    @examples(20, deep=600)
    @given(CASES[name])
    def agree(case: Case):
        try:
            layer = REGISTRY[name](**case.arguments).resolve(case.shapes)
            layer.check_inputs(case.shapes)
            layer.bind(case.shapes)
        except (ShapecalcError, ZeroDivisionError):
            return  # the arguments or the number of dimensions, which are no comparison of sizes; a stride of Unfold's
        try:
            layer.check(case.shapes)
            refused = False
        except ShapeError:
            refused = True
        # what lies behind a failed condition need not make sense: the windows of a kernel that does not fit
        try:
            failure: object = _first_failure(layer, case.shapes)
        except ShapeError as refusal:  # of a part, as it has another number of dimensions than it takes
            failure = refusal
        assert (failure is not None) == refused, failure

    agree()


@pytest.mark.parametrize("name", REGISTRY)
def test_no_input_fails_what_the_arguments_fulfil(name: str):
    """A condition that is not tested again for each input holds in every environment of its layer."""

    @examples(12, deep=250)
    @given(CASES[name])
    def agree(case: Case):
        try:
            layer = REGISTRY[name](**case.arguments).resolve(case.shapes)
            layer.check_inputs(case.shapes)
            envs = {"requires": [layer.bind(case.shapes)], "fits": _axis_envs(layer, case.shapes)}
        except (ShapecalcError, ZeroDivisionError):
            return  # a stride of 0 is refused before the columns of Unfold are counted
        for table in ("requires", "fits"):
            conditions = set(getattr(layer, table, ())) - set(_open_conditions(layer, table))
            assert [require.words for env in envs[table] for require in conditions if require.fails(env)] == []

    agree()


def _axis_envs(layer: Layer, shapes: tuple) -> list:
    return [env for _, env in layer.axis_envs(shapes[0])] if isinstance(layer, Axiswise) else []


def _open_conditions(layer: Layer, table: str) -> tuple[Require, ...]:
    return open_conditions(layer.interned, table) if hasattr(layer, table) else ()


def test_conditions_on_numbers_among_the_arguments_are_tested_once():
    """Of a convolution, what depends on letters or on the input stays open; what its settings rule out does not."""
    conv = read_layer("Conv2d(3, 10, (3, K))").interned
    assert [require.words for require in open_conditions(conv, "requires")] == [
        "the input must have in_channels channels"
    ]
    assert next(require.words for require in open_conditions(conv, "fits")) == "kernel_size must be at least 1"
    assert "stride must be at least 1" not in [require.words for require in open_conditions(conv, "fits")]
    numbers = read_layer('Conv2d(3, 10, 3, padding="same")').interned
    assert [require.words for require in open_conditions(numbers, "fits")] == ["the kernel must fit the padded input"]


def _first_failure(layer: Layer, shapes: tuple) -> Condition | None:
    for condition in layer.conditions(shapes):
        if all(option.holds() is False for option in condition.options):
            return condition
    return None


def test_a_condition_has_its_axis_as_data():
    """Whoever prints it adds the axis to the words."""
    conditions = [condition for condition in read_layer("MaxPool2d((2, 3))").conditions(((3, H, W),)) if condition.axis]
    fit = [condition for condition in conditions if condition.words == "the kernel must fit the padded input"]
    assert [(condition.axis, str(condition.options[0].right)) for condition in fit] == [("height", "H"), ("width", "W")]
    assert [str(condition) for condition in fit] == [
        f"the kernel must fit the padded input along the {axis}" for axis in ("height", "width")
    ]


@pytest.mark.parametrize(
    ("spec", "shapes", "options"),
    [
        ("Add", ((3, W), (3, 7)), ["W = 7", "W = 1", "7 = 1"]),
        ("PReLU(K)", ((3, W),), ["K = 3", "K = 1"]),
        ("AvgPool2d(2, divisor_override=K)", ((3, 8, 8),), ["K >= 1", "K <= -1"]),
    ],
)
def test_one_of_several_comparisons_is_enough(spec, shapes, options):
    """A size of 1 is stretched, one slope serves all channels, and a divisor may be negative."""
    (condition,) = [one for one in read_layer(spec).conditions(shapes) if len(one.options) > 1]
    assert [f"{left} {relation} {right}" for left, relation, right in condition.options] == options


@pytest.mark.parametrize(
    ("spec", "shapes", "words"),
    [
        ("Concat", ((3, W), (3, 4), (3, 5)), "needs inputs that agree in all dimensions but 1"),
        ("Concat", ((3, H), (3, W), (3, W + 1)), "needs inputs that agree in all dimensions but 1"),
        ("Add", ((3, W), (3, 4), (3, 5)), "they differ in dimension 2 (W, 4, 5)"),
        ("Bilinear(3, 4, 5)", ((W, 3), (W + 2, 4)), "must agree in all dimensions but the last"),
        ("LayerNorm((W, 8))", ((3, W + 1, 8),), "must end in Wx8"),
        ("MultiheadAttention(8, 2)", ((5, 8), (W, 7)), "the key must be Wx8, but it is Wx7 (query 5x8)"),
        ("MultiheadAttention(8, 2)", ((5, 8), (W, 8), (W + 1, 8)), "the value must be Wx8, but it is (W + 1)x8"),
        ("MultiheadAttention(8, 2)", ((5, 8), (6,)), "the key must be 6x8, but it is 6 (query 5x8)"),
        ("BatchNorm2d(4)", ((4, 0, W),), "needs an input without a size of 0, but it is 4x0xW"),
        ("LazyBatchNorm2d()", ((4, 0, W),), "LazyBatchNorm2d() needs an input without a size of 0"),
    ],
)
def test_sizes_that_surely_differ_are_refused(spec, shapes, words):
    """Whatever the letters stand for; the sentence has all shapes."""
    layer = read_layer(spec)
    with pytest.raises(ShapeError) as refused:
        layer.resolve(shapes).check(shapes)
    assert words in str(refused.value)


def test_a_formula_of_an_alternative_is_checked():
    """The class cannot be created where one names what it lacks."""
    require = Require("it must hold", "=", lambda size: (size, 1), alternatives=(("=", lambda no: (no, 1)),))
    with pytest.raises(TypeError, match="names no, which is neither a field nor given"):
        type("Broken", (Layer,), {"__annotations__": {"size": int}, "requires": (require,)})


@pytest.mark.parametrize(("bound", "words"), [(1, "size must be at least 1"), (0, "size must not be negative")])
def test_at_least(bound, words):
    """The condition that most arguments have, with the argument's name in its formula."""
    require = at_least(bound, "size")
    assert (require.words, require.formula.names) == (words, ("size",))
    assert [require.fails({"size": size}) for size in (bound - 1, bound, W)] == [True, False, False]
    assert require.formula.tree({"size": 5}) == (Name("size"), bound)


def test_a_relation_that_there_is_not():
    """It fails where the layer is declared."""
    with pytest.raises(ValueError, match="'<' is not a valid Relation"):
        Require("it must hold", "<", lambda size: (size, 1))


@pytest.mark.parametrize("relation", Relation)
def test_a_relation_and_its_negation(relation):
    """Each is read from its symbol; sign and negation are its own; a comparison with letters may be open."""
    assert Relation(str(relation)) is relation
    assert relation.sign not in relation.negation or relation is Relation.DIVIDES
    values = [Comparison(left, relation, right).holds() for left, right in pairwise((0, 2, 4, 4, 3))]
    expected = {
        Relation.AT_LEAST: [False, False, True, True],
        Relation.AT_MOST: [True, True, True, False],
        Relation.EQUAL: [False, False, True, False],
        Relation.DIVIDES: [False, True, True, False],
    }
    assert values == expected[relation]
    assert Comparison(W, relation, 2 * H).holds() is None


def test_letters_that_cancel_decide():
    """W + 2 is larger than W, whatever W is."""
    assert [Comparison(W + 2, relation, W).holds() for relation in map(Relation, ("=", ">=", "<="))] == [
        False, True, False,
    ]  # fmt: skip


def test_formulas_take_other_names():
    """A formula may name its integers otherwise than its function does."""
    formula = Formula(lambda value: value + 1, names=("stride",))
    assert (formula.at({"stride": 2}), str(formula.tree({"stride": 2}))) == (3, "stride + 1")
