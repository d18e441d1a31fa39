"""Where boxes stand and edges run: nothing overlaps, no edge crosses a box, and the trunk is straight."""

from __future__ import annotations

from itertools import combinations

import pytest

import shapecalc
from shapecalc import SpecError
from shapecalc.drawing.graph.graph import graph_of
from shapecalc.drawing.graph.painting import Drawing
from shapecalc.drawing.graph.placement import Rectangle
from shapecalc.drawing.graph.rendering import drawing_of
from shapecalc.drawing.svg import on_curve

NAMES = ("lenet5", "resnet50", "unet", "googlenet", "inception_v3", "vit_b_16", "densenet121", "retinanet_resnet50_fpn")
LAYOUTS = ("grandalf", pytest.param("dot", marks=pytest.mark.service("graphviz")))


def drawn(name: str, layout: str) -> Drawing:
    return drawing_of(graph_of(shapecalc.parse(f"zoo:{name}")), layout)


def rectangles(drawing: Drawing) -> dict[str, Rectangle]:
    return {name: drawing.placement.rectangle(name, drawing.sizes) for name in drawing.placement.centres}


def overlap(left: Rectangle, right: Rectangle) -> bool:
    return left.left < right.right and right.left < left.right and left.top < right.bottom and right.top < left.bottom


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", NAMES)
def test_boxes_lie_apart_in_the_picture(name, layout):
    """No two boxes overlap, and all of them lie within the picture."""
    drawing = drawn(name, layout)
    boxes = rectangles(drawing)
    assert [pair for pair in combinations(boxes, 2) if overlap(boxes[pair[0]], boxes[pair[1]])] == []
    whole = Rectangle(-1, -1, drawing.placement.width + 2, drawing.placement.height + 2)  # dot rounds
    assert [box for box in boxes.values() if box.right > whole.right or box.bottom > whole.bottom] == []
    assert min(box.left for box in boxes.values()) >= whole.left


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", NAMES)
def test_no_edge_crosses_a_box(name, layout):
    """But those that it joins, which it leaves and enters."""
    drawing = drawn(name, layout)
    boxes = rectangles(drawing)
    crossings = [
        (edge, other)
        for edge, route in drawing.placement.routes.items()
        for other, box in boxes.items()
        if other not in edge
        for place in range(0, len(route) - 3, 3)
        for step in range(11)
        for x, y in (on_curve(route[place : place + 4], step / 10),)
        if box.left < x < box.right and box.top < y < box.bottom
    ]
    assert (crossings, set(drawing.placement.routes)) == ([], set(drawing.graph.edges))


@pytest.mark.parametrize("name", ["lenet5", "resnet50", "unet", "googlenet", "vit_b_16"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_trunk_is_straight(name, layout):
    """The boxes of the longest way stand one below the other."""
    drawing = drawn(name, layout)
    assert len({round(drawing.placement.centres[box][0]) for box in drawing.graph.trunk}) == 1


def test_a_program_that_is_missing_is_named(monkeypatch):
    """And another is tried where it may be."""
    monkeypatch.setattr("shutil.which", lambda _: None)
    graph = graph_of(shapecalc.parse("zoo:lenet5"))
    with pytest.raises(SpecError, match=r"graphviz is not installed, so there is no dot\. Try --layout grandalf\."):
        drawing_of(graph, "dot")
    assert drawing_of(graph, "auto").placement == drawing_of(graph, "grandalf").placement
    monkeypatch.setitem(__import__("sys").modules, "grandalf.graphs", None)
    with pytest.raises(shapecalc.ShapecalcError, match=r"needs graphviz .*Try pip install 'shapecalc\[draw\]'\."):
        drawing_of(graph, "auto")
