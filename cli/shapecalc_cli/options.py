"""The names of the options that several commands share: the field's letter first, then torch's words."""

from __future__ import annotations

from typing import Annotated

import typer

KERNEL = ("--k", "-k", "--kernel", "--kernel-size")
STRIDE = ("--s", "-s", "--stride")
PADDING = ("--p", "-p", "--padding")
DILATION = ("--d", "-d", "--dilation")
OUTPUT_PADDING = ("--a", "-a", "--output-padding")

#: The option for each argument of a layer.
BY_ARGUMENT = {
    "kernel_size": KERNEL[0],
    "stride": STRIDE[0],
    "padding": PADDING[0],
    "dilation": DILATION[0],
    "output_padding": OUTPUT_PADDING[0],
    "out_channels": "--out",
    "groups": "--groups",
    "ceil_mode": "--ceil",
}

#: What memory depends on besides the net; a command whose output has no memory refuses them (:mod:`hints`).
SETTING = ("--batch", "--optimizer", "--dtype", "--device")

#: Their heading in the help.
_MEMORY = "Memory"
Batch = Annotated[
    str | None,
    typer.Option(metavar="N", rich_help_panel=_MEMORY, help="Show memory for so many inputs at a time, or a letter."),
]
Optimizer = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        rich_help_panel=_MEMORY,
        help="Show memory with its state: sgd (the default), momentum, adam or adamw.",
    ),
]
Dtype = Annotated[
    str | None,
    typer.Option(
        metavar="TYPE",
        rich_help_panel=_MEMORY,
        help="Show memory for float32 (the default), float16, bfloat16, amp (mixed) or int8.",
    ),
]
Device = Annotated[
    str | None,
    typer.Option(metavar="NAME", rich_help_panel=_MEMORY, help="Show memory for cpu (the default) or cuda."),
]

#: Why the four change nothing of LaTeX.
NO_LATEX = "LaTeX has the derivations of layers, which have no memory; leave out --latex"


def check_formats(*, json: bool, latex: bool) -> None:
    """Refuse two formats at a time.

    Raises:
        SpecError: both are wanted.
    """
    if json and latex:
        from shapecalc.errors import SpecError

        raise SpecError("Give --json or --latex, not both; the JSON has the derivations as well, in steps.")


def setting(
    batch: str | None, optimizer: str | None, dtype: str | None, device: str | None, *, without: str = ""
) -> dict[str, str]:
    """Those of the four that are there, by their names in the library.

    Args:
        batch: how many inputs at a time.
        optimizer: whose state counts.
        dtype: the number type.
        device: cpu or cuda.
        without: why they change nothing of what is printed; or "".

    Raises:
        SpecError: they change nothing.
    """
    words = {"batch": batch, "optimizer": optimizer, "dtype": dtype, "device": device}
    present = {name: word for name, word in words.items() if word is not None}
    if present and without:
        from shapecalc.errors import SpecError

        raise SpecError(f"{' and '.join(f'--{name}' for name in present)} would change nothing: {without}.")
    return present
