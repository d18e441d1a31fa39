"""Options and texts as people guess them, in each command that takes them."""

from __future__ import annotations

import shlex

import pytest
from shapecalc_cli.hints import GUESSES

from tests.tools.pages import Shell


def said(line: str) -> str:
    """What a command prints, or its refusal."""
    return Shell().run(f"shapecalc {line}")


WINDOWS = ("conv 3x32x32", "pool 3x32x32", "deconv 3x32x32")


@pytest.mark.parametrize("command", WINDOWS)
@pytest.mark.parametrize(
    "options",
    [
        "-k 3 -s 2 -p 1 -d 1",
        "--kernel 3 --stride 2 --padding 1 --dilation 1",
        "--kernel-size 3 --stride 2 --padding 1",
        "--kernel_size 3 --stride=2 --padding=1",
        "--k 3,3 --s 2,2 --p 1,1",
        "--k '(3,3)' --s '(2, 2)' --p '(1,1)'",
        "--k '[3,3]' --s 2 --p 1",
        "--k 3x3 --s 2x2 --p 1x1",
        "-k3 -s2 -p1",
    ],
)
def test_options_in_many_spellings(command, options):
    """The answer is that of the field's letters."""
    assert said(f"{command} {options}") == said(f"{command} --k 3 --s 2 --p 1")


@pytest.mark.parametrize("words", ["227 55", "227 to 55", "227 '->' 55", "'227 to 55'", "'227 -> 55'", "'227→55'"])
def test_two_sizes_in_many_spellings(words):
    """With or without quotes."""
    assert said(f"solve {words}") == said("solve '227 -> 55'")


@pytest.mark.parametrize("line", ["net {}", "domain {}", "explain {}", "emit {}", "solve {} --output 8x30x30"])
def test_channels_last_in_letters(line):
    """Every command asks whether the other order was meant."""
    assert "did you mean 3xHxW?" in said(line.format("'Conv2d(3, 8, 3)' --input HxWx3"))


def test_three_sizes():
    """Are refused."""
    assert said("solve 227 55 13").startswith("Expected one text, or two sizes as in 227 55, but got 3 texts")


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("conv 32 --k 3 --filters 8", "--out"),
        ("conv 32 --k 3 --strides 2", "--stride"),
        ("pool 32 --k 3 --pad 1", "--padding"),
        ("pool 32 --k 3 --average", "--avg"),
        ("pool 32 --k 3 --ceil-mode", "--ceil"),
        ("deconv 32 --kernels 3", "--kernel-size"),
        ("net ReLU --input-shape 3x8x8", "--input"),
        ("net ReLU --flops", "--convention"),
        ("solve ReLU --flops 3", "--macs"),
    ],
)
def test_an_option_that_is_guessed(line, meant):
    """Is named."""
    command = shlex.split(line)[0]
    assert said(line).startswith(f"{command} has no option --")
    assert said(line).endswith(f"; did you mean {meant}?\n")


def test_a_guess_is_no_option_of_torch():
    """Names with torch's underscores are options by themselves."""
    assert not any("_" in guess for guess in GUESSES)


@pytest.mark.parametrize(
    "text", ["- Conv2d(3, 8, 3)\n- ReLU", "* Conv2d(3, 8, 3)\n* ReLU", "1. Conv2d(3, 8, 3)\n2. ReLU"]
)
def test_a_list_is_no_option(text):
    """A text that begins with a dash is read as a network."""
    expected = said("net 'Conv2d(3, 8, 3) ReLU' --input 3x8x8")
    assert said(f"net {shlex.quote(text)} --input 3x8x8") == expected


@pytest.mark.parametrize(
    "line",
    [
        "net 'conv3-8 fc 10' --input 3x8x8",
        "net 'conv3-8 fc 10' --input 3x8x8 --json",
        "explain 'conv3-8 fc 10' --input 3x8x8",
        "domain 'conv3-8 maxpool' --input 3xHxW",
        "domain 'conv3-8 maxpool' --input 3xHxW --json",
        "emit 'conv3-8 fc 10' --input 3x8x8",
        "solve 'conv3-8 maxpool' --input 3xHxW --output 8x4x4",
        pytest.param("verify 'conv3-8 fc 10' --input 3x8x8", marks=pytest.mark.torch),
    ],
)
def test_every_command_says_what_a_text_leaves_open(line):
    """A padding that is not written."""
    assert " ".join(said(line).split()).count("conv3-8: no padding is written, so the size is kept") == 1
