"""What the catalogue says of each net, against the numbers that were published."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shapecalc import SpecError, measure, zoo
from shapecalc.catalogue import architecture, card, search
from shapecalc.catalogue.card_page import listing_page
from shapecalc.formats.document.published import read_published_count
from tests.narrow import present

NAMES = zoo.names()

#: Printed counts that are not ours, each with the reason; its note says it, too.
DIFFERS = {("alexnet_2012", "parameters"): "60.97 million, cut off to 60"}


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_says_where_it_comes_from(name: str) -> None:
    """It has a title, the address of its source and a year."""
    net = architecture(name)
    told = (bool(net.title), bool(re.match("https?://", net.source)), 1980 < (net.year or 0) < 2030)
    assert told == (True, True, True)


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_has_its_published_counts(name: str) -> None:
    """Trained parameters and multiply-accumulates are what was printed, to the digits that were printed."""
    source = architecture(name)
    report = measure(source.net)
    counts = {"parameters": report.trainable, "macs": report.macs}
    differing = [key for key, number in source.published.items() if not number.agrees(counts[key])]
    assert differing == [key for entry, key in DIFFERS if entry == name]


@pytest.mark.parametrize(("name", "key"), DIFFERS)
def test_an_entry_explains_a_count_that_differs(name: str, key: str) -> None:
    """Where a printed count is not ours, the note says so, and the command too."""
    source = architecture(name)
    assert (bool(source.note), f"{source.published[key].text}, which differs" in str(card(name))) == (True, True)


#: Receptive fields and strides of the last map, as published.
FIELDS = {
    "alexnet": (195, 32),
    "vgg16": (212, 32),
    "resnet50_v2": (483, 32),
    "resnet101_v2": (1027, 32),
    "resnet152_v2": (1507, 32),
    "mobilenet_v1": (315, 32),
    "inception_v3": (1311, 32),
    "resnet50": (427, 32),
}


@pytest.mark.parametrize("name", FIELDS)
def test_the_last_map_has_its_published_field(name: str) -> None:
    """Receptive field and stride are those of https://distill.pub/2019/computing-receptive-fields/ and the tables.

    Unlike the paddings they do not depend on the framework; TF-slim's two versions of a ResNet have the same.
    """
    fields = present(card(name).last_map).fields
    assert (*{(axis.size, axis.jump) for axis in fields},) == (FIELDS[name],)


def test_the_listing_fits_a_terminal() -> None:
    """A row for each net, with its counts in three digits; at 80 columns, field and domain give way."""
    tables = {width: listing_page([*zoo.listing().values()]).text(width=width).splitlines() for width in (100, 80)}
    (wide,), (narrow,) = ([line.split() for line in table if line.startswith("resnet50 ")] for table in tables.values())
    assert ([max(map(len, table)) <= width for width, table in tables.items()], wide, narrow) == (
        [True, True],
        ["resnet50", "ResNet-50", "3x224x224", "25.6M", "4.09G", "427", "≥", "1"],
        ["resnet50", "ResNet-50", "3x224x224", "25.6M", "4.09G"],
    )


def test_a_word_finds_nets() -> None:
    """By name or title, in any case; a name finds itself alone."""
    assert (search("ResNet-50"), search("zoo:lenet5"), search("retina"), search("resnet50(classes=3)")) == (
        *(("ResNet-50",), ("lenet5",), ("retinanet_resnet50_fpn", "retinanet_resnet50_fpn_v2")),
        ("resnet50(classes=3)",),
    )
    assert ({"resnet18", "wide_resnet50_2", "resnet50_v2"} <= {*search("RESNET")}, search("")) == (True, zoo.names())
    with pytest.raises(SpecError, match="did you mean resnet50"):
        search("resnt50")


def test_a_net_names_others_of_its_name() -> None:
    """A name that is also the beginning of others is a net, so that its page lists them."""
    assert "others      unet_bn, unet_bilinear, unet_bn32" in card("unet").page().text()


def test_the_parameters_of_a_family_are_listed() -> None:
    """With the values of the member; other values stand in the name of the net."""
    assert "takes       depth=4, width=64, classes=1, padding=1, norm=1, bilinear=0" in card("unet_bn").page().text()
    assert card("unet_bn32").as_dict()["takes"]["width"] == "32"
    assert [architecture(word).takes for word in ("lenet5", "unet(depth=2)")] == [{}, {}]


def test_other_values_have_no_published_counts() -> None:
    """What was published holds for the values of the member."""
    nets = [architecture(word) for word in ("ResNet-50", "zoo:resnet50(classes=10)")]
    assert [(net.name, len(net.published)) for net in nets] == [("resnet50", 2), ("resnet50(classes=10)", 0)]


def test_a_net_is_told_for_programs() -> None:
    """Exact counts, and the published ones as they were printed."""
    content = card("mobilenet_v1").as_dict()
    assert (content["parameters"], content["published"], content["receptive_field"]["size"], content["inputs"]) == (
        4231976,
        {"parameters": "4.2M", "macs": "569M"},
        [315, 315],
        {"input": [3, 224, 224]},
    )


@pytest.mark.parametrize(
    ("text", "value", "tolerance"),
    [
        ("25557032", 25_557_032, 0),
        ("4.2M", 4_200_000, 50_000),
        ("60K", 60_000, 500),
        ("1.814G", 1_814_000_000, 500_000),
        ("1 816 000", None, None),
        ("3.8B", 3_800_000_000, 50_000_000),
        ("1.5e3", 1500, 50),
        ("lots", None, None),
    ],
)
def test_a_published_count_has_the_digits_that_were_printed(
    text: str, value: int | None, tolerance: int | None
) -> None:
    """Half of the last digit is the tolerance of a rounded one."""
    if value is None or tolerance is None:
        with pytest.raises(SpecError, match="is no published count"):
            read_published_count(text)
        return
    count: Any = read_published_count(text)
    assert (count.value, count.tolerance, count.agrees(value + tolerance), count.agrees(value - tolerance - 1)) == (
        *(value, tolerance, True, False),
    )
