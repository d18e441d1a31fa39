"""Who trains nets for a grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapecalc.grading.training import Trainer


def trainer_for(needs_training: bool) -> Trainer | None:
    """What trains the nets of a quiz that asks for it; None, with a warning, where the packages for it are missing."""
    from shapecalc.errors import ShapecalcError
    from shapecalc_cli.output import say

    if not needs_training:
        return None
    try:
        from shapecalc.pytorch.training.grading import train_for_grade
    except ShapecalcError as missing:
        say(f"warning  Networks are not trained, so look at them by hand. {missing}", err=True)
        return None
    return train_for_grade
