"""The architectures that a course on convolutional networks names, as data: network files, each with its source.

>>> from shapecalc import zoo
>>> net = zoo.read("lenet5")
>>> net.measure().parameters
61706
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, final

from shapecalc.errors import SpecError, did_you_mean
from shapecalc.layers import Shape
from shapecalc.net import Net

if TYPE_CHECKING:
    from shapecalc.read.model import About, Count, Document

#: The files, in the order in which a course comes to them, each with the names of the nets in it.
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
    "resnet": ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
    "resnet_v2": ("resnet50_v2", "resnet101_v2", "resnet152_v2"),
    "squeezenet1_0": ("squeezenet1_0",),
    "densenet121": ("densenet121",),
    "mobilenet_v1": ("mobilenet_v1",),
    "mobilenet_v2": ("mobilenet_v2",),
    "fcn32s": ("fcn32s",),
    "unet": ("unet", "unet_bn", "unet_bn32"),
    "retinanet": ("retinanet_resnet50_fpn", "retinanet_resnet50_fpn_v2"),
    "dcgan": ("dcgan_generator", "dcgan_discriminator"),
    "patchgan": ("patchgan70", "patchgan16", "patchgan286", "pixelgan"),
    "capsnet": ("capsnet",),
    "wavenet": ("wavenet",),
    "tcn": ("tcn",),
}

_HOMES = {name: file for file, names in FILES.items() for name in names}


@final
@dataclass(frozen=True, slots=True)
class Entry:
    """A net of the zoo and what is said of it.

    Attributes:
        name: as in ``zoo:NAME``.
        title: what it is called in prose.
        source: the paper or page that defines it.
        year: when it was published.
        parameters: how many trained parameters were published, if they were.
        macs: how many multiply-accumulates were published, if they were.
        counted: where those numbers stand, if not at the source.
        note: where a published number differs from ours, and why.
        net: the network, for the input it is known by.
    """

    name: str
    title: str
    source: str
    year: int | None
    parameters: Count | None
    macs: Count | None
    counted: str
    note: str
    net: Net


def names() -> tuple[str, ...]:
    """The names of the nets in the zoo."""
    return tuple(_HOMES)


def read(name: str, *, input_shape: Shape | str | int = ()) -> Net:
    """A net of the zoo.

    Args:
        name: one of :func:`names`.
        input_shape: the shape of its input, where another is wanted than the one it is known by.

    Raises:
        SpecError: there is no such net; the message names the nearest.
    """
    from shapecalc.read.document import net_of  # reading is a verb: it knows the nouns, and not the other way round

    document = _document(_home(name))
    variant = name if document.variants else ""
    return net_of(document, variant, input_shape=input_shape, where=f"zoo:{name}")


def entry(name: str) -> Entry:
    """A net of the zoo with what is said of it.

    Raises:
        SpecError: there is no such net; the message names the nearest.
    """
    from shapecalc.read.model import count

    about = _about(name, _document(_home(name)))
    printed = about.published
    return Entry(
        name,
        about.title,
        about.source,
        about.year,
        count(printed.parameters) if printed.parameters else None,
        count(printed.macs) if printed.macs else None,
        printed.source,
        about.note,
        read(name),
    )


def _about(name: str, document: Document) -> About:
    """What the file says of a net: what it says of the family, unless it says it of the variant."""
    family = document.about
    if name not in document.variants:
        return family
    own = document.variants[name].about
    published = family.published.model_copy(update=own.published.model_dump(exclude_unset=True))
    said = {key: getattr(own, key) for key in own.model_fields_set}
    return family.model_copy(update={**said, "published": published})


def _home(name: str) -> str:
    if name not in _HOMES:
        hint = did_you_mean(name, _HOMES) or "; the command `shapecalc zoo` lists all"
        raise SpecError(f"There is no {name[:60] or repr(name)} in the zoo{hint}.")
    return _HOMES[name]


@lru_cache
def _document(file: str) -> Document:
    from shapecalc.read.files import read_model
    from shapecalc.read.model import Document

    return read_model(Path(__file__).with_name(f"{file}.yaml"), Document)
