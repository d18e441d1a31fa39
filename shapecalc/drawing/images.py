"""Images of a person's own, beneath what is drawn: read by Pillow, scaled, and put into the picture itself."""

from __future__ import annotations

import base64
import io
from pathlib import Path

from shapecalc.errors import SpecError, missing_package, quoted

#: Pixels of an image that is read.
MAX_PIXELS = 50_000_000


def data_url(path: str | Path, size: tuple[int, int]) -> str:
    """An image as the address of its own bytes, scaled to a size and without what else the file says.

    Args:
        path: the file.
        size: the width and the height in pixels.

    Raises:
        SpecError: it cannot be read, or has too many pixels.
        ShapecalcError: Pillow is not installed.
    """
    try:
        from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415  an extra, for images alone
    except ModuleNotFoundError as missing:
        raise missing_package(missing, "An image", "Pillow", "draw") from None
    try:
        with Image.open(path) as image:
            if image.width * image.height > MAX_PIXELS:
                raise SpecError(
                    f"The image {quoted(str(path))} has {image.width:,} x {image.height:,} pixels, more than "
                    f"{MAX_PIXELS:,}. Try a smaller one."
                )
            scaled = ImageOps.exif_transpose(image).convert("RGB").resize(size, Image.Resampling.BILINEAR)
    except UnidentifiedImageError:
        raise SpecError(f"{quoted(str(path))} is no image that can be read. Try a PNG or JPEG.") from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as refused:
        reason = getattr(refused, "strerror", None) or "it is damaged"
        if isinstance(refused, SpecError):
            raise
        raise SpecError(f"Cannot read the image {quoted(str(path))}: {reason}.") from None
    content = io.BytesIO()
    scaled.save(content, "PNG")
    return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"
