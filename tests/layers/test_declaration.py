"""What creating a layer class does with its annotations, in whatever way they are written."""

from __future__ import annotations

import subprocess
import sys
import typing
from typing import Annotated, Any, ClassVar, Optional

import pytest

from shapecalc.algebra import Expr, Formula, Int, Name
from shapecalc.layers import Layer
from shapecalc.layers.core import kinds
from shapecalc.layers.core.arguments import REQUIRED
from shapecalc.layers.core.axiswise import Axiswise
from shapecalc.layers.core.kinds import FLAG, INTEGER, NUMBER, SHAPE, WORD, Axes
from shapecalc.layers.padding_rules import Padding

Window = Axes
Number = Int
TwoByTwo = Axes | None


class Aliased(Axiswise):
    """The annotations are names of other names."""

    size: Number
    window: Window
    gaps: TwoByTwo = None
    fill: kinds.Sides = 0
    rank = 2
    axis_size = Formula(lambda W, window: W - window)


def test_an_aliased_annotation_means_what_it_names():
    """The object decides, not the text: a window has one value for each axis."""
    layer = Aliased(1, 3)
    assert (layer.window, layer.gaps, layer.fill) == ((3, 3), None, (0, 0, 0, 0))
    assert {name: field.per_axis for name, field in Aliased.fields.items() if field.per_axis} == {
        "window": True,
        "gaps": True,
    }


def test_a_class_inside_a_function_knows_the_names_there():
    """As in a doctest: the alias exists nowhere else."""
    local = Padding

    class Inside(Axiswise):
        padding: local = 0  # type: ignore[valid-type]
        rank = 1

    assert (Inside("same").padding, Inside(2).padding) == ("same", (2,))


def test_a_class_of_code_without_a_module():
    """As in an example of these pages, which is run with names of its own."""
    code = (
        "from __future__ import annotations\nfrom shapecalc.layers import Layer\n"
        "from shapecalc.layers.core.kinds import Axes as Window\n"
        "class Example(Layer):\n    window: Window\n    rank = 2\n"
    )
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102  our own text
    assert names["Example"](3).window == (3, 3)


def test_a_class_made_by_a_call_takes_objects():
    """The annotations need not be texts."""
    made = type("Made", (Layer,), {"__annotations__": {"size": int, "window": Axes | None}, "rank": 2})
    assert (made(3, None).window, made(3, (1, 2)).window) == (None, (1, 2))


def test_a_module_without_the_future_import():
    """There the annotations are objects already."""
    code = (
        "from typing import ClassVar\nfrom shapecalc.layers import Layer\n"
        "from shapecalc.layers.core.kinds import Axes\n"
        "class Plain(Layer):\n    window: Axes\n    bias: bool = True\n    note: ClassVar[str] = ''\n    rank = 2\n"
        "print(Plain(3).window, *Plain.fields)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  our own text
    assert result.stdout == "(3, 3) window bias\n"


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (int, INTEGER), (Int, INTEGER), (bool, FLAG), (float, NUMBER), (str, WORD), (tuple[Int, ...], SHAPE),
        (Annotated[str, "a note", WORD], WORD),
    ],
)  # fmt: skip
def test_plain_types_have_a_kind(annotation, kind):
    """Types of Python name the kinds of single values."""
    assert kinds.argument_kind(annotation) is kind


@pytest.mark.parametrize("annotation", [int | None, Optional[int], typing.Union[Int, None]])  # noqa: UP007, UP045
def test_a_type_or_none(annotation):
    """Each way to say that an argument may be None."""
    kind = kinds.argument_kind(annotation)
    assert kind is not None
    assert [kind.read(value, 1) for value in (3, None, "3")] == [3, None, NotImplemented]
    assert kind.expected(1) == "an integer or None"


@pytest.mark.parametrize("annotation", [list, "Axis", complex | None, Expr, dict[str, int]])
def test_an_annotation_that_is_no_kind_is_refused(annotation):
    """The class cannot be created; the message names class, argument and annotation."""
    with pytest.raises(TypeError, match=r"^Broken\.size: .* (is no kind of argument|cannot be resolved)"):
        type("Broken", (Layer,), {"__annotations__": {"size": annotation}})


def test_what_a_class_variable_holds_need_not_exist():
    """What stands inside ClassVar is for type checkers."""

    class Sound(Layer):
        size: int
        table: ClassVar[dict[str, NotThere]] = {}  # type: ignore[name-defined]  # noqa: F821

    assert list(Sound.fields) == ["size"]


@pytest.mark.parametrize("name", ["shape", "rank", "values", "check", "interned"])
def test_an_argument_may_not_hide_what_every_layer_has(name):
    """A layer's own methods would be lost behind it."""
    with pytest.raises(TypeError, match=rf"^Broken\.{name}: no argument may have this name"):
        type("Broken", (Layer,), {"__annotations__": {name: int}})


def test_arguments_are_inherited_as_in_a_dataclass():
    """Those of the base class come first; one that is declared again keeps its place."""

    class Base(Layer):
        first: int
        second: bool = True

    class Derived(Base):
        third: str = "a"
        second: bool = False

    assert {name: field.default for name, field in Derived.fields.items()} == {
        "first": REQUIRED,
        "second": False,
        "third": "a",
    }


@pytest.mark.parametrize(
    ("annotation", "rank", "words"),
    [
        (Axes, 2, "an integer or a tuple of 2"),
        (Padding, 3, 'an integer, a tuple of 3 or a word in quotes such as "same"'),
        (kinds.OptionalAxes, 2, "an integer, None or a tuple of 2"),
        (kinds.Sides, 2, "an integer or a tuple of 4 (two per axis, last axis first)"),
        (kinds.Shape, 0, "an integer or a tuple of integers"),
        (kinds.Size | None, 0, "an integer, a tuple of integers or None"),
        (kinds.Sizes, 0, "a tuple of integers"),
        (kinds.Factors, 0, "a number or a tuple of numbers"),
        (bool | None, 0, "True, False or None"),
    ],
)
def test_what_a_kind_expects(annotation, rank, words):
    """Said where a value is refused."""
    kind = kinds.argument_kind(annotation)
    assert kind is not None
    assert kind.expected(rank) == words


W = Name("W")


@pytest.mark.parametrize(
    ("kind", "value", "read", "text"),
    [
        (Axes, 3, (3, 3), "3"),
        (Axes, [1, W], (1, W), "(1, W)"),
        (Axes, True, NotImplemented, ""),
        (Axes, (1, 2, 3), NotImplemented, ""),
        (kinds.OptionalAxes, None, None, "None"),
        (kinds.OptionalAxes, (None, None), (None, None), "(None, None)"),
        (Padding, "same", "same", '"same"'),
        (kinds.Sides, (1, 1, 1, 1), (1, 1, 1, 1), "1"),
        (kinds.Shape, 5, (5,), "(5,)"),
        (kinds.Sizes, 5, NotImplemented, ""),
        (kinds.Size, 5, 5, "5"),
        (kinds.Factors, 2, 2, "2"),
        (kinds.Factors, (2, 0.5), (2, 0.5), "(2, 0.5)"),
        (kinds.Factors, W, NotImplemented, ""),
    ],
)
def test_what_a_kind_reads_and_writes(kind, value, read, text):
    """Of a layer with two axes."""
    kind = kinds.argument_kind(kind)
    result = kind.read(value, 2)
    assert (result, result is NotImplemented or kind.write(result)) == (read, text or True)
