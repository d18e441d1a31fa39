"""The picture of a net."""

from __future__ import annotations

from collections.abc import Mapping

from shapecalc.drawing.graph.dot import dot_program, dot_source, place_with_dot
from shapecalc.drawing.graph.graph import Diagram, graph_of
from shapecalc.drawing.graph.inscriptions import inscription
from shapecalc.drawing.graph.painting import EDGE, RULES, Drawing
from shapecalc.drawing.graph.placement import Arrangement, Size
from shapecalc.drawing.graph.routes import with_routes
from shapecalc.drawing.graph.sugiyama import place_with_grandalf
from shapecalc.drawing.picture import Picture
from shapecalc.errors import SpecError, check_choice, check_type
from shapecalc.net import Net
from shapecalc.net.arguments import check_net
from shapecalc.page.numbers import thousands

#: How a graph may be laid out; auto is dot where it is installed, else grandalf.
LAYOUTS = ("auto", "dot", "grandalf")


def draw(net: Net, *, depth: int | None = None, apart: bool = False, layout: str = "auto") -> Picture:
    """A picture of a net: its layers with what they cost, and the shapes between them.

    Blocks that stand several times one behind the other are drawn once. A net that a layer refuses is drawn up to that
    layer, with the reason and what to try. A notebook shows the picture; :meth:`Picture.svg` and :meth:`Picture.html`
    are its files.

    Args:
        net: the net, with the shape of its input.
        depth: fold the layers whose names begin with so many equal parts into a box: 1 for layer1, 2 for layer1.0. By
            default a net of many layers is folded as little as makes it readable.
        apart: whether a layer that leaves each value at its place (an activation, a norm, dropout) has a box of its
            own, instead of a line in that of the layer before it.
        layout: the program that finds the places: dot, grandalf, or auto for dot where it is installed.

    Raises:
        SpecError: the net has no input shape, the depth is below 1, or there are too many boxes; the message has a
            depth that works.
        ShapecalcError: no program is there that finds the places.

    Example:
        >>> import shapecalc
        >>> net = shapecalc.parse("Conv2d(3, 10, 3) MaxPool2d(4)", input_shape="3x130x130")
        >>> shapecalc.draw(net).title
        'A network of 2 layers'
    """
    check_net(net)
    check_choice("draw", "layout", layout, LAYOUTS)
    if depth is not None:
        check_type("depth", depth, int, "a whole number")
    if not all(net.inputs.values()):
        raise SpecError("A picture has shapes, which need the input; add its shape, such as 3x130x130.")
    graph = graph_of(net, depth=depth, apart=apart)
    drawing = drawing_of(graph, layout)
    title, description = _title(graph), _description(graph)
    height = drawing.placement.height + 2 * EDGE
    return Picture(title, description, drawing.width, height, drawing.paint, RULES, drawing.source, graph.refusal)


def drawing_of(graph: Diagram, layout: str) -> Drawing:
    """A graph with its texts and places.

    Args:
        graph: the graph.
        layout: as of :func:`draw`.
    """
    blocks = {name: frame.block for frame in graph.frames for name in frame.members}
    texts = {box.name: inscription(box, blocks.get(box.name, "")) for box in graph.boxes}
    sizes = {name: text.size for name, text in texts.items()}
    source = dot_source(graph, sizes, {name: str(text) for name, text in texts.items()})
    placement = with_routes(_place(graph, sizes, source, layout), sizes, [frame.members for frame in graph.frames])
    return Drawing(graph, texts, sizes, placement, source)


def _place(graph: Diagram, sizes: Mapping[str, Size], source: str, layout: str) -> Arrangement:
    program = None if layout == "grandalf" else dot_program()
    if program is not None:
        return place_with_dot(program, source, graph)
    if layout == "dot":
        raise SpecError("graphviz is not installed, so there is no dot. Try --layout grandalf.")
    return place_with_grandalf(graph, sizes)


def _title(graph: Diagram) -> str:
    count = len(graph.net)
    name = graph.net.name or f"A network of {thousands(count)} layer{'s' * (count != 1)}"
    return f"{name}, refused at {graph.refusal.node}" if graph.refusal is not None else name


def _description(graph: Diagram) -> str:
    """What the picture shows, box by box, for those who do not see it."""
    sentences = []
    for box in graph.boxes:
        parts = ", ".join((*box.layers, *box.notes))
        reads = f", reads {', '.join(box.reads)}" if box.reads else ""
        shapes = f", gives {' and '.join(box.shapes)}" if box.shapes else ""
        sentences.append(f"{box.heading}{f': {parts}' if parts else ''}{reads}{shapes}.")
    sentences += [f"{' to '.join(frame.ends)}: {frame.times} blocks alike, drawn once." for frame in graph.frames]
    return " ".join(sentences)
