"""Pictures as files: SVG that is accessible and the same each time, whatever the names in a net are, and PNG."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

import shapecalc
from shapecalc import Net, Node, SpecError, layers
from shapecalc.drawing import browser, files, theme
from shapecalc.drawing.graph.dot import run_dot
from shapecalc.drawing.picture import Picture
from shapecalc.page.signs import visible

SVG = "{http://www.w3.org/2000/svg}"
SPEC = "Conv2d(3, 10, 3) MaxPool2d(4)"


def picture(spec: str = SPEC) -> Picture:
    return shapecalc.draw(shapecalc.parse(spec, input_shape="3x130x130"), layout="grandalf")


def texts(root: Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def test_the_picture_shows_shapes_parameters_and_work() -> None:
    """The numbers are those of the report."""
    root = fromstring(picture().svg())
    assert texts(root) == [
        "input", "3x130x130", "conv1", "Conv2d(3, 10, 3)", "280 parameters · 4,423,680 MACs", "pool1", "MaxPool2d(4)",
        "output", "10x32x32", "10x128x128", "10x32x32",
    ]  # fmt: skip


def test_the_picture_is_accessible() -> None:
    """It is an image with a title and a description, which says all that is shown, and follows the reader's colours."""
    root = fromstring(picture().svg())
    title, description = (root.find(f"{SVG}{tag}") for tag in ("title", "desc"))
    assert title is not None
    assert description is not None
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == "A network of 2 layers"
    assert description.text == (
        "input, gives 3x130x130. conv1: Conv2d(3, 10, 3), 280 parameters, 4,423,680 MACs, reads input, gives "
        "10x128x128. pool1: MaxPool2d(4), reads conv1, gives 10x32x32. output: 10x32x32, reads pool1."
    )
    assert "prefers-color-scheme:dark" in (present_text(root, "style"))


def present_text(root: Element, tag: str) -> str:
    return root.findtext(f"{SVG}{tag}") or ""


def luminance(colour: str) -> float:
    """As https://www.w3.org/TR/WCAG22/#dfn-relative-luminance has it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(two)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_every_text_can_be_read_on_every_ground(mode: int) -> None:
    """The contrast is 4.5 and more, as WCAG 2.2 AA asks for, in light and in dark."""
    fills = ("ground", "box", "work", "pool", "join", "end")
    pairs = [(ink, fill) for ink in ("ink", "faint") for fill in fills]
    pairs += [("ink", "wrong"), ("alarm", "wrong"), ("mark", "ground")]
    colours = {name: pair[mode] for name, pair in theme.COLOURS.items()}
    assert [pair for pair in pairs if contrast(colours[pair[0]], colours[pair[1]]) < 4.5] == []


HOSTILE = (
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "]]><!-- & &amp; --",
    "null\x00byte\x1b[31m\ud800",
    "עברית\u202egnp.exe",
    "a" * 5_000,
    'x\\N\\l"];n1->n0',
    "../../etc/passwd",
    "</style><style>*{display:none}",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_text(name: str) -> None:
    """Nothing of it becomes an element, an attribute or a rule; what cannot be shown is written as an escape."""
    node = Node(name, layers.Conv2d(3, 3, 1), ("in<put>",))
    net = Net({"in<put>": (3, 4, 4)}, (node,), (name,), name)
    drawn = shapecalc.draw(net, layout="grandalf")
    plain = picture("Conv2d(3, 3, 1)")
    root, usual = (fromstring(text.svg()) for text in (drawn, plain))
    assert [element.tag for element in root.iter()] == [element.tag for element in usual.iter()]
    assert present_text(root, "style") == present_text(usual, "style")
    assert present_text(root, "title") == visible(name)
    assert all(element.keys() == other.keys() for element, other in zip(root.iter(), usual.iter(), strict=True))
    assert "<script" not in drawn.html()


@pytest.mark.service("graphviz")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_text_for_graphviz(name: str) -> None:
    """The layout and the picture are those of a plain name."""
    net = Net({"input": (3, 4, 4)}, (Node(name, layers.Conv2d(3, 3, 1), ("input",)),))
    drawn = shapecalc.draw(net, layout="dot")
    assert drawn.svg().count('class="node') == 3
    assert run_dot("dot", drawn.source, "png").startswith(b"\x89PNG")


def test_the_same_net_gives_the_same_bytes() -> None:
    """In another process as well, with another seed for hashes."""
    program = (
        "import shapecalc, sys; sys.stdout.reconfigure(encoding='utf-8');"
        "print(shapecalc.draw(shapecalc.parse('zoo:googlenet'), layout='grandalf').svg(), end='')"
    )
    outputs = [
        subprocess.run(  # noqa: S603  ours
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert b'class="node' in outputs[0]


@pytest.mark.parametrize("form", ["svg", "html"])
def test_nothing_in_a_picture_runs_or_is_fetched(form: str) -> None:
    """No script, no handler, no address but the name of the language."""
    text = getattr(picture(), form)()
    assert re.findall(r"<script|javascript:|\son\w+=|@import|url\(", text) == []
    assert set(re.findall(r"\w+://[^\"'<> ]+", text)) == {"http://www.w3.org/2000/svg"}


def test_a_notebook_shows_it() -> None:
    """As SVG, which two pictures of one page may both be."""
    pictures = [picture(), picture("Conv2d(3, 8, 3)")]
    ids = [re.findall(r' id="([^"]+)"', drawn._repr_svg_()) for drawn in pictures]
    assert len({*ids[0], *ids[1]}) == 4


def test_files_have_the_form_of_their_endings(tmp_path: Path) -> None:
    """SVG and HTML always; another ending is refused with those that there are."""
    drawn = picture()
    assert files.save(drawn, tmp_path / "net.svg").read_text(encoding="utf-8") == drawn.svg()
    assert files.save(drawn, tmp_path / "NET.HTML").read_text(encoding="utf-8") == drawn.html()
    with pytest.raises(SpecError, match=r"ends with \.svg, \.html, \.png, and 'net\.gif' does not"):
        files.save(drawn, "net.gif")
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["NET.HTML", "net.svg"]


def test_a_png_needs_a_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says which."""
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(shapecalc.ShapecalcError, match=r"^A PNG needs Chromium or graphviz, which is not installed"):
        files.save(picture(), tmp_path / "net.png")


def size_of(png: bytes) -> tuple[int, int]:
    """The width and the height that a PNG states."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.service("chromium")
def test_chromium_makes_a_png(tmp_path: Path) -> None:
    """Of twice the size, so that it is sharp."""
    drawn = picture()
    width, height = size_of(files.save(drawn, tmp_path / "net.png").read_bytes())
    assert (abs(width - 2 * drawn.width) <= 2, abs(height - 2 * drawn.height) <= 2) == (True, True)


@pytest.mark.service("graphviz")
def test_graphviz_makes_a_png_where_there_is_no_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the graph that is drawn."""
    monkeypatch.setattr(browser, "_BROWSERS", ())
    width, height = size_of(files.save(picture(), tmp_path / "net.png").read_bytes())
    assert min(width, height) > 100
