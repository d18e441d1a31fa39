"""Output that is closed or full, and an interrupt at any time: one line and the documented status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = 'net "Conv2d(3, 10, 3)" --input 3x8x8'
CLOSED, FULL = (
    "The output is closed, so nothing can be printed.\n",
    "Cannot write the output: No space left on device.\n",
)

#: Commands with a redirection: the status, and what stands on the error stream.
REDIRECTED = {
    f"{TABLE} >&-": (1, CLOSED),
    "--version >&-": (1, CLOSED),
    f"{TABLE} >/dev/full": (1, FULL),
    f"{TABLE} --json >/dev/full": (1, FULL),
    "--help >/dev/full": (1, FULL),
    f"{TABLE} 2>&-": (0, ""),
    "net Foo 2>&-": (2, ""),
    "net Foo 2>/dev/full": (2, ""),
    f"{TABLE} >&- 2>&-": (1, ""),
}

#: Interrupts the command when it imports a module.
_INTERRUPTED = """
import sys
from shapecalc_cli.main import main

module, sys.argv = sys.argv[1], ["shapecalc", "net", "ReLU", "--input", "3x8x8"]

class Interrupt:
    def find_spec(self, name, *_):
        if name == module:
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupt())
main()
"""


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "cli")])}


@pytest.mark.parametrize("command", REDIRECTED)
def test_output_that_cannot_be_written_is_one_line(command: str) -> None:
    """Nothing is lost in silence, and there is no traceback."""
    line = f"{sys.executable} -m shapecalc_cli.main {command}"
    result = subprocess.run(["/bin/sh", "-c", line], env=environment(), stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603
    assert (result.returncode, result.stderr) == REDIRECTED[command]


@pytest.mark.parametrize("module", ["typer", "shapecalc.errors", "shapecalc_cli.net", "shapecalc.measures.report_page"])
def test_an_interrupt_during_imports_is_one_line(module: str) -> None:
    """Ctrl-C in the first tenth of a second is Ctrl-C."""
    words = [sys.executable, "-c", _INTERRUPTED, module]
    result = subprocess.run(words, env=environment(), capture_output=True, text=True, check=False)  # noqa: S603
    assert (result.returncode, result.stderr) == (130, "Stopped.\n")
