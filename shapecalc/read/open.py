"""One door for a person: a spec or the path of a file, whichever was typed."""

from __future__ import annotations

from pathlib import Path

from shapecalc.errors import SpecError
from shapecalc.layers import Shape
from shapecalc.net import Net
from shapecalc.read.inline import parse

_ENDINGS = (".yaml", ".yml", ".json")


def open_net(spec: str, *, input_shape: Shape | str | int = ()) -> Net:
    """The network that ``spec`` writes, or that is in the file whose path it is.

    Raises:
        SpecError: it is neither, or the input shape is given nowhere.
    """
    if spec.strip().lower().endswith(_ENDINGS):
        from shapecalc.read.document import load  # pydantic and yaml, for files only

        net = load(Path(spec.strip()), input_shape=input_shape)
    else:
        net = parse(spec, input_shape=input_shape)
    missing = [name for name, shape in net.inputs.items() if not shape]
    if missing:
        raise SpecError("The shape of the input is not known; give it without the batch, as in --input 3x130x130.")
    return net
