"""A layer as torch prints it: its arguments, but for those that the print leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from shapecalc.algebra import Name
from shapecalc.errors import SpecError
from shapecalc.formats.own_layers import OWN
from shapecalc.formats.printed.tree import Module
from shapecalc.formats.text.arguments import read_arguments
from shapecalc.formats.text.chain import read_call
from shapecalc.formats.text.expression import Reader
from shapecalc.formats.text.grammar import Call
from shapecalc.formats.text.tokens import location, tokens
from shapecalc.formats.text.vocabulary import find_layer, suggestion
from shapecalc.layers import Layer, layer_classes
from shapecalc.layers.core.arguments import bind_arguments

#: The layer of which torch prints a part alone.
ATTENTION = "MultiheadAttention"
#: What the print of a layer leaves out though the net depends on it.
MISSING: Mapping[str, str] = MappingProxyType(
    {
        "FractionalMaxPool2d": "kernel_size, output_size and output_ratio",
        "FractionalMaxPool3d": "kernel_size, output_size and output_ratio",
        ATTENTION: "num_heads, kdim and vdim",
        "TransformerEncoderLayer": "nhead, activation and norm_first",
        "TransformerDecoderLayer": "nhead, activation and norm_first",
        "Permute": "dims",
    }
)
#: An argument that a print leaves out, and its default, which is read in its place and said.
ASSUMED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("AvgPool1d", "AvgPool2d", "AvgPool3d"), ("ceil_mode", "False")),
        **dict.fromkeys(("Hardswish", "Hardsigmoid"), ("inplace", "False")),
    }
)
#: Arguments that a print shows and the class does not take.
_FIXED: Mapping[str, frozenset[str]] = MappingProxyType(
    dict.fromkeys(("UpsamplingNearest2d", "UpsamplingBilinear2d"), frozenset({"mode"}))
)
#: Other names of a class in a print.
_ALIASES = MappingProxyType({"NonDynamicallyQuantizableLinear": "Linear"})


def is_layer(name: str) -> bool:
    """Whether a class of that name in a print is a layer that torch and this package have."""
    return name in MISSING or (name not in OWN and find_layer(_ALIASES.get(name, name)) is not None)


def read_leaf(text: str, module: Module) -> Layer:
    """The layer that a module without others in it prints.

    Raises:
        SpecError: its class is not known, or its print does not say what the layer is; the message names the place.
    """
    at = location(text, module.at)
    if not module.cls:
        raise SpecError(f"{at}: {module.label} is no layer.")
    name = _ALIASES.get(module.cls, module.cls)
    if name in MISSING:
        raise SpecError(f"{at}: the print of {_article(name)} leaves out its {MISSING[name]}; write the layer itself.")
    cls = find_layer(name)
    if cls is None or name in OWN:
        hint = "" if name in OWN else suggestion(name)
        raise SpecError(f"{at}: {name} is no layer of torch{hint}.")
    if module.children:
        inner = ", ".join(child.label for child in module.children[:4])
        raise SpecError(f"{at}: this {name} has layers in it ({inner}), which torch's has not.")
    reader = _reader(text, module)
    args, kwargs = read_arguments(reader, name, module.at, (name.lower(),))
    reader.expect_end()
    try:
        arguments = bind_arguments(name, dict.fromkeys((*cls.fields, *_FIXED.get(name, ()))), tuple(args), kwargs)
    except SpecError as refused:
        raise SpecError(f"{at}: {refused}") from None
    return read_call(reader, Call(name, [], _as_taken(cls, name, arguments), module.at))


def read_attention(text: str, module: Module) -> Layer:
    """An attention as far as its parameters depend on what is printed: its output projection.

    Raises:
        SpecError: it is printed otherwise.
    """
    projection = next(iter(module.children), None)
    if projection is None or projection.label != "out_proj":
        raise SpecError(f"{location(text, module.at)}: this {ATTENTION} has no out_proj.")
    layer = read_leaf(text, projection).values
    return layer_classes()[ATTENTION](layer["out_features"], 1, bias=layer["bias"])


def _as_taken(cls: type[Layer], name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as the class takes them."""
    without = _FIXED.get(name, frozenset())
    if name.startswith("Lazy"):
        without |= frozenset(cls.infers)  # it prints 0 for each
    if arguments.get("affine", arguments.get("elementwise_affine")) is False:
        without |= {"bias"}  # it has none, whatever it prints
    stride = cls.fields.get("stride")
    if stride is not None and stride.default is None and arguments.get("stride") == arguments.get("kernel_size"):
        without |= {"stride"}
    # a print has words and no letters: mode=row
    words = {field: value.name if isinstance(value, Name) else value for field, value in arguments.items()}
    return {field: value for field, value in words.items() if field not in without}


def _reader(text: str, module: Module) -> Reader:
    """A reader of the arguments in a print, the closing bracket included."""
    start, end = module.arguments
    try:
        words = tokens(text[start:end].rstrip() + ")")
    except SpecError:
        raise SpecError(f"{location(text, module.at)}: cannot read the arguments of {module.cls}.") from None
    return Reader(text, {}, tuple([word._replace(at=word.at + start) for word in words]))


def _article(name: str) -> str:
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
