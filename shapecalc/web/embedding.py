"""Pictures within a page: each is its own address, and so needs no request and no style of the page."""

from __future__ import annotations

import base64

from shapecalc.drawing import Picture
from shapecalc.web.markup import Markup, element


def picture_address(picture: Picture) -> str:
    """A picture as the address of its own bytes."""
    return f"data:image/svg+xml;base64,{base64.b64encode(picture.svg().encode()).decode()}"


def picture_markup(picture: Picture) -> Markup:
    """A picture in a box that scrolls where it is too wide; its words stand below for everybody to read."""
    image = element("img", src=picture_address(picture), alt=f"{picture.title}. {picture.description}",
                    width=round(picture.width), height=round(picture.height))  # fmt: skip
    return element("div", image, class_="wide", tabindex=0, role="region", aria_label=picture.title)
