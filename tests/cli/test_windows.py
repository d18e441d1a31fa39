"""The sizes and options of conv, pool and deconv, as a person types them."""

from __future__ import annotations

import json
from itertools import chain

import pytest

from shapecalc.layers.windows import unread_end
from tests.tools.pages import Shell

MESSAGES = {
    "conv 3x130 --k 3": (
        "3x130 has one axis besides the channels; for 3x130 pixels write Dx3x130, for 3 channels of length 130 "
        "add --dims 1."
    ),
    "pool HxW --k 3": (
        "HxW has one axis besides the channels; for HxW pixels write DxHxW, for H channels of length W add --dims 1."
    ),
    "conv 130 --k 3x3x3": "Conv2d: expected an integer or a tuple of 2 but got --k (3, 3, 3).",
    "conv 130 --k 3 --pool 2x2x2": "MaxPool2d: expected an integer or a tuple of 2 but got --pool (2, 2, 2).",
    "conv 130 -k a+": "--k: 'a+' is not a size: column 3: something is missing at the end.",
    "conv 130 -k 3 --out 3.5": "--out: '3.5' is not an integer.",
    "conv 130 -k 3 -s 0": (
        "conv1: Conv2d(D, K, 3, stride=0): --s must be at least 1 along the height, but S = 0 < 1. Try --s 1."
    ),
    "conv 130 -k 3 -s 2 -p same": (
        "Conv2d: torch refuses --p same with --s 2; for an output of ceil(W/S) as in TensorFlow write --p tf_same, or "
        "give the padding as a number."
    ),
    "deconv 16 -k 3 -s 2 -a 2": (
        "deconv1: ConvTranspose2d(D, K, 3, stride=2, output_padding=2): --a must be smaller than --s or --d along the "
        "height, but A + 1 = 2 + 1 = 3 > max(S, 1) = max(2, 1) = 2. Try --a 1, or --s 3."
    ),
    "pool 8 --avg -k 2 -d 2": "--d belongs to a max pooling; an average pooling has no dilation.",
    "conv 3x8x8 --k 3 --dims 3": (
        "3x8x8 does not have channels and three axes; write for example 130, or 3x130x130x130."
    ),
    "conv 3x8x8 --k 3 --in 4": "3x8x8 has 3 channels, but --in is 4.",
    "conv 130 --k 3 --p smae": 'conv: --p="smae" is not known; it may be "valid", "same", "causal", "tf_same".',
    "conv 130 --k 3 --pool-stride 2": "--pool-stride belongs to a pooling; give its size with --pool.",
    "conv 130": "Missing option '--k'. See shapecalc conv --help.",
    "cnv 130": "No such command 'cnv'. Did you mean 'conv', 'deconv'? See shapecalc --help.",
}
SHAPES = {
    "conv 130 --k 3": "Dx130x130 → Kx128x128",
    "conv 130 --k 3 --dims 1": "Dx130 → Kx128",
    "conv 130 --k 3 --dims 3": "Dx130x130x130 → Kx128x128x128",
    "conv 130x130 --k 3 --dims 1": "130x130 → Kx128",
    "conv Dx130x140 --k 3x5": "Dx130x140 → Kx128x136",
    "conv 130 --k 3 --p 0x1": "Dx130x130 → Kx128x130",
    "conv 130 --k x": "Dx130x130 → Kx(−x + 131)x(−x + 131)",
    "conv 130 --k 3 --p same --out 10": "Dx130x130 → 10x130x130",
    "conv 130 --k 3 --p P": "Dx130x130 → Kx(2P + 128)x(2P + 128)",
    "pool 129 --k 3 --s 2 --ceil": "Dx129x129 → Dx64x64",
    "conv 28x28 --k 3": "1x28x28 → Kx26x26",
    "conv 28x28 --k 3 --in 3": "3x28x28 → Kx26x26",
    "conv 8x8 --k 3 --dims 2": "1x8x8 → Kx6x6",
    "conv 130 -k=3 -s 2 -p 1 -d 1": "Dx130x130 → Kx65x65",
    "conv 130 --kernel 3 --stride 2 --padding 1 --dilation 1": "Dx130x130 → Kx65x65",
    "conv 130 --kernel-size 3,5": "Dx130x130 → Kx128x126",
    "conv 130 --k '(3, 5)'": "Dx130x130 → Kx128x126",
    "deconv 16 --kernel 4 --stride 2 --padding 1": "Dx16x16 → Kx32x32",
    "pool 28x28 --kernel 2 --avg": "AvgPool2d(2)  1x28x28 → 1x14x14",
    "deconv 16 --k 3 --s 2 --p 1 --a 1": "Dx16x16 → Kx32x32",
}


@pytest.mark.parametrize("command", MESSAGES)
def test_a_mistake_is_one_line(command):
    """What cannot be meant is refused in one line, with status 2."""
    shell = Shell()
    assert (shell.run(f"shapecalc {command}"), shell.status) == (f"{MESSAGES[command]}\n", 2)


@pytest.mark.parametrize("command", SHAPES)
def test_a_shape(command):
    """What a command means by its sizes."""
    assert SHAPES[command] in Shell().run(f"shapecalc {command}")


@pytest.mark.parametrize("style", ["", " --latex"])
@pytest.mark.parametrize(("known", "derived"), [("130", False), ("3x130x130 --out 10", True)])
def test_work_needs_known_channels(known, derived, style):
    """Multiply-accumulates are derived where the channels are known, in either style; parameters also in letters."""
    printed = Shell().run(f"shapecalc conv {known} --k 3{style}")
    assert ("parameters" in printed, "MACs" in printed) == (True, derived)


def test_parameters_are_derived_in_letters():
    """K filters over D channels, until both are given."""
    assert "parameters     K·F·F·D + K = K·3·3·D + K = 9K·D + K\n" in Shell().run("shapecalc conv 130 --k 3")


LEFT_OUT = {
    "pool 28 --k 3": ["left out along the height and width: 1 input at the end"],
    "pool 128 --k 4": [],
    "pool W --k 3": [],
    "pool 1x129x130 --k 2 --s 4": [
        "left out along the height: 3 inputs at the end and 2 between each two windows",
        "left out along the width: 2 between each two windows",
    ],
    "pool 28 --k 3 --ceil": [],
    "pool 8 --k 3 --p 1 --dims 1": [],
}


@pytest.mark.parametrize("command", LEFT_OUT)
def test_a_pooling_says_what_it_leaves_out(command):
    """The inputs behind the last window, and those between the windows."""
    printed = Shell().run(f"shapecalc {command}").splitlines()
    assert [line.strip() for line in printed if "left out" in line] == LEFT_OUT[command]


@pytest.mark.parametrize("size", range(8, 30))
@pytest.mark.parametrize(("kernel", "stride", "padding"), [(2, 2, 0), (3, 2, 1), (2, 3, 1), (3, 3, 0), (2, 5, 0)])
def test_what_is_left_out_is_what_no_output_reads(size, kernel, stride, padding):
    """Counted one by one."""
    outputs = (size + 2 * padding - kernel) // stride + 1
    read = {start * stride - padding + tap for start in range(outputs) for tap in range(kernel)}
    behind = sum(place not in read for place in range(max(read) + 1, size))
    assert unread_end(size, outputs, kernel, stride, padding, 1) == behind


REFUSED = {
    "conv 130 --k 140": ["--p 5", "--k 130", "input 140"],
    "conv 3x130x120 --k 125": ["--p 3", "input 3x130x125"],
    "conv 8 --k 3 --pool 9": ["--p 2", "input 11"],
    "conv 6x32x32 --k 3 --groups 4 --out 8": ["--groups 2"],
    "conv 6x32x32 --k 3 --groups 2 --out 9": ["--groups 1"],
    "conv 64 --k 0": ["--k 1"],
    "conv 9x9 --k 9x12 --dims 2": ["--p 2", "--k 6x9", "input 1x9x12"],
    "pool 2 --k 3": ["--p 1", "--k 2", "input 3"],
    "pool 64 --k 3 --s 1 --p 2 --d 2": ["ConstantPad2d(2, -inf) before it with --p 0", "--p 1"],
    "deconv 16 --k 3 --s 2 --a 2": ["--a 1", "--s 3"],
    "deconv 16 --k 3 --p 20": ["--s 3", "input 39"],
}


@pytest.mark.parametrize("command", REFUSED)
def test_a_repair_is_what_the_command_takes(command):
    """In its options, or as its size; each of them is followed."""
    shell = Shell()
    assert (
        json.loads(shell.run(f"shapecalc {command} --json").rsplit("}\n", maxsplit=1)[0] + "}")["refused"]["repairs"]
        == REFUSED[command]
    )
    name, size, *options = command.split()
    for repair in REFUSED[command]:
        words = repair.split(" before it with ")[-1]
        if words.startswith("input "):
            size, words = words.removeprefix("input "), ""
        changed = dict(zip(options[::2], options[1::2], strict=True))
        if words:
            option, value = words.split()
            changed[option] = value
        shell.run(" ".join(["shapecalc", name, size, *chain(*changed.items())]))
        assert shell.status == 0, repair
