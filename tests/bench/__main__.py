"""The measurements behind every speed claim: ``make bench``, or one of them: ``python -m tests.bench measure``."""

from __future__ import annotations

import argparse
from textwrap import fill

from tests.bench import (
    browser,
    check,
    classroom,
    closed,
    cold,
    export,
    grading,
    measure,
    scaling,
    solve,
    stream,
    training,
)

BENCHES = {
    bench.__name__.rpartition(".")[2]: bench
    for bench in (measure, closed, export, cold, check, scaling, solve, grading, stream, training, browser, classroom)
}


def main() -> None:
    """Run the named benchmarks, or all."""
    parser = argparse.ArgumentParser(
        "python -m tests.bench",
        description="Print the measurements behind the claims of docs/explanation/speed.md.",
        epilog="\n".join(["benchmarks:", *map(_entry, BENCHES), "", "example: python -m tests.bench measure cold"]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("benchmarks", nargs="*", metavar="NAME", help="which to run; by default all of them")
    names = parser.parse_args().benchmarks or [*BENCHES]
    unknown = next((name for name in names if name not in BENCHES), None)
    if unknown is not None:
        parser.error(f"there is no benchmark {unknown!r}; there are {', '.join(BENCHES)}")
    for name in names:
        print(f"== {name}")
        BENCHES[name].run()
        print()


def _entry(name: str) -> str:
    """A benchmark's name and what it measures."""
    summary = (BENCHES[name].__doc__ or "").partition("\n")[0].replace("``", "")
    return fill(summary, 78, initial_indent=f"  {name:<9}", subsequent_indent=" " * 11)


if __name__ == "__main__":
    main()
