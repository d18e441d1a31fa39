"""The doors: a text, a file, or whichever of them a person typed becomes a Net, and a Net becomes text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeGuard, cast

from shapecalc.errors import SpecError, UnknownOrderError, check_type
from shapecalc.formats.text.chain import read_chain
from shapecalc.formats.text.shapes import ShapeLike, read_shape
from shapecalc.layers import Shape
from shapecalc.net import Net
from shapecalc.net.arguments import check_net

_TEXT_ENDING = ".txt"
_ENDINGS = (".yaml", ".yml", ".json", _TEXT_ENDING)
#: The path of a file of source code or of a notebook, and perhaps the network in it: net.py:Net(num_classes=10).
_SOURCE = re.compile(r"([^\n]+?\.(?:py|ipynb))(?::(.*))?", re.DOTALL)
#: What stands for standard input in place of a path.
_STANDARD_INPUT = "-"
_ZOO = "zoo:"
#: What stands around a pasted text: the fences of Markdown, and the prompts of Python.
_FRAME = re.compile(r"^[ \t]*```[^\n]*$|^>>> print\([^\n]*$|^(?:>>>|\.\.\.) ", re.MULTILINE)
#: The beginning of a document, behind its comments: a key, or the bracket of JSON.
_DOCUMENT = re.compile(r"(?:\s|#[^\n]*\n)*(?:(?P<json>\{)|[a-z]+:(?:\s|$))")
#: A key at the beginning of a line, and what stands behind it there.
_KEY = re.compile(r"^([a-z]+):[ \t]*([^\n]*)", re.MULTILINE)
#: Keys that only a document has; other words before a colon may be the names of layers in a chain.
_DOCUMENT_KEYS = frozenset({"layers", "layer", "inputs", "blocks", "name", "about", "variants", "takes", "outputs"})


def parse(spec: str, *, input_shape: ShapeLike = (), name: str = "") -> Net:
    """The network in a text: layers in torch's syntax, the name of a net in the zoo, or the content of a network file.

    It opens no file that the text names: :func:`load` and :func:`open_net` read paths.

    Args:
        spec: layers such as ``"Conv2d(3, 10, 3) MaxPool2d(4)"``, in any case, with or without ``nn.``, separated by
            spaces, commas, semicolons, newlines, ``|`` or ``->``, in a list or in ``nn.Sequential``, perhaps with names
            (``self.conv1 = nn.Conv2d(3, 10, 3)``); empty brackets may be left out. Or a net of the zoo,
            ``"zoo:resnet50"`` or ``"zoo:resnet50(classes=10)"``, or what :func:`dumps` writes, or what torch prints for
            a module whose layers run as printed (``nn.Sequential``), with the names of its children.
        input_shape: the shape of one input, without the batch: ``(3, 130, 130)`` or ``"3x130x130"``. Letters may
            stand for numbers.
        name: the name of the network, instead of the zoo's or the document's.

    Raises:
        UnknownOrderError: it is what torch prints for a class that may call its layers in another order.
        SpecError: the text is no network; the message names the place and what was probably meant.

    Example:
        >>> import shapecalc
        >>> net = shapecalc.parse("Conv2d(3, 10, 3) MaxPool2d(4)", input_shape=(3, 130, 130))
        >>> shapecalc.measure(net).output_shape
        (10, 32, 32)
    """
    check_type("name", name, str, "the name of the net as text")
    if isinstance(spec, str) and ("```" in spec or ">>> " in spec):
        spec = _FRAME.sub(lambda match: " " * len(match[0]), spec)  # so that each place stays what it is
    word = spec.strip() if isinstance(spec, str) else ""
    is_zoo = word[: len(_ZOO)].lower() == _ZOO
    if not (is_zoo or _is_document(word)):
        if "):" in word:
            from shapecalc.formats.printed import chain, tree  # noqa: PLC0415  most texts are no prints

            if tree.is_print(word):
                return chain.read_print(spec, input_shape=input_shape, name=name)
        return read_chain(spec, input_shape=input_shape, name=name)
    from shapecalc.formats.document import loading  # noqa: PLC0415  pydantic and yaml, which a spec does not need

    if is_zoo:
        return loading.read_architecture(word[len(_ZOO) :], input_shape=input_shape, name=name)
    return loading.loads(spec, input_shape=input_shape, name=name)


def _is_document(text: str) -> bool:
    """Whether a text is a document, and no chain whose layers have names: ``conv: 3x3, 64``."""
    match = _DOCUMENT.match(text)
    if match is None or match["json"]:
        return match is not None
    keys = _KEY.findall(text)
    has_list = any(key in _DOCUMENT_KEYS or not value or value[0] in "[{&#" for key, value in keys)
    return has_list or (keys[0][0] == "input" and "\n" not in text and re.search("->|→", text) is None)


def load(path: str | Path, *, input_shape: ShapeLike | list[Shape] = ()) -> Net:
    """The network in a YAML or JSON file, in a text file (``.txt``) with what :func:`parse` reads, or in source code.

    Args:
        path: the file; ``family.yaml:variant`` for a member of a family; ``net.py:Net`` for a class of a Python file or
            a notebook, or ``net.py:Net(num_classes=10)`` for a call of it, which is read and never run.
        input_shape: the shape of its one input, instead of the file's; of source code with several inputs, a list of
            their shapes.

    Raises:
        SpecError: the file cannot be read or is not a network; the message names the place.
    """
    check_type("path", path, (str, Path), "the path of a network file, such as 'network.yaml'")
    source = _SOURCE.fullmatch(str(path))
    if source is not None:
        from shapecalc.formats.source.opening import read_network_file  # noqa: PLC0415  most nets are no programs

        return read_network_file(source[1], (source[2] or "").strip(), _shapes(input_shape))
    file, variant = path_and_variant(str(path)) or (str(path), "")
    return _load(file, file, variant, _one_shape(input_shape))


def _shapes(input_shape: ShapeLike | list[Shape]) -> list[Shape]:
    """One shape, or those of several inputs in a list."""
    if _is_several(input_shape):
        return list(map(read_shape, input_shape))
    return [read_shape(input_shape)] if input_shape != () else []


def _is_several(input_shape: ShapeLike | list[Shape]) -> TypeGuard[list[Shape]]:
    return isinstance(input_shape, list) and all(isinstance(shape, tuple) for shape in input_shape)


def _one_shape(input_shape: ShapeLike | list[Shape]) -> ShapeLike:
    """The shape of the one input of what is no source code.

    Raises:
        SpecError: there are several.
    """
    if not _is_several(input_shape):
        return cast("ShapeLike", input_shape)
    if len(input_shape) != 1:
        raise SpecError(
            f"There are shapes of {len(input_shape)} inputs, but only a network of source code takes several."
        )
    return input_shape[0]


def _load(name: str, path: str | Path, variant: str, input_shape: ShapeLike) -> Net:
    """The network in a file; messages have its name."""
    if not name.lower().endswith(_TEXT_ENDING):
        from shapecalc.formats.document import loading  # noqa: PLC0415  pydantic and yaml, which a spec does not need

        return loading.load(path, variant=variant, input_shape=input_shape)
    from shapecalc.formats.text.files import read_text  # noqa: PLC0415  a spec needs no file

    if variant:
        raise SpecError(f"{name} has no variant {variant}; a text is one network.")
    return _parse_from(name, read_text(path), input_shape)


def _parse_from(origin: str, text: str, input_shape: ShapeLike) -> Net:
    """As :func:`parse`; a refusal names where the text is from."""
    try:
        return parse(text, input_shape=input_shape)
    except UnknownOrderError as refused:
        raise UnknownOrderError(f"{origin}: {refused}", refused.text) from None
    except SpecError as refused:
        raise SpecError(f"{origin}: {refused}") from None


def open_net(spec: str, *, input_shape: ShapeLike | list[Shape] = (), needs_input: bool = True) -> Net:
    """The network in a text or in the file with that path; what the commands accept.

    Args:
        spec: what :func:`parse` reads; or the path ``network.yaml``, ``family.yaml:variant`` or ``network.txt``; or
            ``net.py``, ``net.py:Net``, ``net.py:Net(num_classes=10)`` or a notebook, whose code is read and never run;
            or ``-`` for standard input, with what :func:`parse` reads.
        input_shape: the shape of its one input, instead of the file's. Source code without it is read for the input of
            a call in the file, else with letters for sizes; a network of source code with several inputs takes a list
            of their shapes.
        needs_input: whether the shape of its input must be known.

    Raises:
        SpecError: it is neither, or the input shape is not known.
    """
    word = spec.strip() if isinstance(spec, str) else ""
    if word == _STANDARD_INPUT:
        from shapecalc.formats.text.files import read_standard_input  # noqa: PLC0415  a spec needs no file

        net = _parse_from("standard input", read_standard_input(), _one_shape(input_shape))
    else:
        is_path = path_and_variant(word) is not None or _SOURCE.fullmatch(word) is not None
        net = load(word, input_shape=input_shape) if is_path else _parse_or_name(spec, _one_shape(input_shape))
    return _with_inputs(net, "--input 3x130x130") if needs_input else net


def _parse_or_name(spec: str, input_shape: ShapeLike) -> Net:
    """As :func:`parse`; but a text that is refused may be the path of a file of another kind.

    Raises:
        SpecError: as for :func:`parse`, or because it is such a path.
    """
    try:
        return parse(spec, input_shape=input_shape)
    except SpecError:
        if isinstance(spec, str) and spec.strip() and _exists(spec.strip()):
            endings = ", ".join(_ENDINGS)
            raise SpecError(
                f"{spec.strip()} is not a network file; the name of one ends in {endings}, .py or .ipynb."
            ) from None
        raise


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except OSError:  # longer than the name of a file can be
        return False


def open_within(folder: str | Path, spec: str, *, input_shape: ShapeLike = ()) -> Net:
    """As :func:`open_net`, for text in a file: a path is relative to the file's folder and may not leave it.

    Args:
        folder: the folder of the file.
        spec: what :func:`parse` reads; or the path of a network file in the folder or below it.
        input_shape: the shape of its one input, instead of the network's own.

    Raises:
        SpecError: the path is absolute or leads out of the folder, links resolved; or as :func:`open_net`.
    """
    check_type("folder", folder, (str, Path), "the path of a folder")
    check_type("spec", spec, str, "a text such as 'Conv2d(3, 10, 3) ReLU', or a path")
    source = path_and_variant(spec.strip())
    if source is None:
        return _with_inputs(parse(spec, input_shape=input_shape), "input: 3x130x130")
    path, variant = source
    net = _load(path, _inside(Path(folder), path), variant, input_shape)
    return _with_inputs(net, "input: 3x130x130")


def dumps(net: Net) -> str:
    """The network as the content of a network file, in YAML, with its names, shared weights, inputs and outputs.

    :func:`parse` reads the text as an equal network, and :func:`load` reads a file with that text.

    Raises:
        SpecError: the network is too large for a file.

    Example:
        >>> import shapecalc
        >>> net = shapecalc.parse("Conv2d(3, 10, 3) MaxPool2d(4)", input_shape=(3, 130, 130))
        >>> print(shapecalc.dumps(net))
        input: 3x130x130
        layers:
        - Conv2d(3, 10, 3)
        - MaxPool2d(4)
        <BLANKLINE>
        >>> shapecalc.parse(shapecalc.dumps(net)) == net
        True
    """
    check_net(net)
    from shapecalc.formats.document import dumping  # noqa: PLC0415  pydantic and yaml, which a spec does not need

    return dumping.dumps(net)


def spec_of(net: Net) -> str:
    """The shortest text for :func:`parse`: a spec, if it says everything but the input and the name, or a document."""
    check_net(net)
    return str(net) if net.has_spec else dumps(net)


def path_and_variant(text: str) -> tuple[str, str] | None:
    """The parts of ``family.yaml:variant``; None if the text is not the path of a network file."""
    path, _, variant = (text, "", "") if text.lower().endswith(_ENDINGS) else text.rpartition(":")
    is_path = path.lower().endswith(_ENDINGS) and "\n" not in text
    return (path, variant.strip()) if is_path else None


def _inside(folder: Path, path: str) -> Path:
    """The file with a path in a folder, links resolved."""
    try:
        root = folder.resolve()
        file = (root / path).resolve()
    except (OSError, RuntimeError, ValueError):  # links in a circle, a null character
        raise SpecError(f"Cannot read {path!r}: the path leads nowhere.") from None
    if Path(path).is_absolute() or not file.is_relative_to(root):
        raise SpecError(f"{path!r} leads out of the folder of the file that names it; put the network's file there.")
    return file


def _with_inputs(net: Net, example: str) -> Net:
    """The network itself.

    Raises:
        SpecError: the shape of an input is not known.
    """
    if not all(net.inputs.values()):
        raise SpecError(f"The shape of the input is not known; give it without the batch, as in {example}.")
    return net
