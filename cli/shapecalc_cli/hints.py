"""What to try where a command does not know an option: why it has none, or which command has it."""

from __future__ import annotations

from collections.abc import Collection

from shapecalc_cli.options import SETTING

#: Why the output of a command does not depend on batch, optimizer, number type or device, and what to try.
WITHOUT_MEMORY = {
    "domain": "which inputs are legal does not depend on it; for memory try shapecalc net",
    "layers": "a layer has no memory before it has an input; try shapecalc net",
    "kernels": "a kernel has no memory before it has an image; try shapecalc conv",
    "filter": "it is about what an image becomes; for memory try shapecalc net",
    "zoo": "a card has the counts of one input, as they are published; for memory try shapecalc net zoo:NAME",
    "verify": "shapes, parameters and MACs are compared for one input; for memory try shapecalc net",
    "check": "a verdict is about shapes, for every batch; for memory try shapecalc net",
    "lsp": "it shows shapes, for every batch; for memory try shapecalc net",
    "draw": "a picture has no memory; for memory try shapecalc net",
    "sheet": "a spreadsheet computes one input; for memory try shapecalc net",
    "emit": "source code has no memory; for memory try shapecalc net",
    "grade": "points depend on no memory; the quiz says what is asked",
    "quiz list": "points depend on no memory; the quiz says what is asked",
    "quiz lint": "points depend on no memory; the quiz says what is asked",
    "quiz preview": "points depend on no memory; the quiz says what is asked",
    "quiz variants": "points depend on no memory; the quiz says what is asked",
    "quiz take": "points depend on no memory; the quiz says what is asked",
    **dict.fromkeys(
        ("quiz export", "quiz import", "quiz links", "regrade", "decide", "receipt"),
        "points depend on no memory; the quiz says what is asked",
    ),
    **dict.fromkeys(("serve", "site"), "its page of a net has fields for it; here, try shapecalc net"),
    "plan": "a training has a --precision: fp32, bf16 or fp16",
    "train": "a training has a --precision, fp32, bf16 or fp16, and the device of this machine",
    **dict.fromkeys(
        ("predict", "features", "export"), "it is about what a trained net gives; for memory try shapecalc net"
    ),
}


#: Options as people guess them, each with those that it may mean; the first that a command has is meant.
GUESSES = {
    **dict.fromkeys(("--strides", "--step"), ("--stride",)),
    **dict.fromkeys(("--pad", "--pads", "--zero-padding"), ("--padding",)),
    **dict.fromkeys(("--kernels", "--size", "--filter-size", "--pool-size", "--window", "--f"), ("--kernel-size",)),
    **dict.fromkeys(("--dilation-rate", "--rate", "--dil"), ("--dilation",)),
    **dict.fromkeys(("--filters", "--out-channels", "--channels", "--n", "--num-filters"), ("--out",)),
    **dict.fromkeys(("--in-channels", "--depth-in"), ("--in",)),
    **dict.fromkeys(("--ceil-mode",), ("--ceil",)),
    **dict.fromkeys(("--average", "--avgpool", "--mean"), ("--avg",)),
    **dict.fromkeys(("--input-shape", "--input-size", "--shape", "--image", "--in"), ("--input", "--in")),
    **dict.fromkeys(("--output-shape", "--output-size", "--target"), ("--output",)),
    **dict.fromkeys(("--batchsize", "--bs"), ("--batch",)),
    **dict.fromkeys(("--params",), ("--parameters",)),
    **dict.fromkeys(("--flops", "--mult-adds"), ("--macs", "--convention")),
    **dict.fromkeys(("--framework",), ("--semantics",)),
}


def unknown_option(command: str, option: str, options: Collection[str] = ()) -> str:
    """A sentence on an option that a command lacks, or "" where nothing is known of it.

    Args:
        command: the name of the command.
        option: the option that it lacks.
        options: those that it has.
    """
    if option in SETTING and command in WITHOUT_MEMORY:
        return f"{command} takes no {option}: {WITHOUT_MEMORY[command]}."
    name = option.lower()
    meant = next((guess for guess in (name, *GUESSES.get(name, ())) if guess in options), "")
    return f"{command} has no option {option}; did you mean {meant}?" if meant else ""
