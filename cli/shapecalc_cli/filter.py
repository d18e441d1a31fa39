"""``shapecalc filter``: an image through a kernel and layers behind it."""

from __future__ import annotations

from typing import Annotated

import typer


def filter(  # noqa: A001  the command is called so
    image: Annotated[
        str, typer.Argument(metavar="IMAGE", help="An image file, or test: and x, stripes, checkerboard, square, road.")
    ],
    *,
    kernel: Annotated[
        str,
        typer.Option(
            "--kernel",
            "-k",
            metavar="KERNEL",
            help="A name of shapecalc kernels, a matrix, a matrix for each channel, or a file.",
        ),
    ],
    border: Annotated[
        str,
        typer.Option(metavar="WORD", help="Beyond the image: zeros, reflect, replicate, circular; or crop."),
    ] = "zeros",
    stride: Annotated[int, typer.Option("--stride", "-s", help="How far the kernel moves.")] = 1,
    then: Annotated[
        str, typer.Option(metavar="LAYERS", help="Layers and kernels behind it: relu,maxpool2,sobel-y.")
    ] = "",
    size: Annotated[
        int | None, typer.Option(metavar="N", help="Scale a larger image to N pixels on its longest side.")
    ] = None,
    grey: Annotated[bool, typer.Option("--grey", "--gray", help="Turn colours into grey values first.")] = False,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write a picture of each stage as PNG.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Put an image through a kernel and layers behind it.

    Each stage is drawn, with its size. The kernel is used as torch uses one; a single matrix
    is used on each channel by itself. Pixels are numbers from 0 to 255, and stay what they become.

    Examples:
      shapecalc filter test:road --kernel sobel-x --then relu,maxpool2 -o road.png
      shapecalc filter photo.jpg -k "[[-1, 0, 1]]" --border crop -o photo.png
    """
    from pathlib import Path

    from shapecalc.errors import SpecError, missing_package
    from shapecalc.formats.matrices import open_kernel
    from shapecalc_cli.output import said_warnings, say, say_json, show

    try:
        from shapecalc.drawing.filtering import draw_stages, filter_image, open_pixels
    except ModuleNotFoundError as missing:
        raise missing_package(missing, "Images", "NumPy and Pillow", "draw") from None
    if output is not None and Path(output).suffix.lower() != ".png":
        raise SpecError(f"The picture is written as PNG; give -o a name that ends in .png, not {output}.")
    matrices, name = open_kernel(kernel)
    with said_warnings():
        pixels = open_pixels(image, side=size, grey=grey)
    filtered = filter_image(
        pixels,
        matrices,
        name=name or "kernel",
        image_name=image if image.startswith("test:") else Path(image).name,
        border=border,
        stride=stride,
        behind=then,
    )
    if output is not None:
        from shapecalc.formats.writing import write_atomically

        write_atomically(Path(output), draw_stages(filtered.stages))
    if json:
        say_json(filtered.as_dict())
    else:
        show(filtered.page())
        if output is not None:
            say(f"\nWrote {output}: {len(filtered.stages)} stages.")
