"""Architectures of courses on convolutional networks, as data: network files, each with its source.

This room has the files and their index; ``shapecalc.parse("zoo:lenet5")`` reads one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from shapecalc.errors import SpecError, check_type, did_you_mean

#: The files, in the order of a course, each with the names of its nets.
FILES: dict[str, tuple[str, ...]] = {
    "mlp": ("mlp",),
    "quiz": ("quiz",),
    "two_blocks": ("two_blocks",),
    "spreadsheet": ("spreadsheet",),
    "cifar_cnn": ("cifar_cnn",),
    "lenet5": ("lenet5",),
    "lenet5_1998": ("lenet5_1998",),
    "alexnet": ("alexnet",),
    "alexnet_2012": ("alexnet_2012", "alexnet_227"),
    "nin": ("nin",),
    "vgg": ("vgg11", "vgg13", "vgg16", "vgg19", "vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn"),
    "googlenet": ("googlenet", "googlenet_no_aux", "googlenet_2014"),
    "inception_v3": ("inception_v3", "inception_v3_no_aux"),
    "resnet": (
        *("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
        *("resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d", "wide_resnet50_2", "wide_resnet101_2"),
    ),
    "resnet_v2": ("resnet50_v2", "resnet101_v2", "resnet152_v2"),
    "squeezenet": ("squeezenet1_0", "squeezenet1_1"),
    "densenet": ("densenet121", "densenet161", "densenet169", "densenet201"),
    "mobilenet_v1": ("mobilenet_v1",),
    "mobilenet_v2": ("mobilenet_v2",),
    "mobilenet_v3": (
        *("mobilenet_v3_large", "mobilenet_v3_small"),
        *("deeplabv3_mobilenet_v3_large", "lraspp_mobilenet_v3_large"),
    ),
    "efficientnet": tuple([f"efficientnet_b{number}" for number in range(8)]),
    "efficientnet_v2": ("efficientnet_v2_s", "efficientnet_v2_m", "efficientnet_v2_l"),
    "mnasnet": ("mnasnet0_5", "mnasnet0_75", "mnasnet1_0", "mnasnet1_3"),
    "shufflenet_v2": tuple([f"shufflenet_v2_x{width}" for width in ("0_5", "1_0", "1_5", "2_0")]),
    "regnet": (
        *("regnet_x_400mf", "regnet_x_800mf", "regnet_x_1_6gf", "regnet_x_3_2gf"),
        *("regnet_x_8gf", "regnet_x_16gf", "regnet_x_32gf"),
        *("regnet_y_400mf", "regnet_y_800mf", "regnet_y_1_6gf", "regnet_y_3_2gf"),
        *("regnet_y_8gf", "regnet_y_16gf", "regnet_y_32gf", "regnet_y_128gf"),
    ),
    "convnext": ("convnext_tiny", "convnext_small", "convnext_base", "convnext_large"),
    "vit": ("vit_b_16", "vit_b_32", "vit_l_16", "vit_l_32", "vit_h_14"),
    "fcn32s": ("fcn32s",),
    "deeplabv3": ("deeplabv3_resnet50", "deeplabv3_resnet101", "fcn_resnet50", "fcn_resnet101"),
    "unet": ("unet", "unet_bn", "unet_bilinear", "unet_bn32"),
    "retinanet": ("retinanet_resnet50_fpn", "retinanet_resnet50_fpn_v2"),
    "dcgan": ("dcgan_generator", "dcgan_discriminator"),
    "patchgan": ("patchgan70", "patchgan16", "patchgan286", "pixelgan"),
    "capsnet": ("capsnet",),
    "wavenet": ("wavenet",),
    "tcn": ("tcn",),
    "crnn": ("crnn",),
}

_NAME = "the name of a net of the zoo, such as 'resnet50'"
_HOMES = {name: file for file, names in FILES.items() for name in names}


def names() -> tuple[str, ...]:
    """The names of the nets in the zoo."""
    return tuple(_HOMES)


def canonical(word: str) -> str:
    """The name of the net that a word means, in any case, with other separators or none (``ResNet-50``); or ""."""
    check_type("word", word, str, _NAME)
    return word if word in _HOMES else _names_by_fold().get(_fold(word), "")


def matching(word: str) -> tuple[str, ...]:
    """The names of the nets whose names or titles have a word in them, in any case: all ResNets for ``resnet``."""
    check_type("word", word, str, "a part of a name, such as 'resnet'")
    folded = _fold(word)
    listed = listing()
    return tuple(name for name in _HOMES if folded and folded in _fold(f"{name} {listed[name]['title']}"))


def listing() -> Mapping[str, Mapping[str, str]]:
    """What the list of all nets shows of each, from a file that ``python -m tests.tools.refresh_docs`` writes."""
    import json  # noqa: PLC0415  few commands need the listing

    rows: Mapping[str, Mapping[str, str]] = json.loads(Path(__file__).with_name("listing.json").read_text("utf-8"))
    return rows


def path(name: str) -> Path:
    """The network file of a net.

    Raises:
        SpecError: there is no such net; the message names the nearest.
    """
    check_type("name", name, str, _NAME)
    if name not in _HOMES:
        hint = did_you_mean(name, _HOMES) or "; the command `shapecalc zoo` lists all"
        raise SpecError(f"There is no {name[:60] or repr(name)} in the zoo{hint}.")
    return as_shipped(Path(__file__).with_name(f"{_HOMES[name]}.yaml"))


def as_shipped(file: Path) -> Path:
    """A YAML file of the package, or the JSON file of the same content that the static site has in its place."""
    return file if file.exists() else file.with_suffix(".json")


def former_path(name: str) -> Path | None:
    """The network file of a net as it was before its layers took torchvision's names, if there is one."""
    folder = Path(__file__).with_name("former")
    paths = (folder / f"{name}.yaml", folder / f"{_HOMES[name]}.yaml")
    return next((path for path in paths if path.exists()), None)


@cache
def _names_by_fold() -> Mapping[str, str]:
    return {_fold(name): name for name in _HOMES}


def _fold(word: str) -> str:
    """The letters and digits of a word, in lower case; separators stay between digits alone (1.6 is not 16)."""
    folded = ""
    for letter in word.lower():
        if letter.isalnum():
            folded = folded if letter.isdigit() and folded[-2:-1].isdigit() else folded.removesuffix("_")
            folded += letter
        elif folded and folded[-1] != "_":
            folded += "_"
    return folded.removesuffix("_")
