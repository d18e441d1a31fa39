"""Tests that do not ask torch are collected where there is none, and the others are skipped by name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import needs

TESTS = Path(__file__).parent
#: Runs pytest as if torch were not installed.
WITHOUT_TORCH = "import sys; sys.modules['torch'] = None; import pytest; sys.exit(pytest.main(sys.argv[1:]))"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What pytest does without torch."""
    command = [sys.executable, "-c", WITHOUT_TORCH, "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(  # noqa: S603  ours
        command,
        cwd=needs.ROOT,
        env=os.environ | {"REQUIRE": ""} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_everything_else_is_collected() -> None:
    """Without torch, more than half of the tests are collected; each module that is skipped imports torch."""
    collected = run("--collect-only", "tests")
    skipped = re.findall(r"^SKIPPED \[1\] (\S+?):\d+: needs torch$", collected.stdout, re.MULTILINE)
    (count,) = re.findall(r"^(\d+) tests collected", collected.stdout, re.MULTILINE)
    importing = [path for path in TESTS.rglob("test_*.py") if needs.needs_torch(path)]
    assert (collected.returncode, {needs.ROOT / path for path in skipped}) == (0, {*importing})
    assert int(count) > 3_000


def test_nothing_is_skipped_where_everything_is_required() -> None:
    """With REQUIRE=all, a module that needs torch is an error."""
    module = "tests/docs/test_reference_torch.py"
    assert [run(module).returncode, run(module, REQUIRE="all").returncode] == [pytest.ExitCode.NO_TESTS_COLLECTED, 2]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import torch", True),
        ("from torch.nn import functional", True),
        ("from shapecalc import pytorch", True),
        ("from shapecalc.pytorch.verification import verify", True),
        ("from tests.layers import torch_side", True),
        ("from tests.layers.test_oracle import FOUND", True),
        ("from tests.layers.strategies import CASES", False),
        ("import torchless", False),
        ("def late():\n    import torch", False),
    ],
)
def test_what_needs_torch_is_read_from_the_imports(code: str, expected: bool, tmp_path: Path) -> None:
    """Imports at the top count, directly or through another module of the tests."""
    module = tmp_path / "module.py"
    module.write_text(code, encoding="utf-8")
    assert needs.needs_torch(module) is expected
