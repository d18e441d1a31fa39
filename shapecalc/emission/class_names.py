"""The names of classes: after the modules that they make, or after what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shapecalc.emission.parts import LayerPart, Submodule, is_attribute
from shapecalc.emission.templates import Template, Templates
from shapecalc.formats.source.definitions import DEFINITIONS

#: A chain of at most so many layers is called after them.
_SHORT_CHAIN = 4


def name_classes(templates: Templates, name: str) -> None:
    """Give each class a name of its own; the net's is ``name``."""
    names = {name, *DEFINITIONS}
    templates.top.name = name
    for template in templates.ordered:
        if template.is_class and template is not templates.top:
            template.name = _free(_proposal(template), names)
            names.add(template.name)


def _free(name: str, names: set[str]) -> str:
    number = 2
    while (free := name if number == 2 else f"{name}{number - 1}") in names:
        number += 1
    return free


def _proposal(template: Template) -> str:
    leaves = [item for item in template.items if isinstance(item, LayerPart)]
    words = {_word(scope) for scope in template.places}
    label = words.pop() if len(words) == 1 else ""
    content = _content(template)
    is_said = label.lower() == content.lower()
    is_name = is_attribute(label) and len(label) > len("Conv")
    if is_name and len(template.places) > 1 and all(map(_is_numbered, template.places)):
        return content if is_said else label
    if template.scope.is_chain and len(leaves) == len(template.items) <= _SHORT_CHAIN:
        if is_name and len(template.places) == 1:
            return label
        return "".join(map(_short, leaves))
    if len(label) < 3 and content == "SqueezeExcitation":
        return content
    return label if is_attribute(label) and not is_said else content


def _is_numbered(scope: Submodule) -> bool:
    """Whether somebody has numbered a module among others of its kind: transition2."""
    return scope.path[-1][-1:].isdigit()


def _word(scope: Submodule) -> str:
    """The name of a module without its number, as the name of a class: encoder_layer_3 is an EncoderLayer."""
    word = scope.path[-1]
    stem = re.sub(r"[\d_]+[a-z]?$", "", word)
    if len(stem) < 2 or (stem != word and stem in {"layer", "block", "features", "stage"}):
        return ""
    return "".join(_capital(part) for part in stem.split("_"))


def _capital(word: str) -> str:
    """A part of a name as in the name of a class; one without vowels is an abbreviation, such as FPN."""
    return word[:1].upper() + word[1:] if re.search("[aeiouy]", word) else word.upper()


def _short(leaf: LayerPart) -> str:
    """A layer in the name of a chain, as in ConvBNReLU."""
    name = re.sub(r"\d+d$", "", type(leaf.layer).__name__)
    return {"BatchNorm": "BN", "LayerNorm": "LN", "GroupNorm": "GN", "InstanceNorm": "IN"}.get(name, name)


def _content(template: Template) -> str:
    """What a block is, by the layers in it."""
    layers = [*_layers(template.scope)]
    names = [type(leaf.layer).__name__ for leaf in layers]
    top = [type(item.layer).__name__ for item in template.items if isinstance(item, LayerPart)]
    if "MultiheadAttention" in names:
        return "TransformerBlock"
    reads_input = any(template.scope.reads[0] in leaf.reads for leaf in layers if type(leaf.layer).__name__ in _MERGES)
    windows = [leaf for leaf in layers if leaf.layer.is_window]
    if "Add" in top:
        return _residual(windows)
    if template.squeezes:
        return "SqueezeExcitation"
    if "ChannelShuffle" in top:
        return "ShuffleBlock"
    if "Concat" in top and not _joins_inputs(template.scope):
        if any(max(leaf.layer.values["dilation"]) > 1 for leaf in windows if "groups" in leaf.layer.fields):
            return "ASPP"  # dilated convolutions side by side
        if template.items[0].path[0] == "squeeze":
            return "Fire"
        is_inception = any(len(item.reads) > _BRANCHES for item in template.items)
        return "DenseLayer" if reads_input else "Inception" if is_inception else "Branches"
    if any(_is_depthwise(leaf) for leaf in windows):
        return "DepthwiseBlock"
    return "ConvBlock" if windows else "Block"


_MERGES = {"Add", "Multiply", "Concat"}
#: Joining more branches, a block is an inception.
_BRANCHES = 2


def _joins_inputs(scope: Submodule) -> bool:
    """Whether a block joins what it reads, before it computes anything."""
    return {*scope.items[0].reads} == {*scope.reads} and len(scope.reads) > 1


def _residual(windows: list[LayerPart]) -> str:
    convolutions = [leaf for leaf in windows if "groups" in leaf.layer.fields]
    kernels = [max(leaf.layer.values["kernel_size"]) for leaf in convolutions]
    if len(convolutions) == 1 and _is_depthwise(convolutions[0]):
        return "ConvNeXtBlock"
    if any(map(_is_depthwise, convolutions)):
        return "InvertedResidual"
    if kernels[:3] == [1, 3, 1]:
        return "Bottleneck"
    return "BasicBlock" if kernels[:2] == [3, 3] else "ResidualBlock"


def _is_depthwise(leaf: LayerPart) -> bool:
    groups = leaf.layer.values.get("groups", 1)
    return bool(groups > 1 and groups == leaf.layer.values.get("in_channels"))


def _layers(scope: Submodule) -> Iterator[LayerPart]:
    for item in scope.items:
        if isinstance(item, LayerPart):
            yield item
        else:
            yield from _layers(item)
