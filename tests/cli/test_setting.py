"""Batch, optimizer, number type and device: shown for, or refused with the reason, in every command."""

from __future__ import annotations

import json

import pytest
from shapecalc_cli.application import COMMANDS
from shapecalc_cli.hints import WITHOUT_MEMORY
from shapecalc_cli.options import SETTING

from shapecalc import closed_form, explain, measure, parse
from tests.tools.pages import Shell

#: A command line of each command whose output has memory.
WITH_MEMORY = {
    "net": "net 'Conv2d(3, 8, 3) ReLU' -i 3x32x32",
    "explain": "explain 'Conv2d(3, 8, 3) ReLU' -i 3x32x32",
    "conv": "conv 3x32x32 --k 3 --out 8",
    "pool": "pool 3x32x32 --k 2",
    "deconv": "deconv 3x32x32 --k 2 --out 8",
    "solve": "solve 'Conv2d(3, 8, 3) ReLU' -i 3xWxW --memory 10MiB --training",
}
WORDS = "--batch 32 --optimizer adam --dtype fp16 --device cuda"
REFUSED = {
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 --convention fvcore --batch 2": (
        "--batch would change nothing: --convention is about one input, without its memory; leave one of them out."
    ),
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 --semantics keras --batch 2 --dtype fp16": (
        "--batch and --dtype would change nothing: --semantics is about one input, without its memory; leave one of "
        "them out."
    ),
    "net 'Conv2d(3, 8, 3)' --optimizer adam": (
        "--optimizer needs the input: memory depends on it; add it as --input 3x130x130."
    ),
    "explain 'Conv2d(3, 8, 3)' -i 3x8x8 --latex --batch 2": (
        "--batch would change nothing: LaTeX has the derivations of layers, which have no memory; leave out --latex."
    ),
    "conv 130 --k 3 --latex --dtype fp16": (
        "--dtype would change nothing: LaTeX has the derivations of layers, which have no memory; leave out --latex."
    ),
    "pool 130 --k 3 --latex --json": (
        "Give --json or --latex, not both; the JSON has the derivations as well, in steps."
    ),
}


def run(line: str) -> str:
    """What a command prints."""
    return Shell().run(f"shapecalc {line}")


def setting_of(data: dict) -> tuple:
    """The setting that JSON names."""
    return tuple(data["setting"][name[2:]] for name in SETTING)


def test_every_command_takes_the_options_or_says_why_not():
    """Each command either shows memory or has a reason."""
    assert sorted([*WITH_MEMORY, *WITHOUT_MEMORY]) == sorted(COMMANDS)


@pytest.mark.parametrize("command", WITH_MEMORY)
def test_the_output_names_the_setting(command):
    """The page has all four words, and so has the JSON."""
    text = " ".join(run(f"{WITH_MEMORY[command]} {WORDS}").split())
    assert all(word in text for word in ("float16", "adam", "cuda", "batch of 32"))
    assert setting_of(json.loads(run(f"{WITH_MEMORY[command]} {WORDS} --json"))) == (32, "adam", "float16", "cuda")


@pytest.mark.parametrize("command", ["explain", "conv", "pool", "deconv"])
def test_memory_is_shown_where_it_is_wanted(command):
    """An explanation has the memory with any of the options, a default one too, and not without."""
    assert "memory of a batch of 1 (float32, sgd, cpu)" in run(f"{WITH_MEMORY[command]} --batch 1")
    assert "memory" not in run(WITH_MEMORY[command])


@pytest.mark.parametrize("option", SETTING)
@pytest.mark.parametrize("command", sorted(set(WITHOUT_MEMORY) - {"train", "plan"}))
def test_elsewhere_an_option_is_refused_with_the_reason(command, option):
    """A command whose output has no memory says why it takes none of the options; trainings take some of them."""
    assert run(f"{command} x {option} 3") == f"{command} takes no {option}: {WITHOUT_MEMORY[command]}.\n"


@pytest.mark.parametrize("line", REFUSED)
def test_what_changes_nothing_is_refused(line):
    """An option that another one makes useless is refused, with what to leave out."""
    assert run(line).splitlines()[-1] == REFUSED[line]


def test_an_explanation_adds_the_memory_up():
    """The parts are those of the report, each with its product or sum."""
    net = parse("Conv2d(3, 10, 3) BatchNorm2d ReLU", input_shape="3x32x32")
    text = explain(net, batch=32, optimizer="adam").page().text()
    memory = measure(net, batch=32, optimizer="adam").memory
    lines = dict(line.split(maxsplit=1) for line in text.split("memory of")[1].splitlines()[1:])
    assert lines["parameters"] == f"4·300 = {memory.parameters:,} bytes (1.17 KiB)"
    assert lines["buffers"] == f"4·20 + 8·1 = {memory.buffers:,} bytes"
    assert lines["optimizer"] == f"2·4·300 + 16 = {memory.optimizer:,} bytes (2.36 KiB)"
    assert lines["saved"] == f"393,216 + 1,152,080 + 1,152,000 = {memory.saved:,} bytes (2.57 MiB)"
    assert lines["training"] == f"1,200 + 88 + 1,200 + 2,416 + 2,697,296 = {memory.training:,} bytes (2.58 MiB)"
    assert lines["inference"] == f"{memory.inference:,} bytes (2.20 MiB) of inputs and outputs at one time"
    assert "saved for the way back: 1,152,080 bytes\n" in text


def test_a_node_has_what_it_saves_and_for_what():
    """An explanation of named nodes has no totals; the setting stands where bytes do."""
    text = str(explain(parse("Conv2d(3, 10, 3) ReLU", input_shape="3x32x32"), nodes=["conv1"], batch="N"))
    assert text.splitlines()[-1].strip() == "saved for the way back: 12288N bytes (float32, batch of N)"


def test_a_closed_form_has_the_memory_of_its_setting():
    """closed_form takes what measure takes."""
    net = parse("Conv2d(3, 10, 3) ReLU", input_shape="3xHxW")
    words = {"batch": "N", "optimizer": "adam", "dtype": "bf16", "device": "cuda"}
    assert closed_form(net, **words).memory == measure(net, **words).memory
    assert str(closed_form(net, **words).memory.parameters) == "560"
