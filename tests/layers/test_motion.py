"""How layers say that they move axes, and that nothing else asks for their classes to know it."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shapecalc import Builder, Net, layers, measure
from shapecalc.algebra import Formula
from shapecalc.layers import REGISTRY, Layer
from shapecalc.layers.core.axiswise import Axiswise
from shapecalc.layers.core.motion import UNDECLARED, Motion
from shapecalc.layers.core.registry import register
from shapecalc.measures import footprint
from tests.narrow import integers, present

ROOT = Path(__file__).parents[2]
#: The rooms that may know single layer classes: those that declare them, and those that name other people's.
KNOWING = ("layers", "compare", "pytorch")


@pytest.fixture
def registry() -> Iterator[dict[str, type[Layer]]]:
    """The registry, to which a test may add layers of its own."""
    before = dict(REGISTRY)
    yield REGISTRY
    REGISTRY.clear()
    REGISTRY.update(before)


def swap_axes() -> type[Layer]:
    """A user's layer that swaps the last two axes, and says nothing of how it moves them."""

    @register
    class SwapAxes(Layer):
        """The last two axes, swapped."""

        shape = Formula(lambda input: (*input[:-2], input[-1], input[-2]))

    return SwapAxes


def declared_swap_axes() -> type[Layer]:
    """The same layer, with its motion declared."""

    @register
    class SwapAxes(Layer):
        """The last two axes, swapped."""

        shape = Formula(lambda input: (*input[:-2], input[-1], input[-2]))

        def motion(self, inputs, output):
            dims = [(dim,) for dim in range(len(output))]
            return Motion(dims=(*dims[:-2], dims[-1], dims[-2]))

    return SwapAxes


def around(layer: Layer) -> Net:
    """The layer between a window along the height and a longer one along the width."""
    b = Builder((3, 20, 30))
    b.chain(layers.Conv2d(3, 4, (5, 1)), layer, layers.Conv2d(4, 4, (7, 1)))
    return b.build()


@pytest.mark.usefixtures("registry")
def test_a_layer_that_says_nothing_gives_a_bound():
    """Where a class does not say how it moves axes, the field is a bound that contains the truth on both axes."""
    row = measure(around(swap_axes()())).rows[-1]
    contained = [
        set(range(size)) <= set(range(*integers(present(field.interval(0)))))
        for field, size in zip(row.fields, (5, 7), strict=True)
    ]
    assert contained == [True, True]
    assert (row.status, row.reason) == ("bound", f"SwapAxes {UNDECLARED}")


@pytest.mark.usefixtures("registry")
def test_a_layer_that_declares_its_motion_is_exact():
    """The same layer with its motion declared gives the field of both windows, exactly."""
    net = around(declared_swap_axes()())
    row = measure(net).rows[-1]
    assert ([field.size for field in row.fields], row.status) == ([5, 7], "exact")
    assert footprint(net, net.outputs[0], (3, 4)) == ((3, 7), (4, 10))


@pytest.mark.usefixtures("registry")
def test_a_layer_that_says_nothing_reads_everything():
    """The footprint behind a class that does not say how it moves axes is the whole input."""
    b = Builder((3, 6, 8))
    b.add(swap_axes()())
    assert footprint(b.build(), b.last, (2, 3)) == ((0, 5), (0, 7))


@pytest.mark.usefixtures("registry")
def test_a_window_without_a_rule_is_a_bound():
    """A class with windows along its axes that does not say what they read gives a bound."""

    @register
    class Halved(Axiswise):
        """Half of each axis."""

        rank, dims = 1, (2,)
        axis_size = Formula(lambda W: W // 2)

    b = Builder((3, 8))
    b.add(Halved())
    row = measure(b.build()).rows[-1]
    assert (row.status, row.reason) == ("bound", f"Halved {UNDECLARED}")


@pytest.mark.parametrize("cls", REGISTRY.values(), ids=lambda cls: cls.__name__)
def test_every_layer_declares_its_motion(cls: type[Layer]):
    """Each registered class says how it moves axes: by a method of its own, or by what its windows read."""
    own = cls.motion not in (Layer.motion, Axiswise.motion)
    assert own or hasattr(cls, "reads")


def layer_class(node: ast.expr, imported: dict[str, Any]) -> bool:
    """Whether an expression is a layer class: a name that is imported, or an attribute of a module that is."""
    match node:
        case ast.Name(name):
            value = imported.get(name)
        case ast.Attribute(ast.Name(module), name):
            value = getattr(imported.get(module), name, None)
        case _:
            return False
    return isinstance(value, type) and issubclass(value, Layer) and value is not Layer


def imports(tree: ast.Module) -> dict[str, Any]:
    """What the modules of the package bring into a file, late imports included, by the names that it gives them."""
    names: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "shapecalc":
            room = importlib.import_module(node.module or "")
            for alias in node.names:
                if alias.name == "*":
                    names.update(vars(room))
                    continue
                if not hasattr(room, alias.name):
                    importlib.import_module(f"{node.module}.{alias.name}")
                names[alias.asname or alias.name] = getattr(room, alias.name)
    return names


def classes_in_question(source: str) -> list[str]:
    """The layer classes that a file asks objects for: by isinstance, issubclass, or in a class pattern."""
    tree = ast.parse(source)
    imported = imports(tree)
    questions: list[ast.expr] = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Name("isinstance" | "issubclass"), [_, classes]):
                questions += [part for part in ast.walk(classes) if isinstance(part, ast.expr)]
            case ast.MatchClass(cls):
                questions.append(cls)
    return [ast.unparse(part) for part in questions if layer_class(part, imported)]


FILES = [
    path
    for folder in ("shapecalc", "cli")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path.relative_to(ROOT).parts[1] not in KNOWING
]


@pytest.mark.torch
def test_no_room_asks_for_layer_classes():
    """Outside the rooms that know single layers, nothing asks an object whether it is of a layer class."""
    tests = {str(path.relative_to(ROOT)): classes_in_question(path.read_text(encoding="utf-8")) for path in FILES}
    assert {path: classes for path, classes in tests.items() if classes} == {}


PLANTED = {
    "isinstance": ("from shapecalc.layers.sized import Sized\nprint(isinstance(1, Sized))", ["Sized"]),
    "several": ("from shapecalc.layers.pool import Pool as P\nprint(isinstance(1, int | P))", ["P"]),
    "of a module": ("from shapecalc import layers\nprint(isinstance(1, layers.Conv2d))", ["layers.Conv2d"]),
    "late": ("def f(x):\n  from shapecalc.layers.merge import Concat\n  return issubclass(x, Concat)", ["Concat"]),
    "pattern": ("from shapecalc.layers.merge import Add\nmatch 1:\n  case Add(): pass", ["Add"]),
    "of the algebra": ("from shapecalc.algebra.expr import Min as Add\nmatch 1:\n  case Add(): pass", []),
    "any layer": ("from shapecalc.layers import Layer\nprint(isinstance(1, Layer))", []),
}


@pytest.mark.parametrize(("source", "classes"), PLANTED.values(), ids=PLANTED)
def test_a_planted_question_is_found(source: str, classes: list[str]):
    """The check sees each way of asking for a layer class, and no other class of the same name."""
    assert classes_in_question(source) == classes
