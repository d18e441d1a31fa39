"""The picture of a layer's arithmetic: an animation without scripts, and a page with a slider."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import NamedTuple, final
from xml.etree.ElementTree import Element

from shapecalc.drawing.arithmetic.numbers import CellNumbers, CellValue, example_numbers
from shapecalc.drawing.arithmetic.panels import HEAD, Panel, surroundings
from shapecalc.drawing.arithmetic.steps import LayerStage, ReadingStep, reading_steps, stages_of
from shapecalc.drawing.lettering import text_width, wrapped
from shapecalc.drawing.picture import Picture
from shapecalc.drawing.svg import add, group, number, text_lines
from shapecalc.drawing.theme import LINE, SIZE, SMALL
from shapecalc.errors import SpecError, check_type
from shapecalc.kernels.application import Cell
from shapecalc.layers import shape_text
from shapecalc.measures.measurement import measure
from shapecalc.measures.report import Report
from shapecalc.net import Net
from shapecalc.net.arguments import check_net
from shapecalc.page.signs import visible

#: Around the whole, between two maps, and how wide the maps may be together.
_EDGE, _GAP, _WIDEST = 18.0, 34.0, 860.0
#: The largest and the smallest size of a cell, and the least at which a number fits.
_LARGEST, _SMALLEST, _READABLE = 34.0, 8.0, 24.0
#: The least width of a picture, for what is said below the maps.
_NARROWEST = 360.0
#: How long a step is shown, in seconds.
_SECONDS = 0.9
#: What moves the slider does: it marks the step that is shown. Nothing of a net stands here.
_SCRIPT = (
    'const slider=document.getElementById("step"),steps=[...document.querySelectorAll("svg .step")],'
    'text=document.getElementById("of"),picture=document.querySelector("svg");'
    'function show(){steps.forEach((step,place)=>step.classList.toggle("now",place+1==slider.value));'
    'text.textContent=slider.value+" of "+steps.length}'
    'picture.classList.add("by-hand");slider.addEventListener("input",show);show()'
)


def draw_arithmetic(net: Net, *, numbers: bool = False) -> Picture:
    """A picture of how a layer or a short chain computes: for each output, what it reads of the padded input.

    The SVG is an animation, which stands still where the reader wants no motion; the page of HTML has a slider.

    Args:
        net: a layer, or a chain of up to six that read windows, on maps along one axis or two, with numbers for sizes.
        numbers: whether numbers stand in the cells: those of one channel of a single layer, without a bias.

    Raises:
        SpecError: the net is no such chain, a map is too large, or numbers are wanted of a layer that has none.
        ShapeError: a layer refuses its input.

    Example:
        >>> import shapecalc
        >>> net = shapecalc.parse("Conv2d(1, 1, 3, padding=1)", input_shape="1x5x5")
        >>> shapecalc.drawing.draw_arithmetic(net).title
        'How Conv2d(1, 1, 3, padding=1) computes'
    """
    check_net(net)
    check_type("numbers", numbers, bool, "True or False")
    return arithmetic_drawing(measure(net), numbers=numbers).picture()


def arithmetic_drawing(report: Report, *, numbers: bool = False) -> ArithmeticDrawing:
    """As :func:`draw_arithmetic`, of a net that is measured already, and with its steps."""
    stages = stages_of(report)
    if numbers and len(stages) > 1:
        raise SpecError("Numbers are drawn for a single layer. Leave them out, or draw the layers one by one.")
    values = example_numbers(stages[0]) if numbers else None
    steps, panels = reading_steps(stages), _panels(stages, values, next(iter(report.net.inputs)))
    captions = [_caption(stages, values, step) for step in steps]
    ends = [panel.left + max(panel.width, text_width(panel.label, SIZE, bold=True)) for panel in panels]
    width = max(*ends, _NARROWEST)
    lines = [wrapped(caption, width, SIZE) for caption in captions]
    return ArithmeticDrawing(stages, steps, panels, captions, lines, width + 2 * _EDGE)


def _panels(stages: tuple[LayerStage, ...], values: CellNumbers | None, name: str) -> list[Panel]:
    """The maps from left to right: the input of each layer, the kernel of a single one, and the output."""
    last = stages[-1]
    size = last.kernel_size if len(stages) == 1 else None
    spans = [(stage.rows.high - stage.rows.low, stage.columns.high - stage.columns.low) for stage in stages]
    outputs = len(last.rows.reads), len(last.columns.reads)
    columns = sum(width for _, width in spans) + outputs[1] + (size[1] if size else 0)
    tallest = max(outputs[0], *(height for height, _ in spans), size[0] if size else 0)
    cell = max(min(_LARGEST, _WIDEST / columns, _WIDEST / tallest), _READABLE if values else _SMALLEST)
    panels: list[Panel] = []

    def append(label: str, note: str, rows: tuple[int, int], columns: tuple[int, int], size: Cell,
               padded: tuple[tuple[int, int], tuple[int, int]], numbers: Mapping[Cell, CellValue]) -> None:  # fmt: skip
        left = 0.0
        if panels:
            before = panels[-1]
            labels = max(text_width(before.label, SIZE, bold=True), text_width(before.note, SMALL))
            left = before.left + max(before.width, labels) + _GAP
        panels.append(Panel(label, note, rows, columns, size, padded, numbers, cell, left))

    for place, stage in enumerate(stages):
        rows, across = stage.rows, stage.columns
        label = f"{name} {shape_text(stage.row.input_shapes[0])}" if not place else _output_label(stages[place - 1])
        shown = {} if values is None else _shown(stage, values)
        note = surroundings(stage.axes, multiplies=stage.row.macs != 0)
        append(label, note, (rows.low, rows.high), (across.low, across.high),
               (rows.size, across.size), (rows.padded, across.padded), shown)  # fmt: skip
    if size:
        kernel = {} if values is None else _numbered(values.kernel)
        label = f"kernel {'x'.join(map(str, size if len(last.row.output_shape) > 2 else size[1:]))}"
        append(label, "", (0, size[0]), (0, size[1]), size, ((0, size[0]), (0, size[1])), kernel)
    result = {} if values is None else values.output
    append(
        _output_label(last), "", (0, outputs[0]), (0, outputs[1]), outputs, ((0, outputs[0]), (0, outputs[1])), result
    )
    return panels


def _output_label(stage: LayerStage) -> str:
    return f"output of {stage.row.name} {shape_text(stage.row.output_shape)}"


def _numbered(rows: object) -> dict[Cell, int]:
    return {(row, column): value for row, line in enumerate(rows) for column, value in enumerate(line)}  # type: ignore[arg-type,var-annotated]


def _shown(stage: LayerStage, values: CellNumbers) -> dict[Cell, int]:
    """The numbers of the input, and the zeros of a convolution's padding; a pooling reads nothing there."""
    cells = [
        (row, column)
        for row in range(stage.rows.low, stage.rows.high)
        for column in range(stage.columns.low, stage.columns.high)
    ]
    inner = {cell: stage.inside(cell) for cell in cells}
    shown = {cell: 0 if place is None else values.image[place[0]][place[1]] for cell, place in inner.items()}
    return shown if values.kernel else {cell: shown[cell] for cell, place in inner.items() if place is not None}


def _caption(stages: tuple[LayerStage, ...], values: CellNumbers | None, step: ReadingStep) -> str:
    """What a step reads, in words."""
    first, last = stages[0], stages[-1]
    place = ", ".join(map(str, step.cell[-len(last.axes) :]))
    part = f" of {_channels(last, step)}" if last.groups > 1 and len(stages) == 1 else ""
    cells = step.reads[0]
    if not cells:
        return f"Output {place}{part} reads nothing: it lies in a gap."
    sizes = first.rows.size, first.columns.size
    outside = sum(not all(0 <= at < size for at, size in zip(cell, sizes, strict=True)) for cell in cells)
    verb = "adds up" if any(axis.is_transposed for axis in last.axes) else "reads"
    words = f"{len(cells)} position{'s' * (len(cells) != 1)} of the input"
    beside = f", {outside} of them beside it" if outside else ""
    total = "" if values is None else f": {values.words[step.cell]}"
    return f"Output {place}{part} {verb} {words}{beside}{total}."


def _channels(stage: LayerStage, step: ReadingStep) -> str:
    """The group of a step, with the channels that it reads and gives."""
    spans = []
    for noun, shape in (("input", stage.row.input_shapes[0]), ("output", stage.row.output_shape)):
        count = int(shape[0]) // stage.groups  # type: ignore[arg-type]  # letters have been refused
        first = step.group * count
        spans.append(f"{noun} channel {first}" if count == 1 else f"{noun} channels {first} to {first + count - 1}")
    return f"group {step.group + 1} ({', '.join(spans)})"


@final
class ArithmeticDrawing(NamedTuple):
    """What moves.

    Attributes:
        stages: the layers.
        steps: one for each output.
        panels: the maps.
        captions: what each step does, in words.
        lines: the same, broken into lines.
        width: how wide it is.
        only: the one step that is shown, counted from 0; None for all of them, one after the other.
    """

    stages: tuple[LayerStage, ...]
    steps: list[ReadingStep]
    panels: list[Panel]
    captions: list[str]
    lines: list[list[str]]
    width: float
    only: int | None = None

    def picture(self) -> Picture:
        """The drawing as a picture."""
        size = self.width, self.height
        return Picture(self.title, self.description, *size, self.paint, self.rules, page=self.page)

    @property
    def title(self) -> str:
        """The layers."""
        return f"How {' '.join(repr(stage.row.layer) for stage in self.stages)} computes"

    @property
    def description(self) -> str:
        """The maps, and what the step that is shown reads; of all of them, the first and the last."""
        maps = ", ".join(f"{panel.label}{panel.note and f' ({panel.note})'}" for panel in self.panels)
        if self.only is not None:
            return f"{maps}. Step {self.only + 1} of {len(self.steps)}: {self.captions[self.only]}"
        ends = dict.fromkeys((self.captions[0], self.captions[-1]))
        return f"{maps}. {len(self.steps)} steps: {' … '.join(ends)}"

    @property
    def height(self) -> float:
        """How high the picture is."""
        return self._below + LINE * (max(map(len, self.lines)) + 1) + 2 * _EDGE

    @property
    def _below(self) -> float:
        return HEAD + max(panel.height for panel in self.panels)

    @property
    def rules(self) -> tuple[str, ...]:
        """The style: each step is shown in its turn; the first alone, where no motion is wanted."""
        share = number(100 / len(self.steps))
        still = ".shapecalc .step{animation:none}.shapecalc .first{visibility:visible}"
        by_hand = (
            ".shapecalc.by-hand .step{animation:none;visibility:hidden}.shapecalc.by-hand .now{visibility:visible}"
        )
        total, name = number(_SECONDS * len(self.steps)), f"shapecalc-{len(self.steps)}"
        return (
            ".cell{stroke:var(--grid);stroke-width:.8;fill:var(--box)}",
            ".pad{fill:var(--padding);stroke-dasharray:3 2}",
            ".beyond{fill:none;stroke-dasharray:1 3}",
            ".reads{fill:var(--spot);fill-opacity:.75;stroke:var(--ink);stroke-width:1.4}",
            ".writes{fill:var(--mark);fill-opacity:.45;stroke:var(--mark);stroke-width:2.4}",
            f".step{{visibility:hidden;animation:{name} {total}s step-end infinite}}",
            f"@keyframes {name}{{0%{{visibility:visible}}{share}%{{visibility:hidden}}}}",
            f"@media (prefers-reduced-motion:reduce){{{still}}}",
            f"@media all{{{by_hand}}}",
        )

    def paint(self, root: Element) -> None:
        """Add the maps, and what each step marks in them."""
        canvas = group(root, transform=f"translate({number(_EDGE)},{number(_EDGE)})")
        for panel in self.panels:
            panel.paint(canvas)
        for place, step in enumerate(self.steps):
            if self.only is None:
                kind, delay = "step" if place else "step first", number(_SECONDS * place)
                marks = group(canvas, class_=kind, style=f"animation-delay:{delay}s")
            elif place == self.only:
                marks = group(canvas)
            else:
                continue
            self._mark(marks, step)
            text_lines(marks, self.lines[place], 0, self._below + LINE + 6, LINE)
        for panel in self.panels:
            panel.paint_numbers(canvas)

    def _mark(self, marks: Element, step: ReadingStep) -> None:
        maps = self.panels[: len(self.stages)]
        for panel, cells in zip(maps, step.reads, strict=True):
            add(marks, "path", class_="reads", d=panel.path(cells))
        if len(self.panels) > len(self.stages) + 1:
            add(marks, "path", class_="reads", d=self.panels[-2].path(step.taps))
        add(marks, "path", class_="writes", d=self.panels[-1].path([step.cell]))

    def page(self, picture: Picture) -> str:
        """The picture with a slider for its steps."""
        count = len(self.steps)
        return (
            f"<h1>{escape(visible(self.title))}</h1>\n"
            f'<p><label>Step <input id="step" type="range" min="1" max="{count}" value="1"></label> '
            f'<output id="of" for="step">1 of {count}</output></p>\n'
            f"{picture.svg()}<script>{_SCRIPT}</script>\n"
        )
