"""One command in a process of its own, and what it takes: seconds of the processor, and memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, final

ROOT = Path(__file__).parents[2]
#: A process that takes more is ended: seconds, and bytes.
_SECONDS, _BYTES = 120, 8 << 30


@final
class Outcome(NamedTuple):
    """What a command came to.

    Attributes:
        status: its exit status; negative where a signal ended it.
        seconds: of the processor.
        memory: the most at a time, in MiB.
        error: what stands on the error stream.
        length: how many bytes it printed.
    """

    status: int
    seconds: float
    memory: float
    error: str
    length: int


def run(words: Sequence[str], folder: Path, text: str = "") -> Outcome:
    """Run ``shapecalc`` in a folder, with a text on standard input."""
    (folder / "standard-input").write_text(text, encoding="utf-8")
    paths = {name: folder / name for name in ("out", "err")}
    command = [sys.executable, "-m", "shapecalc_cli.main", *words]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "cli")])}
    with (folder / "standard-input").open() as typed, paths["out"].open("wb") as out, paths["err"].open("wb") as err:
        process = subprocess.Popen(  # noqa: S603  our own command
            command, cwd=folder, env=environment, stdin=typed, stdout=out, stderr=err
        )
        for kind, most in ((resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_AS, _BYTES)):
            resource.prlimit(process.pid, kind, (most, most))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Outcome(
        process.returncode,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / 1024,
        paths["err"].read_text(encoding="utf-8", errors="replace"),
        paths["out"].stat().st_size,
    )
