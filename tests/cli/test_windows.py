"""The sizes and options of conv, pool and deconv, as a person types them."""

from __future__ import annotations

import pytest

from tests.tools.pages import Shell

MESSAGES = {
    "conv 130x130 --k 3": (
        "130x130 has one axis besides the channels; for 130x130 pixels write Dx130x130, for 130 channels of length 130 "
        "add --dims 1."
    ),
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
