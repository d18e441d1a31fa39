"""Weights files that somebody crafted: each ends in one line that says what is wrong."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from shapecalc import SpecError, parse
from shapecalc.pytorch.modules.building import build
from shapecalc.pytorch.modules.weights import MAX_HEADER, load_trained, save_weights

NET = {"net": "input: 1x8x8\nlayers: ['Conv2d(1, 2, 3) BatchNorm2d(2)']"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with the weights of a small net."""
    path = tmp_path / "weights.safetensors"
    save_weights(build(parse("Conv2d(1, 2, 3) BatchNorm2d(2)", input_shape="1x8x8")), path, {})
    return path


def changed(path: Path, name: str, change: Any) -> None:
    """Change a tensor in a file."""
    tensors = load_file(path)
    save_file(tensors | {name: change(tensors[name])}, path, NET)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("conv1.weight", lambda tensor: tensor * torch.nan, "conv1.weight holds numbers that are not finite"),
        ("conv1.bias", lambda tensor: tensor - torch.inf, "conv1.bias holds numbers that are not finite"),
        ("norm1.running_var", lambda tensor: tensor / 0, "norm1.running_var holds numbers that are not finite"),
        ("conv1.weight", lambda tensor: tensor.to(torch.complex64), "numbers of type complex64, not float32"),
        ("conv1.weight", lambda tensor: tensor.double(), "numbers of type float64, not float32"),
        ("conv1.weight", lambda tensor: tensor.to(torch.float8_e4m3fn), "numbers of type float8_e4m3fn, not float32"),
        ("conv1.weight", lambda tensor: tensor > 0, "numbers of type bool, not float32"),
        ("norm1.num_batches_tracked", lambda tensor: tensor.float(), "numbers of type float32, not int64"),
        ("conv1.weight", lambda tensor: tensor[:1].clone(), "does not hold the weights that its own net needs"),
    ],
)
def test_numbers_that_a_net_cannot_use_are_refused(path: Path, name: str, change: Any, message: str) -> None:
    """The message names the tensor."""
    changed(path, name, change)
    with pytest.raises(SpecError, match=message):
        load_trained(path)


def test_a_file_as_it_was_written_is_read(path: Path) -> None:
    """The weights are those of the file."""
    assert load_trained(path).state_dict().keys() == load_file(path).keys()


ENTRY = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
#: Headers that no program of good faith writes.
HEADERS = {
    "nested": b"[" * 100_000 + b"]" * 100_000,
    "nested in the metadata": b'{"__metadata__": {"net": ' + b"[" * 1_000 + b"]" * 1_000 + b"}}",
    "a number for a text": b'{"__metadata__": {"net": 5}}',
    "a list of metadata": b'{"__metadata__": ["net"]}',
    "overlapping tensors": json.dumps({"__metadata__": NET, "a": ENTRY, "b": ENTRY}).encode(),
    "a negative size": json.dumps({"__metadata__": NET, "a": ENTRY | {"shape": [-1]}}).encode(),
    "sizes that overflow": json.dumps({"__metadata__": NET, "a": ENTRY | {"shape": [2**62, 2**62]}}).encode(),
    "an unknown type": json.dumps({"__metadata__": NET, "a": ENTRY | {"dtype": "X"}}).encode(),
    "half a character": b'{"__metadata__": {"net": "\\ud800"}}',
    "a null character": b'{"__metadata__": {"net": "\\u0000"}}',
    "no UTF-8": b"\xff\xfe{",
    "no net": b"{}",
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS.keys())
def test_a_crafted_header_is_refused(tmp_path: Path, header: bytes) -> None:
    """In one line."""
    path = tmp_path / "weights.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + b"0000")
    with pytest.raises(SpecError) as refusal:
        load_trained(path)
    assert str(refusal.value).isprintable()


def test_the_length_of_a_header_is_bounded(tmp_path: Path) -> None:
    """A header that says it has more bytes is not read."""
    path = tmp_path / "weights.safetensors"
    path.write_bytes(struct.pack("<Q", MAX_HEADER + 1) + b" " * (MAX_HEADER + 1))
    with pytest.raises(SpecError, match="has a header of 8,000,001 bytes; at most 8,000,000 are read"):
        load_trained(path)
