"""The input for which a network is meant, as its file says: by an argument, or the data that it reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from shapecalc.algebra import Int, Name
from shapecalc.algebra.memo import remember
from shapecalc.formats.source.constructions import IMAGE
from shapecalc.formats.source.networks import Construction, construct
from shapecalc.formats.source.programs import Source
from shapecalc.formats.source.usages import parameters_of
from shapecalc.formats.source.values import BATCH, Instance, ProgramFunction, Value, name_set
from shapecalc.layers import Shape

#: Names of arguments that are the shape of the input, or the sizes of an image.
_NAMES = name_set("input_shape in_shape img_shape image_shape img_size image_size im_size input_size")
#: The images of data sets that torchvision has.
_IMAGES: Mapping[str, Shape] = {
    **dict.fromkeys(("MNIST", "FashionMNIST", "KMNIST"), (1, 28, 28)),
    **dict.fromkeys(("CIFAR10", "CIFAR100", "SVHN"), (3, 32, 32)),
}
_READ = re.compile(rf"\bdatasets\.({'|'.join(_IMAGES)})\(")
#: A constant of a file, a setting or the default of an option that is the size of its images.
_SIZE = re.compile(
    r"^[ \t]*(?:IMG_SIZE|IMAGE_SIZE|IMG_DIM|img_size|image_size|im_size|img_dim|resize)\s*=\s*(\d{2,3})\b(?!\s*,)",
    re.MULTILINE,
)
#: What gives images another size.
_RESIZED = re.compile(r"[Rr]esize|CenterCrop|Pad\(|RandomCrop\((?!28|32)|[Ii]nterpolat|\bpad\(")


def meant_sizes(source: Source, name: str, call: Construction, shapes: tuple[Shape, ...]) -> dict[Name, Int] | None:
    """The sizes that the file means for the letters of an input; None where it says none that fit its dimensions."""
    if len(shapes) != 1 or not shapes[0]:
        return None
    for value in _statements(source, name, call):
        sizes = _matched(shapes[0], value)
        if sizes:
            return sizes
    return None


def _statements(source: Source, name: str, call: Construction) -> Iterator[Value]:
    """The values that say what the input is, the surest first."""
    network = construct(source, name, call)
    initializer = network.cls.find("__init__") if isinstance(network, Instance) else None
    is_other = call == {} and name in source.called  # the file gives arguments, and these are the defaults
    if isinstance(network, Instance) and isinstance(initializer, ProgramFunction) and not is_other:
        given = dict(zip(parameters_of(initializer), network.args, strict=False))
        arguments = {**initializer.defaults, **given, **network.kwargs}
        yield from [value for key, value in arguments.items() if key in _NAMES]
    sizes = {int(size) for size in _SIZE.findall(source.text)}
    if len(sizes) == 1:
        yield sizes.pop()
    image = _read_image(source.text)
    if image is not None:
        yield image


@remember()
def _read_image(text: str) -> Shape | None:
    """The image of the one data set that a text reads and does not resize; None where there is no such."""
    read = {*_READ.findall(text)}
    return _IMAGES[read.pop()] if len(read) == 1 and not _RESIZED.search(text) else None


def _matched(shape: Shape, value: Value) -> dict[Name, Int] | None:
    """The letters of a shape with the sizes of a shape without letters, of an image, or of its sides."""
    sizes = value if isinstance(value, tuple | list) else (value,) * (IMAGE - 1)
    if not all(isinstance(size, int) and not isinstance(size, bool) and size > 0 for size in sizes):
        return None
    if len(sizes) == len(shape) - 1 and len(shape) == IMAGE:
        sizes = (shape[0], *sizes)
    if len(sizes) != len(shape) or not (len(shape) == IMAGE or isinstance(value, tuple | list)):
        return None
    pairs = [*zip(shape, sizes, strict=True)]
    if any(size != meant for size, meant in pairs if not isinstance(size, Name)):
        return None
    return {size: meant for size, meant in pairs if isinstance(size, Name) and size not in (BATCH, meant)}
