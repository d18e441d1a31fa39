"""docs/reference/vocabulary.md: what the reader of source code follows, written from its tables of rules."""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

from shapecalc.formats.source import expressions, statements
from shapecalc.formats.source.libraries import MODULES
from shapecalc.formats.source.python.arithmetic import NUMERIC
from shapecalc.formats.source.python.names import BUILTINS
from shapecalc.formats.source.python.rules import FUNCTIONS
from shapecalc.formats.source.torch.declarations import declare_rules
from shapecalc.formats.source.torch.lacking import LACKING
from shapecalc.formats.source.torch.rules import RULES
from shapecalc.formats.source.torch.tensors import ENTRYWISE, OTHERS
from tests.tools.pages import ROOT

PAGE = ROOT / "docs" / "reference" / "vocabulary.md"
#: Only the release: the page is the same for its patches.
VERSION = ".".join(str(torch.__version__).split(".")[:2])

TITLE = """\
<!-- Written by python -m tests.tools.refresh_docs from the tables of shapecalc/formats/source. -->

# What the reader of source code follows

[`shapecalc check`](../how-to/check-source.md) and every command that reads a network from source follow these names.
What stands in no list is not guessed: the line is named, and a verdict that depends on it is "cannot tell". Coverage is
counted of torch {version}.
"""
#: What files use that is not followed, with the reason.
NOT_FOLLOWED = {
    "Tensor.item": "a number of the data, which the reader does not have",
    "Tensor.numpy": "leaves torch; the values are data",
    "Tensor.device": "has no effect on shapes; passed on as it is",
    "Tensor.dtype": "has no effect on shapes; passed on as it is",
    "torch.nn.CosineSimilarity": "compares two batches, after the network",
}


def _names(owner: Any) -> set[str]:
    return {name for name in dir(owner) if not name.startswith("_")}


def tensor_methods() -> set[str]:
    """The methods and attributes of tensors that are followed."""
    rules = {path.removeprefix("Tensor.") for path in RULES if path.startswith("Tensor.")}
    entrywise = {name for name in _names(torch.Tensor) if {name, name.rstrip("_")} & (ENTRYWISE - LACKING["Tensor"])}
    return ((rules | entrywise) & _names(torch.Tensor)) - OTHERS


def functional() -> set[str]:
    """The functions of torch.nn.functional."""
    return {
        name
        for name, value in vars(nn.functional).items()
        if callable(value) and name[0].islower() and not inspect.isclass(value) and "torch_function" not in name
    }


def classes() -> set[str]:
    """The classes of torch.nn."""
    return {name for name, value in vars(nn).items() if inspect.isclass(value) and not name.startswith("_")}


def followed(owner: str) -> set[str]:
    """The names behind a full name that have a rule."""
    start = f"{owner}."
    paths = [path.removeprefix(start) for path in (*RULES, *FUNCTIONS) if path.startswith(start)]
    return {path for path in paths if "." not in path}


def page() -> str:
    """The page."""
    declare_rules()
    known = followed("torch.nn") | {"Module", "Sequential", "ModuleList", "ModuleDict", "Parameter"}
    parts = [
        TITLE.format(version=VERSION),
        _section("Classes of torch.nn", known & classes(), classes()),
        _section("Functions of torch.nn.functional", followed("torch.nn.functional") & functional(), functional()),
        _section("Methods and attributes of tensors", tensor_methods(), _names(torch.Tensor)),
        _section("Functions of torch", followed("torch") & _names(torch)),
        *[_section(title, names) for title, names in _others()],
        "## Not followed\n\n| name | reason |\n| --- | --- |\n"
        + "".join(f"| `{name}` | {reason} |\n" for name, reason in NOT_FOLLOWED.items()),
    ]
    return "\n".join(parts)


def _others() -> Iterable[tuple[str, set[str]]]:
    yield "Python: functions and types", {*BUILTINS} - {"exec"}  # where it stands, reading stops
    yield (
        "Python: statements and expressions",
        {each.__name__ for each in (*statements.RULES, *expressions.RULES)},
    )
    yield "Python's library", {path for path in FUNCTIONS if not path.startswith(("builtins.", "numpy.", "torch."))}
    yield "math and numpy, of numbers", {*NUMERIC, *followed("math"), *followed("numpy")}
    yield "einops", {path for path in RULES if path.startswith("einops.")}
    others = ("torchvision.", "timm.", "torch.utils.", "torch.distributions.", "torch.sparse.")
    yield "Other libraries", {path for path in RULES if path.startswith(others)} | {*MODULES}


def _section(title: str, names: set[str], whole: set[str] | None = None) -> str:
    count = f"{len(names)} of {len(whole)}.\n\n" if whole is not None else ""
    listed = ", ".join(f"`{name}`" for name in sorted(names))
    text = textwrap.fill(listed, 120, break_long_words=False, break_on_hyphens=False)
    return f"## {title}\n\n{count}{text}.\n"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
