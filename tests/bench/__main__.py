"""The measurements behind every speed claim: ``make bench``, or one of them: ``python -m tests.bench measure``."""

from __future__ import annotations

import sys

from tests.bench import closed, cold, export, measure, scaling, solve

BENCHES = {bench.__name__.rpartition(".")[2]: bench.run for bench in (measure, closed, export, cold, scaling, solve)}


def main() -> None:
    """Run the named benchmarks, or all."""
    for name in sys.argv[1:] or BENCHES:
        print(f"== {name}")
        BENCHES[name]()
        print()


if __name__ == "__main__":
    main()
