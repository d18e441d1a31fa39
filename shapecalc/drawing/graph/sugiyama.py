"""The layout by grandalf, in Python alone: rows of boxes, and edges that run between them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from shapecalc.drawing.graph.graph import Diagram
from shapecalc.drawing.graph.placement import BESIDE, BETWEEN, FOOT, LABEL, MARGIN, Arrangement, Edge, Size
from shapecalc.drawing.svg import Point
from shapecalc.errors import missing_package

#: How wide the lane of an edge is that passes a row of boxes.
_LANE = 14.0
#: How often the rows are put into another order to have fewer crossings.
_ROUNDS = 6


class _Spot:
    """What grandalf knows of a box, or of the lane of an edge, and where it puts it."""

    def __init__(self, width: float = _LANE, height: float = 1) -> None:
        self.w = width
        self.h = height
        self.xy: Point = (0.0, 0.0)


def place_with_grandalf(graph: Diagram, sizes: Mapping[str, Size]) -> Arrangement:
    """The layout that grandalf makes.

    Args:
        graph: the graph.
        sizes: how large each box is.

    Raises:
        ShapecalcError: grandalf is not installed.
    """
    try:
        from grandalf.graphs import Edge as Link  # noqa: PLC0415  an extra, which nothing else needs
        from grandalf.graphs import Graph as Links  # noqa: PLC0415  an extra, as above
        from grandalf.graphs import Vertex  # noqa: PLC0415  an extra, as above
        from grandalf.layouts import SugiyamaLayout  # noqa: PLC0415  an extra, as above
    except ModuleNotFoundError as missing:
        raise missing_package(missing, "A picture of a net", "graphviz (dot) or grandalf", "draw") from None
    vertices = {box.name: Vertex(box.name) for box in graph.boxes}
    for name, vertex in vertices.items():
        vertex.view = _Spot(*sizes[name])
    links = {(source, target): Link(vertices[source], vertices[target]) for source, target in graph.edges}
    parts = Links(list(vertices.values()), list(links.values())).C
    centres: dict[str, Point] = {}
    routes: dict[Edge, list[Point]] = {}
    trunk = set(graph.trunk)
    framed = [set(frame.members) for frame in graph.frames]
    left = 0.0
    for part in parts:
        layout = SugiyamaLayout(part)
        layout.defaultclass = _Spot
        layout.xspace, layout.yspace, layout.dw, layout.dh = BESIDE, BETWEEN, _LANE, 1
        order = {name: place for place, name in enumerate(vertices)}
        backward = [link for link in part.sE if order[link.v[0].data] > order[link.v[1].data]]
        layout.init_all(roots=[vertex for vertex in part.sV if not vertex.e_in()], inverted_edges=backward)
        layout.draw(_ROUNDS)
        left = _read(layout, part, sizes, trunk, framed, centres, routes, left)
    width = max(centres[name][0] + sizes[name].width / 2 for name in centres)
    height = max(centres[name][1] + sizes[name].height / 2 for name in centres)
    return Arrangement(max(width, left - BESIDE), height, centres, routes)


def _read(
    layout: Any,
    part: Any,
    sizes: Mapping[str, Size],
    trunk: set[str],
    framed: list[set[str]],
    centres: dict[str, Point],
    routes: dict[Edge, list[Point]],
    left: float,
) -> float:
    """Put what a layout says into centres and routes, to the right of ``left``; the new left end."""
    places = _straightened(layout, trunk)
    shift = left - min(places[vertex] - vertex.view.w / 2 for vertex in places)
    tops, bottoms = _rows(layout, sizes, framed)
    for vertex in part.sV:
        rank = layout.grx[vertex].rank
        centres[vertex.data] = places[vertex] + shift, (tops[rank] + bottoms[rank]) / 2
    for link in part.sE:
        source, target = (vertex.data for vertex in link.v)
        lanes = sorted((rank, places[dummy] + shift) for rank, dummy in _lanes(layout, link))
        start = centres[source][0], centres[source][1] + sizes[source].height / 2
        end = centres[target][0], centres[target][1] - sizes[target].height / 2
        routes[source, target] = _route(start, end, [(x, tops[rank], bottoms[rank]) for rank, x in lanes])
    right: float = max(places[vertex] + vertex.view.w / 2 for vertex in places) + shift
    return right + BESIDE


def _straightened(layout: Any, trunk: set[str]) -> dict[Any, float]:
    """Where each box and each lane stands across: the trunk in a straight line, and the others below what they read."""
    places: dict[Any, float] = {}
    for row in layout.layers:
        middle = next(
            (place for place, vertex in enumerate(row) if _is_box(layout, vertex) and vertex.data in trunk), 0
        )
        shift = row[middle].view.xy[0]
        wishes = {vertex: _wish(layout, vertex, trunk, places, vertex.view.xy[0] - shift) for vertex in row}
        places[row[middle]] = 0.0
        for vertex, inner in zip(row[middle + 1 :], row[middle:], strict=False):
            least = places[inner] + (inner.view.w + vertex.view.w) / 2 + BESIDE / 2
            places[vertex] = max(wishes[vertex], least)
        for vertex, inner in zip(row[:middle][::-1], row[: middle + 1][::-1], strict=False):
            most = places[inner] - (inner.view.w + vertex.view.w) / 2 - BESIDE / 2
            places[vertex] = min(wishes[vertex], most)
    return places


def _is_box(layout: Any, vertex: Any) -> bool:
    return not layout.grx[vertex].dummy


def _wish(layout: Any, vertex: Any, trunk: set[str], places: Mapping[Any, float], usual: float) -> float:
    """Where a box or a lane would best stand: below the only one that it follows, where that is not the trunk."""
    rank = layout.grx[vertex].rank
    if _is_box(layout, vertex):
        above = [layout.ctrls.get(link, {}).get(rank - 1, link.v[0]) for link in vertex.e_in()]
    else:
        above = [vertex.ctrl[rank - 1]] if rank - 1 in vertex.ctrl else []
    if len(above) != 1 or above[0] not in places or getattr(above[0], "data", "") in trunk:
        return usual
    return places[above[0]]


def _lanes(layout: Any, link: Any) -> list[tuple[int, Any]]:
    """Where an edge passes rows: its places in them, by their ranks."""
    return [(rank, place) for rank, place in layout.ctrls.get(link, {}).items() if layout.grx[place].dummy]


def _rows(layout: Any, sizes: Mapping[str, Size], framed: list[set[str]]) -> tuple[list[float], list[float]]:
    """The upper and the lower end of each row, with room above and below those of a frame."""
    rows = [{vertex.data for vertex in row if not layout.grx[vertex].dummy} for row in layout.layers]
    tops, bottoms, y = [], [], 0.0
    for place, row in enumerate(rows):
        before = rows[place - 1] if place else set()
        frames = [members for members in framed if row & members and not before & members]
        y += LABEL + MARGIN if frames else 0
        height = max([sizes[name].height for name in row], default=0.0)
        tops.append(y)
        bottoms.append(y + height)
        after = rows[place + 1] if place + 1 < len(rows) else set()
        y += height + BETWEEN + (FOOT if any(row & members and not after & members for members in framed) else 0)
    return tops, bottoms


def _route(start: Point, end: Point, lanes: list[tuple[float, float, float]]) -> list[Point]:
    """Curves between the rows and straight lines beside the boxes, so that no box is crossed."""
    stops = [start, *(point for x, top, bottom in lanes for point in ((x, top), (x, bottom))), end]
    points = [start]
    for (x, y), (further, below) in pairwise(stops):
        middle = (y + below) / 2
        points += [(x, middle), (further, middle), (further, below)]
    return points
