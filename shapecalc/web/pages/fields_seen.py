"""The page of what an output sees of the input, pinned by a click."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shapecalc.drawing.fields import FieldDrawing, field_drawing
from shapecalc.errors import ShapecalcError, SpecError, missing_package
from shapecalc.measures import Report, Row
from shapecalc.web.embedding import picture_address
from shapecalc.web.fields import choice_field, file_field, slider_field
from shapecalc.web.frame import WebPage
from shapecalc.web.markup import Markup, element, fragment
from shapecalc.web.net_form import FORM, PageAnswer, net_page, net_question, unmeasured
from shapecalc.web.request import WebRequest

#: The fields of a position, the last axis last.
_AXES = ("row", "column")
#: What may lie beneath.
_IMAGES = {
    "": "nothing",
    "road": "a road",
    "x": "an X",
    "stripes": "stripes",
    "square": "a square",
    "own": "the image below",
}
#: A number of more digits is no position.
_DIGITS = 7


def answer(request: WebRequest) -> WebPage:
    """The form of a net, and what one of its outputs sees."""
    question = net_question(request, "3x64x64")
    report = question.reading.measured()
    choices, content, summary = Markup(""), unmeasured(report) or Markup(""), ""
    more: dict[str, str] = {}
    if isinstance(report, Report) and report.rows:
        row = _row(report, request.text("node"))
        position = _position(request, row)
        try:
            with _image(request) as image:
                drawing = field_drawing(report, _place(row, position), image=image)
                pinned = _pinned(request, drawing)
                if pinned is not None and pinned != position:
                    position = pinned
                    drawing = field_drawing(report, _place(row, position), image=image)
            content, summary = _picture(drawing), drawing.description
        except ShapecalcError as refused:
            content, summary = element("p", str(refused), class_="message"), str(refused)
        choices = _choices(request, report, row, position)
        more = {"node": row.name, **dict(zip(_axes(len(position)), map(str, position), strict=True))}
    shown = PageAnswer("What it sees", content, "Show", summary, more)
    return net_page("The field of an output", "field", question, choices, shown)


def _row(report: Report, name: str) -> Row:
    """The layer that was asked for, or the last one whose output has a map."""
    if name in report.places:
        return report[name]
    maps = [row for row in report if any(isinstance(axis.count, int) and axis.count > 1 for axis in row.fields)]
    return (maps or report.rows)[-1]


def _counts(row: Row) -> tuple[int, ...]:
    return tuple([axis.count for axis in row.fields if isinstance(axis.count, int)])[-2:]


def _axes(count: int) -> tuple[str, ...]:
    """The fields of a position of so many axes; none of an output without known sizes."""
    return _AXES[len(_AXES) - count :]


def _position(request: WebRequest, row: Row) -> tuple[int, ...]:
    """The position that was asked for, as near as there is one; the middle where none was."""
    counts = _counts(row)
    numbers = []
    for name, count in zip(_axes(len(counts)), counts, strict=True):
        text = request.text(name)
        is_number = text.isdecimal() and len(text) <= _DIGITS
        numbers.append(min(int(text), max(count - 1, 0)) if is_number else count // 2)
    return tuple(numbers)


def _place(row: Row, position: tuple[int, ...]) -> str:
    return f"{row.name}[{','.join(map(str, position))}]" if len(position) == len(row.fields) else row.name


def _pinned(request: WebRequest, drawing: FieldDrawing) -> tuple[int, ...] | None:
    """The position of the output that was clicked on."""
    numbers = [request.text(f"at.{axis}") for axis in "xy"]
    if any(not text.isdecimal() or len(text) > _DIGITS for text in numbers):
        return None
    return drawing.position_at(*map(int, numbers))


@contextmanager
def _image(request: WebRequest) -> Iterator[Path | None]:
    """The image beneath, in a file for as long as it is drawn.

    Raises:
        SpecError: there is no such image.
    """
    name = request.text("image")
    content = request.files.get("picture", b"")
    if name in {"", "own"} and not (name and content):
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "image")
        try:
            if name == "own":
                path.write_bytes(content)
            else:
                _pattern(name, path)
            yield path
        except SpecError as refused:
            raise SpecError(str(refused).replace(str(path), "The file")) from None


def _pattern(name: str, path: Path) -> None:
    try:
        from shapecalc.drawing.filtering.images import PATTERNS  # noqa: PLC0415  needs NumPy and Pillow
    except ModuleNotFoundError as missing:
        raise missing_package(missing, "Images", "NumPy and Pillow", "draw") from None
    if name not in PATTERNS:
        raise SpecError(f"There is no such image; there are {', '.join(PATTERNS)}.")
    PATTERNS[name](256).save(path, "PNG")


def _choices(request: WebRequest, report: Report, row: Row, position: tuple[int, ...]) -> Markup:
    names = {each.name: f"{each.name}  {each.layer!r}" for each in report}
    sliders = [
        slider_field(name, f"Its {name}", place, 0, max(count - 1, 0))
        for name, place, count in zip(_axes(len(position)), position, _counts(row), strict=True)
    ]
    return element(
        "div",
        choice_field("node", "The output of", row.name, names, submits="ask"),
        *sliders,
        choice_field("image", "Beneath it", request.text("image"), _IMAGES),
        file_field("picture", "Your image", accept="image/*"),
        class_="beside",
    )


def _picture(drawing: FieldDrawing) -> Markup:
    """The picture, in which a click on the output pins its position."""
    picture = drawing.picture()
    words = f"{picture.title}. {picture.description} Click on a cell of the output to see what it sees."
    button = element("input", type="image", id="at", name="at", form=FORM, src=picture_address(picture), alt=words,
                     class_="pinned", width=round(picture.width), height=round(picture.height))  # fmt: skip
    box = element("div", button, class_="wide", tabindex=0, role="region", aria_label=picture.title)
    return fragment(element("p", "Click on a cell of the output, or move the sliders.", class_="hint"), box)
