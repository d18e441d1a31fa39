"""What every layer class has, and what declaring one checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

import shapecalc.layers
from shapecalc import ShapecalcError, layers, parse
from shapecalc.algebra import Expr, Formula, evaluate, name_values, text
from shapecalc.errors import SpecError
from shapecalc.formats import read_expression
from shapecalc.formats.text.chain import read_layer
from shapecalc.layers import REGISTRY, Layer, is_argument_word
from shapecalc.layers.core.arguments import REQUIRED
from shapecalc.layers.core.axiswise import Axiswise
from shapecalc.layers.core.conditions import Require
from shapecalc.layers.core.registry import LayerClass, register
from shapecalc.layers.families import FAMILIES
from tests.campaigns import examples
from tests.layers.case import Case
from tests.layers.strategies import CASES


def concrete(cls: type[Layer]) -> Iterator[type[Layer]]:
    """The classes below ``cls`` that have none below them."""
    below = cls.__subclasses__()
    for one in below:
        yield from concrete(one)
    if not below:
        yield cls


def of_the_product(cls: type[Layer]) -> bool:
    return cls.__module__.startswith("shapecalc.layers.")


def test_every_layer_class_is_registered():
    """Every final class is in REGISTRY by its own name, and nothing else is; but for those that only a trace makes."""
    classes = [cls for cls in concrete(Layer) if of_the_product(cls) and cls.__module__ != "shapecalc.layers.opaque"]
    assert {cls.__name__: cls for cls in classes} == REGISTRY


def test_every_file_of_layers_is_imported():
    """A file that the list of families forgot would register nothing."""
    folder = Path(shapecalc.layers.__file__).parent
    declaring = {path.stem for path in folder.glob("*.py") if "@register" in path.read_text(encoding="utf-8")}
    assert declaring == {*FAMILIES}


@pytest.mark.parametrize("cls", REGISTRY.values(), ids=lambda cls: cls.__name__)
def test_every_layer_says_what_it_is(cls):
    """A sentence of its own, a nickname, and it is known under its name as an attribute."""
    assert (bool(vars(cls)["__doc__"]), cls.nick.isidentifier(), getattr(layers, cls.__name__)) == (True, True, cls)


def test_every_formula_has_a_source():
    """Only layers that leave everything as it is have none."""
    assert {name for name, cls in REGISTRY.items() if not cls.source.startswith("https://")} <= {
        "Identity",
        "CrossMapLRN2d",
    }


@pytest.mark.parametrize("name", REGISTRY)
def test_text_of_a_layer_reads_back_as_the_layer(name: str):
    """Whatever its arguments, a layer's text gives an equal layer with the same text; Lazy variants as well."""

    @examples(20, deep=600)
    @given(CASES[name])
    def stable(case: Case):
        try:
            layer = REGISTRY[name](**case.arguments)
        except ShapecalcError:
            return
        again = read_layer(repr(layer))
        assert (again, repr(again), hash(again)) == (layer, repr(layer), hash(layer))

    stable()


@pytest.mark.parametrize("name", [name for name, cls in REGISTRY.items() if cls.infers])
def test_omitted_counts_read_back(name: str):
    """A layer whose counts are left out reads back as it was, and its counts are then found."""

    @examples(15, deep=400)
    @given(CASES[name])
    def stable(case: Case):
        cls = REGISTRY[name]
        given = {key: value for key, value in case.arguments.items() if key not in cls.infers}
        try:
            layer = cls(**given)
            resolved = layer.resolve(case.shapes)
        except ShapecalcError:
            return
        assert (layer, True, False) == (read_layer(repr(layer)), layer.is_lazy(), resolved.is_lazy())

    stable()


def numbers(value: Any) -> list[Any]:
    """The integers and trees in a formula's result; settings and None are left out."""
    if isinstance(value, tuple):
        return [one for part in value for one in numbers(part)]
    return [value] if isinstance(value, int | Expr) and not isinstance(value, bool) else []


#: What a formula gives, the formula and its values.
Named = tuple[str, Formula, Mapping[str, Any]]


def steps(layer: Layer, shapes: tuple[Any, ...]) -> list[Named]:
    """Every formula of a layer with its values, conditions included."""
    output = layer.output_shape(shapes)
    found: list[Named] = [(step[0], *step[2:]) for step in layer.steps(shapes)]
    found += [*layer.tensors(), *layer.work(shapes, output)]
    env = layer.bind(shapes)
    found += [("requires", require.formula, env) for require in type(layer).requires]
    if isinstance(layer, Axiswise):
        image = layer.image(shapes[0]) if isinstance(layer, shapecalc.layers.reshape.Patches) else shapes[0]
        for axis, known in layer.axis_envs(image):
            found += [(axis, require.formula, known) for require in type(layer).fits]
    return [(what, formula, env) for what, formula, env in found if formula.at(env) is not None]


@pytest.mark.parametrize("name", [name for name in REGISTRY if name not in ("Add", "Multiply")])
def test_the_readings_of_every_formula_agree(name: str):
    """Of each formula of each layer: its value, its tree's value and its text with numbers are one number.

    Stretching a size of 1 is no formula: it asks which number stands where (tests/explain has those derivations).
    """

    @examples(20, deep=600)
    @given(CASES[name])
    def agree(case: Case):
        try:
            layer = REGISTRY[name](**case.arguments).resolve(case.shapes)
            layer.check(case.shapes)
        except ShapecalcError:
            return
        for _, formula, env in steps(layer, case.shapes):
            values, known = numbers(formula.at(env)), name_values(env)
            trees = numbers(formula.tree(env))
            written = [read_expression(text(tree, lambda name: known[name])) for tree in trees]  # noqa: B023
            assert (values, values) == ([evaluate(tree, known) for tree in trees], written)

    agree()


def test_a_formula_that_names_an_unknown_field_fails_at_once():
    """The class itself cannot be created; the message names formula, name and what is known."""
    with pytest.raises(TypeError, match=r"^Broken.shape names kernel, which is neither a field nor given; known are "):

        class Broken(Layer):
            kernel_size: int

            shape = Formula(lambda input, kernel: (*input, kernel))


@pytest.mark.parametrize(
    "formulas",
    [
        {"macs": Formula(lambda unknown: unknown)},
        {"parameters": {"weight": Formula(lambda unknown: (unknown,))}},
        {"buffers": {"mean": Formula(lambda unknown: (unknown,))}},
        {"requires": (Require("it must hold", ">=", lambda unknown: (unknown, 1)),)},
    ],
    ids=lambda formulas: next(iter(formulas)),
)
def test_every_kind_of_formula_is_checked(formulas):
    """Work, weights, buffers and conditions are looked at like the shape."""
    with pytest.raises(TypeError, match="names unknown, which is neither a field nor given"):
        type("Broken", (Layer,), {"__annotations__": {"size": int}, "__doc__": "x", **formulas})


def test_the_formulas_of_axes_are_checked():
    """So are the formulas that a layer has for each axis."""
    with pytest.raises(TypeError, match=r"Broken\.axis_size names unknown"):
        type("Broken", (Axiswise,), {"__annotations__": {"size": int}, "axis_size": Formula(lambda unknown: unknown)})


def test_a_layer_without_fields_is_checked_when_it_is_registered():
    """A class that declares no arguments is looked at by @register."""
    broken = type("Broken", (Layer,), {"shape": Formula(lambda unknown: unknown)})
    with pytest.raises(TypeError, match=r"Broken\.shape names unknown"):
        register(broken)
    assert "Broken" not in REGISTRY


def test_a_sound_class_passes_the_same_check():
    """The check does not refuse everything."""

    class Sound(Layer):
        size: int

        gives: ClassVar[frozenset[str]] = Layer.gives | {"extra_name"}
        shape = Formula(lambda input, size, extra_name: (*input, size, extra_name))

    assert list(Sound.fields) == ["size"]


def test_a_layer_cannot_be_changed():
    """An assignment says how to get another layer instead."""
    layer = read_layer("Conv2d(3, 10, 3)")
    with pytest.raises(AttributeError, match=r"make another with replace\(stride=2\)"):
        layer.stride = 2
    assert repr(layer.replace(stride=2)) == "Conv2d(3, 10, 3, stride=2)"


def test_an_argument_that_is_not_there_is_an_attribute_error():
    """Hasattr and copy work as on any object."""
    assert not hasattr(read_layer("ReLU"), "stride")


def test_every_word_argument_is_checked():
    """No layer takes a word that it does not know: quotes could not be written back."""
    words = [(cls, name) for cls in REGISTRY.values() for name, field in cls.fields.items() if field.kind.vocabulary]
    accepted = [(cls.__name__, name) for cls, name in words if takes(cls, name, 'no "such" word')]
    assert (len(words) > 5, accepted) == (True, [])


def takes(cls: LayerClass, name: str, word: str) -> bool:
    required = {key: 2 for key, field in cls.fields.items() if field.default is REQUIRED}
    try:
        cls(**{**required, name: word})
    except SpecError:
        return False
    return True


@given(st.sampled_from([name for name, cls in REGISTRY.items() if cls.has_lazy]))
def test_lazy_names_are_known(name):
    """Each Lazy class of torch reads as the layer whose counts are found."""
    cls = REGISTRY[name]
    given = ", ".join("3" for key, field in cls.fields.items() if field.default is REQUIRED and key not in cls.infers)
    (node,) = parse(f"Lazy{name}({given})").nodes
    assert (cls, True) == (type(node.layer), node.layer.is_lazy())


def test_no_argument_takes_an_empty_tuple():
    """A layer without sizes has no meaning, whichever layer it is."""
    fields = [(cls, field) for cls in REGISTRY.values() for field in cls.fields.values()]
    assert [(cls, field.name) for cls, field in fields if field.kind.read((), cls.rank) is not NotImplemented] == []


def test_every_word_is_declared():
    """An argument that takes words says which, and none of them is read as the name of a number."""
    kinds = [field.kind for cls in REGISTRY.values() for field in cls.fields.values()]
    words = {word for kind in kinds for word in kind.vocabulary}
    assert [kind for kind in kinds if kind.read("word", 2) == "word" and not kind.vocabulary] == []
    assert {word for word in (*words, "full", "global") if not is_argument_word(word)} == {"max", "row", "sum"}
    assert not is_argument_word("width")


#: Numbers of inputs that a layer refuses, with what it says it takes.
COUNTS = [
    (layers.Add(), 1_001, "at most 1,000 inputs but got 1,001"),
    (layers.Concat(), 9_000, "at most 1,000 inputs but got 9,000"),
    (layers.Stack(), 1, "2 or more inputs but got 1"),
    (layers.MultiheadAttention(8, 2), 4, "1 to 3 inputs but got 4"),
    (layers.DeformConv2d(8, 8, 3), 4, "2 or 3 inputs but got 4"),
    (layers.MatMul(), 3, "2 inputs but got 3"),
    (layers.ReLU(), 2, "1 input but got 2"),
]


@pytest.mark.parametrize(("layer", "count", "takes"), COUNTS, ids=str)
def test_a_wrong_number_of_inputs_is_refused_with_what_the_layer_takes(layer: Layer, count: int, takes: str) -> None:
    """Too many are not refused as if they were too few."""
    with pytest.raises(ShapecalcError, match=rf" takes {takes}\.$"):
        layer.check_inputs(((8, 8),) * count)
