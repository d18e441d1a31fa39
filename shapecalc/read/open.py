"""One door for a person: a spec, the path of a file, or the name of a net in the zoo, whichever was typed."""

from __future__ import annotations

from pathlib import Path

from shapecalc.errors import SpecError
from shapecalc.layers import Shape
from shapecalc.net import Net
from shapecalc.read.inline import parse

_ENDINGS = (".yaml", ".yml", ".json")
_ZOO = "zoo:"


def open_net(spec: str, *, input_shape: Shape | str | int = ()) -> Net:
    """The network that ``spec`` writes, that is in the file whose path it is, or that is in the zoo.

    Args:
        spec: layers as torch writes them; ``network.yaml``, or ``family.yaml:variant``; ``zoo:resnet50``.
        input_shape: the shape of the one input, where another is wanted than the file's.

    Raises:
        SpecError: it is none of them, or the input shape is given nowhere.
    """
    net = _opened(spec, input_shape)
    missing = [name for name, shape in net.inputs.items() if not shape]
    if missing:
        raise SpecError("The shape of the input is not known; give it without the batch, as in --input 3x130x130.")
    return net


def _opened(spec: str, input_shape: Shape | str | int) -> Net:
    word = spec.strip()
    if word.startswith(_ZOO):
        from shapecalc import zoo  # pydantic and yaml, for files only

        return zoo.read(word.removeprefix(_ZOO), input_shape=input_shape)
    path, _, variant = word.rpartition(":") if not word.lower().endswith(_ENDINGS) else (word, "", "")
    if path.lower().endswith(_ENDINGS):
        from shapecalc.read.document import load

        return load(Path(path), variant=variant.strip(), input_shape=input_shape)
    return parse(spec, input_shape=input_shape)
