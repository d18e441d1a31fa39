"""The start page: what can be asked, and nets to begin with."""

from __future__ import annotations

from urllib.parse import urlencode

from shapecalc import zoo
from shapecalc.web.frame import WebPage
from shapecalc.web.markup import element, fragment
from shapecalc.web.request import WebRequest

#: Nets to begin with: each with its input.
EXAMPLES = {
    "Conv2d(3, 10, 3) MaxPool2d(4) Flatten LazyLinear(10)": "3x130x130",
    "MaxPool2d(2) Conv2d(3, 8, 5) PixelUnshuffle(2)": "3xHxW",
    "Conv2d(3, 10, 3) MaxPool2d(4) Flatten Linear(1000, 10)": "3x130x130",
}


def answer(request: WebRequest) -> WebPage:
    """The start page."""
    del request
    examples = fragment(
        *[
            element("li", element("a", f"{net} on {shape}", href=f"./net?{urlencode({'net': net, 'input': shape})}"))
            for net, shape in EXAMPLES.items()
        ]
    )
    nets = fragment(
        *[
            element("li", element("a", row["title"] or name, href=f"./net?{urlencode({'net': f'zoo:{name}'})}"))
            for name, row in zoo.listing().items()
        ]
    )
    lead = element(
        "p", "What a network does to a tensor: sizes, parameters, work, memory and fields, each with its formula."
    )
    return WebPage(
        "What comes out of each layer",
        fragment(
            lead,
            element("h2", "Nets to begin with"),
            element("ul", examples),
            element("h2", "Well-known nets"),
            element("ul", nets, class_="columns"),
        ),
    )
