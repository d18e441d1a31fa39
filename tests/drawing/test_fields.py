"""The picture of what an output sees: the cells of its footprint, on the grid of the input or on an image."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

import shapecalc
from shapecalc import SpecError
from shapecalc.drawing import draw_footprint
from shapecalc.measures.field.footprints import footprint_of
from tests.narrow import present

SPEC, SHAPE = "Conv2d(1, 8, 3, dilation=2) Conv2d(8, 8, 2, dilation=3)", "1x16x18"
SVG = "{http://www.w3.org/2000/svg}"


def field(place: str = "conv2[3,4]", spec: str = SPEC, shape: str = SHAPE, **options: Any) -> Any:
    return draw_footprint(shapecalc.parse(spec, input_shape=shape), place, **options)


def elements(picture: Any, name: str) -> list[Any]:
    return [element for element in fromstring(picture.svg()).iter() if element.get("class") == name]


def cells(path: str, width: float, height: float) -> set[tuple[int, int]]:
    """The cells that a path of rectangles covers, as rows and columns."""
    covered: list[tuple[int, int]] = []
    for found in re.findall(r"M([\d.]+),([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z", path):
        x, y, wide, tall = map(float, found)
        rows, columns = (round(y / height), round((y + tall) / height)), (round(x / width), round((x + wide) / width))
        covered += [(row, column) for row in range(*rows) for column in range(*columns)]
    assert len(covered) == len(set(covered))
    return set(covered)


@pytest.mark.parametrize("place", ["conv2[3,4]", "conv2[0,0]", "conv1[5, 6]", "conv2"])
def test_the_drawn_cells_are_the_footprint(place):
    """Each of them once, and no other; the hull around them; the position asked about in the output."""
    picture = field(place)
    name, *index = re.findall(r"\w+", picture.title.removeprefix("What ").removesuffix(" sees"))
    seen = footprint_of(shapecalc.parse(SPEC, input_shape=SHAPE), name, tuple(map(int, index)))
    (top, _), (left, right) = present(seen.hull)
    (sees,), cell = elements(picture, "sees"), 400 / 18
    expected = {(row, column) for row, columns in enumerate(seen.lines()) for column in columns}
    assert cells(sees.get("d"), cell, cell) == expected
    (hull,) = elements(picture, "hull")
    assert float(hull.get("y")) == pytest.approx(top * cell, abs=0.01)
    assert float(hull.get("width")) == pytest.approx((right - left + 1) * cell, abs=0.01)


def test_the_words_have_the_numbers():
    """How many positions, where, and the field of the report; and both maps have their names."""
    picture = field()
    assert picture.description == (
        "conv2[3, 4] depends on 36 of 288 positions of the input, within height 3 to 10 and width 4 to 11. "
        "Its receptive field, padding included, is 8 x 8."
    )
    shown = [text.text for text in fromstring(picture.svg()).iter(f"{SVG}text")]
    assert shown[:2] == ["input 1x16x18", "output of conv2 8x9x11"]


def test_a_bound_is_called_one():
    """With its reason."""
    picture = field("shuffle2[0,0]", "PixelUnshuffle(2) Conv2d(4, 4, 1, groups=4) PixelShuffle(2)", "1x8x8")
    assert "depends on at most" in picture.description
    assert "It may depend on less: PixelShuffle takes neighbours from different channels" in picture.description


def test_one_axis_is_a_strip():
    """A sequence of samples."""
    picture = field("conv1[9]", "Conv1d(1, 2, 3, dilation=4, padding='causal')", "1x12")
    (sees,) = elements(picture, "sees")
    assert cells(sees.get("d"), 26, 26) == {(0, 1), (0, 5), (0, 9)}


def test_an_output_may_see_nothing():
    """A gap between transposed kernels."""
    picture = field("deconv1[2,2]", "ConvTranspose2d(1, 1, 2, stride=3)", "1x4x4")
    assert picture.description.startswith("deconv1[2, 2] depends on 0 of 16 positions of the input.")
    assert elements(picture, "hull") == []


def test_it_is_drawn_on_an_image(tmp_path: Path):
    """The image is in the picture itself, scaled to the input; what is not seen is dark."""
    image_module = pytest.importorskip("PIL.Image")
    image_module.new("RGB", (40, 30), (200, 100, 50)).save(tmp_path / "cat.png")
    picture = field(image=tmp_path / "cat.png")
    (image,) = fromstring(picture.svg()).iter(f"{SVG}image")
    assert image.get("href").startswith("data:image/png;base64,")
    assert (image.get("width"), len(elements(picture, "shade")), elements(picture, "sees")) == ("400", 1, [])
    assert picture.svg() == field(image=tmp_path / "cat.png").svg()


MISTAKES = {
    "conv2[3]": "A position in conv2 has 2 numbers, one along each axis of the input, below 9 and 11. Try conv2[4,5].",
    "conv2[a,b]": "Try conv2[4,5].",
    "conv2[3,]": "Try conv2[4,5].",
    "conv2[1000000000000,0]": "Try conv2[4,5].",
    "conv2[9,0]": "Index 9 lies outside: there are 9 positions.",
    "conv3[1,1]": "The network has no node conv3",
    "": "The field of which output? Try the name of a node",
    "[1,2]": "The network has no node [1,2]",
}


@pytest.mark.parametrize("place", MISTAKES)
def test_a_mistake_is_refused_with_what_to_try(place):
    """In one line."""
    with pytest.raises(SpecError) as refused:
        field(place)
    assert MISTAKES[place] in str(refused.value)


OTHERS = [
    ("Conv3d(1, 2, 2)", "1x4x4x4", "conv1[0,0,0]", "drawn along one axis or two, and the input has 3"),
    ("Conv2d(1, 2, 2)", "1xHxW", "conv1[0,0]", "drawn for numbers; give the input without letters"),
    ("Conv2d(1, 2, 2)", "1x9000x9000", "conv1[0,0]", "81,000,000 positions, and at most 5,000,000 are drawn"),
]


@pytest.mark.parametrize(("spec", "shape", "place", "message"), OTHERS)
def test_what_cannot_be_drawn_is_refused(spec, shape, place, message):
    """Three axes, letters, and maps that are too large."""
    with pytest.raises(SpecError, match=message):
        field(place, spec, shape)


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\nbroken", b"GIF89a"])
def test_a_broken_image_is_refused(content, tmp_path):
    """And so is one that is not there, in one line."""
    pytest.importorskip("PIL.Image")
    path = tmp_path / "cat.png"
    path.write_bytes(content)
    with pytest.raises(SpecError, match=r"is no image, or is damaged|Cannot read the image"):
        field(image=path)
    with pytest.raises(SpecError, match=r"Cannot read the image .*: No such file or directory\."):
        field(image="no.png")
