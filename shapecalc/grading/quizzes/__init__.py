"""Quizzes that come with shapecalc, as files: ``quiz:NAME`` stands for one wherever a quiz file is asked for.

Their networks that are no line of text lie in the folder ``nets``.
"""

from __future__ import annotations

from pathlib import Path

from shapecalc.errors import SpecError, did_you_mean
from shapecalc.zoo import as_shipped

#: The names of the quizzes, in the order of a course; each has a file.
QUIZ_NAMES = (
    "one-layer",
    "padding-and-stride",
    "flatten",
    "parameters",
    "pooling",
    "fields",
    "transposed",
    "kernels",
    "architectures",
    "code-and-training",
)
#: What stands in front of a name.
PREFIX = "quiz:"


def quiz_file(path: str | Path) -> Path:
    """The file of a quiz: that of ``quiz:NAME``, or the path itself.

    Raises:
        SpecError: no quiz that comes with shapecalc has the name; the message names the nearest.
    """
    text = str(path)
    if not text.startswith(PREFIX):
        return Path(path)
    name = text.removeprefix(PREFIX)
    if name not in QUIZ_NAMES:
        hint = did_you_mean(name, QUIZ_NAMES) or "; the command `shapecalc quiz list` lists all"
        raise SpecError(f"There is no quiz {name[:60] or repr(name)}{hint}.")
    return as_shipped(Path(__file__).with_name(f"{name}.yaml"))
