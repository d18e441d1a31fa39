"""The local path: fields without gates that stretch one position over a map."""

from __future__ import annotations

from typing import Any

import pytest

from shapecalc import Builder, Net, explain, layers, parse
from shapecalc.algebra import Name
from shapecalc.measures import Report, measure
from shapecalc.measures.outline import outline
from tests.narrow import integer


def gate(b: Builder, channels: int, merge: Any, **pool: Any) -> None:
    """Squeeze and excitation of the last map."""
    source = b.last
    b.chain(layers.AdaptiveAvgPool2d(pool.get("size", 1)), layers.Conv2d(channels, channels, 1), layers.Sigmoid())
    b.add(merge, inputs=(source, b.last))


#: EfficientNet-B0's blocks: kernel, stride of the first, and how many.
BLOCKS = ((3, 1, 1), (3, 2, 2), (5, 2, 2), (3, 2, 3), (5, 1, 3), (5, 2, 4), (3, 1, 1))


def efficientnet(size: Any = 224) -> Net:
    """The windows, gates and shortcuts of EfficientNet-B0, with few channels."""
    b = Builder((3, size, size))
    b.add(layers.Conv2d(3, 4, 3, stride=2, padding=1), name="stem")
    for kernel, first, count in BLOCKS:
        for place in range(count):
            source, stride = b.last, first if place == 0 else 1
            b.add(layers.Conv2d(4, 4, kernel, stride=stride, padding=kernel // 2, groups=4))
            gate(b, 4, layers.Multiply())
            b.add(layers.Conv2d(4, 4, 1))
            if stride == 1:
                b.add(layers.Add(), inputs=(b.last, source))
    b.add(layers.Conv2d(4, 8, 1), name="head")
    b.chain(layers.AdaptiveAvgPool2d(1), layers.Flatten(), layers.Linear(8, 10))
    return b.build()


def fields(report: Report, name: str) -> tuple[Any, ...]:
    (field, _), (local, _) = report[name].fields, report[name].local_fields
    return field.jump, integer(field.size) >= integer(field.length), local.size, local.jump, local.bound


def test_efficientnet_sees_851_pixels_along_the_local_path() -> None:
    """Through its gates every output sees the whole image; through windows alone 851 pixels, 32 apart."""
    assert fields(measure(efficientnet()), "head") == (0, True, 851, 32, "")


@pytest.mark.parametrize("size", [64, 32, 1])
def test_the_local_path_is_the_same_at_any_size(size: int) -> None:
    """A gate of a map that has shrunk to one position is left out too."""
    assert fields(measure(efficientnet(size)), "head") == (0, True, 851, 32, "")


def test_a_net_without_its_gates_has_the_local_fields() -> None:
    """With each gate replaced by nothing, the field of every node is that of the local path."""
    net = efficientnet()
    plain = net
    for node in net.nodes:
        if isinstance(node.layer, layers.AdaptiveAvgPool2d) and node.name != "pool17":
            plain = plain.replacing(node.name, layers.Identity())
    gated, bare = measure(net), measure(plain)
    names = [
        node.name for node in net.nodes if isinstance(node.layer, layers.Conv2d) and node.layer.values["groups"] == 4
    ]
    assert [gated[name].local_fields for name in names] == [bare[name].fields for name in names]


def test_letters_have_the_same_local_path() -> None:
    """With letters for the sizes the field is exact, and so is the local path."""
    report = measure(efficientnet().with_input((3, Name("H"), Name("W"))))
    (field, _) = report["head"].fields
    (local, _) = report["head"].local_fields
    assert (field.bound, field.jump, local.bound, local.size, local.jump) == ("", 0, "", 851, 32)


def test_an_attention_over_one_axis_is_left_out_there() -> None:
    """A gate along the width alone, as coordinate attention has, is no window of the local path."""
    b = Builder((4, 20, 20))
    b.add(layers.Conv2d(4, 4, 3, padding=1))
    gate(b, 4, layers.Multiply(), size=(None, 1))
    (height, width), (low, wide) = measure(b.build()).rows[-1].fields, measure(b.build()).rows[-1].local_fields
    assert (height.size, width.jump, low.size, wide.size, wide.jump) == (3, 0, 3, 3, 1)


def test_a_shortcut_is_no_gate() -> None:
    """Where every branch has many positions, or all of them one, nothing is left out."""
    report = measure(parse("zoo:resnet18", input_shape="3x32x32"))
    assert {row.state.local for row in report} == {None}


def test_the_local_path_is_shown() -> None:
    """In a column, in a note with the field of the last map, in the explanation and in the JSON."""
    net = efficientnet()
    report = measure(net)
    text = report.page().text()
    assert " local path\n" in text
    assert (
        "local path  851, jump 32, at head; the field without gates, through which all is seen from multiply1" in text
    )
    explanation = explain(net, nodes=("conv4", "multiply1")).page().text()
    assert "local path: field 7, jump 2, start -3".replace("-", "−") in explanation
    layer = next(row for row in report.as_dict()["layers"] if row["name"] == "head")
    local = {"size": [851, 851], "jump": [32, 32], "start": [-425, -425], "status": "exact"}
    assert layer["receptive_field"]["local"] == local
    assert "local" not in report.as_dict()["layers"][0]["receptive_field"]


def test_without_an_input_the_local_path_is_known() -> None:
    """Through gates everything is seen, however much that is; the local path depends on no size."""
    sketch = outline(efficientnet())
    (layer,) = [row for row in sketch.as_dict()["layers"] if row["name"] == "head"]
    assert layer["local"] == {"field": [851, 851], "jump": [32, 32]}
    assert "local path  851, jump 32, at head" in sketch.page().text()
