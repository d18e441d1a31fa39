"""The ways of edges, as a person draws them: straight down, to the side in one bend, or past boxes in a lane.

Each is tried in turn, and the first that touches no box is taken; where none is free, the way that the layout has found
stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, final

from shapecalc.drawing.graph.placement import BETWEEN, Arrangement, Edge, Rectangle, Size
from shapecalc.drawing.svg import Point, on_curve

#: How far an edge stays from boxes, and lanes from each other, in pixels.
_CLEARANCE, _DISTANCE = 4.0, 10.0
#: How large the round corners of a lane are.
_CORNER = 24.0
#: How many lanes further out are tried.
_TRIES = 40
#: Into how many pieces a curve is cut to see what it touches.
_PIECES = 24


@final
class _Lane(NamedTuple):
    """A lane beside the boxes: its place across, and where it begins and ends."""

    x: float
    top: float
    bottom: float

    def meets(self, other: _Lane) -> bool:
        """Whether two lanes would be taken for one."""
        return abs(self.x - other.x) < _DISTANCE and self.top < other.bottom and other.top < self.bottom


def with_routes(placement: Arrangement, sizes: Mapping[str, Size], frames: Iterable[tuple[str, ...]]) -> Arrangement:
    """A layout with tidier edges.

    Args:
        placement: the layout.
        sizes: how large each box is.
        frames: the boxes of each frame; no lane runs along its sides.
    """
    boxes = {name: placement.rectangle(name, sizes) for name in placement.centres}
    routes: dict[Edge, list[Point]] = {}
    areas = [placement.around(members, sizes) for members in frames]
    sides = [_Lane(x, area.top, area.bottom) for area in areas for x in (area.left, area.right)]
    lanes: list[_Lane] = []
    # the shortest first, so that they lie inside of the others
    for edge in sorted(placement.routes, key=lambda ends: boxes[ends[1]].top - boxes[ends[0]].bottom):
        source, target = (boxes[name] for name in edge)
        others = [box for name, box in boxes.items() if name not in edge]
        route = next((way for way in _bends(source, target) if _is_free(way, others)), None)
        if route is None:
            for lane in _lanes(source, target):
                way = _along(lane, source, target)
                if not any(map(lane.meets, (*lanes, *sides))) and _is_free(way, others):
                    lanes.append(lane)
                    route = way
                    break
        routes[edge] = placement.routes[edge] if route is None else route
    return _moved(placement._replace(routes=routes), lanes)


def _moved(placement: Arrangement, lanes: list[_Lane]) -> Arrangement:
    """A layout with room for all lanes."""
    left = min([0.0, *(lane.x - _DISTANCE for lane in lanes)])
    right = max([placement.width, *(lane.x + _DISTANCE for lane in lanes)])
    return Arrangement(
        right - left,
        placement.height,
        {name: (x - left, y) for name, (x, y) in placement.centres.items()},
        {edge: [(x - left, y) for x, y in route] for edge, route in placement.routes.items()},
    )


def _bends(source: Rectangle, target: Rectangle) -> Iterator[list[Point]]:
    """A bend over the whole way, in the last gap between rows, or in the first."""
    start, end = (source.centre, source.bottom), (target.centre, target.top)
    if end[1] <= start[1]:
        return
    yield _bend(start, end)
    if end[1] - start[1] > BETWEEN:
        above, below = (start[0], end[1] - BETWEEN), (end[0], start[1] + BETWEEN)
        yield [start, start, above, *_bend(above, end)]
        yield [*_bend(start, below), below, end, end]


def _bend(start: Point, end: Point) -> list[Point]:
    middle = (start[1] + end[1]) / 2
    return [start, (start[0], middle), (end[0], middle), end]


def _lanes(source: Rectangle, target: Rectangle) -> Iterator[_Lane]:
    """Lanes beside both boxes, where one stands below the other; the nearest first, those to the right before."""
    if target.left > source.right or source.left > target.right or target.top < source.bottom:
        return
    right, left = max(source.right, target.right), min(source.left, target.left)
    for turn in range(_TRIES):
        yield _Lane(right + _CORNER + _DISTANCE * turn, source.middle, target.middle)
    for turn in range(_TRIES):
        yield _Lane(left - _CORNER - _DISTANCE * turn, source.middle, target.middle)


def _along(lane: _Lane, source: Rectangle, target: Rectangle) -> list[Point]:
    """The way through a lane: out in the lower half of a side, in at the upper half, so that both can be told apart."""
    start = source.side(lane.x), source.middle + source.height / 6
    end = target.side(lane.x), target.middle - target.height / 6
    corner = min(_CORNER, (end[1] - start[1]) / 2)
    inner = lane.x - corner if lane.x > start[0] else lane.x + corner
    before, after = (inner, start[1]), (inner, end[1])
    first, last = (lane.x, start[1] + corner), (lane.x, end[1] - corner)
    out, back = (lane.x, start[1]), (lane.x, end[1])
    return [start, start, before, before, out, out, first, first, last, last, back, back, after, after, end, end]


def _is_free(route: list[Point], boxes: list[Rectangle]) -> bool:
    """Whether a way touches no box."""
    left, right = min(x for x, _ in route), max(x for x, _ in route)
    top, bottom = min(y for _, y in route), max(y for _, y in route)
    near = [
        box
        for box in boxes
        if box.left - _CLEARANCE < right
        and left < box.right + _CLEARANCE
        and box.top - _CLEARANCE < bottom
        and top < box.bottom + _CLEARANCE
    ]
    return not near or not any(
        box.left - _CLEARANCE < x < box.right + _CLEARANCE and box.top - _CLEARANCE < y < box.bottom + _CLEARANCE
        for place in range(0, len(route) - 3, 3)
        for piece in range(_PIECES + 1)
        for x, y in (on_curve(route[place : place + 4], piece / _PIECES),)
        for box in near
    )
