"""What measuring leaves behind in the process: one memo that is bounded, and nothing that a caller could change."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shapecalc import measure, parse
from shapecalc.algebra import memo

ROOT = Path(__file__).parents[2]

#: Measures nets that all differ, with letters, and prints the most memory that the process has taken, in MiB.
PROGRAM = """
from shapecalc import measure, parse
from shapecalc.algebra.memo import MEMO

MEMO.limit = {limit} or MEMO.limit
for number in range({nets}):
    channels, filters = number % 97 + 1, number // 97 + 1
    measure(parse(f"Conv2d({{channels}}, {{filters}}, 3) MaxPool2d(2)", input_shape=f"{{channels}}xHxW"))
(peak,) = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(int(peak.split()[1]) // 1024)
"""


needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not say it")


def most_memory(nets: int, limit: int = 0) -> int:
    """The most MiB that a process takes that measures so many nets, with a limit of its own to what it remembers."""
    program = PROGRAM.format(nets=nets, limit=limit)
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603
    return int(run.stdout)


@needs_proc
def test_memory_is_bounded_by_what_is_remembered():
    """Of many different nets with letters, no more is remembered than the limit says: without it these take 44 MiB."""
    assert most_memory(nets=3_000, limit=20_000) < 32


@needs_proc
@pytest.mark.deep
def test_twenty_thousand_nets_take_less_than_200_mib():
    """A process that has measured 20,000 different nets with letters stays small."""
    assert most_memory(nets=20_000) < 200


def test_a_report_is_the_same_after_everything_is_forgotten():
    """What is remembered changes no measure."""
    net = parse("Conv2d(3, 8, 3, padding=1) ReLU MaxPool2d(2) Flatten LazyLinear(10)", input_shape="3xHxW")
    before = measure(net).as_dict()
    memo.clear()
    assert measure(net).as_dict() == before


def test_the_tables_of_a_row_cannot_be_changed():
    """Weights and buffers are shared by all rows of equal layers, so they are read-only."""
    (row,) = measure(parse("BatchNorm2d(3)", input_shape="3x4x4"))
    tables: list[Any] = [row.weights, row.buffers]
    for table in tables:
        with pytest.raises(TypeError, match="does not support item assignment"):
            table["weight"] = (1,)


def test_what_as_dict_gives_is_the_callers_own():
    """Changing one report's data changes no other's."""
    net = parse("Conv2d(3, 8, 3)", input_shape="3x4x4")
    (layer,) = measure(net).as_dict()["layers"]
    before = repr(layer)
    for part in (layer["input_shape"], layer["weights"]["weight"], layer["receptive_field"]["size"]):
        part.append(0)
    assert repr(measure(net).as_dict()["layers"][0]) == before


def test_nothing_else_remembers():
    """No file of these rooms has a cache of its own; the memo's functions share one."""
    files = [
        path
        for room in ("algebra", "net", "measures", "derivations", "emission")
        for path in (ROOT / "shapecalc" / room).rglob("*.py")
    ]
    caching = [
        path.stem
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "functools"
        for alias in node.names
        if alias.name in ("cache", "lru_cache")
    ]
    assert caching == ["memo"]
