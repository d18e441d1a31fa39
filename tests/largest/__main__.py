"""Every command on the largest inputs of each costly kind: seconds of the processor and memory, the worst first.

``python -m tests.largest`` runs all, which takes an hour; ``python -m tests.largest "solve memory"`` those with a word.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.largest.commands import cases
from tests.largest.process import Outcome, run

#: What any input within the bounds is answered in: seconds of the processor, and MiB.
SECONDS, MEMORY = 2.0, 500.0
_SHOWN = 40


def main() -> None:
    """Print the cases above the goal as they come, then the worst; all, or those whose names have a word in them."""
    word = " ".join(sys.argv[1:])
    outcomes: list[tuple[Outcome, str]] = []
    for case in cases(lambda name: word in name):
        with tempfile.TemporaryDirectory() as folder:
            case.write(Path(folder))
            outcome = run(case.words, Path(folder), case.text)
        outcomes.append((outcome, case.name))
        if outcome.seconds > SECONDS or outcome.memory > MEMORY or "Traceback" in outcome.error:
            print(_line(outcome, case.name), flush=True)
    print()
    for outcome, name in sorted(outcomes, key=lambda pair: -pair[0].seconds)[:_SHOWN]:
        print(_line(outcome, name))


def _line(outcome: Outcome, name: str) -> str:
    error = " ".join(outcome.error.split())[-90:]
    return f"{outcome.seconds:7.2f} s {outcome.memory:6.0f} MiB  status {outcome.status:3}  {name:<50} {error}"


if __name__ == "__main__":
    main()
