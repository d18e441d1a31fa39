"""What is legal and still warned of: inputs that look misread, and norms of a single value."""

from __future__ import annotations

import pytest

from shapecalc import measure, parse
from shapecalc.formats.document.loading import loads
from shapecalc.measures.misreading import channels_first


@pytest.mark.parametrize(
    ("shape", "meant"),
    [
        ((32, 32, 3), (3, 32, 32)),
        ((28, 28, 1), (1, 28, 28)),
        ((480, 640, 3), (3, 480, 640)),
        ((3, 32, 32), None),
        ((64, 8, 4), None),  # a map of 64 channels
        ((2, 2, 1), None),
        ((32, 3), None),
    ],
)
def test_an_image_with_the_channels_last_is_recognised(shape: tuple[int, ...], meant: tuple[int, ...] | None) -> None:
    """Two sides of an image, and then one, three or four channels."""
    assert channels_first(shape) == meant


@pytest.mark.parametrize(
    ("spec", "shape", "head"),
    [
        ("LazyConv2d(8, 3)", "32x32x3", "input 32x32x3 (did you mean 3x32x32? channels come first)"),
        ("MaxPool2d(1)", "28x28x1", "input 28x28x1 (did you mean 1x28x28? channels come first)"),
        ("Conv2d(3, 8, 3)", "HxWx3", "input HxWx3 (did you mean 3xHxW? channels come first)"),
        ("Conv2d(32, 8, 3)", "32x32x3", "input 32x32x3"),
        ("Conv2d(C, 8, 3)", "CxWx3", "input CxWx3"),
        ("Flatten LazyLinear(10)", "28x28x1", "input 28x28x1"),
    ],
)
def test_a_legal_input_that_looks_misread_is_asked_about_first(spec: str, shape: str, head: str) -> None:
    """In the first line; not where a layer names that many channels, or does not care for them."""
    report = measure(parse(spec, input_shape=shape))
    asked = any("did you mean" in words for words in report.warnings())
    assert (report.page().text().splitlines()[0], asked) == (head, "did you mean" in head)


def test_a_norm_of_a_single_value_is_warned_of_by_name() -> None:
    """With a batch of 1, and with a letter for it; no longer with a batch of 2."""
    net = parse("Conv2d(3, 8, 3) AdaptiveAvgPool2d(1) BatchNorm2d(8)", input_shape="3x9x9")
    words = "norm1: a batch of 1 has a single value per channel here, which torch refuses in training"
    texts = [" ".join(measure(net, batch=batch).warnings()) for batch in (1, "N", 2)]
    assert [text.startswith(words) for text in texts] == [True, True, False]
    assert texts[1].endswith("; N must be at least 2")


def test_warnings_are_printed_and_in_the_json() -> None:
    """A note below the table, and a key that is there only where there are some."""
    report = measure(parse("Linear(3, 8) BatchNorm1d(8)", input_shape="3"))
    assert "warning     norm1: a batch of 1" in report.page().text()
    assert report.as_dict()["warnings"] == list(report.warnings())
    assert "warnings" not in measure(parse("Linear(3, 8)", input_shape="3")).as_dict()


def test_inputs_that_no_layer_reads_are_warned_of() -> None:
    """They change nothing; one that is an output is no mistake."""
    both = "inputs: {a: 3x8x8, b: 3x8x8, c: '8'}\nlayers: [{layer: ReLU, inputs: a}]"
    assert measure(loads(both)).warnings() == ("b, c: no layer reads them",)
    output = "inputs: {a: 3x8x8, b: 3x8x8}\nlayers: [{layer: ReLU, inputs: a, name: end}]\noutputs: [end, b]"
    assert measure(loads(output)).warnings() == ()
