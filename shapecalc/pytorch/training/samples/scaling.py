"""Images in another size, and with other channels."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import interpolate

from shapecalc.layers import Shape

#: The channels of images that can be turned into each other.
GREY, RGB = 1, 3


def scale_images(images: Tensor, shape: Shape) -> Tensor:
    """Images in another size, by bilinear interpolation; grey is repeated into RGB, and RGB is averaged into grey.

    Args:
        images: number of images x channels x height x width.
        shape: the channels, height and width that they get.
    """
    channels, *size = numbers_of(shape)
    if images.shape[1] == RGB and channels == GREY:
        images = images.mean(1, keepdim=True)
    if [*images.shape[2:]] != size:
        images = interpolate(images, size, mode="bilinear", antialias=True)
    return images.expand(-1, channels, -1, -1)


def numbers_of(shape: Shape) -> tuple[int, ...]:
    """The sizes of a shape without letters."""
    return tuple(size for size in shape if isinstance(size, int))
