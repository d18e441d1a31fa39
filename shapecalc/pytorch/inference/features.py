"""A look inside a trained net: filters, feature maps, what a unit sees, and what a filter answers most strongly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, final

import torch
from torch import Tensor, nn

from shapecalc.errors import ShapecalcError, SpecError, did_you_mean
from shapecalc.formats.writing import make_folder, write_atomically
from shapecalc.layers import Shape, shape_text
from shapecalc.measures import measure
from shapecalc.measures.report import Row
from shapecalc.page import Lines, Page, Presentable
from shapecalc.pytorch.figures.field import Interval, draw_field
from shapecalc.pytorch.figures.grid import MAX_PICTURES, draw_grid, drawable, largest_size
from shapecalc.pytorch.inference.inputs import Item, read_items
from shapecalc.pytorch.inference.trained import Trained, open_trained
from shapecalc.pytorch.modules.refusals import one_line_refusals
from shapecalc.pytorch.training.samples.opening import open_data

#: The most samples in which the strongest patches are looked for.
MAX_SEARCHED = 10_000
#: Samples that are computed at once, and patches that are drawn.
_BATCH, _PATCHES = 64, 16


@final
@dataclass(frozen=True, slots=True)
class MapUnit:
    """One number of a feature map.

    Attributes:
        channel: the map, which is that of the filter of this number.
        row: its row in the map.
        column: its column.
    """

    channel: int
    row: int
    column: int


@final
@dataclass(frozen=True, slots=True)
class Features(Presentable):
    """What was drawn.

    Attributes:
        layer: the name of the layer.
        shape: the shape of its output.
        unit: the unit whose field was drawn.
        files: each file, and what it shows.
        remarks: what was not drawn, and why.
    """

    layer: str
    shape: Shape
    unit: MapUnit
    files: dict[Path, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        return {
            "layer": self.layer,
            "output": list(self.shape),
            "unit": [self.unit.channel, self.unit.row, self.unit.column],
            "files": {str(path): text for path, text in self.files.items()},
            "remarks": list(self.remarks),
        }

    def page(self) -> Page:
        """Each file, with what it shows."""
        lines = [f"{path}: {text}" for path, text in self.files.items()]
        return Page((Lines((f"{self.layer} gives {shape_text(self.shape)}", *lines, *self.remarks)),))


def draw_features(
    run: str | Path,
    paths: Sequence[str | Path],
    *,
    out: str | Path,
    layer: str = "",
    unit: Sequence[int] = (),
    data: str = "",
    kind: str = "png",
) -> Features:
    """Draw what a layer of a trained net makes of an image.

    Args:
        run: the folder of the run, or a weights file.
        paths: images, or NPZ and CSV files of samples; the maps and the field are those of the first one.
        out: the folder of the figures; it is created if necessary.
        layer: the name of the layer; "" for the first with filters.
        unit: channel, row and column of the unit whose field is drawn; the channel alone takes the place where its map
            is largest, and without any it is the unit with the largest value.
        data: the data set in whose samples the strongest patches are looked for; "" for the samples of ``paths``.
        kind: png or svg.

    Raises:
        SpecError: there is no such layer or unit, its output has no maps, or a file cannot be read.
        ShapecalcError: matplotlib is not installed, or the folder cannot be written.
    """
    if kind not in {"png", "svg"}:
        raise SpecError(f"Figures are written as png or svg, not {kind!r}.")
    trained = open_trained(run)
    row = _row(trained, layer)
    items = list(read_items(paths, trained.shape))
    if not items:
        raise SpecError("Give at least one image.")
    (maps,) = _maps(trained, row, [items[0].values])
    place = _unit(row, maps, unit)
    look = _LayerFigures(trained, row, Path(out), kind, Features(row.name, row.output_shape, place))
    remark = look.draw_filters()
    look.draw_maps(items[0], maps)
    look.draw_unit(items[0], float(maps[place.channel, place.row, place.column]))
    look.draw_patches(_searched(trained, data) if data else [(item.name, item.values) for item in items])
    look.write()
    return Features(row.name, row.output_shape, place, look.features.files, (remark,) if remark else ())


@final
@dataclass(frozen=True, slots=True)
class _LayerFigures:
    """The figures of one layer on their way."""

    trained: Trained
    row: Row
    out: Path
    kind: str
    features: Features
    contents: dict[Path, bytes] = field(default_factory=dict)

    def draw_filters(self) -> str:
        """The filters of the layer; why there are none where there are none."""
        part = self.trained.module.part(self.row.name)
        if not isinstance(part, nn.Conv2d):
            return f"{self.row.name} has no filters to draw: it is {self.row.layer!r}."
        weight = part.weight.detach()
        limit = largest_size(weight)
        title = f"{self.row.name}: filters, from {-limit:.2g} (blue) to {limit:.2g} (red)"
        if weight.shape[1] == 3:
            pictures = list(weight[:MAX_PICTURES] / limit / 2 + 0.5)
            names, limit = [f"filter {number}" for number in range(len(pictures))], 0.0
            title = f"{self.row.name}: filters as colours, grey is 0"
        else:
            across = min(weight.shape[1], 8)
            shown = weight[: MAX_PICTURES // across, :across]
            pictures = list(shown.flatten(0, 1))
            names = [f"{place // across}, in {place % across}" for place in range(len(pictures))]
        columns = across if limit and weight.shape[1] > 1 else 0
        counts = f"{len(pictures)} of {weight.shape[0] * (weight.shape[1] if limit else 1)}"
        text = f"filters, {counts} pictures"
        self._add("filters", text, draw_grid(title, pictures, names, self.kind, limit=limit, columns=columns))
        return ""

    def draw_maps(self, item: Item, maps: Tensor) -> None:
        """The feature maps of a sample."""
        limit = largest_size(maps)
        title = f"{self.row.name} on {Path(item.name).name}: maps, from {-limit:.3g} (blue) to {limit:.3g} (red)"
        pictures = list(maps[:MAX_PICTURES])
        names = [f"map {number}" for number in range(len(pictures))]
        text = f"feature maps, {len(pictures)} of {len(maps)}"
        self._add("maps", text, draw_grid(title, pictures, names, self.kind, limit=limit))

    def draw_unit(self, item: Item, value: float) -> None:
        """What the unit sees of a sample."""
        unit = self.features.unit
        rows, columns = self._field(unit.row, unit.column)
        what = f"{self.row.name}, map {unit.channel}, row {unit.row}, column {unit.column}"
        bound = " at most" if self.row.status != "exact" else ""
        seen = f"sees{bound} rows {rows[0]} to {rows[1]}, columns {columns[0]} to {columns[1]}"
        image = drawable(item.values.unsqueeze(0))[0]
        content = draw_field(f"{what}: {value:.3g}; {seen}", image, rows, columns, self.kind)
        self._add("field", f"{what} {seen}", content)

    def draw_patches(self, samples: Iterable[tuple[str, Tensor]]) -> None:
        """What the filter of the unit answers most strongly, at most one patch of a sample."""
        channel = self.features.unit.channel
        patches: list[tuple[float, str, Tensor]] = []
        count = 0
        for group in _groups(samples):
            count += len(group)
            maps = _maps(self.trained, self.row, [values for _, values in group])[:, channel]
            for (name, values), strengths in zip(group, maps, strict=True):
                row, column = divmod(int(strengths.argmax()), strengths.shape[1])
                patches.append((float(strengths.max()), Path(name).name, self._patch(values, row, column)))
            patches = sorted(patches, key=lambda patch: -patch[0])[:_PATCHES]
        names = [f"{name}: {strength:.3g}" for strength, name, _ in patches]
        text = f"strongest patches of filter {channel} in {count} sample{'s' * (count != 1)}"
        title = f"{self.row.name}: {text}"
        self._add("patches", text, draw_grid(title, [patch for _, _, patch in patches], names, self.kind))

    def _patch(self, values: Tensor, row: int, column: int) -> Tensor:
        (top, bottom), (left, right) = self._field(row, column)
        return drawable(values.unsqueeze(0))[0][:, max(top, 0) : bottom + 1, max(left, 0) : right + 1]

    def _field(self, row: int, column: int) -> tuple[Interval, Interval]:
        intervals: list[Interval] = []
        for axis, position in zip(self.row.fields, (row, column), strict=True):
            interval = axis.interval(position)
            if interval is None:
                raise SpecError(f"The unit at row {row}, column {column} of {self.row.name} sees nothing of the image.")
            intervals.append((int(str(interval[0])), int(str(interval[1]))))
        return intervals[0], intervals[1]

    def _add(self, name: str, text: str, content: bytes) -> None:
        path = self.out / f"{name}.{self.kind}"
        self.contents[path] = content
        self.features.files[path] = text

    def write(self) -> None:
        """Write all figures, now that nothing is refused any more."""
        make_folder(self.out)
        for path, content in self.contents.items():
            write_atomically(path, content)


def _row(trained: Trained, layer: str) -> Row:
    """The row of the layer; its output must be maps of the image."""
    rows = {row.name: row for row in measure(trained.module.net)}
    fitting = [name for name, row in rows.items() if _has_maps(row)]
    if len(trained.shape) != 3 or not fitting:
        raise SpecError(f"The net takes {shape_text(trained.shape)} and has no layer whose output is maps of an image.")
    if layer and layer not in rows:
        raise SpecError(f"There is no layer {layer!r}{did_you_mean(layer, rows)}; try {', '.join(fitting[:8])}.")
    if layer and layer not in fitting:
        output = shape_text(rows[layer].output_shape)
        raise SpecError(f"The output of {layer}, {output}, is no map of the image; try {', '.join(fitting[:8])}.")
    with_filters = [name for name in fitting if isinstance(trained.module.part(name), nn.Conv2d)]
    return rows[layer or (with_filters or fitting)[0]]


def _has_maps(row: Row) -> bool:
    """Whether height and width of the output are those of the image."""
    return len(row.output_shape) == 3 and tuple(row.state.layout.dims) == (1, 2)


def _unit(row: Row, maps: Tensor, unit: Sequence[int]) -> MapUnit:
    if len(unit) not in {0, 1, 3}:
        raise SpecError("A unit is a channel, or channel,row,column, such as 3,5,5.")
    for value, size, name in zip(unit, maps.shape, ("channel", "row", "column"), strict=False):
        if not 0 <= value < size:
            raise SpecError(f"{row.name} has {name}s 0 to {size - 1}, but the unit has {name} {value}.")
    if len(unit) == 3:
        return MapUnit(*unit)
    channel = unit[0] if unit else int(maps.flatten(1).max(1).values.argmax())
    return MapUnit(channel, *divmod(int(maps[channel].argmax()), maps.shape[2]))


@torch.no_grad()
def _maps(trained: Trained, row: Row, samples: Sequence[Tensor]) -> Tensor:
    """The output of the layer for some samples."""
    with one_line_refusals("run"):
        inputs = trained.normalisation(torch.stack(list(samples)))
        maps = next(value for name, value in trained.module.values(inputs) if name == row.name)
    if not torch.isfinite(maps).all():
        raise ShapecalcError(f"{row.name} gives numbers that are not finite.")
    return maps


def _groups(samples: Iterable[tuple[str, Tensor]]) -> Iterator[list[tuple[str, Tensor]]]:
    group: list[tuple[str, Tensor]] = []
    for sample in samples:
        group.append(sample)
        if len(group) == _BATCH:
            yield group
            group = []
    if group:
        yield group


def _searched(trained: Trained, data: str) -> Iterator[tuple[str, Tensor]]:
    """The test samples of a data set, under their numbers."""
    size = trained.shape[-1]
    samples = open_data(data, image_size=int(str(size)) if Path(data).is_dir() else None)
    if samples.shape != trained.shape:
        text, needed = shape_text(samples.shape), shape_text(trained.shape)
        raise SpecError(f"The samples of {samples.name} are {text}, but the net takes {needed}.")
    for position in samples.test[:MAX_SEARCHED]:
        yield f"no. {position}", samples.inputs.read([position])[0]
