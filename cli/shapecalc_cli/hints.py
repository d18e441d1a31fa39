"""What to try where a command does not know an option: why it has none, or which command has it."""

from __future__ import annotations

from shapecalc_cli.options import SETTING

#: Why the output of a command does not depend on batch, optimizer, number type or device, and what to try.
WITHOUT_MEMORY = {
    "domain": "which inputs are legal does not depend on it; for memory try shapecalc net",
    "layers": "a layer has no memory before it has an input; try shapecalc net",
    "zoo": "a card has the counts of one input, as they are published; for memory try shapecalc net zoo:NAME",
    "verify": "shapes, parameters and MACs are compared for one input; for memory try shapecalc net",
    "check": "a verdict is about shapes, for every batch; for memory try shapecalc net",
    "grade": "points depend on no memory; the quiz says what is asked",
    "train": "training is always with AdamW, and with the device and number type of this machine; "
    "--batch is the only option of these",
}


def unknown_option(command: str, option: str) -> str:
    """A sentence on an option that a command lacks, or "" where nothing is known of it."""
    if option in SETTING and command in WITHOUT_MEMORY:
        return f"{command} takes no {option}: {WITHOUT_MEMORY[command]}."
    return ""
