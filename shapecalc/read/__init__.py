"""The doors: text and documents become a Net. What is read is never executed."""

from __future__ import annotations

from pathlib import Path

from shapecalc.layers import Shape
from shapecalc.net import Net
from shapecalc.read.expression import read_expression as read_expression
from shapecalc.read.inline import parse as parse
from shapecalc.read.open import open_net as open_net
from shapecalc.read.sizes import read_shape as read_shape


def load(path: str | Path, *, input_shape: Shape | str | int = ()) -> Net:
    """The network in a YAML or JSON file.

    Args:
        path: the file.
        input_shape: the shape of its one input, where the file gives none or another is wanted.

    Raises:
        SpecError: the file cannot be read or is not a network; the message names the place.
    """
    from shapecalc.read.document import load as load_document  # pydantic and yaml, which a spec does not need

    return load_document(path, input_shape=input_shape)
