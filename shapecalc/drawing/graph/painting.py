"""The elements of a graph's picture: boxes with their texts, edges with their shapes, frames around repeated blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, final
from xml.etree.ElementTree import Element

from shapecalc.drawing.graph.boxes import Box, Kind
from shapecalc.drawing.graph.graph import BlockFrame, Diagram
from shapecalc.drawing.graph.inscriptions import INSET, WIDEST, Inscription
from shapecalc.drawing.graph.placement import LABEL, Arrangement, Size
from shapecalc.drawing.lettering import shortened, text_width
from shapecalc.drawing.svg import Point, add, group, number, on_curve, smooth, text_lines
from shapecalc.drawing.theme import LINE, SIZE, SMALL

#: Around the whole, in pixels.
EDGE = 18.0
#: The fill of each kind of box.
_FILLS = {
    Kind.INPUT: "end",
    Kind.OUTPUT: "end",
    Kind.BLOCK: "box",
    Kind.WORK: "work",
    Kind.WINDOW: "pool",
    Kind.JOIN: "join",
    Kind.PLAIN: "box",
    Kind.REFUSED: "wrong",
    Kind.MISSING: "ground",
}
#: The style of these elements.
RULES = (
    ".node>rect{stroke:var(--line);stroke-width:1.2}",
    *(f".{kind}>rect{{fill:var(--{fill})}}" for kind, fill in _FILLS.items()),
    ".block>rect{stroke-width:2}",
    ".refused>rect{stroke:var(--alarm);stroke-width:3;stroke-dasharray:7 3}",
    ".refused .name{fill:var(--alarm)}",
    ".missing>rect{stroke-dasharray:2 4}",
    ".edge{fill:none;stroke:var(--line);stroke-width:1.5}",
    ".tip{fill:var(--line)}",
    ".broken{stroke:var(--alarm);stroke-dasharray:6 4}",
    ".frame{fill:none;stroke:var(--mark);stroke-width:1.5;stroke-dasharray:5 4}",
    ".times{fill:var(--mark);font-weight:600}",
)


@final
class Drawing(NamedTuple):
    """A graph with its texts and places.

    Attributes:
        graph: the graph.
        texts: what stands in each box.
        sizes: how large each box is.
        placement: where the boxes stand, and how the edges run.
        source: the graph in graphviz's language.
    """

    graph: Diagram
    texts: Mapping[str, Inscription]
    sizes: Mapping[str, Size]
    placement: Arrangement
    source: str

    def paint(self, root: Element) -> None:
        """Add everything to the picture: frames below, then edges, boxes, and the shapes above."""
        canvas = group(root, transform=f"translate({number(EDGE)},{number(EDGE)})")
        frames = [(frame, self.placement.around(frame.members, self.sizes)) for frame in self.graph.frames]
        for _, (x, y, width, height) in frames:
            add(canvas, "rect", class_="frame", x=x, y=y, width=width, height=height, rx=10)
        for source, target in self.graph.edges:
            _edge(canvas, self.placement.routes[source, target], is_broken=target.startswith("not reached"))
        for box in self.graph.boxes:
            self._box(canvas, box)
        for box in self.graph.boxes:
            self._shapes(canvas, box)
        for frame, (x, y, width, _) in frames:
            times = f"×{frame.times}"
            text = _ends_text(frame, width - 36 - text_width(times, SIZE, bold=True))
            add(canvas, "text", times, class_="times halo", x=x + 10, y=y + LABEL - 4)
            add(canvas, "text", text, class_="times halo end", x=x + width - 10, y=y + LABEL - 4)

    def _box(self, canvas: Element, box: Box) -> None:
        x, y, width, height = self.placement.rectangle(box.name, self.sizes)
        node = group(canvas, class_=f"node {box.kind}")
        radius = min(height / 2, 16) if box.kind in {Kind.INPUT, Kind.OUTPUT} else 5
        add(node, "rect", x=x, y=y, width=width, height=height, rx=radius)
        heading, layers, notes = self.texts[box.name]
        middle, base = x + width / 2, y + INSET / 2 + 13
        add(node, "text", heading, class_="name middle", x=middle, y=base)
        text_lines(node, layers, middle, base + LINE, LINE, class_="middle")
        below = base + LINE * (1 + len(layers))
        text_lines(
            node,
            notes,
            middle,
            below,
            LINE,
            class_="middle small" if box.kind is Kind.REFUSED else "middle small faint",
        )

    def _shapes(self, canvas: Element, box: Box) -> None:
        """The shapes that come out, below the box."""
        if (label := self.label(box)) is not None:
            x, text, is_left = label
            _, top, _, height = self.placement.rectangle(box.name, self.sizes)
            add(canvas, "text", text, class_=f"small halo{' end' * is_left}", x=x, y=top + height + 17)

    def label(self, box: Box) -> tuple[float, str, bool] | None:
        """Where the shapes stand that come out of a box, and whether their text ends there; None where there are none.

        They stand on the side on which the edges leave it straighter.
        """
        bottom = self.placement.rectangle(box.name, self.sizes).bottom
        leaving = [route for ends, route in self.placement.routes.items() if ends[0] == box.name]
        routes = [route for route in leaving if route[0][1] >= bottom - 1] or leaving
        if not routes or not box.shapes or box.kind is Kind.INPUT:
            return None
        spans = [_span(route, 22) for route in routes]
        left, right = min(low for low, _ in spans), max(high for _, high in spans)
        is_left = right - routes[0][0][0] > routes[0][0][0] - left + 1
        text = shortened(", ".join(box.shapes), WIDEST, SMALL)
        return (left - 7, text, True) if is_left else (right + 7, text, False)

    @property
    def width(self) -> float:
        """How wide the picture is, its labels included."""
        labels = [label for box in self.graph.boxes if (label := self.label(box)) is not None]
        ends = [x + text_width(text, SMALL) for x, text, is_left in labels if not is_left]
        return max([self.placement.width, *ends]) + 2 * EDGE


def _ends_text(frame: BlockFrame, width: float) -> str:
    """The names of the first and the last block of a frame, without what they begin with where there is no room."""
    first, last = (name.rpartition(".")[2] for name in frame.ends)
    alike = next((place for place, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), 0)
    texts = [" … ".join(frame.ends), f"{first} … {last}", f"{first} … {last[alike:]}"]
    text = next((text for text in texts if text_width(text, SIZE, bold=True) <= width), texts[-1])
    return shortened(text, width, SIZE, bold=True, at_end=True)


def _span(route: list[Point], depth: float) -> tuple[float, float]:
    """How far an edge reaches to the left and to the right on its first pixels down."""
    start = route[0][1]
    xs = [route[0][0]]
    for place in range(0, len(route) - 3, 3):
        for step in range(1, 9):
            x, y = on_curve(route[place : place + 4], step / 8)
            if y > start + depth:
                return min(xs), max(xs)
            xs.append(x)
    return min(xs), max(xs)


def _edge(canvas: Element, route: list[Point], *, is_broken: bool) -> None:
    add(canvas, "path", class_="edge broken" if is_broken else "edge", d=smooth(route))
    (before, above), (x, y) = next(point for point in reversed(route[:-1]) if point != route[-1]), route[-1]
    length = max(((x - before) ** 2 + (y - above) ** 2) ** 0.5, 1e-6)
    along, down = (x - before) / length, (y - above) / length
    corners = ((x, y), *((x - 9 * along - side * down, y - 9 * down + side * along) for side in (4, -4)))
    add(canvas, "polygon", class_="tip", points=" ".join(f"{number(a)},{number(b)}" for a, b in corners))
