"""A layer as a value: its attributes, equality, copies, and what equal layers share."""

from __future__ import annotations

import copy
import gc
import pickle
import subprocess
import sys
import weakref
from types import MappingProxyType
from typing import Any

import pytest

from shapecalc import measure, parse
from shapecalc.algebra.formula import Formula
from shapecalc.algebra.memo import MEMO
from shapecalc.formats.text.chain import read_layer
from shapecalc.layers import REGISTRY
from shapecalc.layers.core.interning import _INTERNED
from shapecalc.layers.core.layer import Layer
from shapecalc.layers.core.registry import register
from shapecalc.measures.sizes import walk

SPECS = ("Conv2d(3, 10, (3, F), padding=1)", "LazyConv2d(4, 3)", "Upsample(scale_factor=(2, 0.5))", "ELU(2)", "ReLU()")


def test_a_layers_attributes_are_its_arguments():
    """Nothing else stands among them, and they cannot be changed."""
    layer: Any = read_layer("Conv2d(3, 10, 3)")
    assert vars(layer) == dict(layer.values)
    assert (layer.kernel_size, list(vars(layer))) == ((3, 3), list(type(layer).fields))
    with pytest.raises(TypeError):
        layer.values["stride"] = 2
    with pytest.raises(TypeError):
        type(layer).fields["stride"] = None
    with pytest.raises(AttributeError, match="stride stays"):
        del layer.stride


@pytest.mark.parametrize("table", ["fields", "parameters", "buffers", "dim_names", "lazy_defaults"])
def test_the_tables_of_a_class_cannot_be_changed(table):
    """All its layers share them."""
    tables = [getattr(cls, table) for cls in REGISTRY.values()]
    assert {type(one) for one in tables} == {MappingProxyType}


def test_a_class_has_its_defaults_as_a_dataclass_does():
    """What a type checker takes for the class is so when it runs."""
    cls: Any = REGISTRY["Conv2d"]
    assert (cls.stride, cls.bias, hasattr(cls, "kernel_size")) == (1, True, False)


@pytest.mark.parametrize("spec", SPECS)
def test_a_copy_is_an_equal_layer(spec):
    """Copied, deeply copied and pickled."""
    layer = read_layer(spec)
    copies = [copy.copy(layer), copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))]  # noqa: S301  our own
    assert [(type(one), one, hash(one), repr(one)) for one in copies] == [
        (type(layer), layer, hash(layer), repr(layer))
    ] * 3
    assert {one.interned for one in copies} == {layer.interned}


def test_a_layer_crosses_processes():
    """Where texts have other hashes, it is equal still."""
    layer = read_layer('Conv2d(3, 10, 3, padding="same")')
    code = (
        "import pickle, sys; from shapecalc.formats.text.chain import read_layer; layer = read_layer(sys.argv[2]);"
        "print({pickle.loads(bytes.fromhex(sys.argv[1])): 1}.get(layer))"
    )
    command = [sys.executable, "-c", code, pickle.dumps(layer).hex(), repr(layer)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  our own text
    assert result.stdout == "1\n"


def test_equal_layers_share_one_object():
    """By its identity, what is remembered of a layer is found; a layer made from it is equal to them."""
    first, second, third = (read_layer(f"Conv2d(3, 10, {size})") for size in ("3", "(3, 3)", "4"))
    assert (first.interned is second.interned, first.interned is third.interned) == (True, False)
    assert (first.interned.layer, repr(first.interned.layer)) == (first, repr(first))


def test_layers_that_are_written_differently_share_nothing():
    """1 and 1.0 are equal, but each layer prints what it was given, whichever came first."""
    whole, real = read_layer("ELU(alpha=2)"), read_layer("ELU(alpha=2.0)")
    assert (whole == real, whole.interned is real.interned) == (True, False)
    assert [repr(one.interned.layer) for one in (whole, real)] == ["ELU(alpha=2)", "ELU(alpha=2.0)"]


def test_a_layer_that_nobody_uses_is_freed():
    """Neither the layer nor what it shared with its equals stays behind."""
    layer = REGISTRY["Conv2d"](7_777, 3, 3)
    watched: list[Any] = [weakref.ref(layer), weakref.ref(layer.interned)]
    keys = [key for key in _INTERNED if 7_777 in key[1]]
    del layer
    gc.collect()
    assert ([reference() for reference in watched], len(keys)) == ([None, None], 1)
    assert not [key for key in _INTERNED if 7_777 in key[1]]


def test_many_layers_leave_nothing_behind():
    """The table grows with the layers in use, what the memo remembers included, and with nothing else."""
    MEMO.clear()
    gc.collect()
    before = len(_INTERNED)
    for size in range(2_000):
        parse(f"Conv2d({1_000_000 + size}, 3, 3)")
    MEMO.clear()
    gc.collect()
    assert len(_INTERNED) - before < 100


def test_a_net_has_the_layer_that_it_was_given():
    """Measured after an equal layer with 2.0, one with 2 prints 2 still."""
    layers = [walk(parse(f"LPPool2d({power}, 3)", input_shape="3x9x9"))[0][1] for power in ("2.0", "2")]
    assert list(map(repr, layers)) == ["LPPool2d(2.0, 3)", "LPPool2d(2, 3)"]


def test_a_layer_that_is_declared_anew_is_read_anew():
    """A text that was read before has the new layer, as in a notebook whose cell runs twice."""

    def declare(extra):
        class Grown(Layer):
            size: int

            shape = Formula(lambda input, size: (*input[:-1], size + extra))

        register(Grown)

    outputs = []
    try:
        for extra in (1, 10):
            declare(extra)
            outputs.append(measure(parse("Grown(3)", input_shape=(2, 5))).output_shape)
    finally:
        del REGISTRY["Grown"]
    assert outputs == [(2, 4), (2, 13)]
