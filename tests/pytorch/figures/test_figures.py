"""Figures of a training: the same bytes each time, whatever the names, and nothing of matplotlib's settings changes."""

from __future__ import annotations

import io

import matplotlib as mpl
import pytest
import torch
from PIL import Image

import shapecalc
from shapecalc import SpecError
from shapecalc.pytorch.figures import canvas
from shapecalc.pytorch.figures.confusion import draw_confusion
from shapecalc.pytorch.figures.curves import draw_curves
from shapecalc.pytorch.training.measuring import Scores
from shapecalc.pytorch.training.results import Epoch, Training
from shapecalc.pytorch.training.samples.labelled import Goal
from shapecalc.pytorch.training.samples.splitting import split
from shapecalc.pytorch.training.settings import Settings
from shapecalc.pytorch.training.trainer import train


def training_of(names: tuple[str, ...], epochs: int = 3) -> Training:
    """A training that nobody did."""
    count = len(names)
    confusion = tuple(
        tuple(9 if row == column else (row + column) % 2 for column in range(count)) for row in range(count)
    )
    history = tuple(Epoch(number, number, 0.1, 1 / number, 2 / number, 0.9, 1.0) for number in range(1, epochs + 1))
    net = shapecalc.parse(f"Linear(4, {count})", input_shape="4")
    scores = Scores(0.1, 0.9, confusion=confusion)
    return Training(net, "things", Goal.CLASS, names, Settings(), history, scores, 100, None)


def size(png: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(png)) as image:
        return image.size


def shown(svg: bytes) -> str:
    """The text of an SVG, which matplotlib writes beside its outlines as comments."""
    return svg.decode()


NAMES = [("no", "yes"), tuple("0123456789"), tuple(f"class {number}" for number in range(100))]


@pytest.mark.parametrize("names", NAMES, ids=len)
def test_every_class_stands_at_both_axes(names):
    """For 2, 10 and 100 classes, in a picture of sensible size."""
    first = draw_confusion(training_of(names))
    assert [shown(first["svg"]).count(f"<!-- {name} -->") >= 2 for name in names] == [True] * len(names)
    assert all(300 < side < 2500 for side in size(first["png"]))


def test_a_figure_is_the_same_each_time():
    """To the byte, in both formats."""
    assert draw_confusion(training_of(("no", "yes"))) == draw_confusion(training_of(("no", "yes")))


def test_the_best_epoch_is_marked():
    """In the title and in the legends; an SVG has no date."""
    drawn = draw_curves(training_of(("no", "yes")))
    svg = shown(drawn["svg"])
    texts = [f"<!-- {text} -->" in svg for text in ("Training on things, best epoch: 3 of 3", "best: 0.6667", "epoch")]
    assert (texts, "dc:date" in svg) == ([True] * 3, False)


@pytest.mark.parametrize("name", ["$\\frac{", "a\\$b$", "漢字\n", "<script>" * 50])
def test_any_name_can_be_drawn(name):
    """Folders have names of which matplotlib would make formulas, and others that its font lacks."""
    drawn = draw_confusion(training_of((name, "other")))
    assert all(300 < side < 1500 for side in size(drawn["png"]))
    assert b"<script>" not in drawn["svg"]


def test_settings_of_matplotlib_stay():
    """Those of the caller neither change nor act."""
    plain = draw_curves(training_of(("no", "yes"), epochs=1))
    with mpl.rc_context({"axes.facecolor": "red", "svg.hashsalt": None}):
        before = dict(mpl.rcParams)
        assert draw_curves(training_of(("no", "yes"), epochs=1)) == plain
        assert dict(mpl.rcParams) == before


def test_without_matplotlib_the_training_is_complete(monkeypatch, tmp_path):
    """It ends with one line on what is missing, and there are no figures."""
    monkeypatch.setattr(canvas, "find_spec", lambda _: None)
    training = train(shapecalc.parse("Flatten() LazyLinear(10)"), epochs=1, out=tmp_path, progress=False)
    assert str(training).splitlines()[-1] == (
        "Figures need matplotlib, which is not installed. Try pip install 'shapecalc[train]'."
    )
    assert not list(tmp_path.glob("*.png"))


def test_the_first_batch_is_drawn(tmp_path):
    """As large as its rows of pictures; a later training in the folder removes it."""
    net = shapecalc.parse("Flatten() LazyLinear(10)")
    train(net, epochs=1, out=tmp_path, progress=False, show_batch=True, batch_size=9)
    width, height = size((tmp_path / "batch.png").read_bytes())
    train(net, epochs=1, out=tmp_path, overwrite=True, progress=False)
    assert (300 < width < 700, 300 < height < 800, (tmp_path / "batch.png").exists()) == (True, True, False)


def test_drawing_the_batch_changes_nothing(tmp_path):
    """The weights are those of a training that draws none."""
    net = shapecalc.parse("Flatten() Dropout(0.5) LazyLinear(10)")
    runs = [
        train(net, epochs=1, out=tmp_path / str(show), progress=False, show_batch=show, batch_size=16)
        for show in (True, False)
    ]
    assert runs[0].history == runs[1].history


def test_a_batch_that_cannot_be_drawn_is_refused(tmp_path):
    """Vectors have no picture; without a folder there is no place for one."""
    vectors = split("rows", torch.randn(40, 4), torch.arange(2).repeat(20))
    net = shapecalc.parse("LazyLinear(2)")
    with pytest.raises(SpecError, match="Images and series can be drawn, but a sample is 4"):
        train(net, vectors, out=tmp_path, show_batch=True)
    with pytest.raises(SpecError, match="draws into the folder of the run"):
        train(net, vectors, out=None, show_batch=True)
