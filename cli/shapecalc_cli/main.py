"""The command ``shapecalc``: it imports the application, and stops quietly when it is interrupted at any time."""

from __future__ import annotations

import atexit
import gc
import sys

# imports create thousands of permanent objects, and scanning them takes a tenth of a command's time
gc.set_threshold(50_000)
# so does scanning them for cycles once more when the process ends, which frees them anyway
atexit.register(gc.freeze)


def main() -> None:
    """Run the command line.

    Exit status: 0 for success, 1 for a failed check or an output that cannot be written, 2 for input that is not
    understood, 130 where it is interrupted, 143 where it is terminated.
    """
    try:
        from shapecalc_cli.signals import orderly_end

        with orderly_end():
            from shapecalc_cli.application import run  # an interrupt during the imports is one as well

            run()
    except KeyboardInterrupt:
        if sys.stderr is not None:
            sys.stderr.write("Stopped.\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
