"""Filtered images: what is read, what is drawn, and what is refused."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from shapecalc.drawing.filtering import PATTERNS, draw_stages, filter_image, open_pixels
from shapecalc.drawing.filtering.panels import shades
from shapecalc.drawing.images import read_picture
from shapecalc.errors import SpecError
from shapecalc.kernels import KERNELS, Kernel
from tests.tools.pages import ROOT, Shell

IDENTITY = (KERNELS["identity"],)


def test_the_kernel_decides_what_is_seen_of_patterns():
    """Sobel's kernel for the change to the right sees the sides of a square, and not its top and bottom."""
    stage = filter_image(open_pixels("test:square", side=32), (KERNELS["sobel-x"],), border="replicate").stages[1]
    columns = np.abs(stage.values[0]).max(axis=0)
    middle = stage.values[0, 16]
    assert np.flatnonzero(middle).tolist() == np.flatnonzero(columns).tolist() == [7, 8, 23, 24]
    assert (middle[7], middle[24]) == (720.0, -720.0)


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("side", [8, 9, 128, 1024])
def test_patterns_have_the_side_that_is_asked_for(name, side):
    """Values of pixels, and more than one of them; the longest side is as long as it should be."""
    pixels = open_pixels(f"test:{name}", side=side)
    assert max(pixels.shape[1:]) == side
    assert pixels.shape[0] == (3 if name == "road" else 1)
    assert 0 <= pixels.min() < pixels.max() <= 255


def save(path, mode="RGB", size=(6, 4), colour=None, **options):
    Image.new(mode, size, colour).save(path, **options)
    return str(path)


@pytest.mark.parametrize(
    ("name", "mode", "colour", "expected"),
    [
        ("colour.png", "RGB", (10, 20, 30), [10, 20, 30]),
        ("grey.png", "L", 77, [77]),
        ("bits.png", "1", 1, [255]),
        ("deep.png", "I;16", 65535, [255]),
        ("clear.png", "RGBA", (10, 20, 30, 0), [255, 255, 255]),
        ("half.png", "LA", (0, 255), [0]),
        ("palette.gif", "P", 0, [0, 0, 0]),
        ("print.jpg", "CMYK", (0, 0, 0, 0), [255, 255, 255]),
    ],
)
def test_images_of_every_kind(tmp_path, name, mode, colour, expected):
    """Grey ones have a channel, others three, on white where they are transparent."""
    pixels = open_pixels(save(tmp_path / name, mode, colour=colour))
    assert pixels[:, 0, 0].tolist() == expected
    assert pixels.shape == (len(expected), 4, 6)


def test_colours_as_grey(tmp_path):
    """With the weights of luminance that Pillow has."""
    assert open_pixels(save(tmp_path / "red.png", colour=(255, 0, 0)), grey=True)[:, 0, 0].tolist() == [76]


def test_a_photo_is_turned_as_its_viewer_turns_it(tmp_path):
    """By the EXIF tag of its orientation."""
    exif = Image.Exif()
    exif[0x0112] = 6
    assert open_pixels(save(tmp_path / "turned.jpg", exif=exif)).shape == (3, 6, 4)


def test_a_large_image_is_scaled_and_that_is_said(tmp_path):
    """To 512 pixels, or what is asked for; a smaller one stays as it is."""
    path = save(tmp_path / "large.png", size=(1000, 10))
    with pytest.warns(UserWarning, match="10x1000 pixels and is scaled to 5x512; --size asks"):
        assert open_pixels(path).shape == (3, 5, 512)
    assert open_pixels(path, side=1000).shape == (3, 10, 1000)


def test_what_is_no_image_is_refused(tmp_path):
    """In one line: a text, PostScript, which Pillow would have another program draw, a cut file, a folder, nothing."""
    (tmp_path / "text.png").write_text("no image")
    (tmp_path / "drawing.eps").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n")
    whole = save(tmp_path / "whole.png", size=(60, 60))
    (tmp_path / "cut.png").write_bytes(Path(whole).read_bytes()[:60])
    for name in ("text.png", "drawing.eps"):
        with pytest.raises(SpecError, match=f"{name} is no image, or is damaged"):
            open_pixels(str(tmp_path / name))
    for name in ("cut.png", "", "missing.png"):
        with pytest.raises(SpecError, match=r"is no image, or is damaged|Cannot read the image"):
            open_pixels(str(tmp_path / name))


def test_a_pipe_is_not_waited_for(tmp_path):
    """It is no image, whoever may write to it."""
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(SpecError, match="Not a regular file"):
        open_pixels(str(tmp_path / "pipe.png"))


@pytest.mark.parametrize("size", [(8000, 8000), (20000, 20000)])
def test_a_bomb_is_refused_before_it_unfolds(tmp_path, size):
    """By the size that its header names."""
    path = save(tmp_path / "bomb.png", "1", size)
    with pytest.raises(SpecError, match=r"at most 50,000,000 are read|decompression bomb"):
        read_picture(path, grey=None)


def test_numbers_become_shades():
    """As they are from 0 to 255; scaled where they are higher; 0 is grey where some are below it."""
    assert np.asarray(shades(np.array([[[0.0, 100.4, 255.0]]])))[0, :, 0].tolist() == [0, 100, 255]
    assert np.asarray(shades(np.array([[[0.0, 510.0]]])))[0, :, 0].tolist() == [0, 255]
    assert np.asarray(shades(np.array([[[-10.0, 0.0, 5.0]]])))[0, :, 0].tolist() == [1, 128, 192]


def test_the_picture_has_every_stage_in_a_frame():
    """Of one width, in rows of four at most; the same stages give the same bytes."""
    stages = filter_image(open_pixels("test:road"), IDENTITY, behind="relu,maxpool2,maxpool2,maxpool2").stages
    picture = Image.open(io.BytesIO(draw_stages(stages)))
    assert picture.size == (3 * 272 + 16, 2 * (192 + 16 + 60) + 16)
    frame = np.asarray(picture)[16 : 16 + 192, 16 : 16 + 256]
    road = open_pixels("test:road").transpose(1, 2, 0).repeat(2, 0).repeat(2, 1)
    assert np.array_equal(frame, road)
    assert draw_stages(stages) == draw_stages(stages)


@pytest.mark.parametrize("size", [(1, 1), (700, 3), (3, 700)])
def test_images_of_any_shape_are_drawn(size, tmp_path):
    """A single pixel, and ones much longer than wide."""
    stages = filter_image(open_pixels(save(tmp_path / "thin.png", size=size), side=700), IDENTITY).stages
    assert Image.open(io.BytesIO(draw_stages(stages))).width < 2_000


REFUSALS = {
    "test:x -k sobbel-x": "No kernel is called 'sobbel-x' (did you mean sobel-x?).",
    "test:stripe -k sobel-x": "There is no test image test:stripe (did you mean stripes?).",
    "test:x -k sobel-x --border mirror": 'filter: border="mirror" is not known; it may be',
    "test:x -k '[[1, 2], [3]]'": "The rows of a kernel are equally long",
    "test:x -k '[[[1]], [[1]], [[1]]]'": "a matrix for each of 3 channels, but the image has 1; give one matrix.",
    "test:road -k '[[[1]], [[1]]]'": "for each of 2 channels, but the image has 3; give one matrix, or 3.",
    "test:x -k roberts-rising --stride 2": "an even kernel only where the stride is 1, not 2. Try --border crop",
    "test:x -k sobel-x --stride 0": "stride",
    "test:x -k sobel-x --then dropout": "'dropout': images go through ReLU, ",
    "test:x -k sobel-x --then 'maxpool(2'": "column 9: cannot read '2' here",
    "test:x -k sobel-x --then flaten": "did you mean Flatten?",
    "test:x -k sobel-x --size 2000": "from 8 to 1024 pixels, not 2000.",
    "test:x -k sobel-x -o out.gif": "give -o a name that ends in .png, not out.gif.",
    f"test:x -k sobel-x --then {','.join(['relu'] * 12)}": "at most 12 layers; these are 13.",
}


@pytest.mark.parametrize("line", REFUSALS)
def test_refusals(line):
    """In one line, with what to try."""
    shell = Shell()
    printed = shell.run(f"shapecalc filter {line}")
    assert (shell.status, printed.count("\n"), REFUSALS[line] in printed) == (2, 1, True), printed


def test_the_command_writes_what_the_library_draws(tmp_path):
    """With a kernel from a file, which gives the stage its name."""
    (tmp_path / "edges.txt").write_text("-1 0 1\n-2 0 2\n-1 0 1\n")
    picture = tmp_path / "out.png"
    printed = Shell().run(f"shapecalc filter test:x -k {tmp_path}/edges.txt --then relu -o {picture}")
    stages = filter_image(
        open_pixels("test:x"), (KERNELS["sobel-x"],), name="edges", image_name="test:x", behind="relu"
    ).stages
    assert picture.read_bytes() == draw_stages(stages)
    assert printed.endswith(f"Wrote {picture}: 3 stages.\n")


def test_json():
    """Each stage with its layer, its size, and its lowest and highest number."""
    stages = json.loads(Shell().run("shapecalc filter test:x -k sobel-x --then maxpool2 --json"))["stages"]
    assert [stage["shape"] for stage in stages] == [[1, 128, 128], [1, 128, 128], [1, 64, 64]]
    assert stages[1] == {
        "name": "sobel-x",
        "layer": "Conv2d(1, 1, 3, padding=1, bias=False)",
        "shape": [1, 128, 128],
        "lowest": -1020,
        "highest": 1020,
    }


def test_kernels_from_wherever_they_are(tmp_path):
    """The kernels command takes a name, a matrix and a file, and one matrix at a time."""
    (tmp_path / "edges.txt").write_text("-1 0 1\n-2 0 2\n-1 0 1\n")
    run = Shell().run
    named, written = run("shapecalc kernels Sobel_X"), run("shapecalc kernels '[[-1,0,1],[-2,0,2],[-1,0,1]]'")
    assert named.removeprefix("sobel-x") == written.removeprefix("kernel")
    assert run(f"shapecalc kernels {tmp_path}/edges.txt").removeprefix("edges") == written.removeprefix("kernel")
    assert (
        run("shapecalc kernels '[[[1]], [[2]]]'") == "These are 2 matrices, one for each channel; give one at a time.\n"
    )
    assert run("shapecalc kernels 'no\0such'").startswith("No kernel is called")


def test_a_kernel_of_zeros():
    """Every pixel becomes 0, which is drawn black."""
    stage = filter_image(open_pixels("test:x", side=8), (Kernel.of([[0]]),)).stages[1]
    assert (stage.extremes, np.asarray(shades(stage.values)).max()) == ((0.0, 0.0), 0)


def test_the_picture_of_the_documentation(tmp_path):
    """Its pixels are those that the command beside it draws."""
    page = ROOT / "docs" / "how-to" / "filter-an-image.md"
    line = next(line for line in page.read_text(encoding="utf-8").splitlines() if "-o filter-an-image.png" in line)
    command = line.removeprefix("$ ").replace("filter-an-image.png", str(tmp_path / "new.png"))
    Shell().run(command)
    pixels = [np.asarray(Image.open(path)) for path in (tmp_path / "new.png", page.with_suffix(".png"))]
    assert np.array_equal(*pixels)
