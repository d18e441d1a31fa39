"""Elements of SVG: a thin layer over xml.etree, which escapes every text, and numbers that are always written alike."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

from shapecalc.page.signs import visible

#: A point of the plane, in pixels, from the upper left corner.
Point = tuple[float, float]


def number(value: float) -> str:
    """A length with at most two digits behind the point: 12, 12.5."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def add(parent: Element, tag: str, text: str = "", /, **attributes: float | str) -> Element:
    """A new element at the end of another.

    Args:
        parent: the element that it stands in.
        tag: its name.
        text: what it contains; what cannot be shown, or may not stand in XML, is written as an escape.
        attributes: numbers and words by name; class_ stands for class, and an underscore for a hyphen.
    """
    element = SubElement(parent, tag, {_attribute(name): _value(value) for name, value in attributes.items()})
    if text:
        element.text = visible(text)
    return element


def _attribute(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _value(value: float | str) -> str:
    return visible(value) if isinstance(value, str) else number(value)


def group(parent: Element, title: str = "", **attributes: float | str) -> Element:
    """A group of elements; its title is what a pointer shows, and what a screen reader reads."""
    element = add(parent, "g", **attributes)
    if title:
        add(element, "title", title)
    return element


def text_lines(
    parent: Element, texts: Iterable[str], x: float, y: float, step: float, **attributes: float | str
) -> None:
    """Lines of text, one below the other; the first stands on the base line ``y``."""
    for place, text in enumerate(texts):
        add(parent, "text", text, x=x, y=y + step * place, **attributes)


def smooth(points: list[Point]) -> str:
    """The data of a path through control points of cubic curves: a start, then three points for each curve."""
    first, *rest = [f"{number(x)},{number(y)}" for x, y in points]
    curves = (f"C{' '.join(rest[place : place + 3])}" for place in range(0, len(rest), 3))
    return " ".join((f"M{first}", *curves))


def on_curve(points: list[Point], along: float) -> Point:
    """A point of a cubic curve with these control points: 0 is its start and 1 its end."""
    back = 1 - along
    weights = (back**3, 3 * back**2 * along, 3 * back * along**2, along**3)
    x = sum(weight * point[0] for weight, point in zip(weights, points, strict=True))
    return x, sum(weight * point[1] for weight, point in zip(weights, points, strict=True))


def markup(element: Element) -> str:
    """An element and all in it as text; the same element gives the same text."""
    return tostring(element, encoding="unicode")
