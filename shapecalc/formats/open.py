"""One door for each need: a text alone, a file, or whichever of them a person typed."""

from __future__ import annotations

from pathlib import Path

from shapecalc.errors import SpecError
from shapecalc.formats.text.chain import read_chain
from shapecalc.layers import Shape
from shapecalc.net import Net

_ENDINGS = (".yaml", ".yml", ".json")
_ZOO = "zoo:"


def parse(spec: str, *, input_shape: Shape | str | int = (), name: str = "") -> Net:
    """The network that a text writes: a chain of layers as torch writes them, or the name of a net in the zoo.

    Nothing that the text names is opened: paths are for :func:`load` and :func:`open_net`.

    Args:
        spec: layers such as ``"Conv2d(3, 10, 3) MaxPool2d(4)"``, with or without ``nn.``, separated by spaces,
            commas, semicolons, newlines or ``|``; brackets may be left out where nothing stands in them. Or
            ``"zoo:resnet50"``.
        input_shape: the shape of one input, without the batch: ``(3, 130, 130)`` or ``"3x130x130"``. Letters may
            stand for numbers.
        name: what to call the network.

    Raises:
        SpecError: the text is no network; the message says where, and what was probably meant.

    Example:
        >>> import shapecalc
        >>> net = shapecalc.parse("Conv2d(3, 10, 3) MaxPool2d(4)", input_shape=(3, 130, 130))
        >>> shapecalc.measure(net).output_shape
        (10, 32, 32)
    """
    if isinstance(spec, str) and spec.strip().startswith(_ZOO):
        return _architecture(spec.strip().removeprefix(_ZOO), input_shape)
    return read_chain(spec, input_shape=input_shape, name=name)


def load(path: str | Path, *, input_shape: Shape | str | int = ()) -> Net:
    """The network in a YAML or JSON file.

    Args:
        path: the file.
        input_shape: the shape of its one input, where the file gives none or another is wanted.

    Raises:
        SpecError: the file cannot be read or is not a network; the message names the place.
    """
    from shapecalc.formats.document import loading  # pydantic and yaml, which a spec does not need

    return loading.load(path, input_shape=input_shape)


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
    path, _, variant = word.rpartition(":") if not word.lower().endswith(_ENDINGS) else (word, "", "")
    if path.lower().endswith(_ENDINGS):
        from shapecalc.formats.document import loading  # pydantic and yaml, which a spec does not need

        return loading.load(Path(path), variant=variant.strip(), input_shape=input_shape)
    return parse(spec, input_shape=input_shape)


def _architecture(name: str, input_shape: Shape | str | int) -> Net:
    from shapecalc.formats.document import loading  # pydantic and yaml, which a spec does not need

    return loading.read_architecture(name, input_shape=input_shape)
