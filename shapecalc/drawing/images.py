"""Images in files, read by Pillow as a viewer shows them."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from shapecalc.errors import SpecError
from shapecalc.formats.text.files import open_regular, reason_of

#: The formats that are read, as Pillow calls them; none of them can run a program, as PostScript can.
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
#: The most pixels of one image.
MAX_PIXELS = 50_000_000
#: The modes of Pillow in which an image has no colours.
GREY = frozenset({"1", "L", "LA", "I", "I;16", "I;16B", "F"})


#: The number of EXIF's tag that says how a camera was held, and its values for an image on its side.
_ORIENTATION, _ON_ITS_SIDE = 0x0112, {5, 6, 7, 8}


def read_picture(path: Path, *, grey: bool | None) -> Image.Image:
    """An image as its viewer shows it: turned as its EXIF data says, on white where it is transparent, with 8 bits.

    Args:
        path: the file.
        grey: in mode L rather than RGB; None for as it is in the file.

    Raises:
        SpecError: it cannot be read, is in another format, or has too many pixels.
    """
    with _opened(path) as file:
        return _flat(ImageOps.exif_transpose(file), grey=file.mode in GREY if grey is None else grey)


def image_shape(path: Path) -> tuple[int, int, int]:
    """The shape of an image as its viewer shows it, from the header of its file.

    Raises:
        SpecError: it cannot be read.
    """
    with _opened(path) as file:
        turned = file.getexif().get(_ORIENTATION) in _ON_ITS_SIDE
        size = (file.width, file.height) if turned else (file.height, file.width)
        return (1 if file.mode in GREY else 3, *size)


def data_url(path: Path, size: tuple[int, int]) -> str:
    """An image as the address of its own bytes, scaled and without what else the file says.

    Args:
        path: the file.
        size: the width and the height in pixels.

    Raises:
        SpecError: it cannot be read, is in another format, or has too many pixels.
    """
    content = io.BytesIO()
    read_picture(path, grey=False).resize(size, Image.Resampling.BILINEAR).save(content, "PNG")
    return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """An image that is read lazily; whatever Pillow finds wrong with it is one refusal."""
    try:
        with warnings.catch_warnings(), open_regular(path) as content, Image.open(content, formats=FORMATS) as file:
            warnings.simplefilter("ignore")  # of doubtful metadata
            _check_pixels(path, file)
            yield file
    except SpecError:
        raise
    except UnidentifiedImageError:
        raise SpecError(f"{path} is no image, or is damaged.") from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise SpecError(f"Cannot read the image {path}: {reason_of(error)}.") from None


def _check_pixels(path: Path, file: Image.Image) -> None:
    if file.width * file.height > MAX_PIXELS:
        raise SpecError(f"{path} has {file.width}x{file.height} pixels; at most {MAX_PIXELS:,} are read.")


def _flat(image: Image.Image, *, grey: bool) -> Image.Image:
    """The image in grey or in colours, without transparency and with 8 bits."""
    if image.mode in {"I", "I;16", "I;16B", "F"}:
        values = np.asarray(image, dtype=np.float64)
        image = Image.fromarray((values / max(values.max(), 255.0) * 255).astype(np.uint8))
    if "A" in image.getbands() or "transparency" in image.info:
        opaque = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", opaque.size, "white"), opaque)
    return image.convert("L" if grey else "RGB")
