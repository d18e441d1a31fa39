"""Runs the command line, and dies without a word after a step of a training: ``STEP ARGUMENT...``."""

from __future__ import annotations

import os
import signal
import sys

from shapecalc_cli.main import main

from shapecalc.pytorch.training.loop import Fitting


def die_after(step: int) -> None:
    """Let this process kill itself when the training has made so many steps."""
    move = Fitting._move

    def dies(fitting: Fitting) -> None:
        move(fitting)
        if fitting._steps == step:
            os.kill(os.getpid(), signal.SIGKILL)

    vars_of = {"_move": dies}
    for name, function in vars_of.items():
        setattr(Fitting, name, function)


if __name__ == "__main__":
    die_after(int(sys.argv.pop(1)))
    main()
