"""The cold command ``shapecalc conv 130 --k 3 --pool 4`` against ``python -c "import typer"``."""

from __future__ import annotations

import os
import subprocess
import sys
from compileall import compile_dir
from pathlib import Path

from tests.bench.timing import in_turn, line, ratio

ROUNDS = 25
ROOT = Path(__file__).parents[2]


def run() -> None:
    """Print both times and their ratio."""
    for package in ("shapecalc", "cli/shapecalc_cli"):  # as pip does when it installs a wheel
        compile_dir(ROOT / package, quiet=1)
    command = Path(sys.executable).with_name("shapecalc")
    ours, peer = in_turn(
        lambda: _call(str(command), "conv", "130", "--k", "3", "--pool", "4"),
        lambda: _call(sys.executable, "-c", "import typer"),
        ROUNDS,
    )
    print(line("shapecalc conv 130 --k 3 --pool 4", ours))
    print(line('python -c "import typer"', peer))
    print(f"times slower: {ratio(ours, peer):.2f}")


def _call(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ)  # noqa: S603  our own command
