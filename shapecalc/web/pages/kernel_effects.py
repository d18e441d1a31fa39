"""The page of a kernel: what it does to an image, why by its sums, and a small image before and after."""

from __future__ import annotations

from shapecalc.errors import ShapecalcError
from shapecalc.formats.text.matrices import read_matrix
from shapecalc.kernels import KERNELS, Kernel, describe_kernel
from shapecalc.web.embedding import picture_markup
from shapecalc.web.fields import FieldNote, button, choice_field, text_field
from shapecalc.web.filtered import IMAGES, filtered_picture
from shapecalc.web.frame import WebPage
from shapecalc.web.links import address
from shapecalc.web.live import live_page
from shapecalc.web.markup import Markup, element
from shapecalc.web.request import WebRequest
from shapecalc.web.tables import blocks_markup

#: What is shown at first.
_FIRST = "sobel-x"
#: What says that no name was chosen.
_OWN = ""
_ROWS = 5


def answer(request: WebRequest) -> WebPage:
    """The form of a kernel, and what the kernel does."""
    name, text = _written(request)
    image = request.text("image") if request.text("image") in IMAGES else next(iter(IMAGES))
    kernel, note = _read(text)
    names = {_OWN: "none: the matrix below", **{each: each for each in KERNELS}}
    form = element(
        "form",
        element(
            "div",
            choice_field("kernel", "Fill in a kernel with a name", name, names, submits="ask"),
            choice_field(
                "image", "The test image", image, {each: IMAGES[each].words for each in IMAGES}, submits="ask"
            ),
            class_="beside",
        ),
        element("input", type="hidden", name="shown", value=name or "own"),
        text_field("matrix", "The matrix", text, note, rows=_ROWS),
        button("Show", id_="ask"),
        id="kernel-form",
        method="post",
        action="./kernels",
        data_answers=True,
    )
    named = {"kernel": name} if kernel is not None and KERNELS.get(name) == kernel else {"matrix": text}
    return live_page("Kernels", form, address("kernels", {**named, "image": image}), _shown(kernel, image))


def _written(request: WebRequest) -> tuple[str, str]:
    """The name that was chosen, and the matrix: its own where the name is a new one, else what stands in the field."""
    asked = {**request.query, **request.form}
    name, text = request.text("kernel").strip().lower(), request.text("matrix")
    if "kernel" not in asked and "matrix" not in asked:
        name = _FIRST
    is_chosen = name in KERNELS and request.text("shown") != name
    if is_chosen:
        return name, "\n".join(" ".join(map(str, row)) for row in KERNELS[name].rows)
    return name if name in KERNELS else _OWN, text


def _read(text: str) -> tuple[Kernel | None, FieldNote]:
    """The kernel in the field, and what stands beside it."""
    if not text.strip():
        return None, FieldNote(
            hint="[[1, 0, -1], [2, 0, -2], [1, 0, -1]], or a row a line; 1/9 and 0.5 are numbers too"
        )
    try:
        kernel = read_matrix(text)
    except ShapecalcError as refused:
        return None, FieldNote(message=str(refused))
    height, width = kernel.size
    return kernel, FieldNote(reading=f"read as a matrix of {height}x{width}, whose sum is {kernel.total}")


def _shown(kernel: Kernel | None, image: str) -> Markup:
    """What the kernel does, and what becomes of the image."""
    if kernel is None:
        return element("p", "Choose a kernel, or write a matrix.", class_="notice", data_said="No kernel")
    name = next((each for each, known in KERNELS.items() if known == kernel), "")
    description = describe_kernel(kernel, name)
    does = "; ".join(effect.words for effect in description.headlines) or "nothing that has a name"
    summary = f"It {does}." if description.headlines else f"It does {does}."
    heading = element("h2", name or "Your kernel")
    why = element("p", description.sums(), class_="hint")
    picture = picture_markup(filtered_picture(kernel, image))
    own = element(
        "p",
        "For an image of your own, the command ",
        element("code", f"shapecalc filter IMAGE --kernel {name or 'FILE'}"),
        " draws the same; it takes NumPy and Pillow (pip install shapecalc[draw]).",
        class_="hint",
    )
    numbers = blocks_markup(description.page(), "What it makes of simple images, and what it does")
    return element("section", heading, element("p", summary), why, picture, numbers, own, data_said=summary)
