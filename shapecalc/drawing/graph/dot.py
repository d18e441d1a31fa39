"""Graphviz: a graph in its language, and the layout that ``dot`` makes of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from shapecalc.drawing.graph.graph import Diagram
from shapecalc.drawing.graph.placement import BESIDE, BETWEEN, LABEL, MARGIN, Arrangement, Edge, Size
from shapecalc.drawing.svg import Point
from shapecalc.errors import ShapecalcError

#: Graphviz counts in points, of which an inch has 72; a pixel is written as one.
_INCH = 72
#: How much straighter than others the edges of the trunk are.
_STRAIGHT = 40


def dot_program() -> str | None:
    """The path of ``dot``; None where graphviz is not installed."""
    return shutil.which("dot")


def dot_source(graph: Diagram, sizes: Mapping[str, Size], texts: Mapping[str, str]) -> str:
    """A graph in graphviz's language. Boxes are called by numbers; a name of a file stands there only as a text.

    Args:
        graph: the graph.
        sizes: how large each box is.
        texts: what stands in each box.
    """
    names = {box.name: f"n{place}" for place, box in enumerate(graph.boxes)}
    framed = [member for frame in graph.frames for member in frame.members]
    rows = [
        "digraph net {",
        f"graph [nodesep={BESIDE / _INCH:.3f}, ranksep={BETWEEN / _INCH:.3f}, splines=true, pad=0.2];",
        'node [shape=box, fixedsize=true, fontname="Helvetica", fontsize=10];',
        "edge [arrowsize=0.7, tailport=s, headport=n];",
    ]
    rows += [_node(names[box.name], sizes[box.name], texts[box.name]) for box in graph.boxes if box.name not in framed]
    for place, frame in enumerate(graph.frames):
        members = [_node(names[name], sizes[name], texts[name]) for name in frame.members]
        label = _quoted(f"×{frame.times}  {' … '.join(frame.ends)}")
        rows += [
            f"subgraph cluster_{place} {{ margin={MARGIN:g}; label={label};",
            f'fontname="Helvetica"; fontsize={LABEL - 7:g}; style=dashed;',
            *members,
            "}",
        ]
    trunk = graph.trunk
    rows += [f"{names[name]} [group=trunk];" for name in trunk]
    straight = set(pairwise(trunk))
    frame_of = {name: place for place, frame in enumerate(graph.frames) for name in frame.members}
    for source, target in graph.edges:
        weight = _STRAIGHT if (source, target) in straight else 1
        length = 1 + (frame_of.get(target) not in {None, frame_of.get(source)})  # the label of a frame needs room
        rows.append(f"{names[source]} -> {names[target]} [weight={weight}, minlen={length}];")
    return "\n".join((*rows, "}", ""))


def _node(name: str, size: Size, text: str) -> str:
    return f"{name} [width={size.width / _INCH:.4f}, height={size.height / _INCH:.4f}, label={_quoted(text)}];"


def _quoted(text: str) -> str:
    """A text in graphviz's quotes, in which a backslash stands for itself."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def place_with_dot(program: str, source: str, graph: Diagram) -> Arrangement:
    """The layout that ``dot`` makes.

    Args:
        program: the path of ``dot``.
        source: what :func:`dot_source` writes.
        graph: the graph.

    Raises:
        ShapecalcError: it fails.
    """
    data = json.loads(run_dot(program, source, "json"))
    left, bottom, right, top = map(float, data["bb"].split(","))
    names = [box.name for box in graph.boxes]
    numbers = {f"n{place}": name for place, name in enumerate(names)}
    objects = {entry["_gvid"]: entry for entry in data["objects"]}

    def flipped(text: str) -> Point:
        x, y = map(float, text.split(",")[:2])
        return x - left, top - y

    centres = {numbers[entry["name"]]: flipped(entry["pos"]) for entry in objects.values() if entry["name"] in numbers}
    routes: dict[Edge, list[Point]] = {}
    for entry in data.get("edges", []):
        ends = numbers[objects[entry["tail"]]["name"]], numbers[objects[entry["head"]]["name"]]
        routes[ends] = [flipped(text) for text in _route(entry)]
    return Arrangement(right - left, top - bottom, centres, routes)


def _route(entry: Mapping[str, Any]) -> Sequence[str]:
    """The control points of an edge, with the point of its arrow at the end."""
    arrow = ""
    points = []
    for word in entry["pos"].split():
        if word.startswith("e,"):
            arrow = word[2:]
        elif not word.startswith("s,"):
            points.append(word)
    # the curve ends where the arrow begins
    return [*points, points[-1], arrow, arrow] if arrow else points


def run_dot(program: str, source: str, form: str) -> bytes:
    """What ``dot`` writes for a graph.

    Args:
        program: its path.
        source: the graph in its language.
        form: the form, such as json or png.

    Raises:
        ShapecalcError: it fails.
    """
    ended = subprocess.run(  # noqa: S603  the program is graphviz's, its input our own
        [program, f"-T{form}"], input=source.encode(), capture_output=True, check=False
    )
    if ended.returncode != 0 or not ended.stdout:
        words = ended.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise ShapecalcError(f"graphviz's dot failed: {words or f'status {ended.returncode}'}.")
    return ended.stdout
